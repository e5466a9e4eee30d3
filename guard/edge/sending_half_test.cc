#include "guard/edge/sending_half.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace guard::edge {
namespace {

using wire::Delivery;

PairKey pair_of(int number) { return {1, "far.lab", "near" + std::to_string(number) + ".lab"}; }

// A connection that keeps what it is given; the kernel takes what the test says.
class Tap final : public Outlet {
 public:
  void send(std::string_view bytes) override {
    sent.emplace_back(bytes);
    given_ += bytes.size();
  }
  [[nodiscard]] std::uint64_t given() const override { return given_; }
  [[nodiscard]] std::uint64_t queued() const override { return given_ - written; }

  std::vector<std::string> sent;
  std::uint64_t written = 0;

 private:
  std::uint64_t given_ = 0;
};

class SendingHalfTest : public ::testing::Test {
 protected:
  using Ends = std::map<std::uint64_t, Delivery>;

  void begin(Acknowledging acknowledging, int pairs = 1) {
    half_.emplace(queue_, acknowledging);
    tap_ = Tap();
    for (int number = 1; number <= pairs; ++number) half_->carry(pair_of(number));
  }
  // add queues a delivery whose bytes are `text`, or its number in a stanza.
  std::uint64_t add(int pair, std::string text = {}) {
    const PairKey key = pair_of(pair);
    if (text.empty()) text = "<m" + std::to_string(last_ + 1) + "/>";
    EXPECT_TRUE(
        queue_.add({++last_, key.peer, {key.local, key.remote}, UtcTime{1000}, std::move(text)}));
    if (half_) half_->wake(key);
    return last_;
  }
  std::uint32_t pump(std::uint64_t max_bytes = 0) { return half_->pump(tap_, max_bytes); }
  void write_all() { half_->written(tap_.written = tap_.given()); }
  Ends ended() {
    Ends all;
    for (const wire::Outcomes& outcomes : queue_.take_outcomes()) {
      for (const std::uint64_t number : outcomes.deliveries) all[number] = outcomes.result;
    }
    return all;
  }

  DeliveryQueue queue_;
  std::optional<SendingHalf> half_;
  Tap tap_;
  std::uint64_t last_ = 0;
};

using Sent = std::vector<std::string>;

TEST_F(SendingHalfTest, GivesOneStanzaOfEachPairInTurn) {
  for (int i = 0; i < 3; ++i) add(1);
  add(2);
  add(3);
  add(3);
  begin(Acknowledging::kNone, 3);
  EXPECT_EQ(pump(), 6U);
  EXPECT_EQ(tap_.sent, (Sent{"<m1/>", "<m4/>", "<m5/>", "<m2/>", "<m6/>", "<m3/>"}));
}

TEST_F(SendingHalfTest, TheTurnGoesOnWhereTheConnectionWasFull) {
  const std::string big(SendingHalf::kAhead, 'x');
  for (int i = 0; i < 2; ++i) {
    add(1, "1" + big);
    add(2, "2" + big);
  }
  begin(Acknowledging::kNone, 2);
  for (const char* first : {"1", "2", "1", "2"}) {
    EXPECT_EQ(pump(), 1U);
    EXPECT_EQ(tap_.sent.back().substr(0, 1), first);
    write_all();
  }
}

TEST_F(SendingHalfTest, GivesWhileLessThanTheBoundIsQueued) {
  begin(Acknowledging::kNone);
  add(1, std::string(SendingHalf::kAhead - 1, 'x'));
  add(1, "x");
  add(1, "x");
  EXPECT_EQ(pump(), 2U);
  EXPECT_EQ(pump(), 0U);
  half_->written(tap_.written = 1);
  EXPECT_EQ(pump(), 1U);
  EXPECT_EQ(pump(), 0U);
}

TEST_F(SendingHalfTest, WhatNobodyHasWokenOrCarriesIsNotGiven) {
  add(2);
  begin(Acknowledging::kNone);
  half_->wake(pair_of(2));
  EXPECT_EQ(pump(), 0U);
  EXPECT_FALSE(half_->carries(pair_of(2)));
  EXPECT_FALSE(half_->pending());
  half_->carry(pair_of(2));
  EXPECT_TRUE(half_->carries(pair_of(2)));
  EXPECT_TRUE(half_->pending());
  EXPECT_FALSE(half_->holds());
  EXPECT_EQ(pump(), 1U);
  EXPECT_TRUE(half_->holds());
  EXPECT_EQ(half_->pairs(), (std::vector<PairKey>{pair_of(1), pair_of(2)}));
}

TEST_F(SendingHalfTest, AStanzaAsLargeAsThePeerTakesIsSentAndALargerOneIsNot) {
  begin(Acknowledging::kNone);
  add(1, "12345");
  const auto larger = add(1, "123456");
  add(1, "1");
  EXPECT_EQ(pump(5), 2U);
  EXPECT_EQ(tap_.sent, (Sent{"12345", "1"}));
  EXPECT_EQ(ended(), (Ends{{larger, Delivery::kExpired}}));
}

TEST_F(SendingHalfTest, WithoutAcknowledgementsTheKernelsWordIsTheLast) {
  begin(Acknowledging::kNone, 2);
  for (std::size_t i = 0; i < SendingHalf::kUnacknowledged + 1; ++i) add(1);
  add(2);
  EXPECT_EQ(pump(), SendingHalf::kUnacknowledged + 2);
  EXPECT_EQ(half_->unacknowledged(), 0U);
  half_->written(tap_.written = 12);  // the first of each
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kWritten}, {258, Delivery::kWritten}}));
  write_all();
  EXPECT_EQ(ended().size(), SendingHalf::kUnacknowledged);
  EXPECT_FALSE(half_->holds());
}

