// PeerLimits: how large the stanzas of one peer may be, and how fast they may come.
//
// They hold for what the peer sends. They decide about no stanza: the edge refuses what is larger,
// and reads no faster (guard/edge/README.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace policy {

// Rate: so many each second, and so many at once after a rest, at least least_burst(per_second).
struct Rate {
  std::uint32_t per_second = 1;
  std::uint32_t burst = 1;

  bool operator==(const Rate&) const = default;
};

// least_burst is what a rate needs to be reached at all: the edge looks 50 times each second
// whether more may come, and lets at most a burst in each time.
[[nodiscard]] constexpr std::uint32_t least_burst(std::uint32_t per_second) {
  return per_second / 20 + (per_second % 20 == 0 ? 0 : 1);
}

// The bounds of both members.
inline constexpr std::uint32_t kLeastStanzasPerSecond = 1;
inline constexpr std::uint32_t kMostStanzasPerSecond = 100'000;
inline constexpr std::uint32_t kLeastOctetsPerSecond = 1'000;
inline constexpr std::uint32_t kMostOctetsPerSecond = 1'000'000'000;

struct PeerLimits {
  std::optional<std::uint32_t> stanza_bytes = {};  // nothing: the policy's limit
  // Nothing: as fast as stanzas are judged. Each of the two holds by itself.
  std::optional<Rate> stanzas = {};
  std::optional<Rate> octets = {};

  bool operator==(const PeerLimits&) const = default;
};

// limit_words says what is set, a sentence for each: "stanzas of at most 10000 octets".
[[nodiscard]] std::vector<std::string> limit_words(const PeerLimits& limits);

}  // namespace policy
