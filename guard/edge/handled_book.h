// HandledBook: which stanzas of the streams that peers have opened are handled, in the words of
// stream management (SPEC: XEP-0198; S23), and how far the count of each stream may go. Pure.
//
//            take                    handled                 take_count
//   (ticket) ─────→ not handled ──────────────→ handled ────────────────→ counted
//
// A count says that all stanzas of a stream up to there are handled, so one that is not holds back
// those behind it, on its own stream alone.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>

#include "guard/base/domain_table.h"

namespace guard::edge {

// HandledBook holds one place for each stanza that is not handled, and none for those behind it.
class HandledBook {
 public:
  // take notes the next ticket. REQUIRES: tickets ascend; the stream has not been closed.
  void take(std::uint64_t ticket, std::uint64_t stream, PeerIndex peer);

  // handled says so of all tickets from `first` to `last` that are here; of the rest it was said
  // before, or their stream is closed.
  void handled(std::uint64_t first, std::uint64_t last);

  // take_count gives how much further the count of a stream has come since the last call.
  [[nodiscard]] std::uint64_t take_count(std::uint64_t stream);

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
  };

  void give_back(PeerIndex peer, std::size_t count);

  std::map<std::uint64_t, std::uint64_t> streams_of_;  // of tickets that are not handled
  std::unordered_map<std::uint64_t, Stream> streams_;
  std::unordered_map<PeerIndex, std::size_t> open_of_;
};

}  // namespace guard::edge
