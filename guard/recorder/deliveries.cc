#include "guard/recorder/deliveries.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/wire/repeatable.h"

namespace guard::recorder {
namespace {

std::size_t size_of(const StoreEntry& entry) {
  return entry.bytes.size() + entry.contingency.size() + entry.from.size() + entry.to.size();
}

}  // namespace

Deliveries::Deliveries(const std::vector<wire::RecordedPeer>& peers, const wire::Limits& limits,
                       Store& store)
    : limits_(limits), store_(store) {
  set_peers(peers);
}

Deliveries::Room Deliveries::room(PeerIndex peer, const StoreEntry& entry) const {
  CHECK(peer < queues_.size());
  const Queue& queue = queues_[peer];
  const std::size_t size = size_of(entry);
  if (queue.live >= limits_.queue_stanzas || queue.live_bytes + size > limits_.queue_bytes ||
      queue.entries.size() >= kMaxRemembered) {
    return Room::kQueueFull;
  }
  return store_.fits(size) ? Room::kYes : Room::kStoreFull;
}

void Deliveries::add(const StoreEntry& entry, UtcTime not_before, UtcTime now) {
  CHECK(entry.peer < queues_.size());
  store_.put(entry);
  peer_of_.emplace(entry.delivery, entry.peer);
  Queue& queue = queues_[entry.peer];
  Entry& added = queue.entries.emplace_back();
  added.delivery = entry.delivery;
  added.size = size_of(entry);
  added.deadline = entry.deadline;
  added.line = line_of(queue, entry);
  ++queue.live;
  queue.live_bytes += added.size;
  if (not_before > now) {
    added.state = State::kDelayed;
    delayed_.push_back({entry.peer, entry.delivery, not_before});
  } else {
    wait(entry.peer, added, false);
  }
}

std::optional<wire::Deliver> Deliveries::next(Side side, std::uint64_t committed) {
  Edge& edge = edges_[place(side)];
  if (!edge.open) return std::nullopt;
  for (std::size_t turns = edge.ready.size(); turns > 0; --turns) {
    const PeerIndex peer = edge.ready.front();
    edge.ready.pop_front();
    Queue& queue = queues_[peer];
    queue.ready = false;
    // A closed window has deliveries in it: the next outcome makes the peer ready again.
    Line* const line = next_line(peer, committed);
    if (line == nullptr) continue;
    Entry* entry = find(peer, line->waiting.front());
    line->waiting.pop_front();
    entry->state = State::kSent;
    count_sent(queue, *entry);
    make_ready(peer);
    const auto stored = store_.find(entry->delivery);
    CHECK(stored.has_value());
    wire::Deliver deliver;
    deliver.delivery = entry->delivery;
    deliver.peer = peer;
    deliver.pair = {std::string(stored->from), std::string(stored->to)};
    deliver.deadline = entry->deadline;
    deliver.bytes = stored->bytes;
    store_.set_handed(entry->delivery, Handed::kYes);
    return deliver;
  }
  return std::nullopt;
}

void Deliveries::on_outcome(Side side, std::uint64_t delivery, audit::Result result) {
  const auto found = peer_of_.find(delivery);
  if (found == peer_of_.end()) return;
  const PeerIndex peer = found->second;
  if (queues_[peer].side != side) return;
  Entry* entry = find(peer, delivery);
  if (entry == nullptr) return;
  if (entry->state != State::kSent && entry->state != State::kRecovered) return;
  end(peer, *entry, result);
}

void Deliveries::open_side(Side side) {
  edges_[place(side)].open = true;
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    if (queues_[peer].side == side) make_ready(peer);
  }
}

void Deliveries::close_side(Side side) {
  Edge& edge = edges_[place(side)];
  edge.open = false;
  edge.ready.clear();
  edge.sent_bytes = 0;
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    Queue& queue = queues_[peer];
    if (queue.side != side) continue;
    queue.ready = false;
    queue.sent = queue.sent_bytes = 0;
    for (auto& [pair, line] : queue.lines) line.sent = line.sent_bytes = 0;
    for (auto entry = queue.entries.rbegin(); entry != queue.entries.rend(); ++entry) {
      if (entry->state == State::kSent) wait_again(peer, *entry);
    }
  }
}

void Deliveries::tick(UtcTime now) {
  while (!delayed_.empty() && delayed_.front().not_before <= now) {
    const Delayed delayed = delayed_.front();
    delayed_.pop_front();
    Entry* entry = find(delayed.peer, delayed.delivery);
    if (entry != nullptr && entry->state == State::kDelayed) wait(delayed.peer, *entry, false);
  }
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    Queue& queue = queues_[peer];
    for (auto& [pair, line] : queue.lines) {
      while (!line.waiting.empty()) {
        Entry* entry = find(peer, line.waiting.front());
        CHECK(entry != nullptr);
        if (entry->deadline > now) break;
        line.waiting.pop_front();
        end(peer, *entry, audit::Result::kExpired);
      }
    }
    // An edge that never says what became of a delivery, or never comes back, does not keep it.
    for (Entry& entry : queue.entries) {
      if (entry.state == State::kEnded || entry.state == State::kRecorded) continue;
      const bool handed = entry.state == State::kSent || entry.state == State::kRecovered;
      if (!handed || entry.deadline.microseconds + kGrace > now.microseconds) break;
      end(peer, entry, audit::Result::kInDoubt);
    }
    forget_idle_lines(queue);
  }
}

