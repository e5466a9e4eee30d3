#include "guard/edge/ticket_book.h"

#include "guard/base/check.h"

namespace guard::edge {

const OpenTicket& TicketBook::take(std::uint64_t stream, PeerIndex peer, Lane lane,
                                   std::string_view bytes, const Digest& hash, UtcTime received) {
  open_.push_back({.number = ++last_,
                   .stream = stream,
                   .peer = peer,
                   .lane = lane,
                   .hash = hash,
                   .received = received,
                   .bytes = std::string(bytes)});
  Use& use = use_[peer];
  ++use.stanzas;
  use.bytes += bytes.size();
  return open_.back();
}

const OpenTicket* TicketBook::next_offer() {
  if (offered_ == open_.size()) return nullptr;
  // While a filter's death is being looked into, one ticket is open in it at most, and none while
  // the killer's own record is being written.
  if (one_at_a_time() && offered_ > 0) return nullptr;
  return &open_[offered_++];
}

void TicketBook::ended(std::uint64_t number, const std::function<void(const OpenTicket&)>& gone) {
  while (!open_.empty() && open_.front().number <= number) {
    const OpenTicket ticket = std::move(open_.front());
    open_.pop_front();
    if (offered_ > 0) --offered_;
    const auto use = use_.find(ticket.peer);
    CHECK(use != use_.end());
    use->second.bytes -= ticket.bytes.size();
    if (--use->second.stanzas == 0) use_.erase(use);
    if (gone) gone(ticket);
  }
}

void TicketBook::filter_lost() {
  if (offered_ == 0 || open_.front().killed) return;
  alone_ = offered_ == 1 ? open_.front().number : 0;
  suspected_ = last_;
}

std::optional<std::uint64_t> TicketBook::filter_replaced() {
  std::optional<std::uint64_t> killer;
  // It may have ended since: the judgement came before the death.
  if (alone_ != 0 && oldest() == alone_ && ++open_.front().deaths >= 2) {
    open_.front().killed = true;
    killer = alone_;
  }
  alone_ = 0;
  // A killed ticket stays offered: nothing follows it before it has ended.
  offered_ = !open_.empty() && open_.front().killed ? 1 : 0;
  return killer;
}

void TicketBook::recorder_replaced() {
  for (OpenTicket& ticket : open_) ticket.deaths = 0;
  alone_ = 0;
  offered_ = !open_.empty() && open_.front().killed ? 1 : 0;
  suspected_ = offered_ == 0 ? 0 : open_.front().number;
}

Use TicketBook::use(PeerIndex peer) const {
  const auto found = use_.find(peer);
  return found == use_.end() ? Use{} : found->second;
}

}  // namespace guard::edge
