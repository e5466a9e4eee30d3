#include "guard/xmpp/reference.h"

#include <cstdint>

#include "guard/xmpp/utf8.h"

namespace guard::xmpp {
namespace {

// hex_digit gives the digit's value, or 16.
std::uint32_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A') + 10;
  return 16;
}

}  // namespace

bool is_predefined(std::string_view entity) {
  return entity == "amp" || entity == "lt" || entity == "gt" || entity == "quot" ||
         entity == "apos";
}

bool names_allowed(std::string_view digits) {
  std::uint32_t base = 10;
  if (!digits.empty() && digits.front() == 'x') {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty()) return false;
  std::uint32_t code_point = 0;  // at most 7 digits: no overflow
  for (const char c : digits) {
    const std::uint32_t digit = hex_digit(c);
    if (digit >= base) return false;
    code_point = code_point * base + digit;
  }
  return xml_allows(code_point);
}

}  // namespace guard::xmpp
