// TokenBucket: a rate with a burst. Pure: the time is the caller's.
//
// It holds at most `burst` tokens and gains `per_second` of them each second. Each thing that comes
// takes its tokens, also where there are none: then it is in debt, and closed until the debt is
// paid and one token is there. So in the long run no more than the rate gets through, however much
// came before the caller could stop it.
#pragma once

#include <chrono>
#include <cstdint>

namespace guard::edge {

class TokenBucket {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  static constexpr std::uint32_t kMost = 1'000'000'000;

  // Full at first. REQUIRES: both are from 1 to kMost.
  TokenBucket(std::uint32_t per_second, std::uint32_t burst, Moment now);

  // take is something that has come. A moment before the last one counts as the last one. More
  // than some four thousand million tokens of debt are forgotten.
  void take(std::uint32_t tokens, Moment now);
  // open says whether a token is there.
  [[nodiscard]] bool open(Moment now) const;

  [[nodiscard]] std::uint32_t per_second() const { return per_second_; }
  [[nodiscard]] std::uint32_t burst() const { return burst_; }

 private:
  [[nodiscard]] std::int64_t level(Moment now) const;

  std::uint32_t per_second_;
  std::uint32_t burst_;
  std::int64_t level_;  // billionths of a token, at `at_`
  Moment at_;
};

}  // namespace guard::edge
