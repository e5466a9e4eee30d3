#include "guard/supervisor/reload.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

using What = ReloadAction::What;

constexpr std::array kTold = {Process::kRecorder, Process::kEdgeHigh, Process::kEdgeLow};

std::vector<What> whats(const Reload::Actions& actions) {
  std::vector<What> found;
  for (const ReloadAction& action : actions) found.push_back(action.what);
  return found;
}

const std::vector<What> kNothing;

void ready(Reload& reload) {
  EXPECT_EQ(whats(reload.ready(Side::kHigh)), kNothing);
  EXPECT_EQ(whats(reload.ready(Side::kLow)), kNothing);
}

// A reload that has just made its switch, at `now`.
Reload switched(Moment now = 0) {
  Reload reload;
  EXPECT_EQ(whats(reload.begin(now)), std::vector{What::kStage});
  ready(reload);
  EXPECT_EQ(whats(reload.tick(true, now)), std::vector{What::kSwitch});
  return reload;
}

Reload draining(Moment now = 0) {
  Reload reload = switched(now);
  for (const Process process : kTold) (void)reload.reconfigured(process, 1, now);
  return reload;
}

TEST(Reload, GoesFromThePlanToTheEndOfTheOldPolicy) {
  Reload reload = switched();
  EXPECT_TRUE(reload.switched());
  EXPECT_EQ(reload.number(), 1U);
  EXPECT_EQ(whats(reload.reconfigured(Process::kRecorder, 1, 1)), kNothing);
  EXPECT_EQ(whats(reload.reconfigured(Process::kEdgeHigh, 1, 1)), kNothing);
  EXPECT_EQ(whats(reload.reconfigured(Process::kEdgeLow, 1, 1)), std::vector{What::kEndOld});
  EXPECT_FALSE(reload.idle());
  const auto done = reload.drained(1, 7);
  EXPECT_EQ(whats(done), std::vector{What::kDone});
  EXPECT_EQ(done[0].withdrawn, 7U);
  EXPECT_TRUE(reload.idle());
  EXPECT_FALSE(reload.switched());
}

TEST(Reload, TheNextOneHasTheNextNumber) {
  Reload reload = draining();
  (void)reload.drained(1, 0);
  (void)reload.begin(5);
  ready(reload);
  const auto actions = reload.tick(true, 5);
  ASSERT_EQ(whats(actions), std::vector{What::kSwitch});
  EXPECT_EQ(actions[0].number, 2U);
}

// ---------------------------------------------------------------- before the switch

TEST(Reload, NothingIsSwitchedBeforeBothFiltersAndAllProcessesAreReady) {
  Reload reload;
  (void)reload.begin(0);
  EXPECT_EQ(whats(reload.tick(true, 1)), kNothing);
  (void)reload.ready(Side::kHigh);
  EXPECT_EQ(whats(reload.tick(true, 2)), kNothing);
  (void)reload.ready(Side::kLow);
  EXPECT_EQ(whats(reload.tick(false, 3)), kNothing);
  EXPECT_FALSE(reload.switched());
  EXPECT_EQ(whats(reload.tick(true, 4)), std::vector{What::kSwitch});
}

TEST(Reload, AFilterThatDiesBeforeTheSwitchLeavesTheOldPolicy) {
  for (const Side side : kSides) {
    Reload reload;
    (void)reload.begin(0);
    ready(reload);
    const auto actions = reload.died(side, "signal 9");
    ASSERT_EQ(whats(actions), std::vector{What::kGiveUp});
    EXPECT_NE(actions[0].why.find("signal 9"), std::string::npos);
    EXPECT_TRUE(reload.idle());
    EXPECT_EQ(whats(reload.died(side, "again")), kNothing);
    EXPECT_EQ(whats(reload.tick(true, 1)), kNothing);
  }
}

TEST(Reload, AServiceThatIsNotReadyInTimeKeepsTheOldPolicy) {
  Reload reload;
  (void)reload.begin(100);
  ready(reload);
  EXPECT_EQ(whats(reload.tick(false, 100 + Reload::kReadyWithin - 1)), kNothing);
  EXPECT_EQ(whats(reload.tick(true, 100 + Reload::kReadyWithin)), std::vector{What::kGiveUp});
  EXPECT_TRUE(reload.idle());
}

TEST(Reload, AnEndOfGuarddBeforeTheSwitchGivesUp) {
  Reload reload;
  (void)reload.begin(0);
  EXPECT_EQ(whats(reload.stop()), std::vector{What::kGiveUp});
  EXPECT_EQ(whats(reload.stop()), kNothing);
}

