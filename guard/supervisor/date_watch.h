// DateWatch: when guardd looks at the policy's dates again, and what it sees then. Pure: the time
// is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "guard/base/utc_time.h"
#include "guard/supervisor/peer_calendar.h"
#include "guard/wire/control_messages.h"

namespace guard::supervisor {

class DateWatch {
 public:
  // The first look is at `now`.
  explicit DateWatch(PeerCalendar calendar = PeerCalendar(), UtcTime now = {});

  // absent gives who does not take part, as of the last look, ascending by number.
  [[nodiscard]] std::vector<wire::AbsentPeer> absent() const { return calendar_.absent(seen_); }

  // wait says how many milliseconds it is until look has something to say: less than one too many
  // and none too few. nullopt: nothing changes any more.
  [[nodiscard]] std::optional<std::int64_t> wait(UtcTime now) const;

  // look says whether absent() may be different from before: at a date, or when the clock was set
  // back, which may bring somebody in again, or keep him out.
  [[nodiscard]] bool look(UtcTime now);

 private:
  PeerCalendar calendar_;
  UtcTime seen_;                 // the last look
  std::optional<UtcTime> next_;  // the first date after it
};

}  // namespace guard::supervisor
