// Binding4778: the labels in a BindingInformation of ADatP-4778.
//
//   BindingInformation { ds:Signature*, MetadataBindingContainer+ { MetadataBinding+ {
//     Metadata+ { one label of ADatP-4774 }, (Data | DataReference)+ } } }
//
// What the labels are bound to is not looked at. Signatures are counted, NEVER verified: whoever
// asks decides whether a label that nobody vouches for will do, and must say so.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "labels/label_4774.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kBinding4778Namespace =
    "urn:nato:stanag:4778:bindinginformation:1:0";

struct Binding4778 {
  std::vector<Label4774> labels = {};  // in document order, of all containers; one or more
  std::size_t signatures = 0;
  std::size_t bindings = 0;  // MetadataBinding elements: more than one bind several things
};

inline constexpr std::size_t kMaxBindingLabels = 64;

// read_binding_4778 reads every label in a BindingInformation. REQUIRES: that its schema
// (schemas/binding-4778.xsd) has been checked. Errors: those of read_label_4774; kStructure for
// more than kMaxBindingLabels labels.
[[nodiscard]] std::expected<Binding4778, XmlFault> read_binding_4778(
    const schemas::Element& element, const PolicySet& policies);

// write_binding_4778 writes a binding of these labels to the data at `uri` (a DataReference), with
// no signature. Errors: those of write_label_4774. REQUIRES: one label or more.
[[nodiscard]] std::expected<std::string, LabelReason> write_binding_4778(
    const std::vector<Label4774>& labels, std::string_view uri, const PolicySet& policies);

}  // namespace labels