TEST_F(SendingHalfTest, OneCountForTheStreamIsOneWindowForAllPairs) {
  begin(Acknowledging::kInOrder, 2);
  for (std::size_t i = 0; i < SendingHalf::kUnacknowledged; ++i) add(1 + static_cast<int>(i % 2));
  add(1);
  add(2);
  EXPECT_EQ(pump(), SendingHalf::kUnacknowledged);
  EXPECT_EQ(half_->unacknowledged(), SendingHalf::kUnacknowledged);
  EXPECT_EQ(pump(), 0U);
  half_->acknowledged(1, 1);
  EXPECT_EQ(pump(), 1U);
  EXPECT_EQ(pump(), 0U);
}

TEST_F(SendingHalfTest, WhereEachIsAcknowledgedAStalledPairHoldsUpNoOther) {
  begin(Acknowledging::kEach, 2);
  for (std::size_t i = 0; i < SendingHalf::kUnacknowledged + 1; ++i) add(1);
  EXPECT_EQ(pump(), SendingHalf::kUnacknowledged);  // the first pair's window is full
  EXPECT_EQ(pump(), 0U);
  for (std::size_t i = 0; i < 2 * SendingHalf::kUnacknowledged; ++i) {
    add(2);
    ASSERT_EQ(pump(), 1U);
    half_->acknowledged(half_->given(), half_->given());
  }
  EXPECT_EQ(half_->unacknowledged(), SendingHalf::kUnacknowledged);
  // Any of its own opens its window, for one.
  half_->acknowledged(7, 7);
  EXPECT_EQ(pump(), 1U);
  EXPECT_EQ(pump(), 0U);
  EXPECT_EQ(tap_.sent.back(), "<m257/>");
}

