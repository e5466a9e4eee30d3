#include "guard/recorder/ledger.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "audit/catalogue.h"
#include "guard/base/check.h"
#include "guard/recorder/rows.h"

namespace guard::recorder {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

UtcTime later(UtcTime time, std::int64_t microseconds) {
  return {time.microseconds + microseconds};
}

std::size_t place(Side side) { return static_cast<std::size_t>(side); }

// What SQLite has room for: a larger one would read differently in C++ and in SQL.
constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();

}  // namespace

Ledger::Ledger(const wire::RecorderConfiguration& configuration, const audit::Position& end,
               Store& store)
    : configuration_(configuration),
      store_(store),
      deliveries_(configuration.peers, configuration.limits, store),
      requests_(store),
      rows_(configuration, end) {}

// ---------------------------------------------------------------- faults and time

void Ledger::on_edge_violation(Side side, std::string_view why, UtcTime now) {
  Edge& liar = edge(side);
  if (liar.dropped) return;
  rows_.observe_clock(now);
  rows_.push_event(audit::event::kEdgeViolation, side, why);
  rows_.back().epoch = liar.epoch;
  withhold_open(side, audit::reason::kEdgeDied);
  tickets(side).distrust();
  deliveries_.close_side(side);
  liar.dropped = true;
  liar.greeted = false;
  effects_.emplace_back(DropEdge{side, why});
}

void Ledger::on_filter_violation(Side side, std::string_view why, UtcTime now) {
  if (!tickets(side).trusted()) return;
  rows_.observe_clock(now);
  rows_.push_event(audit::event::kFilterViolation, side, why);
  tickets(side).distrust();
  effects_.emplace_back(ToSupervisor{wire::Restart{side, std::string(why)}});
}

void Ledger::tick(UtcTime now) {
  rows_.observe_clock(now);
  deliveries_.tick(now);
  tick_requests(now);
  for (const Side side : kSides) {
    if (tickets(side).open() == 0 || !tickets(side).trusted()) continue;
    if (now < later(progress_[place(side)], kJudgeLimit)) continue;
    rows_.push_event(audit::event::kFilterLate, side, "");
    tickets(side).distrust();
    effects_.emplace_back(ToSupervisor{wire::Restart{side, "late"}});
  }
  tick_drain(now);
  for (const Side side : kSides) {
    std::optional<UtcTime>& since = outcomes_since_[place(side)];
    if (deliveries_.ended(side) > 0 && !since) since = now;
    if (since && (now >= later(*since, kOutcomeLinger) || now < *since)) flush_outcomes(side, now);
  }
  work_ = true;
}

audit::Record Ledger::closing_row(UtcTime now) const { return rows_.closing_row(now); }

// ---------------------------------------------------------------- edges

void Ledger::on_edge(Side side, wire::AnyMessage&& message, UtcTime now) {
  if (edge(side).dropped || !edge(side).adopted) return;
  rows_.observe_clock(now);
  work_ = true;
  std::visit(
      [&](auto& m) {
        if constexpr (requires { on(side, m, now); }) {
          if (!std::is_same_v<std::decay_t<decltype(m)>, wire::Hello> && !edge(side).greeted) {
            on_edge_violation(side, "a message before Hello", now);
            return;
          }
          on(side, m, now);
        } else {
          on_edge_violation(side, "a message that edges do not send", now);
        }
      },
      message);
}

void Ledger::on(Side side, wire::Hello& hello, UtcTime now) {
  Edge& self = edge(side);
  const TicketBook& open_tickets = tickets(side);
  if (self.greeted || hello.epoch != self.epoch) {
    return on_edge_violation(side, "a second Hello, or one of another epoch", now);
  }
  if (hello.open > open_tickets.ended() + 1 || hello.last < open_tickets.ended()) {
    return on_edge_violation(side, "a Hello that the log contradicts", now);
  }
  self.greeted = true;
  effects_.emplace_back(ToEdge{side, wire::Welcome{open_tickets.ended()}});
  deliveries_.on_hello(side, hello.held, self.same);
  withdraw_forbidden(now);
  if (deliveries_.ended(side) > 0) flush_outcomes(side, now);
  deliveries_.open_side(side);
  const auto closes = tail_.closes.find({self.epoch, side});
  if (!self.same || closes == tail_.closes.end()) return;
  for (const audit::Tail::TailClose& each : closes->second) {
    closes_.emplace_back(ToEdge{side, wire::CloseStream{each.stream, condition_from(each.detail)}});
  }
}

