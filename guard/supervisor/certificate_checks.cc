#include "guard/supervisor/certificate_checks.h"

#include <algorithm>

#include "guard/xmpp/domain.h"

namespace guard::supervisor {

std::vector<std::string> uncovered(const wire::EdgeConfiguration& edge,
                                   const std::vector<Credential>& credentials) {
  std::vector<std::string> found;
  for (const wire::FarPeer& far : edge.far_peers) {
    const bool seen = std::any_of(
        edge.near_peers.begin(), edge.near_peers.end(), [&far](const wire::NearPeer& near) {
          return std::binary_search(near.visible.begin(), near.visible.end(), far.index);
        });
    if (!seen) continue;
    for (const wire::DomainClaim& claim : far.domains) {
      if (claim.match != DomainMatch::kExact) continue;
      const std::string name = xmpp::ascii_or_empty(claim.domain);
      const bool covered = std::any_of(credentials.begin(), credentials.end(),
                                       [&name](const Credential& c) { return covers(c, name); });
      if (!covered) found.push_back(name);
    }
  }
  return found;
}

std::vector<FileError> names_apart(const Credential& credential,
                                   const wire::EdgeConfiguration& edge) {
  DomainTable owners;
  for (const wire::FarPeer& far : edge.far_peers) {
    for (const wire::DomainClaim& claim : far.domains) {
      (void)owners.add(claim.domain, claim.match, far.index);
    }
  }
  for (const wire::NearPeer& near : edge.near_peers) {
    std::string seen;
    std::string hidden;
    for (const std::string& name : credential.dns_names) {
      // Certificates have A-labels, the policy has U-labels.
      const auto owner = owners.find(xmpp::normal_domain(name).value_or(name));
      const bool visible =
          owner && std::binary_search(near.visible.begin(), near.visible.end(), *owner);
      (visible ? seen : hidden) = name;
    }
    if (seen.empty() || hidden.empty()) continue;
    return {{credential.file.string(), 0, 0,
             "shows " + hidden + " to peer \"" + near.name + "\", which may only see " + seen,
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
