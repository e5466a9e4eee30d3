#include "guard/recorder/ledger.h"

#include <algorithm>
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
std::size_t place(Lane lane) { return static_cast<std::size_t>(lane); }

constexpr Side kSides[] = {Side::kHigh, Side::kLow};
constexpr Lane kLanes[] = {Lane::kHighToLow, Lane::kLowToHigh};

}  // namespace

Ledger::Ledger(const wire::RecorderConfiguration& configuration, const audit::Position& end,
               Store& store)
    : configuration_(configuration),
      store_(store),
      deliveries_(configuration.peers, configuration.limits, store),
      sequence_(end.sequence),
      time_(end.time) {}

// ---------------------------------------------------------------- start, replacement, end

void Ledger::recover(const audit::Tail& tail, bool store_valid, UtcTime now) {
  observe_clock(now);
  tail_ = tail;
  for (const auto& [name, list] : tail.deliveries) {
    for (const audit::Tail::TailDelivery& delivery : list) {
      deliveries_.recover(name, delivery.sequence, delivery.ended);
    }
  }
  deliveries_.drop_strays();
  if (store_valid) {
    for (const Side side : kSides) {
      const Progress::OfEdge& known = store_.progress().edges[place(side)];
      if (known.epoch == 0) continue;
      auto& ticket = tail_.tickets[{known.epoch, lane_from(side)}];
      ticket = std::max(ticket, known.ended);
      auto& event = tail_.events[{known.epoch, side}];
      event = std::max(event, known.events);
    }
  } else {
    deliveries_.doubt_all();
    if (!configuration_.fresh) {
      push_event(audit::event::kStoreLost, std::nullopt, "the hand-over store cannot be read");
    }
  }
  flush_outcomes(now);
}

void Ledger::ready(UtcTime now) {
  observe_clock(now);
  const std::size_t row = rows_.size();
  push_event(audit::event::kRecorderReady, std::nullopt,
             configuration_.fresh ? "first of this service" : "replaced");
  add_horizon(row);
}

void Ledger::replace_edge(Side side, std::uint64_t epoch, UtcTime now) {
  CHECK(rows_.empty() && effects_.empty());
  observe_clock(now);
  const Lane lane = lane_from(side);
  Edge& old = edge(side);
  for (const wire::Ticket& ticket : book(lane).abandon()) {
    withhold(lane, ticket, audit::reason::kEdgeDied);
  }
  deliveries_.close_side(side);
  std::uint64_t ended = 0;
  std::uint64_t events = 0;
  if (old.adopted && old.epoch == epoch) {
    ended = book(lane).ended();
    events = old.events;
  } else {
    if (const auto found = tail_.tickets.find({epoch, lane}); found != tail_.tickets.end()) {
      ended = found->second;
    }
    if (const auto found = tail_.events.find({epoch, side}); found != tail_.events.end()) {
      events = found->second;
    }
  }
  old = Edge{};
  old.epoch = epoch;
  old.adopted = true;
  old.events = events;
  old.ended_told = ended;
  book(lane).start(epoch, ended);
  book(lane).trust();
  progress_[place(lane)] = now;
  push_event(audit::event::kEdgeAdopted, side, "");
  rows_.back().epoch = epoch;
}

void Ledger::replace_filter(Lane lane, UtcTime now) {
  observe_clock(now);
  book(lane).trust();
  progress_[place(lane)] = now;
  push_event(audit::event::kFilterAdopted, std::nullopt, "");
  rows_.back().direction = lane;
}

void Ledger::on_edge_violation(Side side, std::string_view why, UtcTime now) {
  Edge& liar = edge(side);
  if (liar.dropped) return;
  observe_clock(now);
  push_event(audit::event::kEdgeViolation, side, why);
  rows_.back().epoch = liar.epoch;
  const Lane lane = lane_from(side);
  for (const wire::Ticket& ticket : book(lane).abandon()) {
    withhold(lane, ticket, audit::reason::kEdgeDied);
  }
  book(lane).distrust();
  deliveries_.close_side(side);
  liar.dropped = true;
  liar.greeted = false;
  effects_.emplace_back(DropEdge{side, why});
}

