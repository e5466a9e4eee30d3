// The points in time that a SPIF file names (notBefore, notAfter).
//
// Accepted, each with two-digit fields and within the years 0001 to 9999:
//   2026-07-01             a day, as xs:date, also with a zone (2026-07-01Z, 2026-07-01+02:00)
//   2026-07-01T12:30:00    as xs:dateTime; a fraction of a second is cut off; a zone may follow
//   20260701123000Z        as GeneralizedTime; the seconds may be left out; a zone (Z, +0200) may
//                          follow
// What names no zone is UTC. 24:00 and leap seconds are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace labels {

// DayEnd says which second a day without a time means.
enum class DayEnd : bool { kFirstSecond, kLastSecond };

// read_spif_time returns seconds since 1970-01-01T00:00:00Z, or nullopt for any other text.
[[nodiscard]] std::optional<std::int64_t> read_spif_time(std::string_view text, DayEnd day_end);

}  // namespace labels
