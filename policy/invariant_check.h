// invariant_check: what contradicts itself in one invariant.
#pragma once

#include <string>
#include <vector>

#include "policy/invariant.h"
#include "policy/policy.h"

namespace policy {

// check_invariant looks at one invariant; empty where there is nothing to say. Each reads
// "invariant "id" <what>".
[[nodiscard]] std::vector<std::string> check_invariant(const Invariant& invariant,
                                                       const PolicyContent& content);

}  // namespace policy
