#include "guard/base/base64.h"

#include <array>

namespace guard {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 255;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kNone;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = make_values();

}  // namespace

std::string to_base64(BytesView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0U) |
                                (left > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0U);
    text.push_back(kAlphabet[group >> 18]);
    text.push_back(kAlphabet[(group >> 12) & 63]);
    text.push_back(left > 1 ? kAlphabet[(group >> 6) & 63] : '=');
    text.push_back(left > 2 ? kAlphabet[group & 63] : '=');
  }
  return text;
}

std::expected<Bytes, Base64Error> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::unexpected(Base64Error{text.size(), "length is not a multiple of 4"});
  }
  std::size_t padding = 0;
  if (text.ends_with("==")) {
    padding = 2;
  } else if (text.ends_with('=')) {
    padding = 1;
  }
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t count = last ? 4 - padding : 4;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      std::uint8_t value = 0;
      if (k < count) {
        value = kValues[static_cast<unsigned char>(text[i + k])];
        if (value == kNone) return std::unexpected(Base64Error{i + k, "not a base64 character"});
      }
      group = group << 6 | value;
    }
    if (count < 4 && (group & (count == 2 ? 0xffffU : 0xffU)) != 0) {
      return std::unexpected(Base64Error{i + count - 1, "unused bits are not zero"});
    }
    bytes.push_back(static_cast<std::uint8_t>(group >> 16));
    if (count > 2) bytes.push_back(static_cast<std::uint8_t>(group >> 8 & 255));
    if (count > 3) bytes.push_back(static_cast<std::uint8_t>(group & 255));
  }
  return bytes;
}

}  // namespace guard
