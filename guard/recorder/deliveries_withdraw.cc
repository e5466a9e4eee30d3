// The parts of Deliveries that take back, that count, and that follow a new policy.
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
    for (auto& [pair, line] : queue.lines) {
      std::erase_if(line.waiting, [&](std::uint64_t delivery) {
        const Entry* entry = find(peer, delivery);
        return entry == nullptr || entry->state != State::kWaiting;
      });
    }
  }
  return at_edges;
}

bool Deliveries::any(const Which& which) const {
  return std::ranges::any_of(queues_, [&](const Queue& queue) {
    return std::ranges::any_of(queue.entries, [&](const Entry& entry) {
      if (entry.state == State::kEnded || entry.state == State::kRecorded) return false;
      const auto stored = store_.find(entry.delivery);
      return stored && which(*stored);
    });
  });
}

void Deliveries::set_peers(const std::vector<wire::RecordedPeer>& peers) {
  CHECK(known_ <= peers.size());
  for (PeerIndex peer = static_cast<PeerIndex>(known_); peer < queues_.size(); ++peer) {
    CHECK(queues_[peer].entries.empty());
  }
  queues_.resize(known_);
  for (PeerIndex peer = 0; peer < peers.size(); ++peer) {
    Queue& queue = peer < known_ ? queues_[peer] : queues_.emplace_back();
    queue.name = peers[peer].name;
    queue.side = peers[peer].side;
    queue.retired = peers[peer].retired;
  }
  known_ = peers.size();
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
