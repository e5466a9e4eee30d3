#include "guard/recorder/ticket_book.h"

#include <utility>

#include "guard/base/check.h"

namespace guard::recorder {
namespace {

std::size_t weight(const wire::Judgement& judgement) {
  return judgement.bytes.size() + judgement.contingency.size() + judgement.finding.facts.size() +
         judgement.finding.label.size() + judgement.finding.stanza_id.size() +
         judgement.finding.from.size() + judgement.finding.to.size();
}

}  // namespace

void TicketBook::start(std::uint64_t epoch, std::uint64_t ended) {
  CHECK(open_.empty());
  epoch_ = epoch;
  ended_ = ended;
  early_.clear();
  early_bytes_ = 0;
  closing_.clear();
}

std::expected<void, Lie> TicketBook::on_ticket(const wire::Ticket& ticket) {
  if (ticket.number != last() + 1) return std::unexpected(Lie{"a ticket out of sequence"});
  if (open_.size() >= kMaxOpen) return std::unexpected(Lie{"too many open tickets"});
  open_.push_back(ticket);
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
  closing_.clear();
  return tickets;
}

std::expected<void, Lie> TicketBook::close_stream(std::uint64_t stream) {
  if (closing_.size() >= kMaxClosing) return std::unexpected(Lie{"too many streams being closed"});
  closing_.try_emplace(stream);
  return {};
}

void TicketBook::on_stream_ended(std::uint64_t stream) {
  const auto found = closing_.find(stream);
  if (found == closing_.end()) return;
  if (open_.empty()) {
    closing_.erase(found);
  } else {
    found->second = last();
  }
}

void TicketBook::end_front() {
  open_.pop_front();
  ++ended_;
  if (closing_.empty()) return;
  // The ticket that has just ended is still to be decided: what it closes over goes one later.
  std::erase_if(closing_, [&](const auto& item) { return item.second && *item.second < ended_; });
}

}  // namespace guard::recorder
