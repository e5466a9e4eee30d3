// The part of Edge that looks whether better addresses work again.
#include "guard/edge/edge.h"
#include "guard/edge/random_number.h"

namespace guard::edge {

void Edge::probe(Moment now) {
  for (const auto& [peer, probe] : probes_) {
    probe->tick(now);
    const auto works = probe->take_result();
    if (!works) continue;
    AddressLadder& ladder = ladders_.at(peer);
    if (!*works) {
      ladder.failed(probe->address(), probe->began(), now, random_number());
      continue;
    }
    ladder.worked(probe->address());
    for (const auto& [key, outbound] : outbound_) {
      if (key.second.peer == peer) outbound->move_to_better(now);
    }
  }
  std::erase_if(probes_, [](const auto& entry) { return entry.second->over(); });
  if (!stop_by_) begin_probes(now);
}

void Edge::begin_probes(Moment now) {
  for (const auto& [key, outbound] : outbound_) {
    const PeerIndex peer = key.second.peer;
    if (!outbound->ready() || probes_.contains(peer)) continue;
    const AddressLadder& ladder = ladders_.at(peer);
    if (ladder.size() == 1 || routes_.blocked(peer)) continue;
    const auto better = better_due(ladder, outbound->address(), now);
    if (better) probes_[peer] = std::make_unique<Probe>(desk_, key.second, *better);
  }
}

}  // namespace guard::edge
