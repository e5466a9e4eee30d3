#include "guard/recorder/tally.h"

#include <algorithm>

namespace guard::recorder {

void TallyBook::committed(std::span<const audit::Record> rows, std::int64_t microseconds) {
  for (const audit::Record& row : rows) add(row);
  rows_ += rows.size();
  const auto took = static_cast<std::uint64_t>(std::max<std::int64_t>(microseconds, 0));
  commit_microseconds_ += took;
  const auto bound = std::ranges::lower_bound(wire::kCommitBounds, took);
  ++commits_[static_cast<std::size_t>(bound - wire::kCommitBounds.begin())];
}

void TallyBook::add(const audit::Record& row) {
  switch (row.row_class) {
    case audit::Class::kDecision: {
      Decision decision{row.direction.value_or(Lane::kHighToLow), row.verdict, row.reason};
      if (decisions_.size() >= kMaxReasons && !decisions_.contains(decision)) {
        std::get<std::string>(decision) = kOther;
      }
      ++decisions_[std::move(decision)];
      return;
    }
    case audit::Class::kEvent:
      // The names are of the catalogue and of guardd, so there are only so many.
      events_[row.event] += std::max<std::uint64_t>(row.count, 1);
      return;
    case audit::Class::kOutcome:
      outcomes_[row.result] += row.count;
      return;
  }
}

wire::Tally TallyBook::tally() const {
  wire::Tally tally;
  for (const auto& [decision, count] : decisions_) {
    const auto& [lane, verdict, reason] = decision;
    tally.decisions.push_back({lane, std::string(to_string(verdict)), reason, count});
  }
  for (const auto& [result, count] : outcomes_) {
    tally.outcomes.push_back({std::string(to_string(result)), count});
  }
  for (const auto& [event, count] : events_) tally.events.push_back({event, count});
  tally.commits.assign(commits_.begin(), commits_.end());
  tally.commit_microseconds = commit_microseconds_;
  tally.rows = rows_;
  return tally;
}

}  // namespace guard::recorder
