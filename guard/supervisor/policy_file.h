// policy_file: the policy that a site file names, with its security policies, read as the service
// reads it.
//
// Who controls it: the people who write and approve policies.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/site.h"
#include "guard/wire/configuration.h"
#include "policy/policy.h"

namespace guard::supervisor {

// LoadedPolicy keeps the texts beside the value: the filters read the same octets again.
struct LoadedPolicy {
  policy::Policy policy;
  wire::NamedText text;
  std::vector<wire::NamedText> spifs;       // named as the policy names them
  std::vector<wire::NamedText> clearances;  // likewise
  std::vector<wire::NamedText> officers;    // likewise
};

// load_policy reads the policy, its SPIFs, its clearance files and its officers' certificates;
// `now` is the moment at which signatures must be good. The errors are in the order of the file,
// never empty.
[[nodiscard]] std::expected<LoadedPolicy, std::vector<FileError>> load_policy(const Site& site,
                                                                              UtcTime now);

}  // namespace guard::supervisor
