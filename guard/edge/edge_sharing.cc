// The part of Edge that lets pairs share streams (PairPlaces).
#include <algorithm>
#include <chrono>
#include <utility>

#include "guard/edge/edge.h"

namespace guard::edge {

namespace {
constexpr std::chrono::seconds kAskRefusedAgain{60};
}  // namespace

PairPlaces::Ways Edge::ways() {
  return {
      .carriers = [this](PeerIndex peer) { return carriers(peer); },
      .wake_own = [this](const PairKey& key) { return wake_own(key); },
      .make_own =
          [this](const PairKey& key) {
            // What nobody can be called for, or has no room, waits for its deadline, or for the
            // peer's stream.
            const wire::NearPeer* peer = routes_.near(key.peer);
            if (peer == nullptr || peer->addresses.empty() || stop_by_ || !room(key)) return;
            outbound(key, xmpp::OutboundPurpose::kStanzas).wake();
          },
      .pending = [this](const PairKey& key) { return deliveries_.pending(key); },
  };
}

bool Edge::shares(PeerIndex peer) const {
  const wire::NearPeer* near = routes_.near(peer);
  return near != nullptr && near->streams != wire::StreamUse::kOwn;
}

bool Edge::wake_own(const PairKey& key) {
  const auto found = outbound_.find({xmpp::OutboundPurpose::kStanzas, key});
  if (found == outbound_.end()) return false;
  if (!found->second->live()) {
    // One that only waits to be made need not be, where another would take the pair.
    const auto all = carriers(key.peer);
    const bool taken = std::ranges::any_of(
        all, [&](const Carrier* carrier) { return places_.may_place(*carrier, key); });
    if (taken) outbound_.erase(found);
    if (taken || found->second->idle()) return false;
  }
  found->second->wake();
  return true;
}

std::vector<Carrier*> Edge::carriers(PeerIndex peer) {
  std::vector<Carrier*> found;
  if (!shares(peer) || stop_by_) return found;
  const auto both_ways = desk_.both_ways.find(peer);
  if (both_ways != desk_.both_ways.end() && both_ways->second > 0) {
    for (const auto& [number, inbound] : inbound_) {
      if (inbound->peer() == peer) found.push_back(inbound.get());
    }
  }
  const auto first = outbound_.lower_bound({xmpp::OutboundPurpose::kStanzas, {peer, "", ""}});
  for (auto at = first; at != outbound_.end(); ++at) {
    if (at->first.first != xmpp::OutboundPurpose::kStanzas || at->first.second.peer != peer) break;
    found.push_back(at->second.get());
  }
  return found;
}

// Where both ends have opened a stream at once, the one whose opener's domain is the greater goes.
// If its pair is refused on the other then, it gets its own again, and keeps it.
bool Edge::yields(const PairKey& key) const {
  const auto both_ways = desk_.both_ways.find(key.peer);
  if (both_ways == desk_.both_ways.end() || both_ways->second < 2) return false;
  return std::ranges::any_of(inbound_, [&](const auto& entry) {
    const Inbound& inbound = *entry.second;
    return inbound.peer() == key.peer && inbound.opener() < key.local &&
           places_.may_place(inbound, key);
  });
}

// room says whether the pair has a stream of its own, or there may be one more.
bool Edge::room(const PairKey& key) const {
  return outbound_.contains({xmpp::OutboundPurpose::kStanzas, key}) ||
         outbound_.size() - verify_streams(key.peer).all < configuration_.limits.streams;
}

// may_make says whether there is a stream for the pair, or may be one.
bool Edge::may_make(const PairKey& key) {
  const bool placed = places_.carrier_of(key) != nullptr ||
                      outbound_.contains({xmpp::OutboundPurpose::kStanzas, key});
  if (placed) return true;
  if (room(key) && !routes_.near(key.peer)->addresses.empty()) return true;
  return std::ranges::any_of(carriers(key.peer), [&key](const Carrier* carrier) {
    return carrier->may_carry(key) || carrier->may_ask(key);
  });
}

// What follows may go to the very machine whose actions are being carried out.
void Edge::pair_answered(Carrier& carrier, const PairKey& key, bool added) {
  answers_.push_back({&carrier, key, added});
  if (answers_.size() > 1) return;
  loop_.defer([this] {
    for (const PairAnswer& answer : std::exchange(answers_, {})) {
      places_.answered(*answer.carrier, answer.key, answer.added);
    }
  });
}

void Edge::carrier_ready(PeerIndex peer) {
  // Not from within the carrier's own machine.
  loop_.defer([this, peer] {
    places_.ready(peer);
    dispatch_waiting(peer);
  });
}

void Edge::carrier_lost(Carrier& carrier, PeerIndex peer) {
  std::erase_if(answers_, [&carrier](const auto& one) { return one.carrier == &carrier; });
  const auto homeless = places_.lost(carrier);
  if (stop_by_ || (homeless.empty() && !shares(peer))) return;
  loop_.defer([this, homeless, peer] {
    for (const PairKey& key : homeless) {
      if (deliveries_.pending(key)) places_.dispatch(key);
    }
    dispatch_waiting(peer);
  });
}

// What has no stream may have one now; what waits to make its own need not.
void Edge::dispatch_waiting(PeerIndex peer) {
  if (!shares(peer)) return;
  for (const PairKey& key : deliveries_.pairs_of(peer)) places_.dispatch(key);
}

// A pair of a peer that cannot be called has no other way than the stream on which it was refused;
// that peer's policy may have changed since.
void Edge::ask_again(Moment now) {
  if (now < next_asking_) return;
  next_asking_ = now + kAskRefusedAgain;
  for (const auto& [peer, streams] : desk_.both_ways) {
    const wire::NearPeer* near = routes_.near(peer);
    if (streams == 0 || near == nullptr || !near->addresses.empty()) continue;
    for (const Carrier* carrier : carriers(peer)) places_.forget_refusals(*carrier);
    dispatch_waiting(peer);
  }
}

void Edge::update_flows() {
  for (const auto& [number, inbound] : inbound_) inbound->update_flow();
  for (const auto& [key, outbound] : outbound_) outbound->update_flow();
}

}  // namespace guard::edge
