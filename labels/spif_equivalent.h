// The equivalences that a SPIF file states with other security policies.
#pragma once

#include <vector>

#include "labels/equivalent.h"
#include "labels/spif_directory.h"
#include "labels/spif_element.h"
#include "schemas/element.h"

namespace labels {

// read_equivalent_policies reads an equivalentPolicies element. Fault: a name or id twice.
[[nodiscard]] SpifRead<std::vector<EquivalentPolicy>> read_equivalent_policies(
    const schemas::Element& element);

// read_equivalent_classifications reads the equivalentClassification children of a
// securityClassification. Faults: a policyRef that no equivalentPolicy has, a lacv above 256.
[[nodiscard]] SpifRead<std::vector<EquivalentClassification>> read_equivalent_classifications(
    const schemas::Element& element, const SpifDirectory& directory);

// read_equivalent_categories reads the equivalentSecCategoryTag children of a tagCategory. Faults:
// a policyRef that no equivalentPolicy has; one that is not discarded and lacks tag set, type or
// lacv.
[[nodiscard]] SpifRead<std::vector<EquivalentCategory>> read_equivalent_categories(
    const schemas::Element& element, const SpifDirectory& directory);

}  // namespace labels