TEST_F(SendingHalfTest, PlacesAreAcknowledgedInAnyOrderAndOnce) {
  begin(Acknowledging::kEach, 2);
  for (int i = 0; i < 3; ++i) {
    add(1);
    add(2);
  }
  EXPECT_EQ(pump(), 6U);
  half_->acknowledged(4, 5);
  EXPECT_EQ(ended(), (Ends{{4, Delivery::kDelivered}, {5, Delivery::kDelivered}}));
  half_->acknowledged(3, 5);
  EXPECT_EQ(ended(), (Ends{{3, Delivery::kDelivered}}));
  half_->acknowledged(4, 4);
  EXPECT_TRUE(ended().empty());
  half_->acknowledged(1, 6);
  EXPECT_EQ(ended().size(), 3U);
  EXPECT_FALSE(half_->holds());
  EXPECT_FALSE(half_->pending());
  EXPECT_EQ(half_->unacknowledged(), 0U);
}

TEST_F(SendingHalfTest, PlacesThatWereNotGivenAreABug) {
  begin(Acknowledging::kEach);
  add(1);
  EXPECT_EQ(pump(), 1U);
  EXPECT_DEATH(half_->acknowledged(1, 2), "CHECK");
  EXPECT_DEATH(half_->acknowledged(0, 1), "CHECK");
  begin(Acknowledging::kNone);
  EXPECT_EQ(pump(), 1U);
  EXPECT_DEATH(half_->acknowledged(1, 1), "CHECK");
}

TEST_F(SendingHalfTest, WhatIsLostGoesOutAgainInTheOrderOfItsPair) {
  begin(Acknowledging::kEach, 2);
  for (int i = 0; i < 3; ++i) {
    add(1);
    add(2);
  }
  EXPECT_EQ(pump(), 6U);
  half_->acknowledged(3, 4);
  half_->lost(tap_.given());
  EXPECT_FALSE(half_->carries(pair_of(1)));
  EXPECT_EQ(ended().size(), 2U);
  begin(Acknowledging::kInOrder, 2);
  EXPECT_EQ(pump(), 4U);
  EXPECT_EQ(tap_.sent, (Sent{"<m1/>", "<m2/>", "<m5/>", "<m6/>"}));
}

TEST_F(SendingHalfTest, AnOrderThatMayHaveArrivedIsNotSentTwice) {
  const std::string order = R"(<iq type="set"/>)";
  begin(Acknowledging::kEach, 2);
  const auto taken = add(1, order);
  add(2, "<presence/>");
  add(2, order);
  EXPECT_EQ(pump(), 3U);
  const std::uint64_t whole = tap_.given() - 1;  // the last has not left whole
  half_->lost(whole);
  EXPECT_EQ(ended(), (Ends{{taken, Delivery::kInDoubt}}));
  begin(Acknowledging::kNone, 2);
  EXPECT_EQ(pump(), 2U);
  EXPECT_EQ(tap_.sent, (Sent{"<presence/>", order}));
}

TEST_F(SendingHalfTest, AHalfThatIsDestroyedGivesBackWhatItHolds) {
  begin(Acknowledging::kInOrder);
  add(1);
  EXPECT_EQ(pump(), 1U);
  half_.reset();
  EXPECT_FALSE(queue_.holds(pair_of(1)));
  begin(Acknowledging::kNone);
  EXPECT_EQ(pump(), 1U);
}

// ---------------------------------------------------------------- a random walk

// Model keeps for each pair what has not ended, in order, by its number.
struct Model {
  struct Item {
    std::uint64_t delivery = 0;
    std::uint64_t place = 0;  // 0: not given
  };
  std::map<int, std::vector<Item>> pairs;

  void acknowledge(std::uint64_t first, std::uint64_t last) {
    for (auto& [pair, items] : pairs) {
      std::erase_if(items, [&](const Item& i) { return i.place >= first && i.place <= last; });
    }
  }
  // oldest is the first place that is not acknowledged.
  [[nodiscard]] std::optional<std::uint64_t> oldest() const {
    std::optional<std::uint64_t> found;
    for (const auto& [pair, items] : pairs) {
      if (items.empty() || items.front().place == 0) continue;
      if (!found || items.front().place < *found) found = items.front().place;
    }
    return found;
  }
  [[nodiscard]] std::size_t given(int pair) const {
    const auto& items = pairs.at(pair);
    return static_cast<std::size_t>(
        std::count_if(items.begin(), items.end(), [](const Item& i) { return i.place > 0; }));
  }
};

