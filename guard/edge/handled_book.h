// HandledBook: which stanzas of the streams that peers have opened are handled, in the words of
// stream management (SPEC: XEP-0198; S23), and how far the count of each stream may go. Pure.
//
//            take                    handled                 take_count
//   (ticket) ─────→ not handled ──────────────→ handled ────────────────→ counted
//
// A count says that all stanzas of a stream up to there are handled, so one that is not holds back
// those behind it, on its own stream alone. Where the peer is told of each stanza by itself, none
// holds back another: such a stream gives runs of places instead (take_runs).
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/xmpp/stream_event.h"

namespace guard::edge {

using xmpp::PlaceRun;

// HandledBook holds one place for each stanza that is not handled, and none for those behind it;
// of a stream that is told of each, besides, the runs that became handled since they were taken.
class HandledBook {
 public:
  // each: the peer of this stream will be told of each stanza, so take_runs is asked of it and
  // take_count is not. REQUIRES: nothing of the stream has been taken.
  void each(std::uint64_t stream);

  // take notes the next ticket. REQUIRES: tickets ascend; the stream has not been closed.
  void take(std::uint64_t ticket, std::uint64_t stream, PeerIndex peer);

  // handled says so of all tickets from `first` to `last` that are here; of the rest it was said
  // before, or their stream is closed.
  void handled(std::uint64_t first, std::uint64_t last);

  // take_count gives how much further the count of a stream has come since the last call.
  // REQUIRES: not a stream of each().
  [[nodiscard]] std::uint64_t take_count(std::uint64_t stream);

  // take_runs gives what of a stream has become handled since the last call: runs in ascending
  // order with a gap between any two. REQUIRES: a stream of each(), or one that is not there.
  [[nodiscard]] std::vector<PlaceRun> take_runs(std::uint64_t stream);

  // close forgets a stream: nobody will count on it any more.
  void close(std::uint64_t stream);

  // open counts a peer's stanzas that are not handled.
  [[nodiscard]] std::size_t open(PeerIndex peer) const;

 private:
  struct Stream {
    PeerIndex peer = 0;
    std::uint64_t taken = 0;                      // stanzas, ever
    std::uint64_t counted = 0;                    // of those, by take_count
    std::map<std::uint64_t, std::uint64_t> open;  // by ticket: its place on the stream, from 1
    bool each = false;
    std::vector<PlaceRun> runs;  // with each: not taken, in the order in which they came
  };

  void give_back(PeerIndex peer, std::size_t count);

  std::map<std::uint64_t, std::uint64_t> streams_of_;  // of tickets that are not handled
  std::unordered_map<std::uint64_t, Stream> streams_;
  std::unordered_map<PeerIndex, std::size_t> open_of_;
};

}  // namespace guard::edge
