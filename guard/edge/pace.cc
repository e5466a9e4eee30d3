#include "guard/edge/pace.h"

#include <utility>

namespace guard::edge {

void Pace::update(const std::vector<wire::NearPeer>& peers, Moment now) {
  std::map<PeerIndex, Peer> before = std::exchange(peers_, {});
  waiting_ = 0;
  for (const wire::NearPeer& peer : peers) {
    if (peer.stanzas_per_second == 0) continue;
    const auto known = before.find(peer.index);
    const bool same = known != before.end() &&
                      known->second.bucket.per_second() == peer.stanzas_per_second &&
                      known->second.bucket.burst() == peer.burst;
    const Peer next = same ? known->second : Peer{{peer.stanzas_per_second, peer.burst, now}};
    peers_.emplace(peer.index, next);
    if (next.waits) ++waiting_;
  }
}

bool Pace::take(PeerIndex peer, Moment now) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return false;
  found->second.bucket.take(now);
  if (found->second.waits || found->second.bucket.open(now)) return false;
  found->second.waits = true;
  ++waiting_;
  return true;
}

bool Pace::waits(PeerIndex peer) const {
  const auto found = peers_.find(peer);
  return found != peers_.end() && found->second.waits;
}

std::vector<PeerIndex> Pace::release(Moment now) {
  std::vector<PeerIndex> released;
  if (waiting_ == 0) return released;
  for (auto& [peer, one] : peers_) {
    if (!one.waits || !one.bucket.open(now)) continue;
    one.waits = false;
    --waiting_;
    released.push_back(peer);
  }
  return released;
}

}  // namespace guard::edge
