#include "guard/supervisor/apart_checks.h"

#include <map>
#include <string>
#include <utility>

#include "guard/supervisor/credentials.h"
#include "guard/supervisor/ip_text.h"

namespace guard::supervisor {
namespace {

struct Listener {
  const EdgeSite* edge;
  Side side;
  const wire::Endpoint* endpoint;
  std::string address;  // normal
};

bool meet(const Listener& one, const Listener& other) {
  if (one.endpoint->port != other.endpoint->port) return false;
  const auto is_ipv6 = [](const Listener& l) { return l.address.find(':') != std::string::npos; };
  return one.address == other.address ||
         (is_ipv6(one) == is_ipv6(other) &&
          (is_every_address(one.address) || is_every_address(other.address)));
}

std::vector<Listener> listeners_of(const Site& site) {
  std::vector<Listener> found;
  for (const Side side : {Side::kHigh, Side::kLow}) {
    const EdgeSite& edge = site.edge(side);
    for (const wire::Endpoint& own : edge.listen) {
      found.push_back({&edge, side, &own, normal_address(own.address)});
    }
  }
  return found;
}

using Names = std::map<std::string, std::string>;  // of authorities: by key, what they are called

Names trusted_by(const wire::EdgeConfiguration& edge) {
  Names names;
  const auto add = [&names](const wire::Trust& trust) {
    for (Authority& authority : authorities_in(trust.authorities)) {
      names.emplace(std::move(authority.key), std::move(authority.name));
    }
  };
  add(edge.trust);
  for (const wire::NearPeer& peer : edge.near_peers) {
    for (const wire::Trust& trust : peer.trust) add(trust);
  }
  return names;
}

}  // namespace

std::vector<FileError> shared_listeners(const Site& site) {
  const std::vector<Listener> all = listeners_of(site);
  const bool one_network =
      site.edge(Side::kHigh).network_namespace == site.edge(Side::kLow).network_namespace;
  std::vector<FileError> errors;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!meet(all[i], all[j]) || (!one_network && all[i].edge != all[j].edge)) continue;
      const bool same_edge = all[i].edge == all[j].edge;
      errors.push_back(site.fault_at(
          all[i].edge->place,
          "the edge of side " + std::string(to_string(all[i].side)) + " listens at " +
              all[i].endpoint->address + " port " + std::to_string(all[i].endpoint->port) +
              ", as " +
              (same_edge ? "it does already"
                         : "that of side " + std::string(to_string(all[j].side)) + " does"),
          same_edge ? "expected each address and port once"
                    : "expected another address or port, or a network namespace for each edge"));
      break;
    }
  }
  return errors;
}

std::vector<FileError> shared_secrets(const Site& site,
                                      const std::array<wire::EdgeConfiguration, 2>& edges) {
  if (edges[0].dialback_secret.empty() || edges[0].dialback_secret != edges[1].dialback_secret) {
    return {};
  }
  return {site.fault_at(site.edge(Side::kLow).place,
                        "the dialback secret in " + site.edge(Side::kLow).dialback_secret.string() +
                            " is that of side high",
                        "expected random octets of this side alone")};
}

std::vector<FileError> shared_authorities(const Site& site,
                                          const std::array<wire::EdgeConfiguration, 2>& edges) {
  const Names high = trusted_by(edges[0]);
  std::vector<FileError> errors;
  for (const auto& [key, name] : trusted_by(edges[1])) {
    if (!high.contains(key)) continue;
    errors.push_back(site.fault_at(
        site.edge(Side::kLow).place, "the authority \"" + name + "\" is trusted on both sides",
        "expected authorities of each side's own: whoever it certifies is believed "
        "on both"));
  }
  return errors;
}

}  // namespace guard::supervisor
