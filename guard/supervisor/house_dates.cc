// The part of House that goes by the policy's dates.
#include <algorithm>
#include <map>
#include <utility>

#include "guard/supervisor/house.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMostNamed = 100;  // in rows of their own, of one change

}  // namespace

void House::look_up_dates(UtcTime now) { dates_ = DateWatch(PeerCalendar(parts_.plan.dates), now); }

void House::look_at_dates() {
  if (!dates_.look(now_utc())) return;
  std::vector<wire::AbsentPeer> absent = dates_.absent();
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
