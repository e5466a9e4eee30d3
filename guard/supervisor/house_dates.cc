// The part of House that goes by the policy's dates.
#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "guard/supervisor/house.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMostNamed = 100;  // in rows of their own, of one change

}  // namespace

void House::look_up_dates(UtcTime now) {
  calendar_ = PeerCalendar(parts_.plan.dates);
  dates_seen_ = now;
  dates_next_ = calendar_.next_change(now);
}

Moment House::until_dates() const {
  constexpr Moment kForEver = std::numeric_limits<Moment>::max();
  if (!dates_next_) return kForEver;
  // Rounded up: not a moment before it.
  return std::max<Moment>(0, (dates_next_->microseconds - now_utc().microseconds + 999) / 1000);
}

void House::look_at_dates() {
  const UtcTime now = now_utc();
  // A clock that was set back may bring somebody in again, or keep him out.
  const bool set_back = now < dates_seen_;
  dates_seen_ = now;
  if (!set_back && (!dates_next_ || now < *dates_next_)) return;
  dates_next_ = calendar_.next_change(now);
  std::vector<wire::AbsentPeer> absent = calendar_.absent(now);
  if (absent == desk_->kept_out()) return;
  note_absent(desk_->kept_out(), absent);
  // The notes first: they are durable when what they tell of is in force.
  send_notes();
  desk_->keep_out(std::move(absent));
  settle();
}

void House::note_absent(const std::vector<wire::AbsentPeer>& before,
                        const std::vector<wire::AbsentPeer>& after) {
  std::map<PeerIndex, std::string_view> changes;
  for (const wire::AbsentPeer& peer : before) changes[peer.peer] = "peer-active";
  for (const wire::AbsentPeer& peer : after) {
    const auto known = std::ranges::lower_bound(before, peer.peer, {}, &wire::AbsentPeer::peer);
    if (known != before.end() && *known == peer) {
      changes.erase(peer.peer);
    } else {
      changes[peer.peer] = peer.blocked ? "peer-blocked" : "peer-inactive";
    }
  }
  // Each by its name; where many change at once, how many.
  std::map<std::string_view, std::vector<std::string>> by_event;
  for (const auto& [peer, event] : changes) {
    const wire::RecordedPeer& one = parts_.plan.recorder.peers.at(peer);
    if (!one.retired) by_event[event].push_back(one.name);
  }
  for (const auto& [event, names] : by_event) {
    if (names.size() > kMostNamed) {
      note(std::string(event), std::to_string(names.size()) + " peers by the policy");
      continue;
    }
    for (const std::string& name : names) note(std::string(event), name + " by the policy");
  }
}

}  // namespace guard::supervisor