void Ledger::on_filter_violation(Lane lane, std::string_view why, UtcTime now) {
  if (!book(lane).trusted()) return;
  observe_clock(now);
  push_event(audit::event::kFilterViolation, std::nullopt, why);
  rows_.back().direction = lane;
  book(lane).distrust();
  effects_.emplace_back(ToSupervisor{wire::Restart{lane, std::string(why)}});
}

void Ledger::tick(UtcTime now) {
  observe_clock(now);
  deliveries_.tick(now);
  for (const Side side : kSides) {
    Edge& peer_edge = edge(side);
    if (!peer_edge.settle_at || now < *peer_edge.settle_at) continue;
    peer_edge.settle_at.reset();
    deliveries_.settle(side);
  }
  for (const Lane lane : kLanes) {
    if (book(lane).open() == 0 || !book(lane).trusted()) continue;
    if (now < later(progress_[place(lane)], kJudgeLimit)) continue;
    push_event(audit::event::kFilterLate, std::nullopt, "");
    rows_.back().direction = lane;
    book(lane).distrust();
    effects_.emplace_back(ToSupervisor{wire::Restart{lane, "late"}});
  }
  if (deliveries_.ended() > 0 && !outcomes_since_) outcomes_since_ = now;
  if (outcomes_since_ &&
      (now >= later(*outcomes_since_, kOutcomeLinger) || now < *outcomes_since_)) {
    flush_outcomes(now);
  }
  work_ = true;
}

void Ledger::stop(UtcTime now) {
  observe_clock(now);
  // What has expired already may bring replies about; they end here, too.
  flush_outcomes(now);
  deliveries_.end_all();
  flush_outcomes(now);
  const std::size_t row = rows_.size();
  push_event(audit::event::kRecorderStopped, std::nullopt, "");
  add_horizon(row);
}

audit::Record Ledger::closing_row(UtcTime now) const {
  audit::Record row = event_row(audit::event::kLogFull, "nothing more is released");
  row.time = std::max(time_, now);
  return row;
}

// ---------------------------------------------------------------- edges

void Ledger::on_edge(Side side, wire::AnyMessage&& message, UtcTime now) {
  if (edge(side).dropped || !edge(side).adopted) return;
  observe_clock(now);
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
  TicketBook& tickets = book(lane_from(side));
  if (self.greeted || hello.epoch != self.epoch) {
    return on_edge_violation(side, "a second Hello, or one of another epoch", now);
  }
  if (hello.open > tickets.ended() + 1 || hello.last < tickets.ended()) {
    return on_edge_violation(side, "a Hello that the log contradicts", now);
  }
  self.greeted = true;
  effects_.emplace_back(ToEdge{side, wire::Welcome{tickets.ended()}});
  deliveries_.on_hello(side, hello.held);
  if (deliveries_.unsettled(side)) self.settle_at = later(now, kSettle);
  deliveries_.open_side(side);
}

void Ledger::on(Side side, wire::Ticket& ticket, UtcTime now) {
  if (ticket.peer >= configuration_.peers.size() ||
      configuration_.peers[ticket.peer].side != side) {
    return on_edge_violation(side, "a ticket of a peer that is not of its side", now);
  }
  const Lane lane = lane_from(side);
  if (const auto taken = book(lane).on_ticket(ticket); !taken) {
    return on_edge_violation(side, taken.error().why, now);
  }
  if (book(lane).open() == 1) progress_[place(lane)] = now;
  match(lane, now);
}

