// Losses: what a format has no room for, so that nothing of a label is lost unsaid.
#pragma once

#include <string>
#include <vector>

#include "labels/label.h"
#include "labels/label_format.h"

namespace labels {

// losses lists what of this label the format would not carry, each in words ("the creation date
// 2026-01-31T00:00:00Z"); empty where it carries everything. For kXep0258 the answer is that of
// the format inside it, ESS. In XML a privacy mark that could be a PrintableString is one. What a
// format cannot carry *and* cannot do without (a classification in 4774, names for its numbers) is
// an error of its writer instead.
[[nodiscard]] std::vector<std::string> losses(const Label& label, LabelFormat format);

}  // namespace labels
