// Coverage: which far domains the certificates of an edge name, and for how long.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/utc_time.h"
#include "guard/leaf/far_name.h"
#include "guard/supervisor/credentials.h"

namespace guard::leaf {

enum class CoverageState : std::uint8_t {
  kCovered = 0,
  kExpiring,  // in force, for less than what is asked for
  kExpired,
  kNotYet,    // not in force before a later moment
  kMissing,   // no certificate names it
  kUnneeded,  // a certificate's name that no server of the side may ask for
};

[[nodiscard]] std::string_view to_string(CoverageState state);

// Coverage is about one name. A claim with subdomains, and a default route, has one for each name
// in it that a certificate has, and where there is none, a single missing one for the claim.
struct Coverage {
  std::string domain;  // A-labels; empty for a default route without any certificate
  std::string peer;    // empty for an unneeded one
  CoverageState state = CoverageState::kMissing;
  UtcTime until;               // not for a missing one: when the certificate ends (or begins)
  std::filesystem::path file;  // likewise
  bool operator==(const Coverage&) const = default;
};

// coverage_of looks every far name up as the edge does. Where several certificates name one, the
// one that ends last counts. The order is that of the names, then what is unneeded.
[[nodiscard]] std::vector<Coverage> coverage_of(
    const std::vector<FarName>& names, const std::vector<supervisor::Credential>& credentials,
    UtcTime now, std::uint32_t warn_days);

// is_whole says whether every name has a certificate in force.
[[nodiscard]] bool is_whole(const std::vector<Coverage>& coverage);

// days_left is rounded down; negative for what has ended.
[[nodiscard]] std::int64_t days_left(UtcTime until, UtcTime now);

// write_table writes a table with a sentence below it; write_json one object a line.
[[nodiscard]] std::string write_table(const std::vector<Coverage>& coverage, UtcTime now);
[[nodiscard]] std::string write_json(const std::vector<Coverage>& coverage, UtcTime now);

}  // namespace guard::leaf
