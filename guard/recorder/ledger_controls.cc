// The part of Ledger that keeps from moving what the operator has forbidden, and what is of peers
// that do not take part now.
#include <algorithm>
#include <utility>

#include "audit/catalogue.h"
#include "guard/recorder/ledger.h"

namespace guard::recorder {

void Ledger::on_controls(const wire::Controls& controls, UtcTime now) {
  rows_.observe_clock(now);
  controls_ = controls;
  std::ranges::sort(controls_.blocked);
  std::ranges::sort(controls_.absent, {}, &wire::AbsentPeer::peer);
  withdraw_forbidden(now);
  effects_.emplace_back(ToSupervisor{wire::ControlsInForce{controls_.number}});
  work_ = true;
}

// Why nothing of a peer or for it may go on; empty where it may. A retired peer is one that the
// policy in force does not have.
std::string_view Ledger::kept_out(PeerIndex peer) const {
  const bool retired = peer < configuration_.peers.size() && configuration_.peers[peer].retired;
  if (retired || std::ranges::binary_search(controls_.blocked, peer)) {
    return audit::reason::kPeerBlocked;
  }
  const auto absent = std::ranges::lower_bound(controls_.absent, peer, {}, &wire::AbsentPeer::peer);
  if (absent == controls_.absent.end() || absent->peer != peer) return {};
  return absent->blocked ? audit::reason::kPeerBlocked : audit::reason::kPeerInactive;
}

bool Ledger::blocked(PeerIndex peer) const { return !kept_out(peer).empty(); }

// Why a stanza of that lane and those peers may not go on; empty where nothing forbids it.
std::string_view Ledger::forbidden(Lane lane, PeerIndex from, PeerIndex to) const {
  for (const PeerIndex peer : {from, to}) {
    if (const std::string_view why = kept_out(peer); !why.empty()) return why;
  }
  if (controls_.stops(lane)) return audit::reason::kDirectionStopped;
  return {};
}

// It returns how many it has taken back, or asked back from the edges.
std::uint64_t Ledger::withdraw_forbidden(UtcTime now) {
  const auto which = [this](const StoreEntry& entry) {
    // A reply of the guard's own has no origin: it goes back to the sender of what was refused.
    if (entry.origin == wire::kNoPeer) return blocked(entry.peer);
    return entry.delivery <= stale_ || !forbidden(entry.lane, entry.origin, entry.peer).empty();
  };
  const std::size_t before[2] = {deliveries_.ended(Side::kHigh), deliveries_.ended(Side::kLow)};
  Deliveries::AtEdges at_edges = deliveries_.withdraw(which);
  std::uint64_t count = 0;
  for (const Side side : {Side::kHigh, Side::kLow}) {
    auto& deliveries = at_edges[static_cast<std::size_t>(side)];
    const std::size_t ended = deliveries_.ended(side) - before[static_cast<std::size_t>(side)];
    count += ended + deliveries.size();
    if (ended > 0) flush_outcomes(side, now);
    if (deliveries.empty() || !edge(side).greeted) continue;
    effects_.emplace_back(ToEdge{side, wire::Withdraw{std::move(deliveries)}});
  }
  return count;
}

}  // namespace guard::recorder
