#include "guard/edge/pair_places.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace guard::edge::places_test {
namespace {

const PairKey kOne{1, "a.high", "x.low"};
const PairKey kTwo{1, "a.high", "y.low"};
const PairKey kThree{1, "b.high", "x.low"};
const PairKey kOther{2, "a.high", "z.low"};

class FakeCarrier final : public Carrier {
 public:
  bool may_carry(const PairKey& key) const override { return authenticated.contains(key); }
  bool may_ask(const PairKey&) const override { return takes_more; }
  bool may_hope() const override { return being_made; }
  void carry(const PairKey& key) override {
    authenticated.insert(key);
    carried.push_back(key);
  }
  void ask(const PairKey& key) override { asked.push_back(key); }
  void wake_pair(const PairKey& key) override { woken.push_back(key); }
  void break_off() override {}

  std::set<PairKey> authenticated;
  bool takes_more = false;
  bool being_made = false;
  std::vector<PairKey> carried;
  std::vector<PairKey> asked;
  std::vector<PairKey> woken;
};

class PairPlacesTest : public ::testing::Test {
 protected:
  PairPlacesTest()
      : places(
            {.carriers =
                 [this](PeerIndex peer) { return peer == 1 ? carriers : std::vector<Carrier*>(); },
             .wake_own = [this](const PairKey& key) { return own.contains(key); },
             .make_own = [this](const PairKey& key) { own.insert(key); },
             .pending = [this](const PairKey& key) { return !done.contains(key); }}) {}
  void lose(FakeCarrier& carrier) {
    std::erase(carriers, &carrier);
    for (const PairKey& key : places.lost(carrier)) places.dispatch(key);
  }

