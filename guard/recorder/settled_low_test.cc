// What the recorder tells a low edge about tickets that are settled: of what stays on the low side
// when its neighbour has it; of what goes up nothing that depends on the high side (SPEC: S23).
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "guard/recorder/settled_bed.h"

namespace guard::recorder {
namespace {

constexpr Lane kBeside = Lane::kLowToLow;

class SettledLowTest : public SettledBed {
 protected:
  Numbers settled_below() { return settled(Side::kLow); }
  // Forwards a stanza from bravo to beige, and returns its delivery.
  std::uint64_t send_beside(std::string contingency = {}) {
    wire::Ticket made = ticket(++low_, kBravo);
    made.lane = kBeside;
    edge(Side::kLow, made);
    judge(kBeside, forward(low_, kBeige, "<m/>", std::move(contingency)));
    const std::uint64_t number = ledger->rows().back().sequence;
    commit();
    return number;
  }
};

TEST_F(SettledLowTest, WhatGoesUpIsSettledWhenItIsRecordedAndNotOnceMoreWhenItsDeliveryEnds) {
  start();
  send_up(3, "<late/>");
  EXPECT_EQ(settled_below(), (Numbers{1, 2, 3}));
  edge(Side::kLow, ticket(4, kBravo));
  judge(kUp, refusal(4));
  EXPECT_TRUE(settled_below().empty());
  commit();
  EXPECT_EQ(settled_below(), Numbers{4});
  ledger->replace_edge(Side::kHigh, 2, now);  // which never says Hello
  commit();
  pass(std::int64_t{configuration.limits.queue_seconds} * kSecond);
  flush();
  EXPECT_EQ(rows(audit::Class::kOutcome).back().result, audit::Result::kExpired);
  EXPECT_TRUE(settled_below().empty());
}

TEST_F(SettledLowTest, AStalledNeighbourHoldsUpWhatIsForItAndNothingElseUntilItEnds) {
  start();
  const std::uint64_t stuck = send_beside();
  ++low_;
  edge(Side::kLow, ticket(low_, kBravo));
  judge(kUp, forward(low_, kAlpha));
  commit();
  EXPECT_EQ(delivered(Side::kLow, kBeige), Numbers{stuck});
  // The count of its stream goes by the first that is missing: see the edge's HandledBook.
  EXPECT_EQ(settled_below(), Numbers{2});
  report(Side::kLow, 1, wire::Delivery::kDelivered, {stuck});
  commit();
  EXPECT_TRUE(settled_below().empty()) << "not durable yet";
  flush();
  EXPECT_EQ(settled_below(), Numbers{1});
}

TEST_F(SettledLowTest, EveryEndOfWhatStaysBelowCounts) {
  start();
  Numbers numbers;
  for (int n = 0; n < 4; ++n) numbers.push_back(send_beside("<late/>"));
  EXPECT_TRUE(settled_below().empty());
  report(Side::kLow, 1, wire::Delivery::kExpired, {numbers[0]});
  report(Side::kLow, 2, wire::Delivery::kInDoubt, {numbers[1]});
  report(Side::kLow, 3, wire::Delivery::kWithdrawn, {numbers[2]});
  report(Side::kLow, 4, wire::Delivery::kWritten, {numbers[3]});
  flush();
  EXPECT_EQ(settled_below(), (Numbers{1, 2, 3, 4}));
}

TEST_F(SettledLowTest, ANeighbourThatTakesNothingHoldsNobodyUpForEver) {
  start();
  // It is given no more than its window; what is behind that waits here.
  const std::uint64_t count = Deliveries::kWindowStanzas + 2;
  configuration.limits.queue_stanzas = static_cast<std::uint32_t>(count);
  for (std::uint64_t n = 0; n < count; ++n) send_beside();
  EXPECT_TRUE(settled_below().empty());
  pass(std::int64_t{configuration.limits.queue_seconds} * kSecond);
  flush();
  EXPECT_EQ(settled_below(), (Numbers{count - 1, count}));
  pass(Deliveries::kGrace);
  flush();
  EXPECT_EQ(settled_below().size(), count - 2);
  // A full queue refuses at once.
  configuration.limits.queue_stanzas = 0;
  send_beside();
  EXPECT_EQ(settled_below(), Numbers{count + 1});
}

TEST_F(SettledLowTest, ANewRecorderLeavesOutOnlyWhatIsOnItsWayToANeighbour) {
  start();
  const std::uint64_t beside = send_beside();
  send_up(2, {});
  EXPECT_EQ(delivered(Side::kHigh, kAlpha).size(), 2U);
  settled_below();
  restart_recorder();
  greet_again(Side::kLow, {beside}, 3);
  EXPECT_EQ(settled_below(), (Numbers{2, 3}));
  report(Side::kLow, 1, wire::Delivery::kDelivered, {beside});
  flush();
  EXPECT_EQ(settled_below(), Numbers{1});
}

TEST_F(SettledLowTest, ANewEdgeIsToldNothingOfAnothersStanzas) {
  start();
  const std::uint64_t beside = send_beside();
  send_up(1, {});
  settled_below();
  adopt(Side::kLow, 2);
  EXPECT_EQ(delivered(Side::kLow, kBeige), Numbers{beside}) << "again";
  report(Side::kLow, 1, wire::Delivery::kDelivered, {beside});
  flush();
  EXPECT_TRUE(settled_below().empty());
}

// ---------------------------------------------------------------- the high side cannot be seen

// What the high side makes of what comes up.
enum class Above {
  kTakesAtOnce,
  kTakesLate,
  kTakesNothing,
  kIsNotThere,
  kDiesOften,
  kIsInDoubt,
  kIsBusy,  // with itself
};
constexpr Above kAllAbove[] = {Above::kTakesAtOnce, Above::kTakesLate, Above::kTakesNothing,
                               Above::kIsNotThere,  Above::kDiesOften, Above::kIsInDoubt,
                               Above::kIsBusy};

// Trial: one and the same low side for six seconds, in steps of 50 ms, with a high side of that
// kind.
class Trial : public LedgerBed {
 public:
  explicit Trial(Above above) : above_(above) {
    configuration.limits.queue_seconds = 2;
    configuration.limits.queue_stanzas = 12;
  }

