#include "guard/edge/ticket_book.h"

#include <gtest/gtest.h>

#include <vector>

namespace guard::edge {
namespace {

class Tickets : public ::testing::Test {
 protected:
  void take(int count) {
    for (int i = 0; i < count; ++i)
      book_.take(1, 5, Lane::kHighToLow, "12345", Digest{}, UtcTime{});
  }
  std::vector<std::uint64_t> offered() {
    std::vector<std::uint64_t> numbers;
    while (const OpenTicket* ticket = book_.next_offer()) numbers.push_back(ticket->number);
    return numbers;
  }
  // died: the filter closed its end, and a new one is there.
  std::optional<std::uint64_t> died() {
    book_.filter_lost();
    return book_.filter_replaced();
  }
  using Numbers = std::vector<std::uint64_t>;
  TicketBook book_;
};

TEST_F(Tickets, AreOfferedOnceInOrderAndForgottenWhenEnded) {
  take(3);
  EXPECT_EQ(offered(), (Numbers{1, 2, 3}));
  EXPECT_EQ(offered(), Numbers{});
  EXPECT_EQ(book_.oldest(), 1U);
  EXPECT_EQ(book_.use(5).stanzas, 3U);
  EXPECT_EQ(book_.use(5).bytes, 15U);
  Numbers gone;
  book_.ended(2, [&](const OpenTicket& ticket) { gone.push_back(ticket.number); });
  EXPECT_EQ(gone, (Numbers{1, 2}));
  EXPECT_EQ(book_.oldest(), 3U);
  EXPECT_EQ(book_.last(), 3U);
  book_.ended(3, {});
  EXPECT_EQ(book_.oldest(), 0U);
  EXPECT_EQ(book_.use(5).stanzas, 0U);
  take(1);
  EXPECT_EQ(offered(), (Numbers{4}));
}

TEST_F(Tickets, AfterADeathGoOneAtATimeUntilThoseOpenThenHaveEnded) {
  take(2);
  (void)offered();
  take(1);  // open at the death, but never in that filter
  EXPECT_FALSE(died());
  take(2);
  EXPECT_EQ(offered(), (Numbers{1}));
  book_.ended(1, {});
  EXPECT_EQ(offered(), (Numbers{2}));
  book_.ended(2, {});
  EXPECT_EQ(offered(), (Numbers{3}));
  book_.ended(3, {});
  EXPECT_EQ(offered(), (Numbers{4, 5}));
}

TEST_F(Tickets, TheOneThatKillsAloneForTheSecondTimeIsNamed) {
  take(3);
  (void)offered();
  EXPECT_FALSE(died());  // any of the three: nobody's
  EXPECT_EQ(offered(), (Numbers{1}));
  book_.ended(1, {});
  EXPECT_EQ(offered(), (Numbers{2}));
  EXPECT_FALSE(died());
  EXPECT_EQ(offered(), (Numbers{2}));
  EXPECT_EQ(died(), 2U);
  EXPECT_EQ(offered(), Numbers{});  // until its record is written
  book_.ended(2, {});
  EXPECT_EQ(offered(), (Numbers{3}));
  book_.ended(3, {});
  take(1);
  EXPECT_EQ(offered(), (Numbers{4}));
}

TEST_F(Tickets, SingleTicketMustKillTwice) {
  take(1);
  (void)offered();
  EXPECT_FALSE(died());
  EXPECT_EQ(offered(), (Numbers{1}));
  EXPECT_EQ(died(), 1U);
  EXPECT_FALSE(died());  // it was not in the third
  EXPECT_EQ(offered(), Numbers{});
}

TEST_F(Tickets, FilterThatIsReplacedAliveAccusesNobody) {
  take(1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(offered(), (Numbers{1}));
    EXPECT_FALSE(book_.filter_replaced());
  }
  EXPECT_FALSE(book_.open().front().killed);
}

TEST_F(Tickets, WhatWasTakenAfterTheDeathIsInnocent) {
  for (int i = 0; i < 3; ++i) {
    book_.filter_lost();
    take(1);  // nothing is offered to the dead
    EXPECT_FALSE(book_.filter_replaced());
  }
  EXPECT_EQ(offered(), (Numbers{1, 2, 3}));
}

TEST_F(Tickets, OneThatEndedBeforeTheNewFilterCameIsNotNamed) {
  take(1);
  (void)offered();
  EXPECT_FALSE(died());
  (void)offered();
  book_.filter_lost();
  book_.ended(1, {});
  take(1);
  EXPECT_FALSE(book_.filter_replaced());
  EXPECT_EQ(offered(), (Numbers{2}));
  EXPECT_EQ(book_.open().front().deaths, 0U);
}

TEST_F(Tickets, DeathOfAnEmptyFilterSuspectsNobody) {
  EXPECT_FALSE(died());
  take(2);
  EXPECT_EQ(offered(), (Numbers{1, 2}));
}

TEST_F(Tickets, NewRecorderSuspectsNobodyAndOffersAllAgain) {
  take(2);
  (void)offered();
  EXPECT_FALSE(died());
  EXPECT_EQ(offered(), (Numbers{1}));
  book_.recorder_replaced();
  EXPECT_FALSE(died());
  EXPECT_EQ(offered(), (Numbers{1, 2}));
}

TEST_F(Tickets, NewRecorderAcquitsTheOneThatWasAloneInTheFilter) {
  take(1);
  (void)offered();
  EXPECT_FALSE(died());
  (void)offered();
  book_.filter_lost();  // because its recorder is gone
  book_.recorder_replaced();
  EXPECT_FALSE(book_.filter_replaced());
  EXPECT_EQ(offered(), (Numbers{1}));
  EXPECT_FALSE(died());  // the first that counts
}

TEST_F(Tickets, KilledOneStaysKilledForANewRecorder) {
  take(2);
  (void)offered();
  (void)died();
  (void)offered();
  (void)died();
  (void)offered();
  ASSERT_EQ(died(), 1U);
  book_.recorder_replaced();
  EXPECT_TRUE(book_.open().front().killed);
  EXPECT_EQ(offered(), Numbers{});
  book_.ended(1, {});
  EXPECT_EQ(offered(), (Numbers{2}));
}

}  // namespace
}  // namespace guard::edge
