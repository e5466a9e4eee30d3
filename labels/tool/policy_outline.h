// PolicyOutline: a security policy printed so that a person can read it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "guard/base/json_writer.h"
#include "labels/label.h"
#include "labels/marking.h"
#include "labels/policy_set.h"
#include "labels/security_policy.h"

namespace labels::tool {

// outline prints classifications, privacy marks, categories with their conditions and equivalents,
// and the equivalent policies. `others` gives names to what is equivalent. Escaped for a terminal.
[[nodiscard]] std::string outline(const SecurityPolicy& policy, const PolicySet& others);

// write_outline writes the same as members of an object that is open.
void write_outline(guard::JsonWriter& json, const SecurityPolicy& policy, const PolicySet& others);

}  // namespace labels::tool