  FakeCarrier first;
  FakeCarrier second;
  std::vector<Carrier*> carriers{&first, &second};
  std::set<PairKey> own;
  std::set<PairKey> done;
  PairPlaces places;
};

TEST_F(PairPlacesTest, APairWithoutACarrierGetsAStreamOfItsOwn) {
  places.dispatch(kOne);
  EXPECT_TRUE(own.contains(kOne));
  EXPECT_EQ(places.carrier_of(kOne), nullptr);
  places.dispatch(kOther);  // of a peer that shares nothing
  EXPECT_TRUE(own.contains(kOther));
}

TEST_F(PairPlacesTest, APairGoesWhereItIsAuthenticatedBeforeAnybodyIsAsked) {
  first.takes_more = true;
  second.authenticated = {kOne};
  places.dispatch(kOne);
  EXPECT_EQ(places.carrier_of(kOne), &second);
  EXPECT_TRUE(first.asked.empty());
  EXPECT_TRUE(own.empty());
  places.dispatch(kOne);
  EXPECT_EQ(second.carried.size(), 1U);
  EXPECT_EQ(second.woken, std::vector<PairKey>{kOne});
}

TEST_F(PairPlacesTest, APairThatHasItsOwnStreamKeepsIt) {
  places.dispatch(kOne);
  first.authenticated = {kOne};
  places.dispatch(kOne);
  EXPECT_TRUE(first.carried.empty());
}

TEST_F(PairPlacesTest, WhoIsAskedOnceCarriesOnceItIsAnswered) {
  first.takes_more = true;
  places.dispatch(kOne);
  places.dispatch(kOne);
  EXPECT_EQ(first.asked, std::vector<PairKey>{kOne});
  EXPECT_EQ(places.carrier_of(kOne), nullptr);
  places.answered(first, kOne, true);
  EXPECT_EQ(first.carried, std::vector<PairKey>{kOne});
  EXPECT_EQ(places.carrier_of(kOne), &first);
}

TEST_F(PairPlacesTest, WhoIsRefusedIsNotAskedAgainThere) {
  first.takes_more = second.takes_more = true;
  places.dispatch(kOne);
  places.answered(first, kOne, false);
  EXPECT_EQ(second.asked, std::vector<PairKey>{kOne});
  places.answered(second, kOne, false);
  EXPECT_EQ(first.asked.size(), 1U);
  EXPECT_TRUE(own.contains(kOne));
  places.dispatch(kTwo);  // another pair is asked for
  EXPECT_EQ(first.asked.size(), 2U);
}

TEST_F(PairPlacesTest, WhereAPairWasRefusedItMayNotBePlaced) {
  EXPECT_FALSE(places.may_place(first, kOne));
  first.takes_more = true;
  EXPECT_TRUE(places.may_place(first, kOne));
  places.dispatch(kOne);
  places.answered(first, kOne, false);
  EXPECT_FALSE(places.may_place(first, kOne));
  EXPECT_TRUE(places.may_place(first, kTwo));
  first.authenticated = {kOne};  // the peer has added it
  EXPECT_TRUE(places.may_place(first, kOne));
}

TEST_F(PairPlacesTest, AnAnswerForWhatIsNotAskedThereCountsForNothing) {
  first.takes_more = true;
  places.answered(first, kOne, true);
  EXPECT_TRUE(first.carried.empty());
  places.dispatch(kOne);
  places.answered(second, kOne, true);
  places.answered(first, kTwo, true);
  EXPECT_TRUE(first.carried.empty());
  EXPECT_TRUE(second.carried.empty());
}

TEST_F(PairPlacesTest, WhileAStreamIsBeingMadeOthersWaitForIt) {
  second.being_made = true;
  places.dispatch(kOne);
  places.dispatch(kTwo);
  places.dispatch(kTwo);
  EXPECT_TRUE(own.empty());
  second.being_made = false;
  second.takes_more = true;
  done.insert(kTwo);  // it has expired meanwhile
  places.ready(1);
  EXPECT_EQ(second.asked, std::vector<PairKey>{kOne});
}

TEST_F(PairPlacesTest, WhoeverHopesTakesTheFirstStreamThatIsThere) {
  second.being_made = true;
  places.dispatch(kOne);
  places.dispatch(kTwo);
  first.authenticated = {kOne};
  places.ready(2);  // another peer's
  EXPECT_TRUE(first.carried.empty());
  places.ready(1);
  EXPECT_EQ(places.carrier_of(kOne), &first);
  EXPECT_TRUE(own.empty());  // the other goes on hoping
  carriers.clear();          // the policy lets the peer share no streams any more
  places.ready(1);
  EXPECT_EQ(own, std::set<PairKey>{kTwo});
}

TEST_F(PairPlacesTest, AnAnswerThatDoesNotComeIsNo) {
  first.takes_more = true;
  places.dispatch(kOne);
  for (unsigned i = 1; i < PairPlaces::kAnswerTicks; ++i) places.tick();
  EXPECT_TRUE(own.empty());
  places.tick();
  EXPECT_EQ(own, std::set<PairKey>{kOne});
  places.answered(first, kOne, true);  // too late
  EXPECT_TRUE(first.carried.empty());
  EXPECT_EQ(first.asked.size(), 1U);
}

TEST_F(PairPlacesTest, RefusalsAreBounded) {
  first.takes_more = true;
  for (std::size_t i = 0; i <= PairPlaces::kRefusals; ++i) {
    const PairKey key{1, "a.high", "d" + std::to_string(i) + ".low"};
    places.dispatch(key);
    places.answered(first, key, false);
  }
  EXPECT_EQ(first.asked.size(), PairPlaces::kRefusals);
  EXPECT_EQ(own.size(), PairPlaces::kRefusals + 1);
  places.forget_refusals(first);
  EXPECT_TRUE(places.may_place(first, kOne));
}

TEST_F(PairPlacesTest, WhatWasWithAStreamThatIsLostIsPlacedAnew) {
  first.authenticated = {kOne};
  places.dispatch(kOne);
  first.takes_more = true;
  places.dispatch(kTwo);  // asked
  second.being_made = true;
  lose(first);
  EXPECT_EQ(places.carrier_of(kOne), nullptr);
  EXPECT_TRUE(own.empty());  // both hope for the second
  lose(second);
  EXPECT_EQ(own, (std::set<PairKey>{kOne, kTwo}));
}

TEST_F(PairPlacesTest, ALateAnswerOfALostStreamIsNoAnswer) {
  first.takes_more = true;
  places.dispatch(kThree);
  lose(first);
  EXPECT_TRUE(own.contains(kThree));
  places.answered(first, kThree, true);
  EXPECT_TRUE(first.carried.empty());
}

TEST_F(PairPlacesTest, ANewStreamAtTheSamePlaceInMemoryMayBeAskedAgain) {
  first.takes_more = true;
  places.dispatch(kOne);
  places.answered(first, kOne, false);
  own.clear();
  EXPECT_TRUE(places.lost(first).empty());
  places.dispatch(kOne);
  EXPECT_EQ(first.asked.size(), 2U);
}

}  // namespace
}  // namespace guard::edge::places_test
