#include "guard/base/xml_text.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace guard {
namespace {

// What replaces a character in an attribute's value; empty where the character stands for itself.
std::string_view replacement(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\t':
      return "&#x9;";
    case '\n':
      return "&#xA;";
    case '\r':
      return "&#xD;";
    default:
      return {};
  }
}

bool is_literal_in_text(char character) {
  return character == '"' || character == '\t' || character == '\n';
}

#if defined(__SSE2__)
// special marks the characters of 16 that replacement() knows: bit 0 is the first.
std::uint32_t special(const char* characters) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(characters));
  const auto equals = [&](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  // '<' (0x3c) and '>' (0x3e) differ in one bit; nothing else becomes 0x3e when it is set.
  const __m128i angle =
      _mm_cmpeq_epi8(_mm_or_si128(block, _mm_set1_epi8(0x02)), _mm_set1_epi8('>'));
  // Below the space (as unsigned octets) there are only tab, line feed and carriage return.
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
  const __m128i any =
      _mm_or_si128(_mm_or_si128(angle, control), _mm_or_si128(equals('&'), equals('"')));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(any));
}
#endif

template <bool kValue>
void append_escaped(std::string& out, std::string_view text) {
  std::size_t done = 0;  // what has been written
  const auto visit = [&](std::size_t at) {
    if (!kValue && is_literal_in_text(text[at])) return;
    const std::string_view instead = replacement(text[at]);
    if (instead.empty()) return;
    out.append(text, done, at - done);
    out.append(instead);
    done = at + 1;
  };
  std::size_t at = 0;
#if defined(__SSE2__)
  for (; at + 16 <= text.size(); at += 16) {
    for (std::uint32_t marks = special(text.data() + at); marks != 0; marks &= marks - 1) {
      visit(at + static_cast<std::size_t>(std::countr_zero(marks)));
    }
  }
#endif
  for (; at < text.size(); ++at) visit(at);
  out.append(text, done);
}

}  // namespace

void append_text(std::string& out, std::string_view text) { append_escaped<false>(out, text); }

void append_value(std::string& out, std::string_view text) { append_escaped<true>(out, text); }

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_value(out, value);
  out += '"';
}

bool is_white(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace guard
