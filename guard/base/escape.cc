#include "guard/base/escape.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace guard {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t size = 0;  // in octets
};

// Reads one character of strict UTF-8 (RFC 3629); nullopt where there is none.
std::optional<Character> read_character(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = octet(0);
  if (lead < 0x80) return Character{lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return std::nullopt;
  char32_t code = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return std::nullopt;
    code = (code << 6) | (octet(i) & 0x3fU);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    return std::nullopt;
  }
  return Character{code, size};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

// What acts on a terminal, changes the order of what is shown, or cannot be seen.
bool is_hidden(char32_t code) {
  constexpr std::array<Range, 21> kHidden = {{
      {0x00, 0x1f},       {0x7f, 0x9f},     {0xad, 0xad},       {0x034f, 0x034f},
      {0x061c, 0x061c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},
      {0x200b, 0x200f},   {0x2028, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},
      {0xe000, 0xf8ff},   {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
      {0xfff0, 0xfffb},   {0xfdd0, 0xfdef}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
      {0x1bca0, 0x1bca3},
  }};
  return in(kHidden, code) || (code & 0xfffe) == 0xfffe;
}

void append_format(std::string& out, const char* format, unsigned value) {
  std::array<char, 16> text;
  const int size = std::snprintf(text.data(), text.size(), format, value);
  out.append(text.data(), static_cast<std::size_t>(size));
}

void append_json_escape(std::string& out, char32_t code) {
  const auto value = static_cast<std::uint32_t>(code);
  if (value < 0x10000) return append_format(out, "\\u%04x", value);
  const std::uint32_t rest = value - 0x10000;
  append_format(out, "\\u%04x", 0xd800 + (rest >> 10));
  append_format(out, "\\u%04x", 0xdc00 + (rest & 0x3ff));
}

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// JsonScanner accepts one JSON value (RFC 8259) to the end of the text.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : rest_(text) {}
  bool accepts() {
    if (!value(0)) return false;
    space();
    return rest_.empty();
  }

 private:
  static constexpr int kDepth = 64;

  void space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").contains(rest_.front())) {
      rest_.remove_prefix(1);
    }
  }
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool digits() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
    return rest_.size() < before;
  }
  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      return digits();
    }
    return true;
  }
  bool string() {
    if (!take("\"")) return false;
    while (!rest_.empty()) {
      const auto read = read_character(rest_);
      if (!read || read->code < 0x20) return false;
      rest_.remove_prefix(read->size);
      if (read->code == '"') return true;
      if (read->code == '\\' && !escape()) return false;
    }
    return false;
  }
  bool escape() {
    if (take("u")) {
      for (int i = 0; i < 4; ++i) {
        if (rest_.empty() || !std::string_view("0123456789abcdefABCDEF").contains(rest_.front())) {
          return false;
        }
        rest_.remove_prefix(1);
      }
      return true;
    }
    if (rest_.empty() || !std::string_view("\"\\/bfnrt").contains(rest_.front())) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Array and object differ only in what one item is.
  bool items(std::string_view end, bool named, int depth) {
    space();
    if (take(end)) return true;
    while (true) {
      space();
      if (named) {
        if (!string()) return false;
        space();
        if (!take(":")) return false;
      }
      if (!value(depth + 1)) return false;
      space();
      if (take(end)) return true;
      if (!take(",")) return false;
    }
  }
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kDepth.
  bool value(int depth) {
    if (depth > kDepth) return false;
    space();
    if (take("{")) return items("}", true, depth);
    if (take("[")) return items("]", false, depth);
    if (rest_.starts_with('"')) return string();
    return take("true") || take("false") || take("null") || number();
  }

  std::string_view rest_;
};

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto read = read_character(text);
    const std::size_t size = read ? read->size : 1;
    if (!read) {
      append_format(out, "\\x%02x", static_cast<unsigned char>(text.front()));
    } else if (read->code == '\\') {
      out += "\\\\";
    } else if (is_hidden(read->code)) {
      append_format(out, "\\u{%x}", static_cast<std::uint32_t>(read->code));
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto read = read_character(text);
    const std::size_t size = read ? read->size : 1;
    if (!read) {
      out += kReplacement;
    } else if (read->code == '"' || read->code == '\\') {
      out += '\\';
      out += static_cast<char>(read->code);
    } else if (is_hidden(read->code)) {
      append_json_escape(out, read->code);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out + '"';
}

std::string json_value(std::string_view text) {
  if (!JsonScanner(text).accepts()) return json_string(text);
  std::string out;
  while (!text.empty()) {
    const auto read = read_character(text);
    const std::size_t size = read ? read->size : 1;
    const bool hidden = !read || is_hidden(read->code);
    if (!hidden) {
      out += text.substr(0, size);
    } else if (read && read->code > 0x20) {
      append_json_escape(out, read->code);  // only a string can hold it
    } else {
      out += ' ';  // white space between values
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  const std::size_t first = text.find_first_not_of(' ');
  if (first != std::string_view::npos && std::string_view("=+-@\t\r").contains(text[first])) {
    out += '\'';
  }
  while (!text.empty()) {
    const auto read = read_character(text);
    const std::size_t size = read ? read->size : 1;
    if (!read || read->code == 0) {
      out += kReplacement;
    } else if (read->code == '"') {
      out += "\"\"";
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out + '"';
}

namespace {

// Columns of one character: 0 for marks that combine, 2 for the wide scripts and emoji.
std::size_t columns_of(char32_t code) {
  constexpr std::array<Range, 5> kCombining = {
      {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x20d0, 0x20ff}}};
  constexpr std::array<Range, 9> kWide = {{{0x1100, 0x115f},
                                           {0x2e80, 0x303e},
                                           {0x3041, 0xa4cf},
                                           {0xac00, 0xd7a3},
                                           {0xf900, 0xfaff},
                                           {0xfe30, 0xfe6f},
                                           {0xff00, 0xff60},
                                           {0x1f300, 0x1faff},
                                           {0x20000, 0x3fffd}}};
  if (in(kCombining, code)) return 0;
  return in(kWide, code) ? 2 : 1;
}

}  // namespace

std::size_t width(std::string_view shown) {
  std::size_t columns = 0;
  while (!shown.empty()) {
    const auto read = read_character(shown);
    columns += read ? columns_of(read->code) : 1;
    shown.remove_prefix(read ? read->size : 1);
  }
  return columns;
}

std::string fit(std::string_view shown, std::size_t columns) {
  const std::size_t needed = width(shown);
  if (needed <= columns) return std::string(shown) + std::string(columns - needed, ' ');
  if (columns == 0) return {};
  std::string out;
  std::size_t used = 0;
  while (!shown.empty()) {
    const auto read = read_character(shown);
    const std::size_t size = read ? read->size : 1;
    const std::size_t more = read ? columns_of(read->code) : 1;
    if (used + more > columns - 1) break;
    out += shown.substr(0, size);
    used += more;
    shown.remove_prefix(size);
  }
  out += "\xe2\x80\xa6";
  return out + std::string(columns - used - 1, ' ');
}

}  // namespace guard
