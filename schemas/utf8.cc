#include "schemas/utf8.h"

#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace schemas {
namespace {

constexpr bool is_high_surrogate(std::uint32_t unit) { return (unit & 0xFC00U) == 0xD800U; }
constexpr bool is_low_surrogate(std::uint32_t unit) { return (unit & 0xFC00U) == 0xDC00U; }

constexpr bool is_noncharacter(std::uint32_t point) {
  return (point >= 0xFDD0U && point <= 0xFDEFU) || (point & 0xFFFEU) == 0xFFFEU;
}

// next reads one code point and moves `at` past it; nullopt for a lone surrogate (one unit read).
std::optional<std::uint32_t> next(std::span<const char16_t> text, std::size_t& at) {
  const std::uint32_t unit = text[at++];
  if (is_low_surrogate(unit)) return std::nullopt;
  if (!is_high_surrogate(unit)) return unit;
  if (at == text.size() || !is_low_surrogate(text[at])) return std::nullopt;
  const std::uint32_t low = text[at++];
  return 0x10000U + ((unit & 0x3FFU) << 10U) + (low & 0x3FFU);
}

char* put(std::uint32_t point, char* out) {
  const auto byte = [&out](std::uint32_t value) { *out++ = static_cast<char>(value); };
  if (point < 0x80U) {
    byte(point);
  } else if (point < 0x800U) {
    byte(0xC0U | point >> 6U);
    byte(0x80U | (point & 0x3FU));
  } else if (point < 0x10000U) {
    byte(0xE0U | point >> 12U);
    byte(0x80U | (point >> 6U & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  } else {
    byte(0xF0U | point >> 18U);
    byte(0x80U | (point >> 12U & 0x3FU));
    byte(0x80U | (point >> 6U & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  }
  return out;
}

// copy_ascii copies as many whole blocks of eight ASCII characters as `text` starts with, and
// returns how many characters that were. Nearly all of a stanza is ASCII.
std::size_t copy_ascii(std::span<const char16_t> text, char* out) {
  std::size_t at = 0;
#ifdef __SSE2__
  const __m128i not_ascii = _mm_set1_epi16(static_cast<short>(0xFF80));
  for (; text.size() - at >= 8; at += 8) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i clear = _mm_cmpeq_epi16(_mm_and_si128(block, not_ascii), _mm_setzero_si128());
    if (_mm_movemask_epi8(clear) != 0xFFFF) break;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + at), _mm_packus_epi16(block, block));
  }
#else
  static_cast<void>(text);
  static_cast<void>(out);
#endif
  return at;
}

}  // namespace

std::optional<std::size_t> to_utf8(std::span<const char16_t> text, char* out) {
  char* const begin = out;
  std::size_t at = copy_ascii(text, out);
  out += at;
  while (at < text.size()) {
    if (text[at] < 0x80) {
      *out++ = static_cast<char>(text[at++]);
      continue;
    }
    const std::optional<std::uint32_t> point = next(text, at);
    if (!point || is_noncharacter(*point)) return std::nullopt;
    out = put(*point, out);
  }
  return static_cast<std::size_t>(out - begin);
}

std::string to_utf8_lossy(std::span<const char16_t> text) {
  std::string written;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::uint32_t point = next(text, at).value_or(0xFFFDU);
    char buffer[4];
    const char* end = put(is_noncharacter(point) ? 0xFFFDU : point, buffer);
    written.append(static_cast<const char*>(buffer), end);
  }
  return written;
}

}  // namespace schemas
