#include "schemas/lexical.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace schemas {
namespace {

constexpr auto kNone = std::string_view::npos;

std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

// sequence_length returns the length of the UTF-8 sequence at the start of `text`, or 0 where there
// is none. SPEC: RFC 3629 section 4, the table of the syntax.
std::size_t sequence_length(std::string_view text) {
  const std::uint8_t first = octet(text[0]);
  if (first < 0x80) return 1;
  const auto tail = [&](std::size_t at, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
    return at < text.size() && octet(text[at]) >= low && octet(text[at]) <= high;
  };
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
    const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// end_of_tag returns the offset after the tag's '>', or npos; it counts the quoted values.
std::size_t end_of_tag(std::string_view document, std::size_t at, std::size_t& attributes) {
  while (at < document.size()) {
    const char c = document[at];
    if (c == '>') return at + 1;
    if (c == '"' || c == '\'') {
      ++attributes;
      at = document.find(c, at + 1);
      if (at == kNone) return kNone;
    }
    ++at;
  }
  return kNone;
}

std::size_t after(std::string_view document, std::string_view end, std::size_t from) {
  const std::size_t found = document.find(end, from);
  return found == kNone ? kNone : found + end.size();
}

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view skip_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// take_pseudo_attribute reads `name = 'value'` with the white space before it.
std::optional<std::string_view> take_pseudo_attribute(std::string_view& text,
                                                      std::string_view name) {
  if (text.empty() || !is_space(text.front())) return std::nullopt;
  std::string_view rest = skip_space(text);
  if (!rest.starts_with(name)) return std::nullopt;
  rest = skip_space(rest.substr(name.size()));
  if (!rest.starts_with('=')) return std::nullopt;
  rest = skip_space(rest.substr(1));
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return std::nullopt;
  const std::size_t end = rest.find(rest.front(), 1);
  if (end == kNone) return std::nullopt;
  const std::string_view value = rest.substr(1, end - 1);
  text = rest.substr(end + 1);
  return value;
}

bool is_utf8_name(std::string_view name) {
  constexpr std::string_view kUtf8 = "utf-8";
  return std::ranges::equal(name, kUtf8, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word = 0;
    if (text.size() - at >= sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

std::optional<LexicalFault> check_markup(std::string_view document, const LexicalRules& rules) {
  if (const std::size_t valid = valid_utf8_prefix(document); valid != document.size()) {
    return LexicalFault{ReadFault::kBadEncoding, valid, "octets that are not UTF-8"};
  }
  std::size_t at = 0;
  while ((at = document.find('<', at)) != kNone) {
    const std::string_view rest = document.substr(at);
    std::size_t next = kNone;
    if (rest.starts_with("<?")) {
      return LexicalFault{ReadFault::kRestrictedXml, at, "a processing instruction or declaration"};
    }
    if (rest.starts_with("<![CDATA[")) {
      next = after(document, "]]>", at);
    } else if (rules.comments && rest.starts_with("<!--")) {
      next = after(document, "-->", at + 4);
    } else if (rest.starts_with("<!")) {
      return LexicalFault{ReadFault::kRestrictedXml, at,
                          rest.starts_with("<!--") ? "a comment" : "a DOCTYPE or declaration"};
    } else {
      std::size_t attributes = 0;
      next = end_of_tag(document, at + 1, attributes);
      if (attributes > rules.max_attributes) {
        return LexicalFault{ReadFault::kLimit, at, "too many attributes on one element"};
      }
    }
    if (next == kNone) return LexicalFault{ReadFault::kNotWellFormed, at, "markup without an end"};
    at = next;
  }
  return std::nullopt;
}

std::optional<LexicalFault> check_declaration(std::string_view document, Declaration& declaration) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  declaration.size = document.starts_with(kMark) ? kMark.size() : 0;
  std::string_view text = document.substr(declaration.size);
  if (!text.starts_with("<?xml") || text.size() < 6 || !is_space(text[5])) return std::nullopt;
  const std::size_t offset = declaration.size;
  const std::size_t end = text.find("?>");
  if (end == kNone) {
    return LexicalFault{ReadFault::kNotWellFormed, offset, "an XML declaration without an end"};
  }
  std::string_view rest = text.substr(5, end - 5);
  if (take_pseudo_attribute(rest, "version") != "1.0") {
    return LexicalFault{ReadFault::kRestrictedXml, offset, "an XML version other than 1.0"};
  }
  if (const auto encoding = take_pseudo_attribute(rest, "encoding")) {
    if (!is_utf8_name(*encoding)) {
      return LexicalFault{ReadFault::kBadEncoding, offset, "an encoding other than UTF-8"};
    }
  }
  if (const auto standalone = take_pseudo_attribute(rest, "standalone")) {
    if (*standalone != "yes" && *standalone != "no") rest = "?";
  }
  if (!skip_space(rest).empty()) {
    return LexicalFault{ReadFault::kNotWellFormed, offset, "a malformed XML declaration"};
  }
  declaration.size += end + 2;
  return std::nullopt;
}

}  // namespace schemas
