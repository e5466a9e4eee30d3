#include "guard/supervisor/date_watch.h"

#include <algorithm>
#include <utility>

namespace guard::supervisor {

DateWatch::DateWatch(PeerCalendar calendar, UtcTime now)
    : calendar_(std::move(calendar)), seen_(now), next_(calendar_.next_change(now)) {}

std::optional<std::int64_t> DateWatch::wait(UtcTime now) const {
  if (!next_) return std::nullopt;
  // Rounded up: not a moment before it.
  return std::max<std::int64_t>(0, (next_->microseconds - now.microseconds + 999) / 1000);
}

bool DateWatch::look(UtcTime now) {
  const bool set_back = now < seen_;
  seen_ = now;
  if (!set_back && (!next_ || now < *next_)) return false;
  next_ = calendar_.next_change(now);
  return true;
}

}  // namespace guard::supervisor
