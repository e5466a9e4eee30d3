// InvariantNote: what an invariant that is proven says less than it seems to.
#pragma once

#include <string>
#include <vector>

#include "policy/invariant.h"
#include "policy/policy.h"

namespace policy {

struct InvariantNote {
  std::string kind;  // as in Finding: "idle-invariant", "equal-hierarchy"
  std::string what;
};

// invariant_notes looks at the invariant alone, not at whether it holds. Notes are of a domain that
// no peer claims whom the senders could reach, of a lane within a side that has no rules, and of
// classifications that are not above a bound because the SPIF puts them beside it.
[[nodiscard]] std::vector<InvariantNote> invariant_notes(const Policy& policy,
                                                         const Invariant& invariant);

}  // namespace policy