// ---------------------------------------------------------------- after it

// The old filters' ends are in use until all three have others.
TEST(Reload, TheOldFiltersLiveUntilAllHaveAnswered) {
  for (const Process last : kTold) {
    Reload reload = switched();
    for (const Process process : kTold) {
      if (process == last) continue;
      EXPECT_EQ(whats(reload.reconfigured(process, 1, 1)), kNothing);
      EXPECT_EQ(whats(reload.reconfigured(process, 1, 1)), kNothing);  // once more says nothing new
    }
    EXPECT_EQ(whats(reload.reconfigured(last, 1, 1)), std::vector{What::kEndOld});
  }
}

TEST(Reload, AnAnswerToAnotherSwitchIsNone) {
  Reload reload = switched();
  for (const Process process : kTold) {
    EXPECT_EQ(whats(reload.reconfigured(process, 0, 1)), kNothing);
    EXPECT_EQ(whats(reload.reconfigured(process, 2, 1)), kNothing);
  }
  reload = draining();
  EXPECT_EQ(whats(reload.drained(0, 0)), kNothing);
  EXPECT_EQ(whats(reload.drained(2, 0)), kNothing);
  EXPECT_FALSE(reload.idle());
}

// Who is started after the switch has the new policy from the start.
TEST(Reload, ANewProcessHasAnswered) {
  for (const Process dead : kTold) {
    Reload reload = switched();
    for (const Process process : kTold) {
      if (process != dead) (void)reload.reconfigured(process, 1, 1);
    }
    EXPECT_EQ(whats(reload.started(dead, 2)), std::vector{What::kEndOld});
  }
}

TEST(Reload, ANewFilterSaysNothingAboutTheSwitch) {
  Reload reload = switched();
  (void)reload.started(Process::kFilterHigh, 1);
  (void)reload.started(Process::kFilterLow, 1);
  EXPECT_EQ(whats(reload.died(Side::kHigh, "it is Watch's now")), kNothing);
  EXPECT_TRUE(reload.switched());
}

TEST(Reload, WhoDoesNotAnswerIsReplaced) {
  Reload reload = switched(100);
  (void)reload.reconfigured(Process::kEdgeHigh, 1, 101);
  EXPECT_EQ(whats(reload.tick(true, 100 + Reload::kAnswerWithin - 1)), kNothing);
  const auto actions = reload.tick(true, 100 + Reload::kAnswerWithin);
  ASSERT_EQ(whats(actions), (std::vector{What::kReplace, What::kReplace}));
  EXPECT_EQ(actions[0].process, Process::kEdgeLow);
  EXPECT_EQ(actions[1].process, Process::kRecorder);
  EXPECT_EQ(whats(reload.tick(true, 101 + Reload::kAnswerWithin)), kNothing);
}

TEST(Reload, ARecorderThatDoesNotDrainIsReplacedAndHasItsTimeAgain) {
  Reload reload = draining(100);
  EXPECT_EQ(whats(reload.tick(true, 100 + Reload::kDrainedWithin - 1)), kNothing);
  EXPECT_EQ(whats(reload.tick(true, 100 + Reload::kDrainedWithin)), std::vector{What::kReplace});
  (void)reload.started(Process::kRecorder, 50'000);
  EXPECT_EQ(whats(reload.tick(true, 50'000 + Reload::kDrainedWithin - 1)), kNothing);
  EXPECT_EQ(whats(reload.drained(1, 0)), std::vector{What::kDone});
}

TEST(Reload, ARecorderThatIsDoneBeforeAnEdgeHasAnsweredIsNotAskedAgain) {
  Reload reload = switched();
  (void)reload.reconfigured(Process::kRecorder, 1, 1);
  EXPECT_EQ(whats(reload.drained(1, 3)), kNothing);
  (void)reload.reconfigured(Process::kEdgeHigh, 1, 2);
  const auto actions = reload.reconfigured(Process::kEdgeLow, 1, 2);
  ASSERT_EQ(whats(actions), (std::vector{What::kEndOld, What::kDone}));
  EXPECT_EQ(actions[1].withdrawn, 3U);
  EXPECT_TRUE(reload.idle());
}

TEST(Reload, AnEndOfGuarddAfterTheSwitchEndsTheOldFilters) {
  Reload reload = switched();
  EXPECT_EQ(whats(reload.stop()), std::vector{What::kEndOld});
  EXPECT_TRUE(reload.idle());
  reload = draining();
  EXPECT_EQ(whats(reload.stop()), kNothing);
}

}  // namespace
}  // namespace guard::supervisor
