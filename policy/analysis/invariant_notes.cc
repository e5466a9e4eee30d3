#include "policy/analysis/invariant_notes.h"

#include <algorithm>

#include "guard/base/check.h"
#include "policy/words.h"

namespace policy {
namespace {

// Whether a peer of the side claims the domain or, where that is asked, one below it.
bool is_claimed(const Policy& policy, guard::Side side, const NothingReaches& what) {
  if (policy.standing(side, what.domain) != nullptr) return true;
  if (!what.subdomains) return false;
  const std::string below = "." + what.domain;
  return std::ranges::any_of(policy.peers(), [&](const Peer& peer) {
    return peer.side == side && std::ranges::any_of(peer.domains, [&](const DomainClaim& claim) {
             return claim.domain.ends_with(below);
           });
  });
}

std::vector<InvariantNote> notes(const Policy& policy, const NothingReaches& what) {
  for (const guard::PeerIndex from : what.from_peers) {
    const guard::Side far = guard::far_side(guard::lane_from(policy.peers()[from].side));
    if (is_claimed(policy, far, what)) return {};
  }
  return {{.kind = "idle-invariant",
           .what = "no peer of the other side claims " + what.domain +
                   (what.subdomains ? ", nor a domain below it" : "")}};
}

std::vector<InvariantNote> notes(const Policy& policy, const NothingAbove& what) {
  const labels::SecurityPolicy& governing = policy.security_policy();
  const labels::Classification* bound =
      governing.classification(std::string_view(what.classification));
  CHECK(bound != nullptr);  // checked when the policy was made
  std::vector<std::string> beside;
  for (const labels::Classification& each : governing.classifications()) {
    if (each.lacv != bound->lacv && each.hierarchy == bound->hierarchy) beside.push_back(each.name);
  }
  if (beside.empty()) return {};
  return {{.kind = "equal-hierarchy",
           .what = joined_with(beside, ", ") +
                   " may cross, too: in the SPIF's hierarchy not above " + what.classification +
                   " but beside it"}};
}

std::vector<InvariantNote> notes(const Policy&, const OnlyLabelled&) { return {}; }

std::vector<InvariantNote> notes(const Policy&, const OnlyIq&) { return {}; }

}  // namespace

std::vector<InvariantNote> invariant_notes(const Policy& policy, const Invariant& invariant) {
  return std::visit([&](const auto& what) { return notes(policy, what); }, invariant.what);
}

}  // namespace policy
