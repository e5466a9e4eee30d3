// The recorder as a process: deaths, its own and those of its neighbours.
#include <gtest/gtest.h>

#include <set>

#include "audit/catalogue.h"
#include "guard/recorder/recorder_process_bed.h"

namespace guard::recorder {
namespace {

using Bed = LedgerBed;

class RecorderLivesTest : public RecorderProcessBed {};

TEST_F(RecorderLivesTest, WhatADeadFilterHasSaidIsHeardBeforeItsSuccessor) {
  start_all();
  for (const std::uint64_t n : {1U, 2U}) tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
  judgements(Side::kHigh).send(Bed::forward(1, kBravo, "<old/>"));
  auto next = give(wire::Channel::kJudgements, Side::kHigh);
  next->send(Bed::forward(1, kBravo, "<new/>"));
  next->send(Bed::forward(2, kBravo, "<two/>"));
  judgements_[0] = std::move(next);  // the old end closes only now
  EXPECT_EQ(releases(Side::kLow).next<wire::Deliver>()->bytes, "<old/>");
  EXPECT_EQ(releases(Side::kLow).next<wire::Deliver>()->bytes, "<two/>");
  EXPECT_EQ(stop_recorder(), kStopped);
}

TEST_F(RecorderLivesTest, ADeadEdgesTicketsAreWithheldWhenItsSuccessorComes) {
  start_all();
  for (const std::uint64_t n : {1U, 2U}) tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
  judgements(Side::kHigh).send(Bed::forward(1, kBravo));
  ASSERT_TRUE(releases(Side::kLow).next<wire::Deliver>().has_value());
  epoch(Side::kHigh) = 101;
  join(Side::kHigh);  // and with it the old ends close
  greet(Side::kHigh);
  EXPECT_EQ(welcome_[0], 0U);
  EXPECT_EQ(stop_recorder(), kStopped);
  const auto rows = log();
  EXPECT_EQ(std::ranges::count_if(
                rows, [](const auto& row) { return row.reason == audit::reason::kEdgeDied; }),
            1);
}

TEST_F(RecorderLivesTest, AUDIT_BEFORE_RELEASE_ARecorderThatIsKilledLosesAndRepeatsNothing) {
  start_all();
  std::uint64_t last = 0;
  std::vector<std::uint64_t> held;       // and not reported
  std::vector<std::uint64_t> delivered;  // ever
  std::uint64_t reports = 0;
  for (int life = 0; life < 6; ++life) {
    const std::uint64_t first = last + 1;
    last += 200;
    for (std::uint64_t n = first; n <= last; ++n) {
      tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
      judgements(Side::kHigh).send(Bed::forward(n, kBravo, "<n" + std::to_string(n) + "/>"));
    }
    for (int i = 0; i < 20 * life; ++i) {
      const auto deliver = releases(Side::kLow).next<wire::Deliver>();
      ASSERT_TRUE(deliver.has_value());
      held.push_back(deliver->delivery);
    }
    kill_recorder();
    // What it had written to the socket counts.
    while (const auto deliver = releases(Side::kLow).next<wire::Deliver>()) {
      held.push_back(deliver->delivery);
    }
    start(false);
    ASSERT_TRUE(control_->next<wire::Ready>().has_value());
    greet(Side::kLow, 0, held);
    delivered.insert(delivered.end(), held.begin(), held.end());
    tickets(Side::kLow)
        .send(wire::Outcomes{++reports, wire::Delivery::kWritten, std::exchange(held, {})});
    greet(Side::kHigh, last);
    for (std::uint64_t n = welcome_[0] + 1; n <= last; ++n) {
      tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
      judgements(Side::kHigh).send(Bed::forward(n, kBravo, "<n" + std::to_string(n) + "/>"));
    }
    for (std::uint64_t ended = welcome_[0]; ended < last;) {
      const auto told = releases(Side::kHigh).next<wire::Ended>();
      ASSERT_TRUE(told.has_value()) << "life " << life << ", " << ended << " of " << last;
      ended = told->ticket;
    }
  }
  EXPECT_EQ(stop_recorder(), kStopped);
  std::set<std::uint64_t> numbers;
  std::set<std::uint64_t> forwarded;
  for (const auto& row : log()) {
    if (row.row_class != audit::Class::kDecision) continue;
    EXPECT_TRUE(numbers.insert(row.number).second) << row.number;
    forwarded.insert(row.sequence);
  }
  EXPECT_EQ(numbers.size(), last);
  std::set<std::uint64_t> once;
  delivered.insert(delivered.end(), held.begin(), held.end());
  for (const std::uint64_t delivery : delivered) {
    EXPECT_TRUE(once.insert(delivery).second) << delivery;
    EXPECT_TRUE(forwarded.contains(delivery));
  }
}

// The row is far back by then: other stanzas have come, gone, and are confirmed.
TEST_F(RecorderLivesTest, AStreamThatWasClosedIsClosedAgainByTheNextRecorder) {
  start_all();
  tickets(Side::kHigh).send(Bed::ticket(1, kAlpha, 5));
  judgements(Side::kHigh).send(Bed::close(1, wire::StreamCondition::kNotWellFormed));
  ASSERT_TRUE(releases(Side::kHigh).next<wire::Ended>().has_value());
  tickets(Side::kHigh).send(Bed::ticket(2, kAlpha, 6));
  judgements(Side::kHigh).send(Bed::forward(2, kBravo));
  const auto deliver = releases(Side::kLow).next<wire::Deliver>();
  ASSERT_TRUE(deliver.has_value());
  tickets(Side::kLow).send(wire::Outcomes{1, wire::Delivery::kWritten, {deliver->delivery}});
  ASSERT_TRUE(releases(Side::kLow).next<wire::OutcomesStored>().has_value());
  tickets(Side::kHigh).send(Bed::ticket(3, kAlpha, 5));
  kill_recorder();
  start(false);
  ASSERT_TRUE(control_->next<wire::Ready>().has_value());
  greet(Side::kLow);
  greet(Side::kHigh, 3);
  EXPECT_EQ(welcome_[0], 2U);
  const auto closed = releases(Side::kHigh).next<wire::CloseStream>();
  ASSERT_TRUE(closed.has_value());
  EXPECT_EQ(closed->stream, 5U);
  EXPECT_EQ(closed->condition, wire::StreamCondition::kNotWellFormed);
  tickets(Side::kHigh).send(Bed::ticket(3, kAlpha, 5));
  judgements(Side::kHigh).send(Bed::forward(3, kBravo));
  EXPECT_EQ(releases(Side::kHigh).next<wire::Ended>()->ticket, 3U);
  tickets(Side::kHigh).send(wire::StreamEnded{5});
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(std::ranges::count_if(log(),
                                  [](const auto& row) {
                                    return row.number == 3 &&
                                           row.reason == audit::reason::kStreamClosed;
                                  }),
            1);
}

}  // namespace
}  // namespace guard::recorder
