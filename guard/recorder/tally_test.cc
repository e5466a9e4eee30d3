#include "guard/recorder/tally.h"

#include <gtest/gtest.h>

#include <vector>

namespace guard::recorder {
namespace {

audit::Record decision(Lane lane, audit::Verdict verdict, const std::string& reason) {
  audit::Record row;
  row.direction = lane;
  row.verdict = verdict;
  row.reason = reason;
  return row;
}

audit::Record event(const std::string& name, std::uint64_t count) {
  audit::Record row;
  row.row_class = audit::Class::kEvent;
  row.event = name;
  row.count = count;
  return row;
}

audit::Record outcome(audit::Result result, std::uint64_t count) {
  audit::Record row;
  row.row_class = audit::Class::kOutcome;
  row.result = result;
  row.count = count;
  return row;
}

TEST(TallyBook, CountsByLaneVerdictAndReason) {
  TallyBook book;
  const std::vector rows = {decision(Lane::kHighToLow, audit::Verdict::kAllowed, "allowed"),
                            decision(Lane::kHighToLow, audit::Verdict::kAllowed, "allowed"),
                            decision(Lane::kLowToHigh, audit::Verdict::kRefused, "no-rule"),
                            event("strangers", 7),
                            event("stream-opened", 0),
                            outcome(audit::Result::kWritten, 40)};
  book.committed(rows, 400);
  const wire::Tally tally = book.tally();
  const std::vector<wire::DecisionCount> decisions = {{Lane::kHighToLow, "allowed", "allowed", 2},
                                                      {Lane::kLowToHigh, "refused", "no-rule", 1}};
  EXPECT_EQ(tally.decisions, decisions);
  const std::vector<wire::NamedCount> events = {{"strangers", 7}, {"stream-opened", 1}};
  EXPECT_EQ(tally.events, events);
  EXPECT_EQ(tally.outcomes, (std::vector<wire::NamedCount>{{"written", 40}}));
  EXPECT_EQ(tally.rows, 6U);
}

TEST(TallyBook, CommitsFallIntoTheirClassAtTheBoundAndPastIt) {
  TallyBook book;
  book.committed({}, 500);
  book.committed({}, 501);
  book.committed({}, 2'000'000);
  book.committed({}, 2'000'001);
  const wire::Tally tally = book.tally();
  ASSERT_EQ(tally.commits.size(), wire::kCommitBounds.size() + 1);
  EXPECT_EQ(tally.commits[0], 1U);
  EXPECT_EQ(tally.commits[1], 1U);
  EXPECT_EQ(tally.commits[wire::kCommitBounds.size() - 1], 1U);
  EXPECT_EQ(tally.commits.back(), 1U);
  EXPECT_EQ(tally.commit_microseconds, 500U + 501 + 2'000'000 + 2'000'001);
}

// A filter that has been taken over may name a new reason for each stanza.
TEST(TallyBook, ReasonsPastTheBoundAreCountedTogether) {
  TallyBook book;
  std::vector<audit::Record> rows;
  for (std::size_t i = 0; i < TallyBook::kMaxReasons + 3; ++i) {
    rows.push_back(
        decision(Lane::kLowToHigh, audit::Verdict::kRefused, "reason-" + std::to_string(i)));
  }
  book.committed(std::span(rows).first(TallyBook::kMaxReasons), 1);
  EXPECT_EQ(book.tally().decisions.size(), TallyBook::kMaxReasons);
  book.committed(std::span(rows).subspan(TallyBook::kMaxReasons), 1);
  book.committed(std::span(rows).first(1), 1);
  std::uint64_t other = 0;
  std::uint64_t first = 0;
  for (const wire::DecisionCount& one : book.tally().decisions) {
    if (one.reason == TallyBook::kOther) other = one.count;
    if (one.reason == "reason-0") first = one.count;
  }
  EXPECT_EQ(other, 3U);
  EXPECT_EQ(first, 2U) << "who has a count of his own keeps it";
  EXPECT_EQ(book.tally().decisions.size(), TallyBook::kMaxReasons + 1);
}

}  // namespace
}  // namespace guard::recorder
