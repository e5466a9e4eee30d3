// label_reading: labels and clearances as the policy file writes them.
#pragma once

#include <optional>

#include "labels/clearance.h"
#include "policy/file_reading.h"
#include "schemas/element.h"

namespace policy {

// read_clearance reads a <clearance>: what it lists, what its file holds, and where it has both,
// what both hold. Nothing where it has a fault, which is then in reading.faults at the element that
// names what is not there.
[[nodiscard]] std::optional<labels::Clearance> read_clearance(FileReading& reading,
                                                              const schemas::Element& element);

}  // namespace policy