void Ledger::on(Side side, wire::Killed& killed, UtcTime now) {
  const Lane lane = lane_from(side);
  const auto ended = book(lane).on_killed(killed.ticket);
  if (!ended) return on_edge_violation(side, ended.error().why, now);
  if (!*ended) return;
  withhold(lane, **ended, audit::reason::kFilterDied);
  rows_.back().action = audit::Action::kClose;
  rows_.back().detail = to_string(wire::StreamCondition::kUndefinedCondition);
  const std::uint64_t stream = (*ended)->stream;
  if (const auto closed = book(lane).close_stream(stream); !closed) {
    return on_edge_violation(side, closed.error().why, now);
  }
  closes_.emplace_back(
      ToEdge{side, wire::CloseStream{stream, wire::StreamCondition::kUndefinedCondition}});
  progress_[place(lane)] = now;
}

void Ledger::on(Side side, wire::Outcomes& outcomes, UtcTime now) {
  for (const std::uint64_t delivery : outcomes.deliveries) {
    deliveries_.on_outcome(side, delivery, to_result(outcomes.result));
  }
  edge(side).outcomes = std::max(edge(side).outcomes, outcomes.number);
  if (!outcomes_since_) outcomes_since_ = now;
  if (deliveries_.ended() >= kOutcomeBatch) flush_outcomes(now);
}

void Ledger::on(Side side, wire::Event& event, UtcTime) {
  Edge& self = edge(side);
  if (event.number <= self.events) return;
  self.events = event.number;
  const bool known =
      event.peer < configuration_.peers.size() && configuration_.peers[event.peer].side == side;
  push(edge_event_row(side, self.epoch, std::move(event),
                      known ? std::string_view(configuration_.peers[event.peer].name) : ""));
}

void Ledger::on(Side side, wire::StreamEnded& ended, UtcTime) {
  book(lane_from(side)).on_stream_ended(ended.stream);
}

// ---------------------------------------------------------------- judgements

bool Ledger::wants_judgements(Lane lane) const { return books_[place(lane)].wants_judgements(); }

void Ledger::on_judgement(Lane lane, wire::Judgement&& judgement, UtcTime now) {
  observe_clock(now);
  work_ = true;
  if (const auto taken = book(lane).on_judgement(std::move(judgement)); !taken) {
    return on_filter_violation(lane, taken.error().why, now);
  }
  match(lane, now);
}

void Ledger::match(Lane lane, UtcTime now) {
  while (true) {
    const auto ready = book(lane).ready();
    if (!ready) return on_filter_violation(lane, ready.error().why, now);
    if (!*ready) return;
    if (const std::string_view why = lie(lane, book(lane).front_judgement()); !why.empty()) {
      return on_filter_violation(lane, why, now);
    }
    decide(lane, book(lane).take(), now);
    progress_[place(lane)] = now;
  }
}

std::string_view Ledger::lie(Lane lane, const wire::Judgement& judgement) const {
  const bool forward = judgement.outcome == wire::Outcome::kForward;
  const bool with_reply = judgement.outcome == wire::Outcome::kRefuseWithReply;
  if (judgement.finding.allowed != forward) return "a verdict that its outcome contradicts";
  if (!audit::is_name(judgement.finding.reason)) return "a reason that is no name";
  if (judgement.bytes.empty() == (forward || with_reply))
    return "bytes that its outcome contradicts";
  if (!judgement.contingency.empty() && !forward) return "contingency bytes of a refusal";
  const bool known = judgement.far_peer < configuration_.peers.size();
  if (known && configuration_.peers[judgement.far_peer].side != far_side(lane)) {
    return "a receiver that the lane does not lead to";
  }
  if (!known && (forward || judgement.far_peer != wire::kNoPeer)) return "an unknown receiver";
  constexpr std::size_t kDomain = 1023;  // RFC 7622 3.2
  if (judgement.pair.from.size() > kDomain || judgement.pair.to.size() > kDomain) {
    return "a domain that is too long";
  }
  return {};
}

