#include "guard/supervisor/loop_checks.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "guard/supervisor/ip_text.h"

namespace guard::supervisor {
namespace {

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.");
}

bool listens_at(const EdgeSite& edge, const wire::Endpoint& there) {
  const std::string address = normal_address(there.address);
  return std::any_of(edge.listen.begin(), edge.listen.end(), [&](const wire::Endpoint& own) {
    if (own.port != there.port) return false;
    const std::string listening = normal_address(own.address);
    return listening == address || (is_every_address(listening) && is_loopback(address));
  });
}

using Socket = std::pair<std::string, std::uint16_t>;

Socket socket_of(const wire::Endpoint& there) {
  return {normal_address(there.address), there.port};
}

// Where the low side's peers are: the places of its peers in the policy.
std::map<Socket, std::vector<std::size_t>> low_sockets(const Site& site,
                                                       const policy::Policy& policy) {
  std::map<Socket, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < policy.peers().size(); ++i) {
    const auto found = site.peers.find(policy.peers()[i].name);
    if (policy.peers()[i].side != Side::kLow || found == site.peers.end()) continue;
    for (const wire::Endpoint& there : found->second.addresses) {
      places[socket_of(there)].push_back(i);
    }
  }
  return places;
}

FileError error(const Site& site, const PeerSite& peer, std::string what, std::string expected) {
  return {site.file, peer.place.line, peer.place.column, std::move(what), std::move(expected)};
}

}  // namespace

std::vector<FileError> loops(const Site& site, const policy::Policy& policy) {
  const bool one_network =
      site.edge(Side::kHigh).network_namespace == site.edge(Side::kLow).network_namespace;
  const auto low =
      one_network ? low_sockets(site, policy) : std::map<Socket, std::vector<std::size_t>>();
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
    std::set<std::size_t> met;
    for (const wire::Endpoint& here : found->second.addresses) {
      const auto there = low.find(socket_of(here));
      if (there != low.end()) met.insert(there->second.begin(), there->second.end());
    }
    for (const std::size_t other : met) {
      const policy::Peer& across = policy.peers()[other];
      errors.push_back(error(site, site.peers.find(across.name)->second,
                             "peer \"" + across.name + "\" is at an address of \"" + peer.name +
                                 "\", a peer of the other side",
                             "expected servers that are on one side: what this one is sent may "
                             "come back"));
    }
  }
  return errors;
}

}  // namespace guard::supervisor
