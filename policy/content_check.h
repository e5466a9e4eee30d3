// content_check: what contradicts itself in a policy, apart from its spelling.
#pragma once

#include <vector>

#include "policy/policy.h"

namespace policy {

// check_content finds the contradictions that policy/README.md lists under "What is refused at
// load". Empty where there are none; else in the order of the file, at most Policy::kMaxFaults.
[[nodiscard]] std::vector<Fault> check_content(const PolicyContent& content);

}  // namespace policy
