// The rules that labels are judged by, each asked once for validity.h and decision.h.
#pragma once

#include "guard/base/utc_time.h"
#include "labels/compiled_clearance.h"
#include "labels/compiled_label.h"
#include "labels/denial_list.h"

namespace labels {

// judge_validity asks what validity.h says. false: stop, the list wants no more.
[[nodiscard]] bool judge_validity(const CompiledLabel& label, guard::UtcTime at, DenialList& list);

// judge_clearance asks whether the clearance reaches the label: classification, then each tag. What
// the policy does not know of the label it passes over. false: stop.
// REQUIRES: the two are of the same policy snapshot.
[[nodiscard]] bool judge_clearance(const CompiledLabel& label, const CompiledClearance& clearance,
                                   DenialList& list);

}  // namespace labels
