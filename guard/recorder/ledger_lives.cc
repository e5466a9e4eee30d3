// The third of Ledger that is about lives: starts and ends of recorder, edges and filters.
#include <algorithm>
#include <utility>

#include "audit/catalogue.h"
#include "guard/base/check.h"
#include "guard/recorder/ledger.h"
#include "guard/recorder/rows.h"

namespace guard::recorder {
namespace {

std::size_t place(Side side) { return static_cast<std::size_t>(side); }

}  // namespace

void Ledger::recover(const audit::Tail& tail, bool store_valid, UtcTime now) {
  const std::uint64_t committed = rows_.sequence();
  rows_.observe_clock(now);
  tail_ = tail;
  for (const auto& [name, list] : tail.deliveries) {
    for (const audit::Tail::TailDelivery& delivery : list) {
      deliveries_.recover(name, delivery.sequence, delivery.ended, now);
    }
  }
  deliveries_.drop_strays();
  requests_.recover(committed, tail.answered);
  if (store_valid) {
    for (const Side side : kSides) {
      const Progress::OfEdge& known = store_.progress().edges[place(side)];
      if (known.epoch == 0) continue;
      before_[place(side)] = known.epoch;
      auto& ticket = tail_.tickets[{known.epoch, side}];
      ticket = std::max(ticket, known.ended);
      auto& event = tail_.events[{known.epoch, side}];
      event = std::max(event, known.events);
    }
  } else {
    deliveries_.doubt_all();
    if (!configuration_.fresh) {
      rows_.push_event(audit::event::kStoreLost, std::nullopt,
                       "the hand-over store cannot be read");
    }
  }
  for (const Side side : kSides) flush_outcomes(side, now);
}

void Ledger::ready(UtcTime now) {
  rows_.observe_clock(now);
  const std::size_t row = rows_.rows().size();
  rows_.push_event(audit::event::kRecorderReady, std::nullopt,
                   configuration_.fresh ? "first of this service" : "replaced");
  add_horizon(row);
}

void Ledger::replace_edge(Side side, std::uint64_t epoch, UtcTime now) {
  CHECK(rows_.rows().empty() && effects_.empty());
  rows_.observe_clock(now);
  Edge& old = edge(side);
  // The edge that a former recorder knew announces its open tickets again.
  const bool same = !old.adopted && before_[place(side)] == epoch;
  if (!same) withhold_open(side, audit::reason::kEdgeDied);
  deliveries_.close_side(side);
  std::uint64_t ended = 0;
  std::uint64_t events = 0;
  if (old.adopted && old.epoch == epoch) {
    ended = tickets(side).ended();
    events = old.events;
  } else {
    if (const auto found = tail_.tickets.find({epoch, side}); found != tail_.tickets.end()) {
      ended = found->second;
    }
    if (const auto found = tail_.events.find({epoch, side}); found != tail_.events.end()) {
      events = found->second;
    }
  }
  old = Edge{};
  old.epoch = epoch;
  old.adopted = true;
  old.same = same;
  old.events = events;
  old.ended_told = ended;
  const auto unsettled = deliveries_.unsettled(side, epoch);
  old.waiting.insert(unsettled.begin(), unsettled.end());
  tickets(side).start(epoch, ended);
  tickets(side).trust();
  if (same) restore_closes(side);
  progress_[place(side)] = now;
  rows_.push_event(audit::event::kEdgeAdopted, side, "");
  rows_.back().epoch = epoch;
}

// INVARIANT(NOTHING_SILENT): every ticket that was ever announced and has not ended gets its row;
// of one that only a former recorder has heard of its lane and number are all that is known.
void Ledger::withhold_open(Side side, std::string_view reason) {
  for (const wire::Ticket& ticket : tickets(side).abandon()) withhold(ticket, reason);
  const Announced announced = store_.announced(side);
  std::uint64_t& ended = tail_.tickets[{announced.epoch, side}];
  if (announced.epoch == tickets(side).epoch()) ended = std::max(ended, tickets(side).ended());
  if (announced.last > ended + TicketBook::kMaxOpen) ended = announced.last - TicketBook::kMaxOpen;
  while (ended < announced.last) {
    audit::Record row;
    row.epoch = announced.epoch;
    row.number = ++ended;
    row.direction = store_.announced_lane(side, row.number);
    row.reason = reason;
    row.count = 1;
    rows_.push(std::move(row));
  }
}

// A stream that was closed by a row is closing, whether or not the edge has been told: it is told
// again after its Hello, and says that a stream which it no longer has has ended.
void Ledger::restore_closes(Side side) {
  const auto found = tail_.closes.find({edge(side).epoch, side});
  if (found == tail_.closes.end()) return;
  constexpr std::size_t kMost = TicketBook::kMaxClosing / 2;
  std::vector<audit::Tail::TailClose>& closes = found->second;
  if (closes.size() > kMost) {
    closes.erase(closes.begin(), closes.end() - static_cast<std::ptrdiff_t>(kMost));
  }
  for (const audit::Tail::TailClose& each : closes) {
    CHECK(tickets(side).close_stream(each.stream, each.sequence).has_value());
  }
}

void Ledger::replace_filter(Side side, UtcTime now) {
  rows_.observe_clock(now);
  tickets(side).trust();
  progress_[place(side)] = now;
  rows_.push_event(audit::event::kFilterAdopted, side, "");
}

void Ledger::stop(UtcTime now) {
  rows_.observe_clock(now);
  for (const Side side : kSides) withhold_open(side, audit::reason::kServiceStopping);
  // What has expired already may bring replies about; they end here, too.
  for (const Side side : kSides) flush_outcomes(side, now);
  deliveries_.end_all();
  for (const Side side : kSides) flush_outcomes(side, now);
  const std::size_t row = rows_.rows().size();
  const std::size_t asked = requests_.outstanding();
  rows_.push_event(audit::event::kRecorderStopped, std::nullopt,
                   asked == 0 ? "" : std::to_string(asked) + " requests outstanding");
  add_horizon(row);
}

Progress Ledger::progress() const {
  Progress progress;
  progress.committed = rows_.sequence();
  std::uint64_t closes = rows_.sequence() + 1;
  for (const Side side : kSides) {
    Progress::OfEdge& known = progress.edges[place(side)];
    if (edge(side).adopted) {
      known = {edge(side).epoch, tickets(side).ended(), edge(side).events};
      closes = std::min(closes, tickets(side).oldest_close().value_or(closes));
    } else {
      // Its edge has not come to this recorder yet: what the one before it knew still counts.
      known.epoch = before_[place(side)];
    }
    if (const auto found = tail_.tickets.find({known.epoch, side}); found != tail_.tickets.end()) {
      known.ended = std::max(known.ended, found->second);
    }
    if (edge(side).adopted) continue;
    if (const auto found = tail_.events.find({known.epoch, side}); found != tail_.events.end()) {
      known.events = found->second;
    }
    if (const auto found = tail_.closes.find({known.epoch, side});
        found != tail_.closes.end() && !found->second.empty()) {
      closes = std::min(closes, found->second.front().sequence);
    }
  }
  if (closes <= rows_.sequence()) {
    const std::uint64_t end = rows_.sequence();
    progress.closes_since = std::max(closes, end > kClosesWithin ? end - kClosesWithin : 1);
  }
  return progress;
}

}  // namespace guard::recorder
