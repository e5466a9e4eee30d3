// UtcTime: a moment as the audit log and the policy write it. Code below the process shells takes
// the time as a value; only `main` files and event loops ask a clock.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guard {

struct UtcTime {
  std::int64_t microseconds = 0;  // since 1970-01-01T00:00:00Z, leap seconds not counted

  auto operator<=>(const UtcTime&) const = default;
};

// now_utc reads the system clock.
[[nodiscard]] UtcTime now_utc();

// to_iso8601 writes "2026-01-31T23:59:59.123456Z", always with six decimals.
[[nodiscard]] std::string to_iso8601(UtcTime time);

// from_iso8601 reads "YYYY-MM-DD", "YYYY-MM-DDThh:mm:ss" and the latter with 1 to 6 decimals; the
// two latter with an optional "Z" or "+hh:mm" (without one it is UTC). nullopt for anything else,
// and for dates that do not exist.
[[nodiscard]] std::optional<UtcTime> from_iso8601(std::string_view text);

}  // namespace guard
