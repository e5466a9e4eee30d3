// Ledger: the recorder's whole judgement, without a socket, a clock or a database.
//
//   on_…(message, now) ──→ rows to be made durable ──→ the shell commits them ──→ committed()
//                                                                                     │
//                                      effects: what may be done now that they are ←──┘
//
// INVARIANT(AUDIT_BEFORE_RELEASE): nothing leaves the ledger but through committed().
// INVARIANT(NO_OTHER_PATH): the lane of the edge's ticket fixes where bytes go, whatever the filter
// says: forward to its far side, replies to its near side, and only for a peer of that side; never
// forward to the peer that the stanza came from.
//
// Who controls its input: edges and filters that may have been taken over; guardd is trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "audit/log.h"
#include "audit/record.h"
#include "guard/recorder/content_budget.h"
#include "guard/recorder/deliveries.h"
#include "guard/recorder/queue_alarm.h"
#include "guard/recorder/requests.h"
#include "guard/recorder/row_book.h"
#include "guard/recorder/store.h"
#include "guard/recorder/ticket_book.h"
#include "guard/wire/codec.h"
#include "guard/wire/configuration.h"

namespace guard::recorder {

struct ToEdge {
  Side side = Side::kHigh;
  wire::AnyMessage message;
};
struct ToSupervisor {
  wire::AnyMessage message;
};
// DropEdge: the edge broke the contract; its ends are closed, until guardd brings new ones.
struct DropEdge {
  Side side = Side::kHigh;
  std::string_view why;  // a literal
};
using Effect = std::variant<ToEdge, ToSupervisor, DropEdge>;

// Ledger. Not thread-safe. `now` is UTC and may step back. Borrows configuration and store.
class Ledger {
 public:
  static constexpr std::size_t kBatchRows = 1024;          // the shell commits at this many
  static constexpr std::size_t kBatchContent = 8U << 20;   // or at so many octets of content
  static constexpr std::int64_t kOutcomeLinger = 200'000;  // microseconds until ranges are made
  static constexpr std::size_t kOutcomeBatch = 4096;       // ended deliveries, the same
  static constexpr std::int64_t kJudgeLimit = 30'000'000;  // for the oldest ticket of a side
  static constexpr std::int64_t kDrain = 5'000'000;        // for what another policy released
  static constexpr std::size_t kRunsAtOnce = 4096;         // of tickets, in one Settled
  // How many rows back a new recorder looks for streams that have not ended since they were closed.
  static constexpr std::uint64_t kClosesWithin = 262'144;

  // `end` is the end of the log. REQUIRES: store is formatted or opened.
  Ledger(const wire::RecorderConfiguration& configuration, const audit::Position& end,
         Store& store);

  // recover takes over what the log and the store say, before anything else is called. With
  // `store_valid` false the store has nothing from an earlier recorder.
  void recover(const audit::Tail& tail, bool store_valid, UtcTime now);

  // ready adds the row that says that the recorder works.
  void ready(UtcTime now);

  // on_edge takes a message of the tickets channel of that side's edge.
  void on_edge(Side side, wire::AnyMessage&& message, UtcTime now);

  // on_judgement takes what that side's filter sends.
  void on_judgement(Side side, wire::Judgement&& judgement, UtcTime now);

  // wants_judgements is false while the side has too many that wait for tickets.
  [[nodiscard]] bool wants_judgements(Side side) const;

  // greeted says whether that side's edge has said Hello and may be spoken to.
  [[nodiscard]] bool greeted(Side side) const {
    return edges_[static_cast<std::size_t>(side)].greeted;
  }

  // on_log_notice takes what the log has to say about itself; `event` is a literal.
  void on_log_notice(std::string_view event, std::string detail, UtcTime now);

  // on_queue_alarm writes down that a peer's queue is nearly full, or well again.
  void on_queue_alarm(const QueueAlarm::Change& change, UtcTime now);

  // on_note takes guardd's.
  void on_note(const wire::Note& note, UtcTime now);

