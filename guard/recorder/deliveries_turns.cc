// The part of Deliveries that says whose turn it is: peers at an edge, and pairs of a peer.
#include <algorithm>

#include "guard/base/check.h"
#include "guard/recorder/deliveries.h"

namespace guard::recorder {

// Gives the pair's line, with one more that lives in it.
Deliveries::Line* Deliveries::line_of(Queue& queue, const StoreEntry& entry) {
  Line& line = queue.lines[{std::string(entry.from), std::string(entry.to)}];
  ++line.live;
  return &line;
}

void Deliveries::make_ready(Queue& queue, Line& line) {
  if (line.ready) return;
  line.ready = true;
  queue.ready_lines.push_back(&line);
}

// The line of a peer that may send next; nullptr where none may. One whose window is closed keeps
// its turn; a peer with lines that only wait for a commit is asked again after it.
Deliveries::Line* Deliveries::next_line(PeerIndex peer, std::uint64_t committed) {
  Queue& queue = queues_[peer];
  bool uncommitted = false;
  for (std::size_t turns = queue.ready_lines.size(); turns > 0; --turns) {
    Line* const line = queue.ready_lines.front();
    queue.ready_lines.pop_front();
    if (line->waiting.empty()) {
      line->ready = false;
      continue;
    }
    queue.ready_lines.push_back(line);
    const Entry* entry = find(peer, line->waiting.front());
    CHECK(entry != nullptr && entry->state == State::kWaiting);
    if (entry->delivery > committed) {
      uncommitted = true;
    } else if (window_open(queue, *line, entry->size)) {
      return line;
    }
  }
  if (uncommitted) make_ready(peer);
  return nullptr;
}

void Deliveries::count_sent(Queue& queue, const Entry& entry) {
  ++queue.sent;
  queue.sent_bytes += entry.size;
  edges_[place(*queue.side)].sent_bytes += entry.size;
  if (entry.line == nullptr) return;
  ++entry.line->sent;
  entry.line->sent_bytes += entry.size;
}

void Deliveries::forget_idle_lines(Queue& queue) {
  std::erase_if(queue.ready_lines, [](Line* line) {
    line->ready = !line->waiting.empty();
    return !line->ready;
  });
  std::erase_if(queue.lines, [](const auto& line) { return line.second.live == 0; });
}

bool Deliveries::window_open(const Queue& queue, const Line& line, std::size_t size) const {
  if (queue.sent == 0) return true;
  if (queue.sent >= kPeerStanzas || queue.sent_bytes >= kPeerBytes ||
      edges_[place(*queue.side)].sent_bytes + size > kSideBytes) {
    return false;
  }
  if (line.sent == 0) return true;
  const std::size_t stanzas = std::min<std::size_t>(kWindowStanzas, kPeerStanzas - queue.sent);
  const std::size_t bytes = std::min(kWindowBytes, kPeerBytes - queue.sent_bytes);
  return line.sent < stanzas && line.sent_bytes + size <= bytes;
}

}  // namespace guard::recorder
