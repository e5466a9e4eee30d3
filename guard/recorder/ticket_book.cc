#include "guard/recorder/ticket_book.h"

#include <string>
#include <utility>

#include "guard/base/check.h"

namespace guard::recorder {
namespace {

std::size_t weight(const wire::Judgement& judgement) {
  std::size_t octets = sizeof judgement;
  const wire::Finding& finding = judgement.finding;
  for (const std::string* text :
       {&judgement.pair.from, &judgement.pair.to, &judgement.bytes, &judgement.contingency,
        &judgement.sealed_content, &finding.from, &finding.to, &finding.kind, &finding.type,
        &finding.stanza_id, &finding.label, &finding.marking, &finding.reason, &finding.rule,
        &finding.facts}) {
    octets += text->size();
  }
  return octets;
}

}  // namespace

void TicketBook::start(std::uint64_t epoch, std::uint64_t ended) {
  CHECK(open_.empty());
  epoch_ = epoch;
  ended_ = ended;
  early_.clear();
  early_bytes_ = 0;
  forget_streams();
}

std::expected<void, Lie> TicketBook::on_ticket(const wire::Ticket& ticket) {
  if (ticket.number != last() + 1) return std::unexpected(Lie{"a ticket out of sequence"});
  if (open_.size() >= kMaxOpen) return std::unexpected(Lie{"too many open tickets"});
  settle_leaving();
  open_.push_back(ticket);
  streams_[ticket.stream].last = ticket.number;
  return {};
}

std::expected<void, Lie> TicketBook::on_judgement(wire::Judgement&& judgement) {
  if (!trusted_) return {};
  const std::uint64_t next = ended_ + early_.size() + 1;
  if (judgement.ticket < next) return {};
  if (judgement.ticket > next) return std::unexpected(Lie{"a judgement out of sequence"});
  early_bytes_ += weight(judgement);
  early_.push_back(std::move(judgement));
  return {};
}

std::expected<bool, Lie> TicketBook::ready() {
  if (open_.empty() || early_.empty()) return false;
  CHECK(early_.front().ticket == open_.front().number);
  if (early_.front().input == open_.front().hash) return true;
  early_.clear();
  early_bytes_ = 0;
  return std::unexpected(Lie{"a judgement of other bytes than the edge's"});
}

Pairing TicketBook::take() {
  CHECK(!open_.empty() && !early_.empty() && early_.front().input == open_.front().hash);
  early_bytes_ -= weight(early_.front());
  Pairing pairing{open_.front(), std::move(early_.front())};
  early_.pop_front();
  end_front();
  return pairing;
}

std::expected<std::optional<wire::Ticket>, Lie> TicketBook::on_killed(std::uint64_t number) {
  if (number <= ended_) return std::nullopt;
  if (open_.empty() || number != open_.front().number) {
    return std::unexpected(Lie{"a killed ticket that is not the oldest"});
  }
  const wire::Ticket ticket = open_.front();
  early_.clear();
  early_bytes_ = 0;
  end_front();
  return ticket;
}

void TicketBook::distrust() {
  trusted_ = false;
  early_.clear();
  early_bytes_ = 0;
}

void TicketBook::trust() { trusted_ = true; }

std::vector<wire::Ticket> TicketBook::abandon() {
  std::vector<wire::Ticket> tickets(open_.begin(), open_.end());
  ended_ += open_.size();
  open_.clear();
  early_.clear();
  early_bytes_ = 0;
  forget_streams();
  return tickets;
}

std::expected<void, Lie> TicketBook::close_stream(std::uint64_t stream, std::uint64_t row) {
  CHECK(row > 0);
  if (closing(stream)) return {};
  if (closes_.size() >= kMaxClosing) return std::unexpected(Lie{"too many streams being closed"});
  streams_[stream].closed_row = row;
  closes_.insert(row);
  return {};
}

bool TicketBook::closing(std::uint64_t stream) const {
  const auto found = streams_.find(stream);
  return found != streams_.end() && found->second.closed_row != 0;
}

void TicketBook::on_stream_ended(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.ended = true;
  if (found->second.last <= ended_) forget_if_done(stream);
}

std::optional<std::uint64_t> TicketBook::oldest_close() const {
  if (closes_.empty()) return std::nullopt;
  return *closes_.begin();
}

void TicketBook::end_front() {
  settle_leaving();
  leaving_ = open_.front().stream;
  open_.pop_front();
  ++ended_;
}

void TicketBook::settle_leaving() {
  if (leaving_) forget_if_done(*leaving_);
  leaving_.reset();
}

void TicketBook::forget_if_done(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  const Stream& known = found->second;
  if (known.last > ended_ || (known.closed_row != 0 && !known.ended)) return;
  closes_.erase(known.closed_row);
  streams_.erase(found);
}

void TicketBook::forget_streams() {
  streams_.clear();
  closes_.clear();
  leaving_.reset();
}

}  // namespace guard::recorder
