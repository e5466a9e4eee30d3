#include "guard/recorder/content_budget.h"

#include <algorithm>

namespace guard::recorder {

bool ContentBudget::take(PeerIndex peer, std::uint64_t octets, std::uint64_t a_minute,
                         UtcTime now) {
  constexpr std::uint64_t kMinute = 60'000'000;  // microseconds
  const auto [at, fresh] = buckets_.try_emplace(peer, Bucket{a_minute, now});
  Bucket& bucket = at->second;
  if (now > bucket.filled) {
    const auto passed = std::min(
        static_cast<std::uint64_t>(now.microseconds - bucket.filled.microseconds), kMinute);
    // Less than an octet's time is left to the next call.
    const std::uint64_t gained = passed * a_minute / kMinute;
    if (gained > 0) {
      bucket.octets += gained;
      bucket.filled = now;
    }
  } else {
    bucket.filled = now;
  }
  bucket.octets = std::min(bucket.octets, a_minute);  // another policy may allow less
  if (octets > bucket.octets) return false;
  bucket.octets -= octets;
  return true;
}

}  // namespace guard::recorder
