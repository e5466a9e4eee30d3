#include "guard/supervisor/certificate_checks.h"

#include <cstdint>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "guard/xmpp/domain.h"

namespace guard::supervisor {

std::vector<std::string> uncovered(const wire::EdgeConfiguration& edge,
                                   const std::vector<Credential>& credentials) {
  std::unordered_set<std::string_view> names;
  for (const Credential& credential : credentials) {
    names.insert(credential.dns_names.begin(), credential.dns_names.end());
  }
  const auto covered = [&names](const std::string& name) {
    const std::size_t dot = name.find('.');
    return names.contains(name) ||
           (dot != std::string::npos && names.contains("*" + name.substr(dot)));
  };
  std::set<std::uint32_t> used;
  for (const wire::NearPeer& near : edge.near_peers) used.insert(near.view);
  std::unordered_set<PeerIndex> seen;
  for (const std::uint32_t view : used) {
    if (view >= edge.views.size()) continue;
    seen.insert(edge.views[view].peers.begin(), edge.views[view].peers.end());
  }
  std::vector<std::string> found;
  const auto look_up = [&](PeerIndex peer, const std::vector<wire::DomainClaim>& domains) {
    if (!seen.contains(peer)) return;
    for (const wire::DomainClaim& claim : domains) {
      if (claim.match != DomainMatch::kExact) continue;
      std::string name = xmpp::ascii_or_empty(claim.domain);
      if (name.empty() || !covered(name)) found.push_back(std::move(name));
    }
  };
  for (const wire::FarPeer& far : edge.far_peers) look_up(far.index, far.domains);
  for (const wire::NearPeer& near : edge.near_peers) look_up(near.index, near.domains);
  return found;
}

FarNames::FarNames(const wire::EdgeConfiguration& edge) : edge_(edge) {
  for (const wire::FarPeer& far : edge.far_peers) {
    for (const wire::DomainClaim& claim : far.domains) {
      (void)owners_.add(claim.domain, claim.match, far.index);
    }
  }
  for (const wire::NearPeer& near : edge.near_peers) {
    for (const wire::DomainClaim& claim : near.domains) {
      if (claim.match == DomainMatch::kDefault) continue;  // no way within a side
      (void)owners_.add(claim.domain, claim.match, near.index);
    }
  }
  std::set<std::uint32_t> listed;
  for (const wire::NearPeer& near : edge.near_peers) {
    if (listed.insert(near.view).second) viewers_.push_back(&near);
  }
}

std::optional<PeerIndex> FarNames::owner(const std::string& name) const {
  // Certificates have A-labels, the policy has U-labels.
  return owners_.find(xmpp::normal_domain(name).value_or(name));
}

std::vector<FileError> names_apart(const Credential& credential, const FarNames& names) {
  std::vector<std::optional<PeerIndex>> owners;
  for (const std::string& name : credential.dns_names) owners.push_back(names.owner(name));
  for (const wire::NearPeer* near : names.viewers()) {
    std::string seen;
    std::string hidden;
    for (std::size_t i = 0; i < owners.size(); ++i) {
      const bool visible = owners[i] && names.edge().sees(*near, *owners[i]);
      (visible ? seen : hidden) = credential.dns_names[i];
    }
    if (seen.empty() || hidden.empty()) continue;
    return {{credential.file.string(), 0, 0,
             "shows " + hidden + " to peer \"" + near->name + "\", which may only see " + seen,
             "expected certificates apart for domains that not everyone may see"}};
  }
  return {};
}

std::vector<FileError> trusted_across(const Credential& credential,
                                      const wire::EdgeConfiguration& other_edge) {
  std::vector<FileError> errors;
  const auto check = [&](const wire::Trust& trust, const std::string& whose) {
    if (trust.authorities.empty() || !accepted_by(credential, trust.authorities)) return;
    errors.push_back({credential.file.string(), 0, 0, "is accepted by the trust store of " + whose,
                      "expected authorities that the two sides do not share"});
  };
  check(other_edge.trust, "side " + std::string(to_string(other_edge.side)));
  for (const wire::NearPeer& peer : other_edge.near_peers) {
    for (const wire::Trust& trust : peer.trust) check(trust, "peer \"" + peer.name + "\"");
  }
  return errors;
}

}  // namespace guard::supervisor
