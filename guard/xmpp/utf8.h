// One character of UTF-8, validated fully (RFC 3629), and whether XML 1.0 allows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guard::xmpp {

// Utf8Step is what one character at the start of a text turned out to be.
enum class Utf8Step : std::uint8_t {
  kCharacter,  // valid and allowed in XML 1.0
  kForbidden,  // valid UTF-8 of U+FFFE or U+FFFF
  kBroken,     // overlong, surrogate, beyond U+10FFFF, stray or missing continuation
  kMore,       // valid so far, but the text ends within the character
};

struct Utf8Character {
  Utf8Step step = Utf8Step::kBroken;
  std::uint8_t size = 0;         // octets, for kCharacter and kForbidden
  std::uint32_t code_point = 0;  // likewise
};

// utf8_character looks at the character that `text` begins with; its first octet is >= 0x80.
// Control characters of ASCII are the caller's business.
[[nodiscard]] Utf8Character utf8_character(std::string_view text);

// xml_allows says whether XML 1.0 allows the code point in a document (SPEC: XML 1.0, 2.2).
[[nodiscard]] constexpr bool xml_allows(std::uint32_t code_point) {
  if (code_point < 0x20) return code_point == 0x9 || code_point == 0xA || code_point == 0xD;
  if (code_point >= 0xD800 && code_point <= 0xDFFF) return false;
  if (code_point == 0xFFFE || code_point == 0xFFFF) return false;
  return code_point <= 0x10FFFF;
}

// is_valid_utf8 says whether the whole text is UTF-8; any code point but surrogates is allowed.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace guard::xmpp