  // on_controls takes what is blocked and stopped, and who is absent: from now on it refuses what
  // they forbid, and takes back what waits. ControlsInForce follows when that is durable.
  void on_controls(const wire::Controls& controls, UtcTime now);

  // on_reconfigure: the configuration that the ledger borrows has just changed; the policy was
  // `before`. INVARIANT(ONE_POLICY_PER_RECORD): the rows from here on bear the new one, and no
  // judgement counts before a new filter's end has come (replace_filter). What the old policy has
  // released drains. Reconfigured follows when the row of it is durable.
  void on_reconfigure(std::uint64_t number, const Digest& before, UtcTime now);

  // drain gives what has been released so far kDrain to leave, then takes the rest back; Drained
  // follows. What is of a retired peer, or for one, is taken back at once.
  void drain(std::uint64_t number, UtcTime now);

  // queue_counts are what waits for each peer, or is at its edge.
  [[nodiscard]] std::vector<wire::PeerQueue> queue_counts() const { return deliveries_.counts(); }

  // replace_edge: all that the old edge and its side's filter said has been read; a new edge, or
  // the same one to a new recorder, will say Hello. REQUIRES: no row or effect is pending.
  void replace_edge(Side side, std::uint64_t epoch, UtcTime now);

  // replace_filter: all that the side's old filter said has been read.
  void replace_filter(Side side, UtcTime now);

  // The two violations: the edge or the filter broke the contract, as the ledger or the shell (a
  // message that is not permitted) has found.
  void on_edge_violation(Side side, std::string_view why, UtcTime now);
  void on_filter_violation(Side side, std::string_view why, UtcTime now);

  // tick does what time brings. To be called about every 100 ms.
  void tick(UtcTime now);

  // stop adds the last rows of an orderly end: no edge is left, whatever waits has expired, what
  // was handed over without a word since is in doubt.
  void stop(UtcTime now);

  // rows are what has to be durable next, with sequences that follow the log's last.
  [[nodiscard]] const std::vector<audit::Record>& rows() const { return rows_.rows(); }
  // contents are what is to be durable with them: the sealed content of some.
  [[nodiscard]] const std::vector<audit::SealedContent>& contents() const {
    return rows_.contents();
  }
  // full says whether so much is to be durable that it should be before more is read.
  [[nodiscard]] bool full() const {
    return rows().size() >= kBatchRows || rows_.content_octets() >= kBatchContent;
  }
  // pending says whether committed would do anything.
  [[nodiscard]] bool pending() const { return !rows_.rows().empty() || work_; }

  // committed is called once rows() are durable: it forgets them and returns what to do.
  [[nodiscard]] std::vector<Effect> committed();

  // closing_row is the record of a log that has no room; for Log::write_closing_record, which
  // gives it its sequence.
  [[nodiscard]] audit::Record closing_row(UtcTime now) const;

 private:
  struct Edge {
    std::uint64_t epoch = 0;
    bool adopted = false;
    bool greeted = false;  // Hello has come
    bool dropped = false;
    bool same = false;                   // it was there before this recorder was
    std::uint64_t events = 0;            // the last event number in a row
    std::uint64_t outcomes = 0;          // the last Outcomes taken
    std::uint64_t outcomes_flushed = 0;  // the last whose deliveries are all in rows
    std::uint64_t events_told = 0;       // the last EventsStored, OutcomesStored, Ended
    std::uint64_t outcomes_told = 0;
    std::uint64_t ended_told = 0;
    // SPEC: S23: what a Settled is made of. Of its tickets up to `settled_told` all have been told
    // but for `waiting`, which are on their way, and `settled`, whose deliveries have ended since.
    std::uint64_t settled_told = 0;
    std::set<std::uint64_t> waiting;
    std::vector<std::uint64_t> settled;
  };

  void on(Side side, wire::Hello& hello, UtcTime now);
  void on(Side side, wire::Ticket& ticket, UtcTime now);
  void on(Side side, wire::Killed& killed, UtcTime now);
  void on(Side side, wire::Outcomes& outcomes, UtcTime now);
  void on(Side side, wire::Event& event, UtcTime now);
  void on(Side side, wire::StreamEnded& ended, UtcTime now);

