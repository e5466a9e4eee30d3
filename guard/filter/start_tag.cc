#include "guard/filter/start_tag.h"

#include <charconv>
#include <cstdint>

namespace guard::filter {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void skip_spaces(std::string_view& rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
}

std::string_view take_name(std::string_view& rest) {
  std::size_t size = 0;
  while (size < rest.size() && !is_space(rest[size]) && rest[size] != '=' && rest[size] != '>' &&
         rest[size] != '/' && rest[size] != '<' && rest[size] != '"' && rest[size] != '\'') {
    ++size;
  }
  const std::string_view name = rest.substr(0, size);
  rest.remove_prefix(size);
  return name;
}

// XML 1.0 production 2: what a character reference may name.
bool is_xml_character(std::uint32_t code) {
  return code == 0x9 || code == 0xa || code == 0xd || (code >= 0x20 && code <= 0xd7ff) ||
         (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto octet = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    octet(code);
  } else if (code < 0x800) {
    octet(0xc0 | (code >> 6U));
    octet(0x80 | (code & 0x3fU));
  } else if (code < 0x10000) {
    octet(0xe0 | (code >> 12U));
    octet(0x80 | ((code >> 6U) & 0x3fU));
    octet(0x80 | (code & 0x3fU));
  } else {
    octet(0xf0 | (code >> 18U));
    octet(0x80 | ((code >> 12U) & 0x3fU));
    octet(0x80 | ((code >> 6U) & 0x3fU));
    octet(0x80 | (code & 0x3fU));
  }
}

// Appends what `name` (between '&' and ';') stands for.
bool append_reference(std::string& out, std::string_view name) {
  if (name == "amp") return out += '&', true;
  if (name == "lt") return out += '<', true;
  if (name == "gt") return out += '>', true;
  if (name == "quot") return out += '"', true;
  if (name == "apos") return out += '\'', true;
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const int base = name.starts_with('x') ? 16 : 10;
  if (base == 16) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, base);
  if (error != std::errc() || end != name.data() + name.size() || !is_xml_character(code)) {
    return false;
  }
  append_utf8(out, code);
  return true;
}

std::optional<std::string> resolved(std::string_view raw) {
  std::string value;
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('&'), raw.size());
    for (const char c : raw.substr(0, plain)) {
      if (c == '<') return std::nullopt;
      value += is_space(c) ? ' ' : c;
    }
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    const std::size_t end = raw.substr(0, 16).find(';');  // leading zeros: refused past sixteen
    if (end == std::string_view::npos || !append_reference(value, raw.substr(1, end - 1))) {
      return std::nullopt;
    }
    raw.remove_prefix(end + 1);
  }
  return value;
}

std::optional<std::string>* slot(StartTag& tag, std::string_view name) {
  if (name == "from") return &tag.from;
  if (name == "to") return &tag.to;
  if (name == "id") return &tag.id;
  if (name == "type") return &tag.type;
  if (name == "xmlns") return &tag.xmlns;
  return nullptr;
}

bool read_attribute(std::string_view& rest, StartTag& tag) {
  const std::string_view name = take_name(rest);
  if (name.empty()) return false;
  skip_spaces(rest);
  if (!rest.starts_with('=')) return false;
  rest.remove_prefix(1);
  skip_spaces(rest);
  if (!rest.starts_with('"') && !rest.starts_with('\'')) return false;
  const char quote = rest.front();
  rest.remove_prefix(1);
  const std::size_t end = rest.find(quote);
  if (end == std::string_view::npos) return false;
  const std::string_view raw = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  std::optional<std::string>* place = slot(tag, name);
  if (place == nullptr) return true;
  if (place->has_value()) return false;
  *place = resolved(raw);
  return place->has_value();
}

}  // namespace

std::optional<StartTag> read_start_tag(std::string_view stanza) {
  if (!stanza.starts_with('<')) return std::nullopt;
  std::string_view rest = stanza.substr(1);
  StartTag tag;
  tag.name = take_name(rest);
  if (tag.name.empty()) return std::nullopt;
  while (true) {
    const bool spaced = !rest.empty() && is_space(rest.front());
    skip_spaces(rest);
    if (rest.starts_with('>') || rest.starts_with("/>")) return tag;
    if (!spaced || !read_attribute(rest, tag)) return std::nullopt;
  }
}

}  // namespace guard::filter
