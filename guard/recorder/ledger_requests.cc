// The part of Ledger that pairs requests and answers. INVARIANT(ONE_ANSWER): an iq result or error
// crosses only as the one answer to a request that has crossed the other way.
#include <string>
#include <utility>

#include "audit/catalogue.h"
#include "guard/recorder/ledger.h"

namespace guard::recorder {
namespace {

using Part = wire::Exchange::Part;

Part part_of(const wire::Finding& finding) {
  if (finding.kind != "iq") return Part::kNone;
  return finding.type == "get" || finding.type == "set" ? Part::kRequest : Part::kAnswer;
}

}  // namespace

// What the row says and what is paired are the same, or the filter lies.
std::string_view Ledger::lie_about_exchange(const wire::Judgement& judgement) {
  const bool forward = judgement.outcome == wire::Outcome::kForward;
  const Part part = forward ? part_of(judgement.finding) : Part::kNone;
  if (judgement.exchange.part != part) return "an exchange that its finding contradicts";
  if (part == Part::kRequest && judgement.contingency.empty()) {
    return "a request without contingency bytes";
  }
  return {};
}

Request Ledger::request_of(const Pairing& pairing, UtcTime deadline) const {
  const wire::Judgement& judgement = pairing.judgement;
  Request request;
  request.sequence = rows_.sequence() + 1;
  request.lane = pairing.ticket.lane;
  request.asker = pairing.ticket.peer;
  request.asked = judgement.far_peer;
  request.exchange = judgement.exchange.key;
  request.deadline = deadline;
  request.from = judgement.pair.to;
  request.to = judgement.pair.from;
  request.error = judgement.contingency;
  return request;
}

// Why a stanza may not go on as a request or as an answer; empty where nothing is against it. Of an
// answer the row gets the number of the request's.
std::string_view Ledger::out_of_turn(const Pairing& pairing, std::size_t delivery,
                                     audit::Record& row, UtcTime now) const {
  switch (pairing.judgement.exchange.part) {
    case Part::kNone:
      return {};
    case Part::kAnswer: {
      const auto request = requests_.find(pairing.ticket.lane, pairing.judgement.exchange.key,
                                          pairing.ticket.peer, pairing.judgement.far_peer);
      if (!request) return audit::reason::kNoRequest;
      row.first_sequence = row.last_sequence = *request;
      return {};
    }
    case Part::kRequest:
      break;
  }
  switch (requests_.room(request_of(pairing, now), delivery)) {
    case Requests::Room::kYes:
      return {};
    case Requests::Room::kRepeated:
      return audit::reason::kRequestRepeated;
    case Requests::Room::kFull:
      return audit::reason::kRequestsFull;
    case Requests::Room::kStoreFull:
      return audit::reason::kStoreFull;
  }
  return audit::reason::kStoreFull;
}

// Ends what has waited too long: the asker gets the error that the filter wrote in advance.
void Ledger::tick_requests(UtcTime now) {
  for (const std::uint64_t sequence : requests_.due(now, kBatchRows)) {
    const Request request = requests_.stored(sequence);
    // Copies: a reply moves the store.
    const wire::DomainPair back{std::string(request.from), std::string(request.to)};
    const std::string error(request.error);
    audit::Record row;
    row.row_class = audit::Class::kEvent;
    row.verdict = audit::Verdict::kNone;
    row.event = audit::event::kRequestUnanswered;
    row.direction = request.lane;
    row.sender = deliveries_.name(request.asker);
    row.peer = deliveries_.name(request.asked);
    row.first_sequence = row.last_sequence = sequence;
    row.count = 1;
    requests_.end(sequence);
    reply(request.lane, row, back, request.asker, error, now, now);
    rows_.push(std::move(row));
  }
}

}  // namespace guard::recorder
