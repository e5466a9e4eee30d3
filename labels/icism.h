// Icism: labels in the manner of ICISM, an element with attributes that hold lists of tokens.
//
//   <icismlabel xmlns="http://example.gov/IC-ISM/0" classification="S" releasableTo="USA GBR"/>
//
// as in XEP-0258's example. What a token means is said by a mapping table (icism_map.h); a token or
// an attribute that the table does not have is an error.
//
// Who controls the content: a hostile peer; the tree has passed schemas/icism.xsd.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "labels/icism_map.h"
#include "labels/label.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kIcismNamespace = "http://example.gov/IC-ISM/0";

[[nodiscard]] bool is_icism_label(const schemas::Element& element);

// read_icism_label reads one label. Tokens are separated by white space, in any order, each once.
// Errors: kUnknownName (of an attribute or token), kDuplicateValue, kStructure (a fixed attribute
// is missing or different; no classification or more than one), and those of Category. REQUIRES:
// is_icism_label(element), and that its schema has been checked.
[[nodiscard]] std::expected<Label, XmlFault> read_icism_label(const schemas::Element& element,
                                                              const IcismMap& map);

// write_icism_label writes one, attributes and tokens in alphabetical order, but classification
// first. Errors: kUnknownPolicy (the table is for another one), kClassificationMissing, kUnnamed (a
// number or a privacy mark that the table has no token for). What it has no room for: losses.h.
[[nodiscard]] std::expected<std::string, LabelReason> write_icism_label(const Label& label,
                                                                        const IcismMap& map);

}  // namespace labels
