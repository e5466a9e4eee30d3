// RuleUse: what the rules of a policy are good for. For lint.cc.
#pragma once

#include <set>

#include "guard/base/side.h"
#include "policy/analysis/crossing.h"
#include "policy/policy.h"

namespace policy {

// RuleUse is what the rules of a policy do in all cases there are.
struct RuleUse {
  std::set<const Rule*> decides;  // they decide some stanza
  std::set<const Rule*> allows;   // and something crosses by them
};
[[nodiscard]] RuleUse use_of(const Policy& policy, const Crossings& crossings);

// joins_two_peers says whether a rule can be about some stanza by its two ends alone: within a side
// they are two peers, each with a domain by name. Across it is always true.
[[nodiscard]] bool joins_two_peers(const Policy& policy, guard::Lane lane, const Rule& rule);

// refuses_more says whether some stanza would cross if the rule were not there. It takes another
// policy to find out, so a policy with more than 200 rules in the lane, or 20,000 domains, is not
// asked: true. REQUIRES: the rule is the policy's, and refuses.
[[nodiscard]] bool refuses_more(const Policy& policy, guard::Lane lane, const Rule& rule);

}  // namespace policy
