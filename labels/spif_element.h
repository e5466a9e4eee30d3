// The elements and attributes of a SPIF file: what every part of its reader asks of them.
//
// Each function takes an element of a document that is valid under schemas/spif.xsd.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "labels/category.h"
#include "labels/oid.h"
#include "labels/place.h"
#include "labels/policy_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kSpifNamespace = "http://www.xmlspif.org/spif";

// SpifRead is what was read, or why it contradicts itself.
template <typename T>
using SpifRead = std::expected<T, PolicyFault>;

[[nodiscard]] bool is_spif(const schemas::Element& element, std::string_view name);
[[nodiscard]] Place place_of(const schemas::Element& element);
[[nodiscard]] std::unexpected<PolicyFault> fault_at(const schemas::Element& element,
                                                    std::string what, std::string expected);

// attribute_or_empty returns the value of an attribute in no namespace; empty where it is absent.
[[nodiscard]] std::string_view attribute_or_empty(const schemas::Element& element,
                                                  std::string_view name);
// is_set says whether a boolean attribute is there and true.
[[nodiscard]] bool is_set(const schemas::Element& element, std::string_view name);
// number_attribute reads 0 to kMaxAttribute; leading zeros are in use. Fault: anything else.
[[nodiscard]] SpifRead<std::uint32_t> number_attribute(const schemas::Element& element,
                                                       std::string_view name);
// oid_attribute reads an object identifier in dotted form. Fault: anything else.
[[nodiscard]] SpifRead<Oid> oid_attribute(const schemas::Element& element, std::string_view name);

// tag_kind reads tagType with enumType and tag7Encoding of a securityCategoryTag. Fault: one of
// them is missing, does not belong to that type, or is unknown.
[[nodiscard]] SpifRead<CategoryKind> tag_kind(const schemas::Element& tag);

}  // namespace labels
