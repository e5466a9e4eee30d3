// The conditions that a SPIF file puts on labels: required and excluded categories, selections,
// user input, dates.
#pragma once

#include <vector>

#include "labels/constraint.h"
#include "labels/policy_content.h"
#include "labels/spif_directory.h"
#include "labels/spif_element.h"
#include "schemas/element.h"

namespace labels {

// read_required reads the requiredCategory children of `element`, which speak of this policy.
[[nodiscard]] SpifRead<std::vector<RequiredCategory>> read_required(const schemas::Element& element,
                                                                    const SpifDirectory& directory);

// read_foreign_required reads those that speak of another policy (in an equivalentPolicy or an
// equivalentClassification).
[[nodiscard]] SpifRead<std::vector<RequiredCategory>> read_foreign_required(
    const schemas::Element& element);

// read_excluded reads the excludedCategory children of `element`.
[[nodiscard]] SpifRead<std::vector<CategoryGroup>> read_excluded(const schemas::Element& element,
                                                                 const SpifDirectory& directory);

// read_selection reads singleSelection, minSelection and maxSelection. Faults: a minimum of
// "unbounded" or above the maximum, singleSelection="true" with a maximum above 1.
[[nodiscard]] SpifRead<Selection> read_selection(const schemas::Element& element);

// read_conditions fills in what a tagCategory asks of a label that bears it: requiredClass,
// excludedClass, required and excluded categories, user input, dates. Faults: an unknown
// classification, a dateFormat that is none or without userInput="date", a time that is none.
[[nodiscard]] SpifRead<void> read_conditions(const schemas::Element& element,
                                             const SpifDirectory& directory, TagCategory& category);

}  // namespace labels
