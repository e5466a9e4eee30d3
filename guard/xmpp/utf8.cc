#include "guard/xmpp/utf8.h"

namespace guard::xmpp {
namespace {

// What the lead octet demands: the size, and the range of the second octet, which is where
// overlong forms, surrogates and code points beyond U+10FFFF show (SPEC: RFC 3629 4).
struct Lead {
  std::uint8_t size;
  std::uint8_t second_low;
  std::uint8_t second_high;
};

constexpr Lead lead_of(std::uint8_t octet) {
  if (octet < 0xC2) return {0, 0, 0};
  if (octet < 0xE0) return {2, 0x80, 0xBF};
  if (octet == 0xE0) return {3, 0xA0, 0xBF};
  if (octet == 0xED) return {3, 0x80, 0x9F};
  if (octet < 0xF0) return {3, 0x80, 0xBF};
  if (octet == 0xF0) return {4, 0x90, 0xBF};
  if (octet < 0xF4) return {4, 0x80, 0xBF};
  if (octet == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Utf8Character utf8_character(std::string_view text) {
  const auto octet = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  // Two octets make most of the letters outside of ASCII, and all of them are allowed.
  if (text.size() >= 2 && octet(0) >= 0xC2 && octet(0) < 0xE0 && (octet(1) & 0xC0U) == 0x80) {
    return {Utf8Step::kCharacter, 2, ((octet(0) & 0x1FU) << 6U) | (octet(1) & 0x3FU)};
  }
  const Lead lead = lead_of(octet(0));
  if (lead.size == 0) return {};
  std::uint32_t code_point = octet(0) & (0xFFU >> (lead.size + 1U));
  for (std::size_t i = 1; i < lead.size; ++i) {
    if (i >= text.size()) return {Utf8Step::kMore, 0, 0};
    const std::uint8_t low = i == 1 ? lead.second_low : std::uint8_t{0x80};
    const std::uint8_t high = i == 1 ? lead.second_high : std::uint8_t{0xBF};
    if (octet(i) < low || octet(i) > high) return {};
    code_point = (code_point << 6U) | (octet(i) & 0x3FU);
  }
  const Utf8Step step = xml_allows(code_point) ? Utf8Step::kCharacter : Utf8Step::kForbidden;
  return {step, lead.size, code_point};
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    if (static_cast<std::uint8_t>(text.front()) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const Utf8Character character = utf8_character(text);
    if (character.size == 0) return false;
    text.remove_prefix(character.size);
  }
  return true;
}

}  // namespace guard::xmpp
