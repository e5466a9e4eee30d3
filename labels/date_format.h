// DateFormat: how the date of a user-input category is written (dateFormat in a SPIF file).
//
// A format consists of the fields yyyy (or YYYY), yy (YY), MM, dd (DD), HH, mm and ss, each at most
// once, and of spaces, digits and punctuation, which stand for themselves. Day and month must be
// there, and a year.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace labels {

class DateFormat {
 public:
  // parse returns nullopt where `format` is no such format.
  [[nodiscard]] static std::optional<DateFormat> parse(std::string_view format);

  // matches says whether `text` is a date that exists, written in this format. A year of two digits
  // is one of 2000 to 2099.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  enum class Field : char { kLiteral, kYear4, kYear2, kMonth, kDay, kHour, kMinute, kSecond };
  struct Piece {
    Field field = Field::kLiteral;
    char literal = '\0';
  };
  DateFormat() = default;

  std::vector<Piece> pieces_;
};

}  // namespace labels
