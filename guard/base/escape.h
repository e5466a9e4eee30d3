// Escape: strings that came from peers, made harmless for where they are shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace guard {

// for_terminal replaces what a terminal could act on or a reader cannot see by \xNN (octets that
// are not UTF-8) and \u{N} (control, format, bidirectional and invisible characters, line
// separators, private use and unassigned planes). A backslash is doubled.
[[nodiscard]] std::string for_terminal(std::string_view text);

// json_string is a JSON string, with quotes: pure in that its output is valid UTF-8 and shows
// nothing that for_terminal would replace; octets that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

// json_value is `text` itself where it is one well-formed JSON value (depth up to 64), with
// invisible characters escaped; else json_string(text).
[[nodiscard]] std::string json_value(std::string_view text);

// csv_field is one field (RFC 4180), always quoted. One that a spreadsheet would compute (it
// begins with = + - @, a tab or a carriage return, after spaces or not) gets an apostrophe first;
// NUL and octets that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string csv_field(std::string_view text);

// width is how many columns a terminal needs for `shown`, which for_terminal has returned.
[[nodiscard]] std::size_t width(std::string_view shown);

// fit cuts `shown` to `columns`, the last of them an ellipsis where something is lost, and pads it
// with spaces to that width.
[[nodiscard]] std::string fit(std::string_view shown, std::size_t columns);

}  // namespace guard
