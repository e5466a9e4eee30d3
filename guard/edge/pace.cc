#include "guard/edge/pace.h"

#include <utility>

namespace guard::edge {

void Pace::update(const std::vector<wire::NearPeer>& peers, Moment now) {
  std::map<PeerIndex, Peer> before = std::exchange(peers_, {});
  waiting_ = 0;
  for (const wire::NearPeer& peer : peers) {
    if (peer.stanza_rate == wire::Rate{} && peer.octet_rate == wire::Rate{}) continue;
    const auto known = before.find(peer.index);
    const Peer* old = known == before.end() ? nullptr : &known->second;
    Peer made{.stanzas = next(peer.stanza_rate, old == nullptr ? nullptr : &old->stanzas, now),
              .octets = next(peer.octet_rate, old == nullptr ? nullptr : &old->octets, now)};
    made.waits = old != nullptr && old->waits && !open(made, now);
    if (made.waits) ++waiting_;
    peers_.emplace(peer.index, std::move(made));
  }
}

Pace::Bucket Pace::next(const wire::Rate& rate, const Bucket* before, Moment now) {
  if (before != nullptr && before->rate == rate) return *before;
  if (rate == wire::Rate{}) return {};
  return {.rate = rate, .tokens = TokenBucket(rate.per_second, rate.burst, now)};
}

bool Pace::open(const Peer& peer, Moment now) {
  return (!peer.stanzas.tokens || peer.stanzas.tokens->open(now)) &&
         (!peer.octets.tokens || peer.octets.tokens->open(now));
}

bool Pace::take(PeerIndex peer, std::size_t octets, Moment now) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return false;
  Peer& one = found->second;
  if (one.stanzas.tokens) one.stanzas.tokens->take(1, now);
  if (one.octets.tokens) one.octets.tokens->take(static_cast<std::uint32_t>(octets), now);
  if (one.waits || open(one, now)) return false;
  one.waits = true;
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
    if (!one.waits || !open(one, now)) continue;
    one.waits = false;
    --waiting_;
    released.push_back(peer);
  }
  return released;
}

}  // namespace guard::edge
