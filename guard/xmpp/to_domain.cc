#include "guard/xmpp/to_domain.h"

#include <charconv>
#include <cstdint>

#include "guard/xmpp/domain.h"
#include "guard/xmpp/jid.h"
#include "guard/xmpp/markup_character.h"

namespace guard::xmpp {
namespace {

struct Attribute {
  std::string_view name;
  std::string_view value;  // as written
};

std::string_view skip_space(std::string_view rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  return rest;
}

// Takes one attribute off a start tag, whose name has been taken off; nullopt at its end.
std::optional<Attribute> take_attribute(std::string_view& rest) {
  rest = skip_space(rest);
  const std::size_t name_end = rest.find_first_of("= \t\r\n>");
  if (name_end == std::string_view::npos || rest[name_end] == '>') return std::nullopt;
  Attribute attribute{rest.substr(0, name_end), {}};
  rest = skip_space(rest.substr(name_end));
  if (rest.empty() || rest.front() != '=') return std::nullopt;
  rest = skip_space(rest.substr(1));
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return std::nullopt;
  const std::size_t value_end = rest.find(rest.front(), 1);
  if (value_end == std::string_view::npos) return std::nullopt;
  attribute.value = rest.substr(1, value_end - 1);
  rest.remove_prefix(value_end + 1);
  return attribute;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto octet = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  const auto continuation = [&](int shift) { octet(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) return octet(code_point);
  if (code_point < 0x800) {
    octet(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    octet(0xE0 | code_point >> 12);
    continuation(6);
  } else {
    octet(0xF0 | code_point >> 18);
    continuation(12);
    continuation(6);
  }
  continuation(0);
}

// What stands between "&" and ";". The framer has let pass five names, and numbers of characters.
void append_referenced(std::string& out, std::string_view reference) {
  if (reference == "amp") return out.append(1, '&'), void();
  if (reference == "lt") return out.append(1, '<'), void();
  if (reference == "gt") return out.append(1, '>'), void();
  if (reference == "quot") return out.append(1, '"'), void();
  if (reference == "apos") return out.append(1, '\''), void();
  const bool hexadecimal = reference.starts_with("#x");
  reference.remove_prefix(hexadecimal ? 2 : 1);
  std::uint32_t code_point = 0;
  const char* const end = reference.data() + reference.size();
  const auto read = std::from_chars(reference.data(), end, code_point, hexadecimal ? 16 : 10);
  if (read.ec == std::errc{} && read.ptr == end) append_utf8(out, code_point);
}

std::string resolved(std::string_view value) {
  std::string out;
  while (true) {
    const std::size_t ampersand = value.find('&');
    out += value.substr(0, ampersand);
    if (ampersand == std::string_view::npos) return out;
    value.remove_prefix(ampersand + 1);
    const std::size_t end = value.find(';');
    if (end == std::string_view::npos || end == 0) return {};
    append_referenced(out, value.substr(0, end));
    value.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> to_domain(std::string_view stanza) {
  const std::size_t name_end = stanza.find_first_of(" \t\r\n/>");
  if (name_end == std::string_view::npos) return std::nullopt;
  std::string_view rest = stanza.substr(name_end);
  while (const auto attribute = take_attribute(rest)) {
    if (attribute->name != "to") continue;
    const std::string address = resolved(attribute->value);
    auto domain = normal_domain(split_jid(address).domain);
    if (!domain) return std::nullopt;
    return std::move(*domain);
  }
  return std::nullopt;
}

}  // namespace guard::xmpp