void Ledger::on(Side side, wire::Ticket& ticket, UtcTime now) {
  if (ticket.peer >= configuration_.peers.size() ||
      configuration_.peers[ticket.peer].side != side) {
    return on_edge_violation(side, "a ticket of a peer that is not of its side", now);
  }
  if (near_side(ticket.lane) != side) {
    return on_edge_violation(side, "a ticket of a lane that does not begin at its side", now);
  }
  if (ticket.stream > kLargest) return on_edge_violation(side, "a number that is too large", now);
  if (const auto taken = tickets(side).on_ticket(ticket); !taken) {
    return on_edge_violation(side, taken.error().why, now);
  }
  store_.announce(edge(side).epoch, ticket.number, ticket.lane);
  if (tickets(side).open() == 1) progress_[place(side)] = now;
  match(side, now);
}

void Ledger::on(Side side, wire::Killed& killed, UtcTime now) {
  const auto ended = tickets(side).on_killed(killed.ticket);
  if (!ended) return on_edge_violation(side, ended.error().why, now);
  if (!*ended) return;
  withhold(**ended, audit::reason::kFilterDied);
  rows_.back().action = audit::Action::kClose;
  rows_.back().detail = to_string(wire::StreamCondition::kUndefinedCondition);
  progress_[place(side)] = now;
  close(side, (*ended)->stream, wire::StreamCondition::kUndefinedCondition, now);
}

void Ledger::on(Side side, wire::Outcomes& outcomes, UtcTime now) {
  for (const std::uint64_t delivery : outcomes.deliveries) {
    deliveries_.on_outcome(side, delivery, to_result(outcomes.result));
  }
  edge(side).outcomes = std::max(edge(side).outcomes, outcomes.number);
  if (!outcomes_since_[place(side)]) outcomes_since_[place(side)] = now;
  if (deliveries_.ended(side) >= kOutcomeBatch) flush_outcomes(side, now);
}

void Ledger::on(Side side, wire::Event& event, UtcTime now) {
  Edge& self = edge(side);
  if (event.number > kLargest || event.stream > kLargest || event.count > kLargest) {
    return on_edge_violation(side, "a number that is too large", now);
  }
  if (event.number <= self.events) return;
  self.events = event.number;
  const bool known =
      event.peer < configuration_.peers.size() && configuration_.peers[event.peer].side == side;
  rows_.push(edge_event_row(side, self.epoch, std::move(event),
                            known ? std::string_view(configuration_.peers[event.peer].name) : ""));
}

void Ledger::on(Side side, wire::StreamEnded& ended, UtcTime) {
  tickets(side).on_stream_ended(ended.stream);
}

// ---------------------------------------------------------------- outcomes

// Each side by itself: when the low side hears of an end there must not depend on what ends above.
void Ledger::flush_outcomes(Side side, UtcTime now) {
  const std::size_t first_row = rows_.rows().size();
  for (const Range& range : deliveries_.flush(side)) outcome_row(range, now);
  add_horizon(first_row);
  edge(side).outcomes_flushed = edge(side).outcomes;
  outcomes_since_[place(side)].reset();
}

