// replan: the plan with which a guard that runs goes over to another policy (README.md, Reload).
#pragma once

#include <expected>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/plan.h"
#include "guard/supervisor/site.h"

namespace guard::supervisor {

// replan makes a plan of `next`, as make_plan does, for a guard that was started with `running` and
// goes by `in_force`. Peers have the numbers that they have in force; the revocation lists of the
// sides are those in force, which the guard looks at by itself. Errors, never empty:
// those of make_plan, and what cannot be taken before a restart.
[[nodiscard]] std::expected<Plan, std::vector<FileError>> replan(const Site& running,
                                                                 const Plan& in_force,
                                                                 const Site& next, UtcTime now);

}  // namespace guard::supervisor
