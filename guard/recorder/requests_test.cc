// Requests and their answers: the table by itself, then the rules in the ledger.
#include "guard/recorder/requests.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audit/catalogue.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

// ---------------------------------------------------------------- the table

class RequestsTest : public testing::Test {
 protected:
  static Request request(std::uint64_t sequence, PeerIndex asker = 0,
                         std::string_view error = "e") {
    Request made;
    made.sequence = sequence;
    made.asker = asker;
    made.asked = 2;
    for (std::size_t i = 0; i < 8; ++i) {
      made.exchange[i] = static_cast<std::uint8_t>(sequence >> (8 * i));
    }
    made.deadline = {static_cast<std::int64_t>(sequence)};
    made.from = "b.example";
    made.to = "a.example";
    made.error = error;
    return made;
  }
  bool add(const Request& made) {
    if (requests.room(made, 0) != Requests::Room::kYes) return false;
    requests.add(made);
    return true;
  }

  std::vector<std::uint64_t> memory = std::vector<std::uint64_t>(8U << 20);
  Store store = Store::format(
      {reinterpret_cast<std::uint8_t*>(memory.data()), memory.size() * sizeof(std::uint64_t)});
  Requests requests{store};
};

TEST_F(RequestsTest, AnAnswerIsOfTheOtherLaneAndTheSamePairOfPeersTheOtherWayRound) {
  ASSERT_TRUE(add(request(7)));
  const Digest exchange = request(7).exchange;
  EXPECT_EQ(requests.find(Lane::kLowToHigh, exchange, 2, 0), 7U);
  EXPECT_FALSE(requests.find(Lane::kHighToLow, exchange, 2, 0));
  EXPECT_FALSE(requests.find(Lane::kLowToHigh, exchange, 3, 0)) << "somebody else answers";
  EXPECT_FALSE(requests.find(Lane::kLowToHigh, exchange, 2, 1)) << "somebody else is answered";
  EXPECT_FALSE(requests.find(Lane::kLowToHigh, request(8).exchange, 2, 0));
  requests.end(7);
  EXPECT_FALSE(requests.find(Lane::kLowToHigh, exchange, 2, 0)) << "answered once";
}

