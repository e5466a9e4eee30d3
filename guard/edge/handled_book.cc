#include "guard/edge/handled_book.h"

#include <utility>

#include "guard/base/check.h"

namespace guard::edge {

void HandledBook::take(std::uint64_t ticket, std::uint64_t stream, PeerIndex peer) {
  CHECK(streams_of_.empty() || streams_of_.rbegin()->first < ticket);
  Stream& known = streams_[stream];
  known.peer = peer;
  known.open.emplace_hint(known.open.end(), ticket, ++known.taken);
  streams_of_.emplace_hint(streams_of_.end(), ticket, stream);
  ++open_of_[peer];
}

void HandledBook::handled(std::uint64_t first, std::uint64_t last) {
  auto at = streams_of_.lower_bound(first);
  while (at != streams_of_.end() && at->first <= last) {
    Stream& stream = streams_.at(at->second);
    stream.open.erase(at->first);
    give_back(stream.peer, 1);
    at = streams_of_.erase(at);
  }
}

std::uint64_t HandledBook::take_count(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return 0;
  Stream& known = found->second;
  const std::uint64_t count = known.open.empty() ? known.taken : known.open.begin()->second - 1;
  return count - std::exchange(known.counted, count);
}

void HandledBook::close(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  for (const auto& [ticket, place] : found->second.open) streams_of_.erase(ticket);
  give_back(found->second.peer, found->second.open.size());
  streams_.erase(found);
}

std::size_t HandledBook::open(PeerIndex peer) const {
  const auto found = open_of_.find(peer);
  return found == open_of_.end() ? 0 : found->second;
}

void HandledBook::give_back(PeerIndex peer, std::size_t count) {
  const auto found = open_of_.find(peer);
  if (found == open_of_.end()) return;
  found->second -= count;
  if (found->second == 0) open_of_.erase(found);
}

}  // namespace guard::edge
