// OtherChanges: what is different in another policy and lets neither more nor less cross:
// connections, limits, silence, kept content, invariants. Each says what was and what is.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

namespace policy {

// other_changes gives one line for each, for people. A peer, an officer, an invariant is the same
// one where it has the same name, certificate, id.
[[nodiscard]] std::vector<std::string> other_changes(const Policy& before, const Policy& after);

}  // namespace policy