std::vector<Range> Deliveries::flush(Side side) {
  std::vector<Range> ranges;
  if (ended(side) == 0) return ranges;
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    const Queue& queue = queues_[peer];
    if (queue.ended > 0 && side_of(queue) == side) flush_queue(peer, ranges);
  }
  CHECK(ended(side) == 0);
  return ranges;
}

void Deliveries::flush_queue(PeerIndex peer, std::vector<Range>& out) {
  Queue& queue = queues_[peer];
  const std::size_t begin = out.size();
  bool joins = false;  // the entry before this one is the last of out.back()
  for (Entry& entry : queue.entries) {
    if (entry.state != State::kEnded) {
      joins = false;
      continue;
    }
    const auto stored = store_.find(entry.delivery);
    const bool withdrawn = entry.result == audit::Result::kWithdrawn;
    const bool undelivered = withdrawn || entry.result == audit::Result::kExpired;
    const bool reply = undelivered && stored && !stored->contingency.empty();
    if (joins && !reply && !withdrawn && out.back().result == entry.result && !out.back().reply) {
      out.back().last = entry.delivery;
      ++out.back().count;
    } else {
      out.push_back({peer, entry.result, entry.delivery, entry.delivery, 1, reply});
    }
    joins = true;
    if (stored) flushed_.push_back(entry.delivery);
    entry.state = State::kRecorded;
    --queue.ended;
    --ended_[place(side_of(queue))];
  }
  CHECK(out.size() > begin && queue.ended == 0);
  while (!queue.entries.empty() && queue.entries.front().state == State::kRecorded) {
    queue.entries.pop_front();
  }
}

std::vector<StanzaOrigin> Deliveries::forget_ended() {
  std::vector<StanzaOrigin> origins;
  for (const std::uint64_t delivery : flushed_) {
    const auto stored = store_.find(delivery);
    if (stored && stored->ticket != 0)
      origins.push_back({stored->lane, stored->epoch, stored->ticket});
    store_.erase(delivery);
  }
  flushed_.clear();
  return origins;
}

std::vector<std::uint64_t> Deliveries::unsettled(Side near, std::uint64_t epoch) const {
  std::vector<std::uint64_t> tickets;
  for (const Queue& queue : queues_) {
    for (const Entry& entry : queue.entries) {
      if (entry.state == State::kRecorded) continue;
      const auto stored = store_.find(entry.delivery);
      const bool its = stored && stored->ticket != 0 && stored->epoch == epoch &&
                       near_side(stored->lane) == near;
      if (its) tickets.push_back(stored->ticket);
    }
  }
  std::ranges::sort(tickets);
  return tickets;
}

std::optional<std::uint64_t> Deliveries::horizon() const {
  std::optional<std::uint64_t> lowest;
  for (const Queue& queue : queues_) {
    // Those in front that are recorded have been removed by flush.
    if (queue.entries.empty()) continue;
    const std::uint64_t first = queue.entries.front().delivery;
    if (!lowest || first < *lowest) lowest = first;
  }
  return lowest;
}

PeerIndex Deliveries::recovered_peer(std::string_view name) {
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    if (!queues_[peer].retired && queues_[peer].name == name) return peer;
  }
  queues_.emplace_back().name = name;
  return static_cast<PeerIndex>(queues_.size() - 1);
}

void Deliveries::recover(std::string_view peer_name, std::uint64_t delivery, bool ended,
                         UtcTime now) {
  const PeerIndex peer = recovered_peer(peer_name);
  Queue& queue = queues_[peer];
  CHECK(queue.entries.empty() || queue.entries.back().delivery < delivery);
  if (ended && queue.entries.empty()) return;
  Entry& entry = queue.entries.emplace_back();
  entry.delivery = delivery;
  if (ended) {
    entry.state = State::kRecorded;
    store_.erase(delivery);
    return;
  }
  peer_of_.emplace(delivery, peer);
  entry.state = State::kRecovered;
  entry.deadline = now;
  ++queue.live;
  if (!queue.side) return end(peer, entry, audit::Result::kInDoubt);
  const auto stored = store_.find(delivery);
  if (!stored) return;
  entry.size = size_of(*stored);
  entry.deadline = stored->deadline;
  entry.line = line_of(queue, *stored);
  queue.live_bytes += entry.size;
  if (stored->handed == Handed::kNo) wait(peer, entry, false);
}

void Deliveries::drop_strays() {
  for (const std::uint64_t delivery : store_.names()) {
    if (!is_request(delivery) && !peer_of_.contains(delivery)) store_.erase(delivery);
  }
}

