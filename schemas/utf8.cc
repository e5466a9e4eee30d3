#include "schemas/utf8.h"

#include <cstdint>

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

}  // namespace

std::optional<std::size_t> to_utf8(std::span<const char16_t> text, char* out) {
  char* const begin = out;
  std::size_t at = 0;
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
