// QueueAlarm: says when a peer's queue is nearly full, and when it is well again. Pure.
//
//   well ──three quarters of a bound──→ high ──below half of both──→ well
#pragma once

#include <set>
#include <string>
#include <vector>

#include "guard/wire/configuration.h"
#include "guard/wire/control_messages.h"

namespace guard::recorder {

class QueueAlarm {
 public:
  struct Change {
    PeerIndex peer = wire::kNoPeer;
    bool high = false;   // else it is well again
    std::string detail;  // what waits, in words
    bool operator==(const Change&) const = default;
  };

  // look takes what waits for whom now, ascending (who is not in it has nothing), and the policy's
  // bounds, and returns what has changed since the last look. At most one change for each peer.
  [[nodiscard]] std::vector<Change> look(const std::vector<wire::PeerQueue>& counts,
                                         const wire::Limits& limits);

 private:
  std::set<PeerIndex> high_;
};

}  // namespace guard::recorder
