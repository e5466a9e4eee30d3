#include "labels/spif_element.h"

#include <charconv>
#include <optional>
#include <utility>

namespace labels {

using schemas::Element;

bool is_spif(const Element& element, std::string_view name) {
  return element.is(kSpifNamespace, name);
}

Place place_of(const Element& element) { return {.line = element.line, .column = element.column}; }

std::unexpected<PolicyFault> fault_at(const Element& element, std::string what,
                                      std::string expected) {
  return std::unexpected(PolicyFault{
      .place = place_of(element), .what = std::move(what), .expected = std::move(expected)});
}

std::string_view attribute_or_empty(const Element& element, std::string_view name) {
  const std::string_view* value = element.attribute(name);
  return value == nullptr ? std::string_view() : *value;
}

bool is_set(const Element& element, std::string_view name) {
  const std::string_view value = attribute_or_empty(element, name);
  return value == "true" || value == "1";
}

SpifRead<std::uint32_t> number_attribute(const Element& element, std::string_view name) {
  const std::string_view text = attribute_or_empty(element, name);
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value > kMaxAttribute) {
    return fault_at(element, std::string(name) + "=" + in_quotes(text),
                    "a number from 0 to " + std::to_string(kMaxAttribute));
  }
  return value;
}

SpifRead<Oid> oid_attribute(const Element& element, std::string_view name) {
  const std::string_view text = attribute_or_empty(element, name);
  const std::optional<Oid> value = Oid::from_dotted(text);
  if (!value) {
    return fault_at(element, std::string(name) + " " + in_quotes(text),
                    "an object identifier such as 2.999.1");
  }
  return *value;
}

SpifRead<CategoryKind> tag_kind(const Element& tag) {
  const std::string_view type = attribute_or_empty(tag, "tagType");
  const std::string_view* enum_type = tag.attribute("enumType");
  const std::string_view* encoding = tag.attribute("tag7Encoding");
  if (enum_type != nullptr && type != "enumerated") {
    return fault_at(tag, "enumType in a tag of type " + in_quotes(type), "tagType \"enumerated\"");
  }
  if (encoding != nullptr && type != "tagType7") {
    return fault_at(tag, "tag7Encoding in a tag of type " + in_quotes(type),
                    "tagType \"tagType7\"");
  }
  if (type == "restrictive") return CategoryKind::kRestrictive;
  if (type == "permissive") return CategoryKind::kPermissive;
  if (type == "enumerated") {
    if (enum_type == nullptr) {
      return fault_at(tag, "an enumerated tag without enumType",
                      "enumType \"restrictive\" or \"permissive\"");
    }
    return *enum_type == "restrictive" ? CategoryKind::kEnumeratedRestrictive
                                       : CategoryKind::kEnumeratedPermissive;
  }
  if (type == "tagType7") {
    if (encoding == nullptr) {
      return fault_at(tag, "a tag of type 7 without tag7Encoding",
                      "tag7Encoding \"bitSetAttributes\" or \"securityAttributes\"");
    }
    return *encoding == "bitSetAttributes" ? CategoryKind::kInformativeBits
                                           : CategoryKind::kInformativeValues;
  }
  return fault_at(tag, "tagType " + in_quotes(type),
                  "\"restrictive\", \"permissive\", \"enumerated\" or \"tagType7\"");
}

}  // namespace labels
