// Period: when a peer is active or blocked.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "guard/base/utc_time.h"
#include "policy/place.h"

namespace policy {

// Period begins at `from` and ends before `until`; an end that is not there is open.
struct Period {
  std::optional<guard::UtcTime> from = {};
  std::optional<guard::UtcTime> until = {};

  [[nodiscard]] bool is_open() const { return !from && !until; }
  [[nodiscard]] bool holds(guard::UtcTime at) const {
    return (!from || at >= *from) && (!until || at < *until);
  }
  bool operator==(const Period&) const = default;
};

// Block is a period in which a peer is cut off, and why.
struct Block {
  Period period = {};
  std::string reason = {};  // for people; never empty
  Place place = {};
};

// Access says whether a peer takes part at a moment.
enum class Access : std::uint8_t {
  kBlocked = 0,
  kInactive,  // not yet, or no more
  kOpen,
};

// access_at judges a peer's dates. A moment of 0 or before it is one that nobody knows: then every
// date blocks.
[[nodiscard]] Access access_at(const std::optional<Period>& active, std::span<const Block> blocked,
                               guard::UtcTime at);

}  // namespace policy
