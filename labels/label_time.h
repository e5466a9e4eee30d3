// LabelTime: when a label was made, or is to be reviewed.
//
// SPEC: ADatP-4774 (CreationDateTime, @ReviewDateTime: xs:dateTime). ESS carries none.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace labels {

// LabelTime is a moment in UTC, to the millisecond, within the years 1 to 9999.
struct LabelTime {
  std::int64_t milliseconds = 0;  // since 1970-01-01T00:00:00Z, leap seconds not counted

  auto operator<=>(const LabelTime&) const = default;
};

// parse_label_time reads an xs:dateTime: "YYYY-MM-DDThh:mm:ss", then perhaps a point and 1 to 3
// digits, then "Z" or an offset "+hh:mm" or "-hh:mm" of at most 14:00. nullopt for anything else:
// no zone (it would be no moment), more digits, 24:00:00, leap seconds, dates that do not exist or
// that are outside the years 1 to 9999 once in UTC, other years' spellings, white space.
[[nodiscard]] std::optional<LabelTime> parse_label_time(std::string_view text);

// to_string writes the one canonical spelling (XML Schema 1.1): UTC with "Z", a fraction only where
// it is not zero and without trailing zeros. REQUIRES: is_label_time(time).
[[nodiscard]] std::string to_string(LabelTime time);

// is_label_time says whether the moment is within the years 1 to 9999.
[[nodiscard]] bool is_label_time(LabelTime time);

}  // namespace labels
