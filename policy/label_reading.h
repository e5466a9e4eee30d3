// label_reading: labels and clearances as the policy file writes them.
#pragma once

#include <optional>
#include <string>

#include "policy/clearance_files.h"
#include "policy/file_reading.h"
#include "schemas/element.h"

namespace policy {

// read_clearance reads a <clearance>: what it lists, what its file holds, and where it has both,
// what both hold. Nothing where it has a fault, which is then in reading.faults at the element that
// names what is not there.
[[nodiscard]] std::optional<FileClearance> read_clearance(FileReading& reading,
                                                          const schemas::Element& element);

// governing_clearance says what is expected where a clearance of a file cannot be used.
[[nodiscard]] std::string governing_clearance(const FileReading& reading);

}  // namespace policy
