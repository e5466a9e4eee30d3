// policy_warnings: what a policy says to no purpose, for whoever starts with it or goes over to it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace guard::supervisor {

// kMostRules bounds the rules of a policy that is looked at here: the look takes 0.15 s with so
// many, and with 1,000 more than ten, in which guardd hears nobody.
inline constexpr std::size_t kMostRules = 64;
// kMostWarnings bounds what is shown of one policy.
inline constexpr std::size_t kMostWarnings = 20;

// policy_warnings gives a line, without its end, for each finding of policy::lint that is no note;
// of those past kMostWarnings their number. Of a policy with more rules than kMostRules it gives
// one line that says who tells.
[[nodiscard]] std::vector<std::string> policy_warnings(const std::string& file,
                                                       const policy::Policy& policy);

}  // namespace guard::supervisor
