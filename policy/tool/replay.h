// replay: which recorded decisions another policy would have made differently.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "policy/policy.h"

namespace policy::tool {

enum class Replayed : std::uint8_t { kSame = 0, kDifferent, kUndetermined };
[[nodiscard]] std::string_view to_string(Replayed replayed);

// Replay is one record, and what the policy makes of its facts.
struct Replay {
  std::uint64_t sequence = 0;
  Replayed outcome = Replayed::kUndetermined;
  std::string recorded;  // verdict, reason, rule
  std::string now;       // likewise, or why it cannot be known
};

struct ReplayCount {
  std::uint64_t same = 0;
  std::uint64_t different = 0;
  std::uint64_t undetermined = 0;

  // compared says whether a single decision could be; without one the log says nothing.
  [[nodiscard]] bool compared() const { return same + different > 0; }
  // agrees is the answer: what could be compared, and that was something, is the same.
  [[nodiscard]] bool agrees() const { return compared() && different == 0; }
};

// replay reads the decisions of a log (a directory or one segment) and calls `take` with each. What
// the filter refused before it asked the policy, what the recorder refused after (an operator's
// block or stop, a peer's dates, a full queue, an answer that nobody waits for), what was withheld,
// and what no facts were kept of, is undetermined. The error says why the log cannot be read.
[[nodiscard]] std::expected<ReplayCount, std::string> replay(
    const Policy& policy, const std::string& log, const std::function<void(const Replay&)>& take);

// facts_of_record finds one record and gives its facts.
[[nodiscard]] std::expected<StanzaFacts, std::string> facts_of_record(const Policy& policy,
                                                                      const std::string& log,
                                                                      std::uint64_t sequence);

}  // namespace policy::tool
