#include "guard/recorder/queue_alarm.h"

#include <algorithm>

namespace guard::recorder {
namespace {

// Whether there are so many quarters of either bound.
bool has(const wire::PeerQueue& queue, const wire::Limits& limits, std::uint64_t quarters) {
  return queue.stanzas * 4 >= quarters * limits.queue_stanzas ||
         queue.octets * 4 >= quarters * limits.queue_bytes;
}

std::string words_of(const wire::PeerQueue& queue) {
  return std::to_string(queue.stanzas) + " stanzas, " + std::to_string(queue.octets) + " octets";
}

}  // namespace

std::vector<QueueAlarm::Change> QueueAlarm::look(const std::vector<wire::PeerQueue>& counts,
                                                 const wire::Limits& limits) {
  std::vector<Change> changes;
  for (const wire::PeerQueue& queue : counts) {
    if (!high_.contains(queue.peer) && has(queue, limits, 3)) {
      high_.insert(queue.peer);
      changes.push_back({queue.peer, true, words_of(queue)});
    }
  }
  std::erase_if(high_, [&](PeerIndex peer) {
    const auto found = std::ranges::find(counts, peer, &wire::PeerQueue::peer);
    const wire::PeerQueue queue = found == counts.end() ? wire::PeerQueue{peer, 0, 0} : *found;
    if (has(queue, limits, 2)) return false;
    changes.push_back({peer, false, words_of(queue)});
    return true;
  });
  return changes;
}

}  // namespace guard::recorder
