// TicketBook: the edge's tickets that have not ended, in whatever lane, with their bytes. Pure.
//
//             take            next_offer              ended
//   (stanza) ─────→ waiting ─────────────→ offered ──────────→ gone
//                      ↑   filter_replaced    │
//                      └──────────────────────┤ alone in a filter that was lost, the second time
//                                             └──→ killed ──ended──→ gone
//
// After a filter has died, the tickets that were open then are offered one at a time, so that the
// stanza that kills is known; what came later waits for them. Only a ticket that was alone in a
// filter that closed its end is suspected; a filter that is replaced alive accuses nobody, and a
// recorder that is replaced acquits all.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "guard/base/domain_table.h"
#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"

namespace guard::edge {

struct OpenTicket {
  std::uint64_t number = 0;
  std::uint64_t stream = 0;
  PeerIndex peer = 0;
  Lane lane = Lane::kHighToLow;
  Digest hash{};
  UtcTime received;
  std::string bytes;
  std::uint32_t deaths = 0;  // of filters in which it was alone
  bool killed = false;
};

// Use: how much a peer has open.
struct Use {
  std::uint32_t stanzas = 0;
  std::uint64_t bytes = 0;
};

class TicketBook {
 public:
  // take opens the next ticket. The reference dies at the next call.
  const OpenTicket& take(std::uint64_t stream, PeerIndex peer, Lane lane, std::string_view bytes,
                         const Digest& hash, UtcTime received);

  // next_offer returns the ticket to be offered next, and counts it as offered; nullptr when there
  // is none now. The pointer dies at the next call.
  [[nodiscard]] const OpenTicket* next_offer();

  // ended forgets the tickets up to `number`; `gone` hears of each, in order.
  void ended(std::uint64_t number, const std::function<void(const OpenTicket&)>& gone);

  // filter_lost: the filter that has the offered tickets has closed its end.
  // REQUIRES: nothing is offered before filter_replaced.
  void filter_lost();

  // filter_replaced: a new filter is there; what the old one had is offered again. It returns the
  // ticket that has now killed twice, if there is one: it will not be offered again.
  [[nodiscard]] std::optional<std::uint64_t> filter_replaced();

  // recorder_replaced: the lane was started anew for the recorder's sake; no stanza is suspected.
  void recorder_replaced();

  // oldest is the number of the oldest open ticket, 0 without one; last the newest ever taken.
  [[nodiscard]] std::uint64_t oldest() const { return open_.empty() ? 0 : open_.front().number; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] const std::deque<OpenTicket>& open() const { return open_; }
  [[nodiscard]] Use use(PeerIndex peer) const;

 private:
  [[nodiscard]] bool one_at_a_time() const { return oldest() != 0 && oldest() <= suspected_; }

  std::uint64_t last_ = 0;
  std::uint64_t suspected_ = 0;  // tickets up to this one were open when a filter died
  std::uint64_t alone_ = 0;      // the one ticket of the filter that was lost; 0 without one
  std::size_t offered_ = 0;      // of open_, from its front
  std::deque<OpenTicket> open_;
  std::unordered_map<PeerIndex, Use> use_;
};

}  // namespace guard::edge
