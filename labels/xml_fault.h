// XmlFault: why a label or clearance in XML was not understood, and where in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "labels/label_error.h"
#include "schemas/element.h"

namespace labels {

// XmlFault's words may quote the document: where a peer wrote it they belong in the audit log and
// nowhere else. The reason is one of the stable names.
struct XmlFault {
  LabelReason reason = LabelReason::kStructure;
  std::string what = {};      // what was found
  std::string expected = {};  // what was expected; may be empty
  // Where: the element at fault. Zeros where the reader keeps no places (in stanzas).
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  // The same as a path below the element that was read, e.g. "ConfidentialityInformation[1]/
  // Category[2]": names without prefixes, each with its place among those of its name. Empty for
  // that element itself.
  std::string path = {};
};

// xml_fault makes one for `at`, an element inside (or the same as) `root`.
[[nodiscard]] XmlFault xml_fault(const schemas::Element& root, const schemas::Element& at,
                                 LabelReason reason, std::string what, std::string expected = {});

// path_to gives the path of XmlFault; empty where `at` is not inside `root`. Time linear in the
// tree: for faults only.
[[nodiscard]] std::string path_to(const schemas::Element& root, const schemas::Element& at);

}  // namespace labels