void Ledger::outcome_row(const Range& range, UtcTime now) {
  audit::Record row;
  row.row_class = audit::Class::kOutcome;
  row.verdict = audit::Verdict::kNone;
  row.side = deliveries_.side(range.peer);
  row.peer = deliveries_.name(range.peer);
  row.result = range.result;
  row.first_sequence = range.first;
  row.last_sequence = range.last;
  row.count = range.count;
  if (range.reply) {
    const auto stored = store_.find(range.first);
    CHECK(stored.has_value());
    const wire::DomainPair back{std::string(stored->to), std::string(stored->from)};
    const std::string bytes(stored->contingency);
    const Lane lane = stored->lane;
    const PeerIndex origin = stored->origin;
    row.direction = lane;
    row.sender = deliveries_.name(origin);
    // Towards the low side a block cannot be told from a receiver that does not answer.
    const bool at_once = range.result == audit::Result::kExpired || near_side(lane) == Side::kHigh;
    reply(lane, row, back, origin, bytes, at_once ? now : deadline_after(now), now);
  }
  rows_.push(std::move(row));
}

// ---------------------------------------------------------------- rows

void Ledger::on_log_notice(std::string_view event, std::string detail, UtcTime now) {
  rows_.observe_clock(now);
  rows_.push_event(event, std::nullopt, "");
  put_field(rows_.back(), rows_.back().detail, "detail", std::move(detail), FieldBounds::kDetail);
}

void Ledger::on_queue_alarm(const QueueAlarm::Change& change, UtcTime now) {
  rows_.observe_clock(now);
  audit::Record& row =
      rows_.push_event(change.high ? audit::event::kQueueHigh : audit::event::kQueueGood,
                       deliveries_.side(change.peer), change.detail);
  row.peer = deliveries_.name(change.peer);
}

void Ledger::on_note(const wire::Note& note, UtcTime now) {
  rows_.observe_clock(now);
  rows_.push_event(audit::is_name(note.event) ? std::string_view(note.event) : "note", std::nullopt,
                   "");
  audit::Record& row = rows_.back();
  row.received_time = note.time;
  put_field(row, row.detail, "detail", note.detail + (note.again ? " (told again)" : ""),
            FieldBounds::kDetail);
  effects_.emplace_back(ToSupervisor{wire::NotesStored{note.number}});
}

void Ledger::add_horizon(std::size_t first_row) {
  rows_.set_horizon(first_row, deliveries_.horizon().value_or(rows_.sequence() + 1));
}

UtcTime Ledger::deadline_after(UtcTime from) const {
  return later(from, std::int64_t{configuration_.limits.queue_seconds} * kSecond);
}

// ---------------------------------------------------------------- after the commit

std::vector<Effect> Ledger::committed() {
  rows_.clear();
  work_ = false;
  settle(deliveries_.forget_ended());
  requests_.forget_ended();
  store_.set_progress(progress());
  for (const Side side : kSides) {
    // The tickets of an earlier edge have their rows now.
    const Edge& known = edge(side);
    if (known.adopted && store_.announced(side).epoch != known.epoch) {
      store_.forget_announced(side, known.epoch);
    }
  }
  std::vector<Effect> effects = std::exchange(effects_, {});
  for (const Side side : kSides) {
    acknowledge(side, effects);
    while (auto deliver = deliveries_.next(side, rows_.sequence())) {
      effects.emplace_back(ToEdge{side, std::move(*deliver)});
    }
  }
  // A stream is closed after what has been queued on it.
  std::ranges::move(closes_, std::back_inserter(effects));
  closes_.clear();
  return effects;
}

void Ledger::acknowledge(Side side, std::vector<Effect>& effects) {
  Edge& self = edge(side);
  if (!self.greeted) return;
  const std::uint64_t ended = tickets(side).ended();
  if (ended > self.ended_told) {
    self.ended_told = ended;
    effects.emplace_back(ToEdge{side, wire::Ended{ended}});
  }
  tell_settled(side, effects);
  if (self.events > self.events_told) {
    self.events_told = self.events;
    effects.emplace_back(ToEdge{side, wire::EventsStored{self.events}});
  }
  if (self.outcomes_flushed > self.outcomes_told) {
    self.outcomes_told = self.outcomes_flushed;
    effects.emplace_back(ToEdge{side, wire::OutcomesStored{self.outcomes_flushed}});
  }
}

}  // namespace guard::recorder
