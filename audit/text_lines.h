// TextLines: takes the lines of a signed text one after the other, read strictly: one spelling for
// each value.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "guard/base/base64.h"

namespace audit {

class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {}

  // next returns a line without its line feed; nullopt at the end.
  std::optional<std::string_view> next() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  // number takes a line in decimal, of at most 2 to the 62nd.
  bool number(std::uint64_t& value) {
    const auto line = next();
    if (!line || line->empty() || (line->front() == '0' && line->size() > 1)) return false;
    const auto read = std::from_chars(line->data(), line->data() + line->size(), value);
    return read.ec == std::errc{} && read.ptr == line->data() + line->size() &&
           value <= std::uint64_t{1} << 62;
  }
  // octets takes a line of base64.
  template <std::size_t size>
  bool octets(std::array<std::uint8_t, size>& value) {
    const auto line = next();
    const auto octets = guard::from_base64(line.value_or("?"));
    if (!octets || octets->size() != size) return false;
    std::ranges::copy(*octets, value.begin());
    return true;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace audit
