// ContentBudget: how much sealed content the log takes of one peer's stanzas: what a peer sends
// must not fill the disk faster than those who wrote the policy have said.
#pragma once

#include <cstdint>
#include <map>

#include "guard/base/domain_table.h"
#include "guard/base/utc_time.h"

namespace guard::recorder {

// ContentBudget is a bucket for each peer: it holds what may come in a minute, is full at first,
// and fills again evenly. A value, without a clock.
class ContentBudget {
 public:
  // take says whether so many octets of a peer's are still within `a_minute`, and counts them if
  // they are. A clock that steps back fills nothing.
  [[nodiscard]] bool take(PeerIndex peer, std::uint64_t octets, std::uint64_t a_minute,
                          UtcTime now);

 private:
  struct Bucket {
    std::uint64_t octets = 0;
    UtcTime filled;
  };
  std::map<PeerIndex, Bucket> buckets_;
};

}  // namespace guard::recorder