  void match(Side side, UtcTime now);
  void decide(Side side, Pairing&& pairing, UtcTime now);
  [[nodiscard]] std::string_view kept_out(PeerIndex peer) const;
  [[nodiscard]] bool blocked(PeerIndex peer) const;
  [[nodiscard]] std::string_view forbidden(Lane lane, PeerIndex from, PeerIndex to) const;
  std::uint64_t withdraw_forbidden(UtcTime now);
  void tick_drain(UtcTime now);
  [[nodiscard]] bool keep_content(audit::Record& row, Pairing& pairing, UtcTime now);
  [[nodiscard]] std::string_view lie_about_content(const wire::Ticket& ticket,
                                                   const wire::Judgement& judgement) const;
  [[nodiscard]] static std::string_view lie_about_exchange(const wire::Judgement& judgement);
  [[nodiscard]] Request request_of(const Pairing& pairing, UtcTime deadline) const;
  [[nodiscard]] std::string_view out_of_turn(const Pairing& pairing, std::size_t delivery,
                                             audit::Record& row, UtcTime now) const;
  void tick_requests(UtcTime now);
  [[nodiscard]] std::string_view obstacle(const Pairing& pairing, const StoreEntry& entry,
                                          audit::Record& row, UtcTime now) const;
  void forward(audit::Record&& row, Pairing& pairing, std::string_view obstacle, UtcTime now);
  void reply(Lane lane, audit::Record& row, const wire::DomainPair& pair, PeerIndex origin,
             std::string_view bytes, UtcTime not_before, UtcTime now);
  void withhold(const wire::Ticket& ticket, std::string_view reason);
  void withhold_open(Side side, std::string_view reason);
  void restore_closes(Side side);
  void close(Side side, std::uint64_t stream, wire::StreamCondition condition, UtcTime now);
  [[nodiscard]] std::string_view lie(const wire::Ticket& ticket,
                                     const wire::Judgement& judgement) const;

  void flush_outcomes(Side side, UtcTime now);
  void outcome_row(const Range& range, UtcTime now);

  void add_horizon(std::size_t first_row);
  [[nodiscard]] UtcTime deadline_after(UtcTime from) const;
  void acknowledge(Side side, std::vector<Effect>& effects);
  // waits says whether what is forwarded in a lane is settled by the end of its delivery, and not
  // by its row alone. What goes up does not wait: how deliveries end there is not for the low side.
  [[nodiscard]] static bool waits(Lane lane) { return lane != Lane::kLowToHigh; }
  void settle(const std::vector<StanzaOrigin>& origins);
  void tell_settled(Side side, std::vector<Effect>& effects);
  [[nodiscard]] Progress progress() const;

  [[nodiscard]] TicketBook& tickets(Side side) { return tickets_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const TicketBook& tickets(Side side) const {
    return tickets_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] Edge& edge(Side side) { return edges_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Edge& edge(Side side) const { return edges_[static_cast<std::size_t>(side)]; }

  const wire::RecorderConfiguration& configuration_;
  Store& store_;
  Deliveries deliveries_;
  Requests requests_;
  TicketBook tickets_[2];    // by Side
  Edge edges_[2];            // by Side
  UtcTime progress_[2];      // by Side: when a ticket last ended, or began to wait alone
  wire::Controls controls_;  // number 0: none has come
  struct Drain {
    std::uint64_t number = 0;  // of the Reconfigure
    std::uint64_t last = 0;    // released before it, up to this sequence
    UtcTime since;
  };
  std::optional<Drain> drain_;
  std::uint64_t stale_ = 0;  // whatever was forwarded up to this sequence has had its time
  audit::Tail tail_;
  std::uint64_t before_[2] = {0, 0};  // by Side: the epoch that the last recorder knew, or 0
  RowBook rows_;
  ContentBudget content_budget_;
  std::vector<Effect> effects_;
  std::vector<Effect> closes_;  // after the deliveries
  bool work_ = false;           // something may have become sendable
  Sha256 sha_;
  std::optional<UtcTime> outcomes_since_[2];  // by Side
};

}  // namespace guard::recorder
