#include "guard/recorder/row_book.h"

#include <algorithm>
#include <utility>

#include "audit/catalogue.h"

namespace guard::recorder {
namespace {

audit::Record event_row(std::string_view name, std::string_view detail) {
  audit::Record row;
  row.row_class = audit::Class::kEvent;
  row.verdict = audit::Verdict::kNone;
  row.event = name;
  row.detail = detail;
  row.count = 1;
  return row;
}

}  // namespace

RowBook::RowBook(const wire::RecorderConfiguration& configuration, const audit::Position& end)
    : configuration_(configuration), sequence_(end.sequence), time_(end.time) {}

void RowBook::observe_clock(UtcTime now) {
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

audit::Record& RowBook::push(audit::Record&& row) {
  row.sequence = ++sequence_;
  row.time = time_;
  stamp(row);
  return rows_.emplace_back(std::move(row));
}

audit::Record& RowBook::push_event(std::string_view name, std::optional<Side> side,
                                   std::string_view detail) {
  audit::Record& row = push(event_row(name, detail));
  row.side = side;
  return row;
}

void RowBook::keep(std::string&& sealed, audit::Record& row) {
  row.content_size = sealed.size();
  row.content_hash = sha_.digest(as_bytes(sealed));
  content_octets_ += sealed.size();
  contents_.push_back({sequence_ + 1, std::move(sealed)});
}

void RowBook::clear() {
  rows_.clear();
  contents_.clear();
  content_octets_ = 0;
}

audit::Record RowBook::closing_row(UtcTime now) const {
  audit::Record row = event_row(audit::event::kLogFull, "nothing more is released");
  row.time = std::max(time_, now);
  stamp(row);
  return row;
}

void RowBook::set_horizon(std::size_t first_row, std::uint64_t horizon) {
  for (std::size_t i = first_row; i < rows_.size(); ++i) rows_[i].horizon = horizon;
}

void RowBook::stamp(audit::Record& row) const {
  row.policy_digest = configuration_.policy_digest;
  row.configuration_digest = configuration_.configuration_digest;
}

}  // namespace guard::recorder