  // All that the low edge is told, by steps. A delivery is named by its place: its number is that
  // of its row, and there are rows of the high side's.
  std::vector<std::string> heard_below() {
    make();
    adopt(Side::kLow, 1);
    if (above_ != Above::kIsNotThere) adopt(Side::kHigh, 1);
    for (step_ = 0; step_ < 120; ++step_) {
      if (step_ == 61) replace_recorder();
      send_below();
      if (step_ % 5 == 0) report_below();
      act_above();
      pass(50'000);
      commit();
      note();
    }
    return heard_;
  }

 private:
  // Every second step a stanza: up, refused, or to beige, which takes them in its own time.
  void send_below() {
    if (step_ % 2 != 0) return;
    wire::Ticket made = ticket(++low_, kBravo);
    if (low_ % 3 == 0) made.lane = kBeside;
    edge(Side::kLow, made);
    judge(made.lane, low_ % 7 == 0          ? refusal(low_)
                     : made.lane == kBeside ? forward(low_, kBeige)
                                            : forward(low_, low_ % 2 == 0 ? kAlpha : kAmber));
    commit();
    note();
  }
  void report_below() {
    if (held_below_.size() < 2) return;
    const std::uint64_t first = *held_below_.begin();
    held_below_.erase(first);
    unstored_.push_back({++reports_below_, wire::Delivery::kDelivered, {first}});
    edge(Side::kLow, unstored_.back());
  }
  void act_above() {
    const Numbers held(held_above_.begin(), held_above_.end());
    switch (above_) {
      case Above::kTakesNothing:
      case Above::kIsNotThere:
        return;
      case Above::kTakesLate:
        if (step_ % 25 != 24) return;
        break;
      case Above::kDiesOften:
        if (step_ % 10 != 9) return;
        held_above_.clear();
        commit();
        note();
        return adopt(Side::kHigh, ++epoch_above_);
      case Above::kIsBusy:
        edge(Side::kHigh, ticket(++high_, kAlpha));
        judge(kDown, refusal(high_));
        break;
      case Above::kTakesAtOnce:
      case Above::kIsInDoubt:
        break;
    }
    if (held.empty()) return;
    held_above_.clear();
    report(Side::kHigh, ++reports_above_,
           above_ == Above::kIsInDoubt ? wire::Delivery::kInDoubt : wire::Delivery::kDelivered,
           held);
  }
  void replace_recorder() {
    restart_recorder();
    if (above_ != Above::kIsNotThere) {
      greet(Side::kHigh, epoch_above_, high_, {held_above_.begin(), held_above_.end()});
    }
    std::set<std::uint64_t> held = held_below_;
    for (const wire::Outcomes& each : unstored_) held.insert(each.deliveries.front());
    greet(Side::kLow, 1, low_, {held.begin(), held.end()});
    for (const wire::Outcomes& each : unstored_) edge(Side::kLow, each);
  }
  void greet(Side side, std::uint64_t epoch, std::uint64_t last, Numbers held) {
    ledger->replace_edge(side, epoch, now);
    commit();
    edge(side, wire::Hello{epoch, 0, last, std::move(held)});
    commit();
  }

  void note() {
    for (const Effect& effect : std::exchange(effects, {})) {
      const auto* told = std::get_if<ToEdge>(&effect);
      ASSERT_NE(told, nullptr);
      if (told->side == Side::kLow) {
        heard_.push_back(std::to_string(step_) + ": " + words(told->message));
      } else if (const auto* deliver = std::get_if<wire::Deliver>(&told->message)) {
        held_above_.insert(deliver->delivery);
      }
    }
  }
  std::string words(const wire::AnyMessage& message) {
    if (const auto* ended = std::get_if<wire::Ended>(&message)) {
      return "ended " + std::to_string(ended->ticket);
    }
    if (const auto* settled = std::get_if<wire::Settled>(&message)) {
      std::string runs = "settled";
      for (const wire::TicketRun& run : settled->runs) {
        runs += ' ' + std::to_string(run.first) + '-' + std::to_string(run.last);
        settled_ += run.last + 1 - run.first;
      }
      return runs;
    }
    if (const auto* stored = std::get_if<wire::OutcomesStored>(&message)) {
      std::erase_if(unstored_, [&](const auto& each) { return each.number <= stored->number; });
      return "stored " + std::to_string(stored->number);
    }
    if (const auto* deliver = std::get_if<wire::Deliver>(&message)) {
      held_below_.insert(deliver->delivery);
      return "deliver, the " + std::to_string(++delivered_) + "th";
    }
    return "message " + std::to_string(message.index());
  }

  Above above_;
  int step_ = 0;
  std::vector<std::string> heard_;
  std::uint64_t low_ = 0, high_ = 0;
  std::uint64_t epoch_above_ = 1;
  std::uint64_t reports_below_ = 0, reports_above_ = 0;
  std::uint64_t delivered_ = 0;
  std::set<std::uint64_t> held_below_, held_above_;
  std::vector<wire::Outcomes> unstored_;

 public:
  std::uint64_t settled_ = 0;
};

TEST(SettledBelow, INVISIBLE_WhatALowEdgeIsToldDependsOnNothingThatTheHighSideDoes) {
  Trial first(Above::kTakesAtOnce);
  const std::vector<std::string> expected = first.heard_below();
  EXPECT_GT(first.settled_, 60U);
  for (const Above above : kAllAbove) {
    EXPECT_EQ(Trial(above).heard_below(), expected) << static_cast<int>(above);
  }
}

}  // namespace
}  // namespace guard::recorder
