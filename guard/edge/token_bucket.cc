#include "guard/edge/token_bucket.h"

#include <algorithm>
#include <limits>

#include "guard/base/check.h"

namespace guard::edge {

namespace {
// A nanosecond brings `per_second` billionths of a token, so nothing is ever rounded.
constexpr std::int64_t kToken = 1'000'000'000;
// So that neither taking nor filling ever leaves the range of the type.
constexpr std::int64_t kDeepest = std::numeric_limits<std::int64_t>::min() / 2;
}  // namespace

TokenBucket::TokenBucket(std::uint32_t per_second, std::uint32_t burst, Moment now)
    : per_second_(per_second), burst_(burst), level_(burst * kToken), at_(now) {
  CHECK(per_second >= 1 && per_second <= kMost && burst >= 1 && burst <= kMost);
}

std::int64_t TokenBucket::level(Moment now) const {
  const std::int64_t full = burst_ * kToken;
  const std::int64_t passed =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now - at_).count();
  if (passed <= 0) return level_;
  // A long rest fills it; the product below would not fit.
  if (passed > (full - level_) / per_second_) return full;
  return level_ + passed * per_second_;
}

void TokenBucket::take(std::uint32_t tokens, Moment now) {
  level_ = std::max(level(now) - tokens * kToken, kDeepest);
  if (now > at_) at_ = now;
}

bool TokenBucket::open(Moment now) const { return level(now) >= kToken; }

}  // namespace guard::edge
