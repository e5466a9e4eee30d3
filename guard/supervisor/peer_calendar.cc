#include "guard/supervisor/peer_calendar.h"

#include <algorithm>
#include <utility>

namespace guard::supervisor {

std::vector<DatedPeer> dated_peers(std::span<const policy::Peer> peers) {
  std::vector<DatedPeer> dated;
  for (PeerIndex place = 0; place < peers.size(); ++place) {
    const policy::Peer& peer = peers[place];
    if (!peer.active && peer.blocked.empty()) continue;
    dated.push_back({.peer = place, .active = peer.active, .blocked = peer.blocked});
  }
  return dated;
}

PeerCalendar::PeerCalendar(std::vector<DatedPeer> peers) : peers_(std::move(peers)) {
  std::ranges::sort(peers_, {}, &DatedPeer::peer);
  const auto add = [this](const policy::Period& period) {
    if (period.from) changes_.push_back(*period.from);
    if (period.until) changes_.push_back(*period.until);
  };
  for (const DatedPeer& peer : peers_) {
    if (peer.active) add(*peer.active);
    for (const policy::Block& block : peer.blocked) add(block.period);
  }
  std::ranges::sort(changes_);
}

std::vector<wire::AbsentPeer> PeerCalendar::absent(UtcTime at) const {
  std::vector<wire::AbsentPeer> found;
  for (const DatedPeer& peer : peers_) {
    const policy::Access access = policy::access_at(peer.active, peer.blocked, at);
    if (access == policy::Access::kOpen) continue;
    found.push_back({.peer = peer.peer, .blocked = access == policy::Access::kBlocked});
  }
  return found;
}

std::optional<UtcTime> PeerCalendar::next_change(UtcTime at) const {
  const auto next = std::ranges::upper_bound(changes_, at);
  return next == changes_.end() ? std::nullopt : std::optional(*next);
}

}  // namespace guard::supervisor
