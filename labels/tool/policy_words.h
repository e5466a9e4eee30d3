// PolicyWords: the conditions and equivalents of a security policy, each as a phrase that a person
// can read.
#pragma once

#include <string>
#include <vector>

#include "labels/constraint.h"
#include "labels/equivalent.h"
#include "labels/policy_content.h"
#include "labels/policy_set.h"
#include "labels/security_policy.h"

namespace labels::tool {

// conditions says, one phrase each, what a label that bears the element must fulfil: "only with
// SECRET", "needs one or more of: Caveats: CRYPTO (0); any of Projects", "obsolete".
[[nodiscard]] std::vector<std::string> conditions(const SecurityPolicy& policy,
                                                  const Classification& classification);
[[nodiscard]] std::vector<std::string> conditions(const SecurityPolicy& policy,
                                                  const TagCategory& category);
// conditions on labels translated to another policy; `other` is that policy, or nullptr.
[[nodiscard]] std::vector<std::string> conditions(const SecurityPolicy* other,
                                                  const std::vector<RequiredCategory>& required);

// selection says how many: "exactly 1", "1 or more", "at most 2", "2 to 4"; "any number" where
// it is not bounded.
[[nodiscard]] std::string selection(const Selection& selection);

// equivalent says what the element is under another policy: "in ALLIANCE: SECRET (4), both ways".
// Names of the other policy stand there where `others` has it.
[[nodiscard]] std::string equivalent(const SecurityPolicy& policy, const PolicySet& others,
                                     const EquivalentClassification& equivalent);
[[nodiscard]] std::string equivalent(const SecurityPolicy& policy, const PolicySet& others,
                                     const EquivalentCategory& equivalent);

// meaning says how values of that kind are judged.
[[nodiscard]] std::string_view meaning(CategoryKind kind);

}  // namespace labels::tool
