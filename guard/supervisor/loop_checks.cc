#include "guard/supervisor/loop_checks.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace guard::supervisor {
namespace {

// The address in one spelling: IPv6 literals have several.
std::string normal(const std::string& address) {
  in6_addr octets{};
  if (::inet_pton(AF_INET6, address.c_str(), &octets) != 1) return address;
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(AF_INET6, &octets, text, sizeof text);
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.");
}

bool listens_at(const EdgeSite& edge, const wire::Endpoint& there) {
  const std::string address = normal(there.address);
  return std::any_of(edge.listen.begin(), edge.listen.end(), [&](const wire::Endpoint& own) {
    if (own.port != there.port) return false;
    const std::string listening = normal(own.address);
    const bool everywhere = listening == "0.0.0.0" || listening == "::";
    return listening == address || (everywhere && is_loopback(address));
  });
}

bool meet(const PeerSite& one, const PeerSite& other) {
  return std::any_of(one.addresses.begin(), one.addresses.end(), [&](const wire::Endpoint& here) {
    return std::any_of(
        other.addresses.begin(), other.addresses.end(), [&](const wire::Endpoint& there) {
          return here.port == there.port && normal(here.address) == normal(there.address);
        });
  });
}

FileError error(const Site& site, const PeerSite& peer, std::string what, std::string expected) {
  return {site.file, peer.place.line, peer.place.column, std::move(what), std::move(expected)};
}

}  // namespace

std::vector<FileError> loops(const Site& site, const policy::Policy& policy) {
  const bool one_network =
      site.edge(Side::kHigh).network_namespace == site.edge(Side::kLow).network_namespace;
  std::vector<FileError> errors;
  for (const policy::Peer& peer : policy.peers()) {
    const auto found = site.peers.find(peer.name);
    if (found == site.peers.end()) continue;
    for (const wire::Endpoint& there : found->second.addresses) {
      if (!listens_at(site.edge(peer.side), there) &&
          !(one_network && listens_at(site.edge(other(peer.side)), there))) {
        continue;
      }
      errors.push_back(error(site, found->second,
                             "peer \"" + peer.name + "\" is at " + there.address + " port " +
                                 std::to_string(there.port) + ", where this guard itself listens",
                             "expected the address of another server: this one is a loop"));
    }
    if (!one_network || peer.side != Side::kHigh) continue;
    for (const policy::Peer& across : policy.peers()) {
      const auto place = site.peers.find(across.name);
      if (across.side == peer.side || place == site.peers.end()) continue;
      if (!meet(found->second, place->second)) continue;
      errors.push_back(error(site, place->second,
                             "peer \"" + across.name + "\" is at an address of \"" + peer.name +
                                 "\", a peer of the other side",
                             "expected servers that are on one side: what this one is sent may "
                             "come back"));
    }
  }
  return errors;
}

}  // namespace guard::supervisor
