#include "labels/spelling.h"

#include <algorithm>

#include "guard/base/base64.h"
#include "guard/base/check.h"
#include "guard/base/hex.h"

namespace labels {
namespace {

constexpr std::string_view kWhite = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_white(char c) { return kWhite.find(c) != std::string_view::npos; }

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_text(std::string_view octets) {
  return std::ranges::all_of(octets, [](char c) { return is_white(c) || (c >= 0x20 && c < 0x7f); });
}

std::string without_white_space(std::string_view text) {
  std::string result;
  std::ranges::copy_if(text, std::back_inserter(result), [](char c) { return !is_white(c); });
  return result;
}

}  // namespace

std::string_view to_string(Spelling spelling) {
  switch (spelling) {
    case Spelling::kRaw:
      return "DER";
    case Spelling::kBase64:
      return "base64";
    case Spelling::kHex:
      return "hex";
    case Spelling::kPem:
      return "PEM";
    case Spelling::kXml:
      return "XML";
  }
  return "unknown";
}

Spelling spelling_of(guard::BytesView octets) {
  std::string_view text = guard::as_text(octets);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return Spelling::kRaw;
  if (text[first] == '<') return Spelling::kXml;
  // PEM may have text in any language before its blocks.
  if (text.find("-----BEGIN ") != std::string_view::npos) return Spelling::kPem;
  if (!is_text(text)) return Spelling::kRaw;
  const std::string digits = without_white_space(text);
  const bool hex = (digits.starts_with("31") || digits.starts_with("30")) &&
                   std::ranges::all_of(digits, is_hex_digit);
  return hex ? Spelling::kHex : Spelling::kBase64;
}

std::expected<guard::Bytes, std::string> octets_of(guard::BytesView octets, Spelling spelling) {
  if (spelling == Spelling::kRaw) return guard::Bytes(octets.begin(), octets.end());
  CHECK(spelling == Spelling::kBase64 || spelling == Spelling::kHex);
  const std::string text = without_white_space(guard::as_text(octets));
  if (spelling == Spelling::kHex) {
    auto read = guard::from_hex(text);
    if (read) return *std::move(read);
    return std::unexpected("an odd number of hex digits (" + std::to_string(text.size()) + ")");
  }
  auto read = guard::from_base64(text);
  if (read) return *std::move(read);
  return std::unexpected("no canonical base64: " + std::string(read.error().reason) +
                         " at character " + std::to_string(read.error().offset) +
                         " (white space not counted)");
}

}  // namespace labels
