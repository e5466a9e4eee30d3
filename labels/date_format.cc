#include "labels/date_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace labels {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<int> number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<DateFormat> DateFormat::parse(std::string_view format) {
  struct Spelling {
    std::string_view text;
    Field field;
  };
  constexpr std::array<Spelling, 10> kSpellings{{{"yyyy", Field::kYear4},
                                                 {"YYYY", Field::kYear4},
                                                 {"yy", Field::kYear2},
                                                 {"YY", Field::kYear2},
                                                 {"MM", Field::kMonth},
                                                 {"dd", Field::kDay},
                                                 {"DD", Field::kDay},
                                                 {"HH", Field::kHour},
                                                 {"mm", Field::kMinute},
                                                 {"ss", Field::kSecond}}};
  DateFormat result;
  const auto has = [&](Field field) {
    return std::ranges::find(result.pieces_, field, &Piece::field) != result.pieces_.end();
  };
  while (!format.empty()) {
    const auto known = std::ranges::find_if(
        kSpellings, [&](const Spelling& one) { return format.starts_with(one.text); });
    if (known != kSpellings.end()) {
      if (has(known->field)) return std::nullopt;
      result.pieces_.push_back({.field = known->field});
      format.remove_prefix(known->text.size());
      continue;
    }
    const char c = format.front();
    if (is_letter(c) || c < 0x20 || c > 0x7e) return std::nullopt;
    result.pieces_.push_back({.field = Field::kLiteral, .literal = c});
    format.remove_prefix(1);
  }
  const bool one_year = has(Field::kYear4) != has(Field::kYear2);
  if (!one_year || !has(Field::kMonth) || !has(Field::kDay)) return std::nullopt;
  return result;
}

bool DateFormat::matches(std::string_view text) const {
  int year = 0;
  int month = 0;
  int day = 0;
  for (const Piece& piece : pieces_) {
    const std::size_t size = piece.field == Field::kLiteral ? 1
                             : piece.field == Field::kYear4 ? 4
                                                            : 2;
    if (text.size() < size) return false;
    const std::string_view part = text.substr(0, size);
    text.remove_prefix(size);
    if (piece.field == Field::kLiteral) {
      if (part.front() != piece.literal) return false;
      continue;
    }
    const std::optional<int> value = number(part);
    if (!value) return false;
    switch (piece.field) {
      case Field::kLiteral:
        break;
      case Field::kYear4:
        year = *value;
        break;
      case Field::kYear2:
        year = 2000 + *value;
        break;
      case Field::kMonth:
        month = *value;
        break;
      case Field::kDay:
        day = *value;
        break;
      case Field::kHour:
        if (*value > 23) return false;
        break;
      case Field::kMinute:
      case Field::kSecond:
        if (*value > 59) return false;
        break;
    }
  }
  return text.empty() &&
         std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
             .ok();
}

}  // namespace labels
