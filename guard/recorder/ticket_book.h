// TicketBook: which tickets of one side are open, in all lanes that begin there, and which
// judgement belongs to which ticket.
//
// Tickets come from the side's edge, judgements from its filter, on separate sockets and in
// any order between the two; each by itself must be in sequence. Either may lie.
//
//            ticket n+1                       judgement n (digest agrees)
//   edge ───────────────→ open: [n, n+1, ...] ←─────────────────────────── filter
//                              │ front
//                              └──→ ended, in sequence, each exactly once
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "guard/recorder/store.h"
#include "guard/wire/messages.h"

namespace guard::recorder {

// Lie says how a process broke the contract: a literal.
struct Lie {
  std::string_view why;
};

// Pairing is a ticket with its judgement; the ticket has ended once the ledger has it.
struct Pairing {
  wire::Ticket ticket;
  wire::Judgement judgement;
};

// TicketBook is a value without clock or socket. A Lie of the edge is answered by dropping the
// edge, one of the filter by starting that again; the caller says which by the call it made.
class TicketBook {
 public:
  // Bounds on what a lying process can make the recorder hold.
  static constexpr std::size_t kMaxOpen = kMostAnnounced;
  static constexpr std::size_t kMaxClosing = 65536;
  static constexpr std::size_t kMaxEarly = 1024;
  static constexpr std::size_t kMaxEarlyBytes = 16U << 20;

  // start begins an epoch whose tickets up to `ended` have ended. REQUIRES: no open ticket.
  void start(std::uint64_t epoch, std::uint64_t ended);

  // on_ticket takes the next ticket. Its judgement may have come before it.
  [[nodiscard]] std::expected<void, Lie> on_ticket(const wire::Ticket& ticket);

  // on_judgement takes the next judgement. One for a ticket that has ended is ignored (a filter
  // that was started again judges some stanzas twice); one ahead of its turn is a lie.
  [[nodiscard]] std::expected<void, Lie> on_judgement(wire::Judgement&& judgement);

  // ready says whether the oldest open ticket has its judgement. A digest that is not the edge's
  // is the filter's lie: the ticket stays open, the judgements that wait are forgotten.
  [[nodiscard]] std::expected<bool, Lie> ready();

  // front_ticket and front_judgement belong together; take ends that ticket and returns both.
  // REQUIRES: ready said true, and nothing was called since.
  [[nodiscard]] const wire::Ticket& front_ticket() const { return open_.front(); }
  [[nodiscard]] const wire::Judgement& front_judgement() const { return early_.front(); }
  [[nodiscard]] Pairing take();

  // on_killed ends the oldest open ticket without a judgement. nullopt where it has ended already.
  [[nodiscard]] std::expected<std::optional<wire::Ticket>, Lie> on_killed(std::uint64_t number);

  // distrust forgets the judgements that wait and ignores those that come, until trust.
  void distrust();
  void trust();
  [[nodiscard]] bool trusted() const { return trusted_; }

  // abandon ends every open ticket and returns them in order (their edge has died).
  [[nodiscard]] std::vector<wire::Ticket> abandon();

  // wants_judgements is false while too much waits for tickets: the caller stops reading them.
  [[nodiscard]] bool wants_judgements() const {
    return early_.size() < kMaxEarly && early_bytes_ < kMaxEarlyBytes;
  }

  // close_stream: later tickets of the stream end as closed; `row` is the sequence of the record
  // that closed it. on_stream_ended: no ticket will follow; a stream is forgotten once that has
  // been said and its last ticket has ended, whatever came first.
  [[nodiscard]] std::expected<void, Lie> close_stream(std::uint64_t stream, std::uint64_t row);
  void on_stream_ended(std::uint64_t stream);
  [[nodiscard]] bool closing(std::uint64_t stream) const;
  // oldest_close is the lowest row of a stream that is closing; nullopt without one. known counts
  // the streams that are remembered.
  [[nodiscard]] std::optional<std::uint64_t> oldest_close() const;
  [[nodiscard]] std::size_t known() const { return streams_.size(); }

  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  [[nodiscard]] std::uint64_t ended() const { return ended_; }
  [[nodiscard]] std::size_t open() const { return open_.size(); }
  [[nodiscard]] std::uint64_t last() const { return ended_ + open_.size(); }

 private:
  // Stream is one with open tickets, or one that is closing until the edge has said that no
  // ticket will follow.
  struct Stream {
    std::uint64_t last = 0;        // ticket
    std::uint64_t closed_row = 0;  // 0 unless it is closing
    bool ended = false;            // no ticket will follow
  };
  void end_front();
  void settle_leaving();
  void forget_if_done(std::uint64_t stream);
  void forget_streams();

  std::uint64_t epoch_ = 0;
  std::uint64_t ended_ = 0;            // the last ticket that has ended
  std::deque<wire::Ticket> open_;      // ended_ + 1, ...
  std::deque<wire::Judgement> early_;  // of ended_ + 1, ..., waiting to be taken
  std::size_t early_bytes_ = 0;
  bool trusted_ = true;
  std::unordered_map<std::uint64_t, Stream> streams_;
  std::set<std::uint64_t> closes_;  // rows
  // The stream of the ticket that ended last: it is still to be decided, so that what it closes is
  // looked at again one ticket later.
  std::optional<std::uint64_t> leaving_;
};

}  // namespace guard::recorder
