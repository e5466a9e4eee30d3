// LabelFormat: the spellings of a label.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace labels {

enum class LabelFormat : std::uint8_t {
  kEss,      // ESSSecurityLabel, DER (RFC 2634 3)
  k4774,     // ADatP-4774, by itself or in an ADatP-4778 BindingInformation
  kXep0258,  // securitylabel of XMPP, around any of the others
  kPlain,    // our own XML
  kIcism,    // the attributes of an ICISM label, through a mapping table
};

// to_string gives "ess", "4774", "xep0258", "xml" or "icism".
[[nodiscard]] constexpr std::string_view to_string(LabelFormat format) {
  switch (format) {
    case LabelFormat::kEss:
      return "ess";
    case LabelFormat::k4774:
      return "4774";
    case LabelFormat::kXep0258:
      return "xep0258";
    case LabelFormat::kPlain:
      return "xml";
    case LabelFormat::kIcism:
      return "icism";
  }
  return "unknown";
}

// label_format_from is the inverse of to_string.
[[nodiscard]] constexpr std::optional<LabelFormat> label_format_from(std::string_view name) {
  for (const LabelFormat format : {LabelFormat::kEss, LabelFormat::k4774, LabelFormat::kXep0258,
                                   LabelFormat::kPlain, LabelFormat::kIcism}) {
    if (to_string(format) == name) return format;
  }
  return std::nullopt;
}

}  // namespace labels