TEST_F(RequestsTest, ThatManyOfOnePeerAndNoMore) {
  for (std::uint64_t i = 1; i <= Requests::kMostOfPeer; ++i) ASSERT_TRUE(add(request(i))) << i;
  EXPECT_EQ(requests.room(request(9'999), 0), Requests::Room::kFull);
  EXPECT_EQ(requests.room(request(9'999, 1), 0), Requests::Room::kYes) << "another peer's";
  requests.end(1);
  EXPECT_EQ(requests.room(request(9'999), 0), Requests::Room::kYes);
}

TEST_F(RequestsTest, ThatManyOctetsOfOnePeerAndNoMore) {
  const std::size_t beside = request(1, 0, "").from.size() + request(1, 0, "").to.size() + 32;
  const std::string half(Requests::kMostOctetsOfPeer / 2 - beside, 'e');
  ASSERT_TRUE(add(request(1, 0, half)));
  const std::string one_more = half + 'e';
  EXPECT_EQ(requests.room(request(2, 0, one_more), 0), Requests::Room::kFull);
  ASSERT_TRUE(add(request(2, 0, half)));
  EXPECT_EQ(requests.room(request(3), 0), Requests::Room::kFull);
}

TEST_F(RequestsTest, ThatManyInAllAndNoMore) {
  for (std::uint64_t i = 1; i <= Requests::kMost; ++i) {
    ASSERT_TRUE(add(request(i, static_cast<PeerIndex>(i % 32)))) << i;
  }
  EXPECT_EQ(requests.room(request(99'999, 40), 0), Requests::Room::kFull);
  requests.end(5);
  EXPECT_EQ(requests.room(request(99'999, 40), 0), Requests::Room::kYes);
}

TEST_F(RequestsTest, WhatIsNotInTheStoreIsNotAsked) {
  std::vector<std::uint64_t> small(Store::kSmallest / 8);
  Store tight = Store::format({reinterpret_cast<std::uint8_t*>(small.data()), Store::kSmallest});
  const Requests of_it(tight);
  EXPECT_EQ(of_it.room(request(1), 0), Requests::Room::kYes);
  EXPECT_EQ(of_it.room(request(1), Store::kSmallest / 2), Requests::Room::kStoreFull);
}

TEST_F(RequestsTest, TheOldestAreDueFirst) {
  for (const std::uint64_t i : {3U, 5U, 9U}) ASSERT_TRUE(add(request(i)));
  EXPECT_TRUE(requests.due({2}, 10).empty());
  EXPECT_EQ(requests.due({3}, 10), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(requests.due({9}, 2), (std::vector<std::uint64_t>{3, 5}));
}

TEST_F(RequestsTest, ALaterRecorderHasWhatWasCommittedAndHasNotEnded) {
  for (const std::uint64_t i : {3U, 5U, 9U}) ASSERT_TRUE(add(request(i)));
  Requests later(store);
  const std::uint64_t ended[] = {5};
  later.recover(8, ended);
  EXPECT_EQ(later.outstanding(), 1U);
  EXPECT_EQ(store.names(), (std::vector<std::uint64_t>{request_name(3)}));
  const Request back = later.stored(3);
  EXPECT_EQ(back.exchange, request(3).exchange);
  EXPECT_EQ(back.deadline, request(3).deadline);
  EXPECT_EQ(back.error, "e");
  EXPECT_EQ(later.find(Lane::kLowToHigh, back.exchange, 2, 0), 3U);
}

// ---------------------------------------------------------------- in the ledger

class RequestLedgerTest : public testing::Test, public LedgerBed {
 protected:
  RequestLedgerTest() { configuration.limits.queue_seconds = 60; }

  // Bravo (low) asks alpha (high), or the reverse: the row of the request.
  std::uint64_t ask(Lane lane, std::uint8_t exchange) {
    return one(lane, request(next(lane), lane == kDown ? kBravo : kAlpha, exchange));
  }
  std::uint64_t give(Lane lane, std::uint8_t exchange) {
    return one(lane, answer(next(lane), lane == kDown ? kBravo : kAlpha, exchange));
  }
  std::uint64_t next(Lane lane) { return ++last_[static_cast<std::size_t>(lane)]; }
  std::uint64_t one(Lane lane, const wire::Judgement& judgement) {
    edge(near_side(lane), ticket(judgement.ticket, lane == kDown ? kAlpha : kBravo));
    judge(lane, judgement);
    commit();
    return log.back().sequence;
  }
  const audit::Record& row(std::uint64_t sequence) const { return log[sequence - 1]; }
  std::vector<std::string> heard(Side side) const {
    std::vector<std::string> all;
    for (const wire::Deliver& each : sent<wire::Deliver>(side)) all.push_back(each.bytes);
    return all;
  }

  std::uint64_t last_[2] = {0, 0};
};

TEST_F(RequestLedgerTest, ONE_ANSWER_AnAnswerCrossesOnceAndItsRowNamesTheRequest) {
  start();
  const std::uint64_t asked = ask(kDown, 1);
  const std::uint64_t answered = give(kUp, 1);
  EXPECT_EQ(row(answered).verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(row(answered).first_sequence, asked);
  EXPECT_EQ(row(answered).last_sequence, asked);
  EXPECT_EQ(heard(Side::kHigh), (std::vector<std::string>{"<iq/>"}));
  EXPECT_TRUE(std::ranges::none_of(store.names(), is_request)) << "it keeps its room in the store";
  const std::uint64_t again = give(kUp, 1);
  EXPECT_EQ(row(again).verdict, audit::Verdict::kRefused);
  EXPECT_EQ(row(again).reason, audit::reason::kNoRequest);
  EXPECT_EQ(row(again).detail, "allowed");
  EXPECT_EQ(row(again).action, audit::Action::kNone);
  EXPECT_EQ(row(again).first_sequence, 0U);
  pass(61 * kSecond);
  commit();
  EXPECT_EQ(heard(Side::kHigh).size(), 1U) << "no error after the answer";
  EXPECT_TRUE(events(audit::event::kRequestUnanswered).empty());
}

TEST_F(RequestLedgerTest, ONE_ANSWER_NothingAskedNothingAnswered) {
  start();
  EXPECT_EQ(row(give(kUp, 1)).reason, audit::reason::kNoRequest);
  ask(kDown, 2);
  EXPECT_EQ(row(give(kUp, 3)).reason, audit::reason::kNoRequest) << "to another request";
  EXPECT_EQ(row(give(kDown, 2)).reason, audit::reason::kNoRequest) << "by the asker itself";
  edge(Side::kLow, ticket(next(kUp), kBeige));
  judge(kUp, answer(last_[1], kAlpha, 2));
  commit();
  EXPECT_EQ(log.back().reason, audit::reason::kNoRequest) << "by another peer";
  EXPECT_EQ(row(one(kUp, answer(next(kUp), kAmber, 2))).reason, audit::reason::kNoRequest)
      << "to another peer";
  EXPECT_TRUE(heard(Side::kHigh).empty());
  EXPECT_EQ(row(give(kUp, 2)).verdict, audit::Verdict::kAllowed);
}

TEST_F(RequestLedgerTest, ONE_ANSWER_WhenTheTimeIsUpTheAskerHearsOnceAndALateAnswerIsRefused) {
  start();
  for (const Lane lane : {kDown, kUp}) {
    const Lane back = lane == kDown ? kUp : kDown;
    effects.clear();
    log.reserve(100);
    const std::uint64_t asked = ask(lane, 9);
    pass(60 * kSecond - 1);
    commit();
    EXPECT_TRUE(heard(near_side(lane)).empty());
    pass(1);
    commit();
    EXPECT_EQ(heard(near_side(lane)), (std::vector<std::string>{"<late/>"}));
    const audit::Record told = events(audit::event::kRequestUnanswered).back();
    EXPECT_EQ(told.first_sequence, asked);
    EXPECT_EQ(told.action, audit::Action::kReply);
    EXPECT_EQ(told.direction, lane);
    EXPECT_EQ(told.sender, lane == kDown ? "alpha" : "bravo");
    EXPECT_EQ(told.peer, lane == kDown ? "bravo" : "alpha");
    EXPECT_EQ(row(give(back, 9)).reason, audit::reason::kNoRequest);
    EXPECT_EQ(heard(near_side(lane)).size(), 1U);
  }
}

// Whatever becomes of the request's delivery, the asker hears once, and when the time is up.
TEST_F(RequestLedgerTest, ONE_ANSWER_ARequestThatWasNotDeliveredIsAnsweredInTime) {
  start();
  const std::uint64_t expired = ask(kUp, 1);
  const std::uint64_t lost = ask(kUp, 2);
  const std::uint64_t blocked = ask(kUp, 3);
  report(Side::kHigh, 1, wire::Delivery::kExpired, {expired});
  report(Side::kHigh, 2, wire::Delivery::kInDoubt, {lost});
  report(Side::kHigh, 3, wire::Delivery::kWithdrawn, {blocked});
  pass(Ledger::kOutcomeLinger);
  commit();
  EXPECT_EQ(rows(audit::Class::kOutcome).size(), 3U);
  EXPECT_TRUE(heard(Side::kLow).empty()) << "the low side would see how the high side is";
  pass(60 * kSecond);
  commit();
  EXPECT_EQ(heard(Side::kLow).size(), 3U);
}

TEST_F(RequestLedgerTest, ARefusedAnswerIsNone) {
  start();
  ask(kDown, 1);
  edge(Side::kLow, ticket(next(kUp), kBravo));
  judge(kUp, refusal(last_[1], "element-not-allowed"));
  commit();
  EXPECT_EQ(row(give(kUp, 1)).verdict, audit::Verdict::kAllowed);
}

TEST_F(RequestLedgerTest, TheSameRequestTwiceGetsOneErrorAndOneAnswer) {
  start();
  ask(kDown, 1);
  const std::uint64_t again = ask(kDown, 1);
  EXPECT_EQ(row(again).verdict, audit::Verdict::kRefused);
  EXPECT_EQ(row(again).reason, audit::reason::kRequestRepeated);
  EXPECT_EQ(row(again).action, audit::Action::kReply);
  EXPECT_EQ(heard(Side::kLow).size(), 1U);
  give(kUp, 1);
  EXPECT_EQ(heard(Side::kHigh), (std::vector<std::string>{"<late/>", "<iq/>"}));
  EXPECT_EQ(row(ask(kDown, 1)).verdict, audit::Verdict::kAllowed) << "answered, so it is another";
}

TEST_F(RequestLedgerTest, TowardsTheLowSideARequestTooManyTakesAsLongAsOneThatNobodyAnswers) {
  start();
  ask(kUp, 1);
  EXPECT_EQ(row(ask(kUp, 1)).reason, audit::reason::kRequestRepeated);
  EXPECT_TRUE(heard(Side::kLow).empty());
  pass(60 * kSecond);
  commit();
  EXPECT_EQ(heard(Side::kLow), (std::vector<std::string>{"<late/>", "<late/>"}));
}

TEST_F(RequestLedgerTest, ABlockedAskerHearsNothingAndItsRequestEnds) {
  start();
  const std::uint64_t asked = ask(kDown, 1);
  wire::Controls controls;
  controls.number = 1;
  controls.blocked = {kAlpha};
  ledger->on_controls(controls, now);
  pass(60 * kSecond);
  commit();
  EXPECT_TRUE(heard(Side::kHigh).empty());
  const audit::Record told = events(audit::event::kRequestUnanswered).back();
  EXPECT_EQ(told.first_sequence, asked);
  EXPECT_EQ(told.action, audit::Action::kNone);
}

TEST_F(RequestLedgerTest, ONE_ANSWER_AFilterThatHidesAnAnswerLies) {
  std::uint64_t epoch = 0;
  const auto lies = [&](const wire::Judgement& judgement) {
    start(++epoch);
    effects.clear();
    one(kUp, judgement);
    return !restarts().empty();
  };
  wire::Judgement hidden = answer(1, kAlpha, 1);
  EXPECT_FALSE(lies(hidden));
  hidden.exchange.part = wire::Exchange::Part::kNone;
  EXPECT_TRUE(lies(hidden));
  wire::Judgement turned = answer(1, kAlpha, 1);
  turned.exchange.part = wire::Exchange::Part::kRequest;
  EXPECT_TRUE(lies(turned));
  wire::Judgement message = forward(1, kAlpha);
  message.exchange.part = wire::Exchange::Part::kAnswer;
  EXPECT_TRUE(lies(message));
  wire::Judgement mute = request(1, kAlpha, 1);
  EXPECT_FALSE(lies(mute));
  mute.contingency.clear();
  EXPECT_TRUE(lies(mute));
}

TEST_F(RequestLedgerTest, ONE_ANSWER_ANewRecorderKnowsWhatIsOutstandingAndWhatIsNot) {
  start();
  const std::uint64_t asked = ask(kDown, 1);
  ask(kDown, 2);
  give(kUp, 2);
  report(Side::kLow, 1, wire::Delivery::kWritten, {asked, asked + 1});
  pass(Ledger::kOutcomeLinger);
  commit();
  // The answer to the third is on the disk, and the recorder dies before anything follows.
  ask(kDown, 3);
  edge(Side::kLow, ticket(next(kUp), kBravo));
  judge(kUp, answer(last_[1], kAlpha, 3));
  append();
  restart_recorder();
  for (const Side side : {Side::kHigh, Side::kLow}) {
    ledger->replace_edge(side, 1, now);
    commit();
    edge(side, wire::Hello{1, 1, last_[static_cast<std::size_t>(lane_from(side))], {}});
    commit();
  }
  EXPECT_EQ(row(give(kUp, 3)).reason, audit::reason::kNoRequest) << "answered before";
  EXPECT_EQ(row(give(kUp, 2)).reason, audit::reason::kNoRequest) << "long answered";
  EXPECT_EQ(row(give(kUp, 1)).first_sequence, asked) << "still asked";
  pass(61 * kSecond);
  commit();
  EXPECT_TRUE(events(audit::event::kRequestUnanswered).empty());
}

TEST_F(RequestLedgerTest, ONE_ANSWER_ANewRecorderTellsTheAskerWhenTheTimeIsUp) {
  start();
  const std::uint64_t asked = ask(kUp, 1);
  restart_recorder();
  adopt(Side::kHigh, 2);
  adopt(Side::kLow, 2);
  effects.clear();
  pass(60 * kSecond);
  commit();
  EXPECT_EQ(heard(Side::kLow), (std::vector<std::string>{"<late/>"}));
  EXPECT_EQ(events(audit::event::kRequestUnanswered).at(0).first_sequence, asked);
}

TEST_F(RequestLedgerTest, WithGuarddRequestsAreGoneAndAnswersRefused) {
  start();
  ask(kUp, 1);
  restart_recorder(true);
  adopt(Side::kHigh, 2);
  adopt(Side::kLow, 2);
  last_[0] = last_[1] = 0;
  effects.clear();
  EXPECT_EQ(row(give(kDown, 1)).reason, audit::reason::kNoRequest);
  pass(60 * kSecond);
  commit();
  EXPECT_TRUE(heard(Side::kLow).empty());
}

TEST_F(RequestLedgerTest, AnOrderlyStopSaysHowManyWereOutstanding) {
  start();
  ask(kDown, 1);
  ask(kDown, 2);
  give(kUp, 1);
  ledger->stop(now);
  commit();
  EXPECT_EQ(events(audit::event::kRecorderStopped).at(0).detail, "1 requests outstanding");
}

}  // namespace
}  // namespace guard::recorder
