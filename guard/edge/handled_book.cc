#include "guard/edge/handled_book.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"

namespace guard::edge {

namespace {

// add_place makes the last run longer where it can.
void add_place(std::vector<PlaceRun>& runs, std::uint64_t place) {
  if (!runs.empty() && runs.back().last + 1 == place) {
    runs.back().last = place;
  } else {
    runs.push_back({place, place});
  }
}

}  // namespace

void HandledBook::each(std::uint64_t stream) {
  Stream& known = streams_[stream];
  CHECK(known.taken == 0);
  known.each = true;
}

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
    const auto open = stream.open.find(at->first);
    if (stream.each) add_place(stream.runs, open->second);
    stream.open.erase(open);
    give_back(stream.peer, 1);
    at = streams_of_.erase(at);
  }
}

std::uint64_t HandledBook::take_count(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return 0;
  Stream& known = found->second;
  CHECK(!known.each);
  const std::uint64_t count = known.open.empty() ? known.taken : known.open.begin()->second - 1;
  return count - std::exchange(known.counted, count);
}

std::vector<PlaceRun> HandledBook::take_runs(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return {};
  CHECK(found->second.each);
  std::vector<PlaceRun> runs = std::exchange(found->second.runs, {});
  std::ranges::sort(runs, {}, &PlaceRun::first);
  std::vector<PlaceRun> merged;
  for (const PlaceRun& run : runs) {
    if (!merged.empty() && merged.back().last + 1 == run.first) {
      merged.back().last = run.last;
    } else {
      merged.push_back(run);
    }
  }
  return merged;
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
