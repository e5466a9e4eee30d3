// EdgePlans: what the two edges will be told: their peers, what these may see, certificates, trust.
// A part of the plan (plan.h), which adds the limits.
#pragma once

#include <array>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/credential_watch.h"
#include "guard/supervisor/site.h"
#include "guard/wire/configuration.h"
#include "policy/policy.h"

namespace guard::supervisor {

struct EdgePlans {
  std::array<wire::EdgeConfiguration, 2> edges;  // by Side; no limits, and no epoch yet
  CredentialWatch::Sources certificates;         // by Side
};

// plan_edges reads certificates, trust, revocation lists and secrets, and adds what is wrong with
// them to `errors`: with an error the plan is not to be used.
[[nodiscard]] EdgePlans plan_edges(const Site& site, const policy::Policy& policy, UtcTime now,
                                   std::vector<FileError>& errors);

}  // namespace guard::supervisor
