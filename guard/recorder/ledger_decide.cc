// The third of Ledger that decides: judgement and ticket in, row and release out.
#include <utility>

#include "audit/catalogue.h"
#include "guard/base/check.h"
#include "guard/recorder/ledger.h"
#include "guard/recorder/rows.h"

namespace guard::recorder {

bool Ledger::wants_judgements(Side side) const { return tickets(side).wants_judgements(); }

void Ledger::on_judgement(Side side, wire::Judgement&& judgement, UtcTime now) {
  rows_.observe_clock(now);
  work_ = true;
  if (const auto taken = tickets(side).on_judgement(std::move(judgement)); !taken) {
    return on_filter_violation(side, taken.error().why, now);
  }
  match(side, now);
}

void Ledger::match(Side side, UtcTime now) {
  while (true) {
    const auto ready = tickets(side).ready();
    if (!ready) return on_filter_violation(side, ready.error().why, now);
    if (!*ready) return;
    if (const std::string_view why =
            lie(tickets(side).front_ticket(), tickets(side).front_judgement());
        !why.empty()) {
      return on_filter_violation(side, why, now);
    }
    decide(side, tickets(side).take(), now);
    progress_[static_cast<std::size_t>(side)] = now;
  }
}

std::string_view Ledger::lie(const wire::Ticket& ticket, const wire::Judgement& judgement) const {
  const bool forward = judgement.outcome == wire::Outcome::kForward;
  const bool with_reply = judgement.outcome == wire::Outcome::kRefuseWithReply;
  // INVARIANT(SIDE_BOUND): the row names the edge's peer, so that must be whose stanza was judged.
  // Of a stream that it knows nothing of a filter says so, and lets nothing out.
  const bool unknown = judgement.peer == wire::kNoPeer && !forward && !with_reply;
  if (judgement.peer != ticket.peer && !unknown) return "a judgement of another peer's stanza";
  // INVARIANT(NO_OTHER_PATH): the edge has fixed the lane before the filter saw the stanza.
  if (judgement.lane != ticket.lane) return "a judgement in another lane than the ticket's";
  if (judgement.finding.allowed != forward) return "a verdict that its outcome contradicts";
  if (!audit::is_name(judgement.finding.reason)) return "a reason that is no name";
  if (judgement.bytes.empty() == (forward || with_reply))
    return "bytes that its outcome contradicts";
  if (!judgement.contingency.empty() && !forward) return "contingency bytes of a refusal";
  const bool known = judgement.far_peer < configuration_.peers.size();
  if (known && configuration_.peers[judgement.far_peer].side != far_side(ticket.lane)) {
    return "a receiver that the lane does not lead to";
  }
  if (judgement.far_peer == ticket.peer) return "a receiver that is the sender";
  if (!known && (forward || judgement.far_peer != wire::kNoPeer)) return "an unknown receiver";
  constexpr std::size_t kDomain = 1023;  // RFC 7622 3.2
  if (judgement.pair.from.size() > kDomain || judgement.pair.to.size() > kDomain) {
    return "a domain that is too long";
  }
  if (const std::string_view why = lie_about_exchange(judgement); !why.empty()) return why;
  return lie_about_content(ticket, judgement);
}

void Ledger::decide(Side side, Pairing&& pairing, UtcTime now) {
  const wire::Ticket& ticket = pairing.ticket;
  wire::Judgement& judgement = pairing.judgement;
  audit::Record row =
      ticket_row(tickets(side).epoch(), ticket, configuration_.peers[ticket.peer].name);
  add_finding(row, std::move(judgement.finding));
  if (judgement.far_peer != wire::kNoPeer) row.receiver = deliveries_.name(judgement.far_peer);
  const bool kept = keep_content(row, pairing, now);
  if (tickets(side).closing(ticket.stream) || rows_.clock_is_behind()) {
    row.detail = std::exchange(row.reason,
                               std::string(rows_.clock_is_behind() ? audit::reason::kClock
                                                                   : audit::reason::kStreamClosed));
    rows_.push(std::move(row));
    return;
  }
  row.verdict = audit::Verdict::kRefused;
  switch (judgement.outcome) {
    case wire::Outcome::kRefuseSilently:
      rows_.push(std::move(row));
      return;
    case wire::Outcome::kRefuseWithReply:
      reply(ticket.lane, row, judgement.pair, ticket.peer, judgement.bytes, now, now);
      rows_.push(std::move(row));
      return;
    case wire::Outcome::kCloseStream:
      row.action = audit::Action::kClose;
      row.detail = to_string(judgement.condition);
      rows_.push(std::move(row));
      close(side, ticket.stream, judgement.condition, now);
      return;
    case wire::Outcome::kForward:
      // What the policy wants kept does not cross without that.
      forward(std::move(row), pairing, kept ? "" : audit::reason::kContentBudget, now);
      return;
  }
}

// Closes a stream by the row that was pushed last.
void Ledger::close(Side side, std::uint64_t stream, wire::StreamCondition condition, UtcTime now) {
  closes_.emplace_back(ToEdge{side, wire::CloseStream{stream, condition}});
  if (const auto closed = tickets(side).close_stream(stream, rows_.sequence()); !closed) {
    on_edge_violation(side, closed.error().why, now);
  }
}

// Why the recorder does not let go on what filter and policy have allowed; empty where it does.
std::string_view Ledger::obstacle(const Pairing& pairing, const StoreEntry& entry,
                                  audit::Record& row, UtcTime now) const {
  if (const std::string_view why = forbidden(entry.lane, entry.origin, entry.peer); !why.empty()) {
    return why;
  }
  switch (deliveries_.room(entry.peer, entry)) {
    case Deliveries::Room::kYes:
      break;
    case Deliveries::Room::kQueueFull:
      return audit::reason::kQueueFull;
    case Deliveries::Room::kStoreFull:
      return audit::reason::kStoreFull;
  }
  return out_of_turn(pairing, entry.bytes.size() + entry.from.size() + entry.to.size(), row, now);
}

// `before` is the reason why it must not go; empty where the recorder's other rules have the say.
void Ledger::forward(audit::Record&& row, Pairing& pairing, std::string_view before, UtcTime now) {
  const Lane lane = pairing.ticket.lane;
  const wire::Judgement& judgement = pairing.judgement;
  const bool request = judgement.exchange.part == wire::Exchange::Part::kRequest;
  StoreEntry entry;
  entry.delivery = rows_.sequence() + 1;
  entry.peer = judgement.far_peer;
  entry.origin = pairing.ticket.peer;
  entry.lane = lane;
  entry.deadline = deadline_after(now);
  entry.from = judgement.pair.from;
  entry.to = judgement.pair.to;
  entry.bytes = judgement.bytes;
  // Without its ticket nothing of the ledger can find back from the end of what goes up to it.
  if (waits(lane)) {
    entry.epoch = tickets(near_side(lane)).epoch();
    entry.ticket = pairing.ticket.number;
  }
  // What becomes of a request's delivery is not told: it has an answer when its time is up.
  if (!request) entry.contingency = judgement.contingency;
  const std::string_view why = before.empty() ? obstacle(pairing, entry, row, now) : before;
  if (why.empty()) {
    row.verdict = audit::Verdict::kAllowed;
    row.action = audit::Action::kForward;
    row.sent_size = judgement.bytes.size();
    row.sent_hash = sha_.digest(as_bytes(judgement.bytes));
    if (request) requests_.add(request_of(pairing, entry.deadline));
    if (row.first_sequence != 0) requests_.end(row.first_sequence);
    rows_.push(std::move(row));
    deliveries_.add(entry, now, now);
    if (waits(lane)) edge(near_side(lane)).waiting.insert(entry.ticket);
    return;
  }
  row.detail = std::exchange(row.reason, std::string(why));
  if (!judgement.contingency.empty()) {
    // Towards the low side it takes as long as a receiver that does not answer.
    const UtcTime when = near_side(lane) == Side::kLow ? deadline_after(now) : now;
    const wire::DomainPair back{judgement.pair.to, judgement.pair.from};
    reply(lane, row, back, pairing.ticket.peer, judgement.contingency, when, now);
  }
  rows_.push(std::move(row));
}

// Releases bytes to the near edge under the row that is pushed next.
void Ledger::reply(Lane lane, audit::Record& row, const wire::DomainPair& pair, PeerIndex origin,
                   std::string_view bytes, UtcTime not_before, UtcTime now) {
  StoreEntry entry;
  entry.delivery = rows_.sequence() + 1;
  entry.peer = origin;
  entry.lane = lane;
  entry.deadline = deadline_after(not_before);
  entry.from = pair.from;
  entry.to = pair.to;
  entry.bytes = bytes;
  CHECK(deliveries_.side(origin) == near_side(lane));
  if (blocked(origin)) return;  // its streams are being closed; it is told nothing
  if (deliveries_.room(origin, entry) != Deliveries::Room::kYes) {
    row.action = audit::Action::kReplyLost;
    return;
  }
  row.action = audit::Action::kReply;
  row.sent_size = bytes.size();
  row.sent_hash = sha_.digest(as_bytes(bytes));
  deliveries_.add(entry, not_before, now);
}

void Ledger::withhold(const wire::Ticket& ticket, std::string_view reason) {
  audit::Record row = ticket_row(tickets(near_side(ticket.lane)).epoch(), ticket,
                                 configuration_.peers[ticket.peer].name);
  row.reason = reason;
  rows_.push(std::move(row));
}

}  // namespace guard::recorder