class SendingHalfWalk : public SendingHalfTest {
 protected:
  static constexpr int kPairs = 4;

  int below(std::uint64_t bound) { return static_cast<int>(random_() % bound); }

  void pump_and_check() {
    const std::size_t before = tap_.sent.size();
    (void)pump();
    for (std::size_t i = before; i < tap_.sent.size(); ++i) {
      const std::uint64_t number = std::stoull(tap_.sent[i].substr(2));
      auto& items = model_.pairs.at(pair_of_delivery_.at(number));
      // The oldest of its pair that was not given.
      const auto at = std::find_if(items.begin(), items.end(),
                                   [](const Model::Item& item) { return item.place == 0; });
      ASSERT_TRUE(at != items.end() && at->delivery == number) << tap_.sent[i];
      at->place = i + 1;
    }
    ASSERT_EQ(half_->given(), tap_.sent.size());
    for (int pair = 1; pair <= kPairs; ++pair) {
      // Nothing waits but behind a full window or a full connection.
      const std::size_t given = model_.given(pair);
      ASSERT_LE(given, SendingHalf::kUnacknowledged);
      if (given < model_.pairs[pair].size() && tap_.queued() < SendingHalf::kAhead) {
        ASSERT_EQ(given, SendingHalf::kUnacknowledged);
      }
    }
  }
  void step() {
    switch (below(8)) {
      case 0:
      case 1:
      case 2: {
        const int pair = 1 + below(kPairs);
        if (model_.pairs[pair].size() > 2 * SendingHalf::kUnacknowledged) return;
        for (int i = below(40); i >= 0; --i) {
          const std::uint64_t number = add(pair);
          model_.pairs[pair].push_back({number, 0});
          pair_of_delivery_[number] = pair;
        }
        return pump_and_check();
      }
      case 3:
        tap_.written += random_() % (tap_.queued() + 1);
        half_->written(tap_.written);
        return pump_and_check();
      case 4:
        if (below(20) != 0) return;
        half_->lost(tap_.written);
        for (auto& [pair, items] : model_.pairs) {
          for (auto& item : items) item.place = 0;
        }
        begin(Acknowledging::kEach, kPairs);
        return pump_and_check();
      default:
        if (half_->given() == 0) return;
        std::uint64_t first = 1 + random_() % half_->given();
        if (below(2) == 0) first = model_.oldest().value_or(first);
        const std::uint64_t last = std::min(half_->given(), first + random_() % 30);
        half_->acknowledged(first, last);
        model_.acknowledge(first, last);
        return pump_and_check();
    }
  }

  std::mt19937_64 random_{7};
  Model model_;
  std::map<std::uint64_t, int> pair_of_delivery_;
};

TEST_F(SendingHalfWalk, AgreesWithAModel) {
  begin(Acknowledging::kEach, kPairs);
  for (int pair = 1; pair <= kPairs; ++pair) model_.pairs[pair];
  std::set<std::uint64_t> delivered;
  for (int i = 0; i < 1500 && !HasFatalFailure(); ++i) {
    step();
    for (const auto& [number, result] : ended()) {
      ASSERT_EQ(result, Delivery::kDelivered);
      ASSERT_TRUE(delivered.insert(number).second);
    }
    std::size_t left = 0;
    std::size_t given = 0;
    for (int pair = 1; pair <= kPairs; ++pair) {
      left += model_.pairs[pair].size();
      given += model_.given(pair);
    }
    ASSERT_EQ(delivered.size() + left, last_);
    ASSERT_EQ(half_->unacknowledged(), given);
    ASSERT_EQ(half_->holds(), given > 0);
    ASSERT_EQ(half_->pending(), left > 0);
  }
}

}  // namespace
}  // namespace guard::edge
