// PeerCalendar: whom the policy's dates let take part, and when that changes. Pure: the time is the
// caller's.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/utc_time.h"
#include "guard/wire/control_messages.h"
#include "policy/peer.h"
#include "policy/period.h"

namespace guard::supervisor {

// DatedPeer is a peer of which the policy says when it takes part.
struct DatedPeer {
  PeerIndex peer = 0;
  std::optional<policy::Period> active;
  std::vector<policy::Block> blocked;
};

// dated_peers are those of a policy, by their places in it.
[[nodiscard]] std::vector<DatedPeer> dated_peers(std::span<const policy::Peer> peers);

class PeerCalendar {
 public:
  explicit PeerCalendar(std::vector<DatedPeer> peers = {});

  // absent gives who does not take part at that moment, ascending by number.
  [[nodiscard]] std::vector<wire::AbsentPeer> absent(UtcTime at) const;

  // next_change gives the first moment after `at` at which that may be different; nullopt where
  // nothing changes any more.
  [[nodiscard]] std::optional<UtcTime> next_change(UtcTime at) const;

 private:
  std::vector<DatedPeer> peers_;  // ascending by number
  std::vector<UtcTime> changes_;  // ascending
};

}  // namespace guard::supervisor