void Ledger::decide(Lane lane, Pairing&& pairing, UtcTime now) {
  const wire::Ticket& ticket = pairing.ticket;
  wire::Judgement& judgement = pairing.judgement;
  audit::Record row =
      ticket_row(lane, book(lane).epoch(), ticket, configuration_.peers[ticket.peer].name);
  add_finding(row, std::move(judgement.finding));
  if (judgement.far_peer != wire::kNoPeer) row.receiver = deliveries_.name(judgement.far_peer);
  if (book(lane).closing(ticket.stream) || clock_ == Clock::kBehind) {
    row.detail = std::exchange(
        row.reason, std::string(clock_ == Clock::kBehind ? audit::reason::kClock
                                                         : audit::reason::kStreamClosed));
    push(std::move(row));
    return;
  }
  row.verdict = audit::Verdict::kRefused;
  switch (judgement.outcome) {
    case wire::Outcome::kRefuseSilently:
      push(std::move(row));
      return;
    case wire::Outcome::kRefuseWithReply:
      reply(lane, row, judgement.pair, ticket.peer, judgement.bytes, now, now);
      push(std::move(row));
      return;
    case wire::Outcome::kCloseStream:
      row.action = audit::Action::kClose;
      row.detail = to_string(judgement.condition);
      push(std::move(row));
      closes_.emplace_back(
          ToEdge{near_side(lane), wire::CloseStream{ticket.stream, judgement.condition}});
      if (const auto closed = book(lane).close_stream(ticket.stream); !closed) {
        on_edge_violation(near_side(lane), closed.error().why, now);
      }
      return;
    case wire::Outcome::kForward:
      forward(lane, std::move(row), pairing, now);
      return;
  }
}

void Ledger::forward(Lane lane, audit::Record&& row, Pairing& pairing, UtcTime now) {
  const wire::Judgement& judgement = pairing.judgement;
  StoreEntry entry;
  entry.delivery = sequence_ + 1;
  entry.peer = judgement.far_peer;
  entry.origin = pairing.ticket.peer;
  entry.lane = lane;
  entry.deadline = deadline_after(now);
  entry.from = judgement.pair.from;
  entry.to = judgement.pair.to;
  entry.bytes = judgement.bytes;
  entry.contingency = judgement.contingency;
  const Deliveries::Room room = deliveries_.room(entry.peer, entry);
  if (room == Deliveries::Room::kYes) {
    row.verdict = audit::Verdict::kAllowed;
    row.action = audit::Action::kForward;
    row.sent_size = judgement.bytes.size();
    row.sent_hash = sha_.digest(as_bytes(judgement.bytes));
    push(std::move(row));
    deliveries_.add(entry, now, now);
    return;
  }
  row.detail = std::exchange(
      row.reason, std::string(room == Deliveries::Room::kQueueFull ? audit::reason::kQueueFull
                                                                   : audit::reason::kStoreFull));
  if (!judgement.contingency.empty()) {
    // Towards the low side a full queue takes as long as a receiver that does not answer.
    const UtcTime when = near_side(lane) == Side::kLow ? deadline_after(now) : now;
    const wire::DomainPair back{judgement.pair.to, judgement.pair.from};
    reply(lane, row, back, pairing.ticket.peer, judgement.contingency, when, now);
  }
  push(std::move(row));
}

// Releases bytes to the near edge under the row that is pushed next.
void Ledger::reply(Lane lane, audit::Record& row, const wire::DomainPair& pair, PeerIndex origin,
                   std::string_view bytes, UtcTime not_before, UtcTime now) {
  StoreEntry entry;
  entry.delivery = sequence_ + 1;
  entry.peer = origin;
  entry.lane = lane;
  entry.deadline = deadline_after(not_before);
  entry.from = pair.from;
  entry.to = pair.to;
  entry.bytes = bytes;
  CHECK(deliveries_.side(origin) == near_side(lane));
  if (deliveries_.room(origin, entry) != Deliveries::Room::kYes) {
    row.action = audit::Action::kReplyLost;
    return;
  }
  row.action = audit::Action::kReply;
  row.sent_size = bytes.size();
  row.sent_hash = sha_.digest(as_bytes(bytes));
  deliveries_.add(entry, not_before, now);
}

