#include "guard/supervisor/watch.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace guard::supervisor {
namespace {

using What = Action::What;

std::vector<Process> all_of(const Watch::Actions& actions, What what) {
  std::vector<Process> found;
  for (const Action& action : actions) {
    if (action.what == what) found.push_back(action.process);
  }
  return found;
}

int count(const Watch::Actions& actions, What what) {
  return static_cast<int>(all_of(actions, what).size());
}

bool has(const std::vector<Process>& list, Process process) {
  return std::find(list.begin(), list.end(), process) != list.end();
}

// Those that stanzas depend on.
constexpr std::array<Process, 5> kNeeded = {Process::kEdgeHigh, Process::kEdgeLow,
                                            Process::kFilterHigh, Process::kFilterLow,
                                            Process::kRecorder};

void make_ready(Watch& watch, Moment now) {
  for (const Process process : kNeeded) (void)watch.ready(process, now);
}

Watch running() {
  Watch watch;
  (void)watch.start(0);
  make_ready(watch, 0);
  return watch;
}

TEST(Watch, StartsEverythingAndJoinsItOnce) {
  Watch watch;
  const auto actions = watch.start(0);
  EXPECT_EQ(count(actions, What::kStart), 5);
  EXPECT_EQ(count(actions, What::kJoin), 8);
  EXPECT_FALSE(watch.all_ready());
}

TEST(Watch, MetricsAreStartedOnlyWhereTheyAreWanted) {
  EXPECT_FALSE(has(all_of(Watch().start(0), What::kStart), Process::kMetrics));
  EXPECT_TRUE(has(all_of(Watch(true).start(0), What::kStart), Process::kMetrics));
}

// Numbers are no reason to stop stanzas: nothing waits for them, nothing falls with them.
TEST(Watch, WhoServesNumbersIsReplacedAlone) {
  Watch watch(true);
  (void)watch.start(0);
  make_ready(watch, 0);
  EXPECT_TRUE(watch.all_ready());
  (void)watch.ready(Process::kMetrics, 0);
  const auto actions = watch.died(Process::kMetrics, 128 + 31, 10);
  EXPECT_EQ(all_of(actions, What::kStart), std::vector{Process::kMetrics});
  EXPECT_EQ(count(actions, What::kKill), 0);
  EXPECT_EQ(count(actions, What::kJoin), 0);
  EXPECT_TRUE(watch.all_ready());
  // A mute one is replaced like any other.
  (void)watch.ready(Process::kMetrics, 10);
  for (const Process process : kNeeded) watch.pong(process, 0, 10 + kPongWithin);
  EXPECT_EQ(all_of(watch.tick(10 + kPongWithin), What::kKill), std::vector{Process::kMetrics});
}

TEST(Watch, MetricsEndWithTheRecorder) {
  Watch watch(true);
  (void)watch.start(0);
  make_ready(watch, 0);
  (void)watch.ready(Process::kMetrics, 0);
  EXPECT_FALSE(has(all_of(watch.stop(1), What::kStop), Process::kMetrics));
  (void)watch.died(Process::kEdgeHigh, 0, 2);
  (void)watch.died(Process::kEdgeLow, 0, 2);
  (void)watch.died(Process::kFilterHigh, 0, 2);
  EXPECT_TRUE(has(all_of(watch.died(Process::kFilterLow, 0, 2), What::kStop), Process::kMetrics));
  EXPECT_EQ(count(watch.died(Process::kRecorder, 0, 3), What::kExit), 0);
  EXPECT_EQ(count(watch.died(Process::kMetrics, 0, 3), What::kExit), 1);
}

TEST(Watch, SaysReadyOnceWhenAllAre) {
  Watch watch;
  (void)watch.start(0);
  int said = 0;
  for (const Process process : kNeeded) {
    said += count(watch.ready(process, 1), What::kAllReady);
    said += count(watch.ready(process, 1), What::kAllReady);
  }
  EXPECT_EQ(said, 1);
}

TEST(Watch, ADeadFilterIsReplacedAlone) {
  Watch watch = running();
  const auto actions = watch.died(Process::kFilterHigh, 128 + 9, 10);
  EXPECT_EQ(all_of(actions, What::kStart), std::vector{Process::kFilterHigh});
  EXPECT_EQ(count(actions, What::kJoin), 2);
  EXPECT_EQ(count(actions, What::kKill), 0);
}

TEST(Watch, ADeadEdgeTakesItsFilterWithIt) {
  Watch watch = running();
  const auto actions = watch.died(Process::kEdgeLow, 128 + 9, 10);
  EXPECT_EQ(all_of(actions, What::kKill), std::vector{Process::kFilterLow});
  const auto started = all_of(actions, What::kStart);
  EXPECT_TRUE(has(started, Process::kEdgeLow) && has(started, Process::kFilterLow));
  EXPECT_EQ(started.size(), 2U);
  EXPECT_EQ(count(actions, What::kJoin), 4);
}

TEST(Watch, ADeadRecorderTakesBothFiltersWithIt) {
  Watch watch = running();
  const auto actions = watch.died(Process::kRecorder, 128 + 9, 10);
  EXPECT_EQ(count(actions, What::kKill), 2);
  EXPECT_EQ(count(actions, What::kStart), 3);
  EXPECT_EQ(count(actions, What::kJoin), 8);
}

// Tickets and releases are joined before offers: an edge greets the new recorder before it offers.
TEST(Watch, ArrowsToTheRecorderComeBeforeOffers) {
  Watch watch = running();
  const auto actions = watch.died(Process::kRecorder, 128 + 9, 10);
  bool offers = false;
  for (const Action& action : actions) {
    if (action.what != What::kJoin) continue;
    offers = offers || action.arrow.channel == wire::Channel::kOffers;
    if (action.arrow.channel == wire::Channel::kTickets) {
      EXPECT_FALSE(offers);
    }
  }
}

TEST(Watch, ABrokenLogEndsTheService) {
  Watch watch = running();
  auto actions = watch.died(Process::kRecorder, kLogBroken, 10);
  EXPECT_EQ(count(actions, What::kStart), 0);
  EXPECT_EQ(count(actions, What::kStop), 2);
  for (const Process process :
       {Process::kEdgeHigh, Process::kEdgeLow, Process::kFilterHigh, Process::kFilterLow}) {
    actions = watch.died(process, 0, 20);
  }
  ASSERT_EQ(count(actions, What::kExit), 1);
  EXPECT_EQ(actions.back().status, kLogBroken);
}

TEST(Watch, AProcessThatNeverWorkedEndsTheService) {
  Watch watch;
  (void)watch.start(0);
  const auto actions = watch.died(Process::kEdgeHigh, 70, 10);
  EXPECT_EQ(count(actions, What::kStart), 0);
  EXPECT_TRUE(watch.stopping());
}

TEST(Watch, ACrashLoopIsSlowedAndAQuickSecondDeathIsNot) {
  Watch watch = running();
  Moment now = 100;
  for (int death = 1; death < kFast; ++death) {
    EXPECT_EQ(count(watch.died(Process::kFilterHigh, 134, now), What::kStart), 1) << death;
    (void)watch.ready(Process::kFilterHigh, now);
    now += 10;
  }
  EXPECT_EQ(count(watch.died(Process::kFilterHigh, 134, now), What::kStart), 0);
  EXPECT_EQ(watch.next_tick(now), now + kPause > kPingEvery ? kPingEvery : now + kPause);
  EXPECT_EQ(count(watch.tick(now + kPause - 1), What::kStart), 0);
  EXPECT_EQ(count(watch.tick(now + kPause), What::kStart), 1);
}

TEST(Watch, TheMuteAreKilledAndReplaced) {
  Watch watch = running();
  Moment now = 0;
  std::uint64_t number = 0;
  Watch::Actions actions;
  for (; now < kPongWithin; now += 500) {
    actions = watch.tick(now);
    EXPECT_EQ(count(actions, What::kKill), 0) << now;
    for (const Action& action : actions) {
      if (action.what != What::kPing) continue;
      number = action.number;
      if (action.process != Process::kEdgeHigh) watch.pong(action.process, number, now);
    }
  }
  actions = watch.tick(now);
  const auto killed = all_of(actions, What::kKill);
  EXPECT_TRUE(has(killed, Process::kEdgeHigh));
  EXPECT_FALSE(has(killed, Process::kEdgeLow));
  EXPECT_TRUE(has(all_of(actions, What::kStart), Process::kEdgeHigh));
}

TEST(Watch, WhoIsNeverReadyIsReplacedAndARecorderGetsLonger) {
  Watch watch = running();
  (void)watch.died(Process::kFilterHigh, 137, 0);
  (void)watch.died(Process::kRecorder, 137, 0);
  for (const Process process : kNeeded) watch.pong(process, 0, kReadyWithin);
  EXPECT_FALSE(has(all_of(watch.tick(kReadyWithin - 1), What::kKill), Process::kFilterHigh));
  auto killed = all_of(watch.tick(kReadyWithin), What::kKill);
  EXPECT_TRUE(has(killed, Process::kFilterHigh));
  EXPECT_FALSE(has(killed, Process::kRecorder));
  killed = all_of(watch.tick(kRecorderReadyWithin), What::kKill);
  EXPECT_TRUE(has(killed, Process::kRecorder));
}

TEST(Watch, APongThatWasNeverAskedForDoesNotCount) {
  Watch watch = running();
  watch.pong(Process::kEdgeHigh, 99, kPongWithin - 1);
  EXPECT_TRUE(has(all_of(watch.tick(kPongWithin), What::kKill), Process::kEdgeHigh));
}

TEST(Watch, StopsInOrderAndExitsWithZero) {
  Watch watch = running();
  auto actions = watch.stop(10);
  EXPECT_EQ(all_of(actions, What::kStop).front(), Process::kEdgeHigh);
  (void)watch.died(Process::kEdgeHigh, 0, 11);
  actions = watch.died(Process::kEdgeLow, 0, 12);
  EXPECT_TRUE(has(all_of(actions, What::kStop), Process::kFilterHigh));
  EXPECT_FALSE(has(all_of(actions, What::kStop), Process::kRecorder));
  (void)watch.died(Process::kFilterHigh, 0, 13);
  actions = watch.died(Process::kFilterLow, 0, 13);
  EXPECT_EQ(all_of(actions, What::kStop), std::vector{Process::kRecorder});
  actions = watch.died(Process::kRecorder, 0, 14);
  ASSERT_EQ(count(actions, What::kExit), 1);
  EXPECT_EQ(actions.back().status, 0);
}

TEST(Watch, WhoDoesNotStopIsKilled) {
  Watch watch = running();
  (void)watch.stop(10);
  EXPECT_EQ(count(watch.tick(10 + kStopWithin - 1), What::kKill), 0);
  const auto actions = watch.tick(10 + kStopWithin);
  EXPECT_EQ(count(actions, What::kKill), 5);
  ASSERT_EQ(count(actions, What::kExit), 1);
  EXPECT_NE(actions.back().status, 0);
}

TEST(Watch, AFilterThatLiedIsStartedAnew) {
  Watch watch = running();
  const auto actions = watch.restart(Side::kLow, "digest", 5);
  EXPECT_EQ(all_of(actions, What::kKill), std::vector{Process::kFilterLow});
  EXPECT_EQ(all_of(actions, What::kStart), std::vector{Process::kFilterLow});
}

// Two deaths at once: every arrow is joined, none between two that are down.
TEST(Watch, OverlappingDeathsAreMendedWhole) {
  Watch watch = running();
  (void)watch.died(Process::kEdgeHigh, 137, 1);
  const auto actions = watch.died(Process::kRecorder, 137, 1);
  EXPECT_EQ(count(actions, What::kStart), 3);
  EXPECT_EQ(count(actions, What::kJoin), 8);
}

// While guardd makes a plan it hears nobody: silence of its own is not theirs.
TEST(Watch, WhatGuarddDidNotHearIsNobodysSilence) {
  Watch watch = running();
  watch.slept(60'000);
  EXPECT_EQ(count(watch.tick(60'000 + kPongWithin - 1), What::kKill), 0);
  EXPECT_EQ(count(watch.tick(60'000 + kPongWithin), What::kKill), 5);
}

TEST(Watch, WhatIsBeingStartedHasItsTimeAfterASleep) {
  Watch watch;
  (void)watch.start(0);
  watch.slept(kReadyWithin);
  EXPECT_EQ(count(watch.tick(2 * kReadyWithin - 1), What::kKill), 0);
  EXPECT_GT(count(watch.tick(2 * kReadyWithin), What::kKill), 0);
}

TEST(Watch, WhoIsToGoIsReplacedWithWhatFallsWithHim) {
  Watch watch = running();
  const auto actions = watch.replace(Process::kEdgeLow, "no answer", 5);
  EXPECT_EQ(all_of(actions, What::kKill), (std::vector{Process::kEdgeLow, Process::kFilterLow}));
  EXPECT_EQ(count(actions, What::kStart), 2);
}

}  // namespace
}  // namespace guard::supervisor
