// Backoff: how long to wait before the next attempt to connect (SPEC: RFC 6120 3.3). Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace guard::edge {

// Backoff doubles from 1 s to 60 s; each wait is a random part, at least half, of that.
class Backoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{1'000};
  static constexpr std::chrono::milliseconds kMost{60'000};

  // next gives the wait after one more failure. `random` is any number, drawn by the caller.
  [[nodiscard]] std::chrono::milliseconds next(std::uint32_t random) {
    const auto whole = limit_;
    limit_ = std::min(limit_ * 2, kMost);
    const auto half = whole / 2;
    return half + std::chrono::milliseconds(random % (half.count() + 1));
  }

  // reset: an attempt has succeeded.
  void reset() { limit_ = kFirst; }

 private:
  std::chrono::milliseconds limit_ = kFirst;
};

}  // namespace guard::edge