void Ledger::withhold(Lane lane, const wire::Ticket& ticket, std::string_view reason) {
  audit::Record row =
      ticket_row(lane, book(lane).epoch(), ticket, configuration_.peers[ticket.peer].name);
  row.reason = reason;
  push(std::move(row));
}

// ---------------------------------------------------------------- outcomes

void Ledger::flush_outcomes(UtcTime now) {
  const std::size_t first_row = rows_.size();
  for (const Range& range : deliveries_.flush()) outcome_row(range, now);
  add_horizon(first_row);
  for (Edge& each : edges_) each.outcomes_flushed = each.outcomes;
  outcomes_since_.reset();
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
    reply(lane, row, back, origin, bytes, now, now);
  }
  push(std::move(row));
}

// ---------------------------------------------------------------- rows

void Ledger::on_note(const wire::Note& note, UtcTime now) {
  observe_clock(now);
  push_event(audit::is_name(note.event) ? std::string_view(note.event) : "note", std::nullopt, "");
  audit::Record& row = rows_.back();
  row.received_time = note.time;
  put_field(row, row.detail, "detail", std::string(note.detail), FieldBounds::kDetail);
}

void Ledger::observe_clock(UtcTime now) {
  if (now >= time_) {
    if (clock_ == Clock::kBehind) push_event(audit::event::kClockGood, std::nullopt, "");
    clock_ = Clock::kGood;
    time_ = now;
    return;
  }
  if (now.microseconds >= time_.microseconds - kClampLimit) {
    if (clock_ == Clock::kGood) push_event(audit::event::kClockBack, std::nullopt, "");
    if (clock_ == Clock::kBehind) push_event(audit::event::kClockGood, std::nullopt, "");
    clock_ = Clock::kClamped;
    return;
  }
  if (clock_ != Clock::kBehind) push_event(audit::event::kClockBehind, std::nullopt, "");
  clock_ = Clock::kBehind;
}

audit::Record& Ledger::push(audit::Record&& row) {
  row.sequence = ++sequence_;
  row.time = time_;
  row.policy_digest = configuration_.policy_digest;
  row.configuration_digest = configuration_.configuration_digest;
  return rows_.emplace_back(std::move(row));
}

audit::Record Ledger::event_row(std::string_view name, std::string_view detail) const {
  audit::Record row;
  row.row_class = audit::Class::kEvent;
  row.verdict = audit::Verdict::kNone;
  row.event = name;
  row.detail = detail;
  row.count = 1;
  row.policy_digest = configuration_.policy_digest;
  row.configuration_digest = configuration_.configuration_digest;
  return row;
}

void Ledger::push_event(std::string_view name, std::optional<Side> side, std::string_view detail) {
  push(event_row(name, detail)).side = side;
}

void Ledger::add_horizon(std::size_t first_row) {
  const std::uint64_t horizon = deliveries_.horizon().value_or(sequence_ + 1);
  for (std::size_t i = first_row; i < rows_.size(); ++i) rows_[i].horizon = horizon;
}

UtcTime Ledger::deadline_after(UtcTime from) const {
  return later(from, std::int64_t{configuration_.limits.queue_seconds} * kSecond);
}

// ---------------------------------------------------------------- after the commit

std::vector<Effect> Ledger::committed() {
  rows_.clear();
  work_ = false;
  deliveries_.forget_expired();
  Progress progress;
  progress.committed = sequence_;
  for (const Side side : kSides) {
    progress.edges[place(side)] = {edge(side).epoch, book(lane_from(side)).ended(),
                                   edge(side).events};
  }
  store_.set_progress(progress);
  std::vector<Effect> effects = std::exchange(effects_, {});
  for (const Side side : kSides) {
    acknowledge(side, effects);
    while (auto deliver = deliveries_.next(side, sequence_)) {
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
  const std::uint64_t ended = book(lane_from(side)).ended();
  if (ended > self.ended_told) {
    self.ended_told = ended;
    effects.emplace_back(ToEdge{side, wire::Ended{ended}});
  }
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
