// SampleLabels: a few valid labels of a security policy, to show how it marks.
#pragma once

#include <vector>

#include "guard/base/utc_time.h"
#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels::tool {

// full_clearance holds every classification and every value that plays a part in decisions.
[[nodiscard]] Clearance full_clearance(const SecurityPolicy& policy);

// sample_labels gives a label for each classification, with as few values as make it valid at that
// moment, and then, for each tag, the first of these that takes further
// values of the tag, with one and with two of them.
[[nodiscard]] std::vector<Label> sample_labels(const SecurityPolicy& policy, guard::UtcTime at);

}  // namespace labels::tool
