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

// StanzaRate: as many stanzas each second, and so many at once after a rest.
struct StanzaRate {
  std::uint32_t per_second = 1;  // 1 to kMostPerSecond
  std::uint32_t burst = 1;       // 1 to kMostPerSecond, at least least_burst(per_second)

  static constexpr std::uint32_t kMostPerSecond = 100'000;
  bool operator==(const StanzaRate&) const = default;
};

// least_burst is what a rate needs to be reached at all: the edge looks 50 times each second
// whether more may come, and lets at most a burst in each time.
[[nodiscard]] constexpr std::uint32_t least_burst(std::uint32_t per_second) {
  return (per_second + 19) / 20;
}

struct PeerLimits {
  std::optional<std::uint32_t> stanza_bytes = {};  // nothing: the policy's limit
  std::optional<StanzaRate> rate = {};             // nothing: as fast as stanzas are judged

  bool operator==(const PeerLimits&) const = default;
};

// limit_words says what is set, a sentence for each: "stanzas of at most 10000 octets".
[[nodiscard]] std::vector<std::string> limit_words(const PeerLimits& limits);

}  // namespace policy
