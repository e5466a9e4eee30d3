#include "policy/analysis/invariant_notes.h"

#include <algorithm>

#include "guard/base/check.h"
#include "policy/words.h"

namespace policy {
namespace {

// Whether the domain or, where that is asked, one below it is routed from the peer in some lane.
bool is_routed(const Policy& policy, guard::PeerIndex from, const NothingReaches& what) {
  const guard::Side near = policy.peers()[from].side;
  return std::ranges::any_of(guard::kSides, [&](guard::Side far) {
    const guard::Lane lane = guard::lane_between(near, far);
    if (policy.routed(lane, from, what.domain) != nullptr) return true;
    if (!what.subdomains || !policy.uses(lane)) return false;
    const std::string below = "." + what.domain;
    const auto claims_one = [&](const Peer& peer) {
      return peer.side == far && &peer != &policy.peers()[from] &&
             std::ranges::any_of(peer.domains, [&](const DomainClaim& claim) {
               return claim.domain.ends_with(below);
             });
    };
    return std::ranges::any_of(policy.peers(), claims_one);
  });
}

std::vector<InvariantNote> notes(const Policy& policy, const NothingReaches& what) {
  if (std::ranges::any_of(what.from_peers,
                          [&](guard::PeerIndex from) { return is_routed(policy, from, what); })) {
    return {};
  }
  return {{.kind = "idle-invariant",
           .what = "no peer that they could reach claims " + what.domain +
                   (what.subdomains ? ", nor a domain below it" : "")}};
}

// A lane within a side that has no rules has no routes.
std::vector<InvariantNote> unused(const Policy& policy, guard::Lane lane) {
  if (policy.uses(lane)) return {};
  return {{.kind = "idle-invariant",
           .what = "nothing passes within the " + std::string(to_string(near_side(lane))) +
                   " side: there are no rules for it"}};
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

std::vector<InvariantNote> notes(const Policy& policy, const OnlyLabelled& what) {
  return unused(policy, what.lane);
}

std::vector<InvariantNote> notes(const Policy& policy, const OnlyIq& what) {
  return unused(policy, what.lane);
}

}  // namespace

std::vector<InvariantNote> invariant_notes(const Policy& policy, const Invariant& invariant) {
  return std::visit([&](const auto& what) { return notes(policy, what); }, invariant.what);
}

}  // namespace policy
