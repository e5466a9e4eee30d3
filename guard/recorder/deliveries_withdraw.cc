// The part of Deliveries that takes back, and the one that counts.
#include <algorithm>

#include "guard/base/check.h"
#include "guard/recorder/deliveries.h"

namespace guard::recorder {

Deliveries::AtEdges Deliveries::withdraw(const Which& which) {
  AtEdges at_edges;
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    Queue& queue = queues_[peer];
    bool any = false;
    for (Entry& entry : queue.entries) {
      if (entry.state == State::kEnded || entry.state == State::kRecorded) continue;
      const auto stored = store_.find(entry.delivery);
      if (!stored || !which(*stored)) continue;
      if (entry.state == State::kSent) {
        if (!entry.withdrawn) at_edges[place(*queue.side)].push_back(entry.delivery);
        entry.withdrawn = true;
      } else if (entry.state != State::kRecovered) {
        // What a recovered one was handed to is not known before the edge's Hello.
        any = true;
        end(peer, entry, audit::Result::kWithdrawn);
      }
    }
    if (!any) continue;
    std::erase_if(queue.waiting, [&](std::uint64_t delivery) {
      const Entry* entry = find(peer, delivery);
      return entry == nullptr || entry->state != State::kWaiting;
    });
  }
  return at_edges;
}

std::vector<wire::PeerQueue> Deliveries::counts() const {
  std::vector<wire::PeerQueue> all;
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    const Queue& queue = queues_[peer];
    if (queue.side && queue.live > 0) all.push_back({peer, queue.live, queue.live_bytes});
  }
  return all;
}

}  // namespace guard::recorder
