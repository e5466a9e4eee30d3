// PlainClearance: clearances in the XML form of our own, in the words of <clearance> in a policy
// file: <classification name/>, <classifications from to/>, <category tag-set tag value/>,
// <categories tag-set tag/>.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "labels/clearance.h"
#include "labels/plain_label.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

// read_plain_clearance reads the children of an element, whatever its namespace: that of
// <clearance> here, or of the one in a policy file. Each child is tried by itself, so that a fault
// stands at the element that caused it; all faults are told, in document order, one at least.
// REQUIRES: that a schema has been checked.
[[nodiscard]] std::expected<Clearance, std::vector<XmlFault>> read_plain_clearance(
    const schemas::Element& element, const SecurityPolicy& policy);

// write_plain_clearance writes one in one spelling, each classification and value by itself.
// Errors: kUnknownPolicy, kUnnamed, kInformative; kClassificationMissing where it holds none.
[[nodiscard]] std::expected<std::string, LabelReason> write_plain_clearance(
    const Clearance& clearance, const PolicySet& policies);

}  // namespace labels
