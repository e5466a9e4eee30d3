#include "guard/edge/address_ladder.h"

#include <gtest/gtest.h>

namespace guard::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Moment = AddressLadder::Moment;

class Ladder : public ::testing::Test {
 protected:
  // fail lets an attempt begin and fail at once.
  void fail(std::size_t address) { all_.failed(address, now_, now_, 0); }
  [[nodiscard]] Choice next() const { return choose(all_, own_, now_); }

  Moment now_ = Moment(seconds(1000));
  AddressLadder all_{3};
  AddressLadder own_{3};
};

TEST_F(Ladder, FirstIsTriedFirst) { EXPECT_EQ(next().address, 0U); }

TEST_F(Ladder, FailsOverAtOnceInOrder) {
  fail(0);
  EXPECT_EQ(next().address, 1U);
  fail(1);
  EXPECT_EQ(next().address, 2U);
}

TEST_F(Ladder, WhenAllAreDownItWaitsForTheFirstThatIsDue) {
  for (std::size_t i = 0; i < 3; ++i) fail(i);
  EXPECT_FALSE(next().address);
  EXPECT_EQ(next().at, now_ + milliseconds(500));
  now_ += milliseconds(499);
  EXPECT_FALSE(next().address);
  now_ += milliseconds(1);
  EXPECT_EQ(next().address, 0U);
  fail(0);  // twice the wait
  EXPECT_EQ(next().address, 1U);
  fail(1);
  fail(2);
  EXPECT_EQ(next().at, now_ + milliseconds(1000));
}

TEST_F(Ladder, WhatIsDownIsNotUsedAgainWhileAnotherWorks) {
  fail(0);
  all_.worked(1);
  now_ += seconds(3600);
  EXPECT_EQ(next().address, 1U);
  EXPECT_EQ(better_due(all_, 1, now_), 0U);
  all_.worked(0);
  EXPECT_EQ(next().address, 0U);
  EXPECT_FALSE(better_due(all_, 1, now_));
}

TEST_F(Ladder, ProbesAreBounded) {
  // An hour of probes that all fail: the waits double up to 30 s (the shortest of their kind).
  fail(0);
  int probes = 0;
  for (const Moment end = now_ + seconds(3600); now_ < end; now_ += milliseconds(250)) {
    if (!better_due(all_, 1, now_)) continue;
    ++probes;
    fail(0);
  }
  EXPECT_GE(probes, 100);
  EXPECT_LE(probes, 130);
}

TEST_F(Ladder, NothingBetterThanTheFirstIsProbed) {
  fail(1);
  fail(2);
  now_ += seconds(3600);
  EXPECT_FALSE(better_due(all_, 0, now_));
  EXPECT_EQ(better_due(all_, 2, now_), 1U);
}

TEST_F(Ladder, AttemptsThatWereUnderWayTogetherAreOneFailure) {
  const Moment began = now_;
  now_ += seconds(3);
  for (int i = 0; i < 100; ++i) all_.failed(0, began, now_, 0);
  EXPECT_EQ(all_.at(0), now_ + milliseconds(500));
  now_ += seconds(1);
  all_.failed(0, now_, now_, 0);
  EXPECT_EQ(all_.at(0), now_ + milliseconds(1000));
}

TEST_F(Ladder, WaitsGrowUntilSomethingLasts) {
  fail(0);
  all_.worked(0);
  fail(0);
  EXPECT_EQ(all_.at(0), now_ + milliseconds(1000));
  all_.worked(0);
  all_.lasted(0);
  fail(0);
  EXPECT_EQ(all_.at(0), now_ + milliseconds(500));
}

TEST_F(Ladder, EitherLadderMayRuleAnAddressOut) {
  own_.failed(0, now_, now_, 0);
  EXPECT_EQ(next().address, 1U);
  fail(1);
  EXPECT_EQ(next().address, 2U);
  own_.failed(2, now_, now_, 1'000);  // a longer wait
  const Choice wait = next();
  EXPECT_FALSE(wait.address);
  EXPECT_EQ(wait.at, now_ + milliseconds(500));
  // Down on both: due only when both are.
  all_.failed(0, now_, now_, 0);
  all_.failed(0, now_ + seconds(1), now_ + seconds(1), 0);
  now_ += milliseconds(600);
  EXPECT_EQ(next().address, 1U);
}

TEST_F(Ladder, OneAddressIsTriedAgainAndAgain) {
  AddressLadder one(1);
  const AddressLadder own(1);
  milliseconds wait{500};
  for (int i = 0; i < 8; ++i) {
    one.failed(0, now_, now_, 0);
    const Choice next = choose(one, own, now_);
    EXPECT_FALSE(next.address);
    EXPECT_EQ(next.at, now_ + wait);
    now_ = next.at;
    EXPECT_EQ(choose(one, own, now_).address, 0U);
    wait = std::min(wait * 2, milliseconds(30'000));
  }
}

}  // namespace
}  // namespace guard::edge
