// Clearance4774: the confidentiality clearance of ADatP-4774, in XML.
//
//   ConfidentialityClearance
//     PolicyIdentifier (@URI), ClassificationList { Classification* }, Category*
//
// The parts in it are those of label_4774.h. Who controls the content: whoever wrote the file; the
// tree has passed schemas/clearance-4774.xsd.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "labels/clearance.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kClearance4774Namespace =
    "urn:nato:stanag:4774:confidentialityclearance:1:0";

// read_clearance_4774 reads a ConfidentialityClearance. Errors: as of read_label_4774; kInformative
// for an informative category, for which there is nothing to be cleared; kDuplicateValue for a
// classification twice. REQUIRES: that its schema has been checked.
[[nodiscard]] std::expected<Clearance, XmlFault> read_clearance_4774(
    const schemas::Element& element, const PolicySet& policies);

// write_clearance_4774 writes one, in one spelling. Errors: kUnknownPolicy, kUnnamed,
// kAmbiguousName, kInformative.
[[nodiscard]] std::expected<std::string, LabelReason> write_clearance_4774(
    const Clearance& clearance, const PolicySet& policies);

}  // namespace labels