void Deliveries::on_hello(Side side, const std::vector<std::uint64_t>& held, bool same) {
  for (const std::uint64_t delivery : held) {
    const auto found = peer_of_.find(delivery);
    if (found == peer_of_.end() || queues_[found->second].side != side) continue;
    Entry* entry = find(found->second, delivery);
    if (entry == nullptr || entry->state != State::kRecovered) continue;
    entry->state = State::kSent;
    count_sent(queues_[found->second], *entry);
  }
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    if (queues_[peer].side == side) settle(peer, same);
  }
}

void Deliveries::settle(PeerIndex peer, bool same) {
  Queue& queue = queues_[peer];
  const auto recovered = [](const Entry& entry) { return entry.state == State::kRecovered; };
  if (std::ranges::none_of(queue.entries, recovered)) return;
  for (auto& [pair, line] : queue.lines) line.waiting.clear();
  for (Entry& entry : queue.entries) {
    if (recovered(entry)) {
      const auto stored = store_.find(entry.delivery);
      if (same && stored && stored->handed != Handed::kEnded) {
        entry.state = State::kWaiting;
      } else {
        end(peer, entry, audit::Result::kInDoubt);
      }
    }
    if (entry.state != State::kWaiting) continue;
    entry.line->waiting.push_back(entry.delivery);
    make_ready(queue, *entry.line);
  }
}

void Deliveries::doubt_all() {
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    for (Entry& entry : queues_[peer].entries) {
      if (entry.state == State::kRecovered) end(peer, entry, audit::Result::kInDoubt);
    }
  }
}

void Deliveries::end_all() {
  for (PeerIndex peer = 0; peer < queues_.size(); ++peer) {
    for (auto& [pair, line] : queues_[peer].lines) line.waiting.clear();
    for (Entry& entry : queues_[peer].entries) {
      if (entry.state == State::kEnded || entry.state == State::kRecorded) continue;
      const bool kept = entry.state == State::kWaiting || entry.state == State::kDelayed;
      end(peer, entry, kept ? audit::Result::kExpired : audit::Result::kInDoubt);
      store_.erase(entry.delivery);
    }
  }
}

Deliveries::Entry* Deliveries::find(PeerIndex peer, std::uint64_t delivery) {
  std::deque<Entry>& entries = queues_[peer].entries;
  const auto found = std::ranges::lower_bound(entries, delivery, {}, &Entry::delivery);
  if (found == entries.end() || found->delivery != delivery) return nullptr;
  return &*found;
}

void Deliveries::end(PeerIndex peer, Entry& entry, audit::Result result) {
  Queue& queue = queues_[peer];
  const bool was_sent = entry.state == State::kSent;
  entry.state = State::kEnded;
  entry.result = result;
  ++queue.ended;
  ++ended_[place(side_of(queue))];
  --queue.live;
  queue.live_bytes -= entry.size;
  if (entry.line != nullptr) --entry.line->live;
  peer_of_.erase(entry.delivery);
  // What it came from, and the contingency bytes of what has not arrived, are needed until its
  // outcome has its row.
  const bool arrived = result != audit::Result::kExpired && result != audit::Result::kWithdrawn;
  if (arrived && store_.find(entry.delivery)) store_.set_handed(entry.delivery, Handed::kEnded);
  if (!was_sent) return;
  --queue.sent;
  queue.sent_bytes -= entry.size;
  edges_[place(*queue.side)].sent_bytes -= entry.size;
  if (entry.line != nullptr) {
    --entry.line->sent;
    entry.line->sent_bytes -= entry.size;
  }
  make_ready(peer);
}

void Deliveries::wait(PeerIndex peer, Entry& entry, bool in_front) {
  Queue& queue = queues_[peer];
  entry.state = State::kWaiting;
  if (in_front) {
    entry.line->waiting.push_front(entry.delivery);
  } else {
    entry.line->waiting.push_back(entry.delivery);
  }
  make_ready(queue, *entry.line);
  if (edges_[place(*queue.side)].open) make_ready(peer);
}

// Its dead edge may have written it or not: what was to be withdrawn, or must not arrive twice, is
// in doubt. So is what a recorder before this one had heard the end of, and had not recorded.
void Deliveries::wait_again(PeerIndex peer, Entry& entry) {
  const auto stored = store_.find(entry.delivery);
  const bool may = stored && stored->handed != Handed::kEnded && !entry.withdrawn;
  if (may && wire::repeatable(stored->bytes)) return wait(peer, entry, true);
  entry.state = State::kRecovered;  // no window counts it any more
  end(peer, entry, audit::Result::kInDoubt);
}

void Deliveries::make_ready(PeerIndex peer) {
  Queue& queue = queues_[peer];
  if (queue.ready || queue.ready_lines.empty()) return;
  queue.ready = true;
  edges_[place(*queue.side)].ready.push_back(peer);
}

}  // namespace guard::recorder
