// report: the whole review of a policy as one HTML file, to be read, printed and signed.
#pragma once

#include <optional>
#include <string>

#include "guard/base/utc_time.h"
#include "policy/policy.h"

namespace policy::tool {

struct ReportInput {
  std::string file;                 // name of the policy file
  const Policy* policy = nullptr;   // never nullptr when it is used
  const Policy* against = nullptr;  // the policy before it; may be nullptr
  guard::UtcTime made;              // when the report was made
};

// report gives a self-contained page: no script, nothing fetched; it prints on A4, with the digest
// on every page and room for signatures.
[[nodiscard]] std::string report(const ReportInput& input);

}  // namespace policy::tool
