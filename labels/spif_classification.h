// The securityClassification elements of a SPIF file.
#pragma once

#include "labels/policy_content.h"
#include "labels/spif_directory.h"
#include "labels/spif_element.h"
#include "schemas/element.h"

namespace labels {

// read_classification reads one securityClassification: its name, numbers, colours, conditions,
// equivalents and markings.
[[nodiscard]] SpifRead<Classification> read_classification(const schemas::Element& element,
                                                           const SpifDirectory& directory);

}  // namespace labels
