#include "guard/edge/ticket_book.h"

#include <gtest/gtest.h>

#include <vector>

namespace guard::edge {
namespace {

class Tickets : public ::testing::Test {
 protected:
  void take(int count) {
    for (int i = 0; i < count; ++i) book_.take(1, 5, "12345", Digest{}, UtcTime{});
  }
  std::vector<std::uint64_t> offered() {
    std::vector<std::uint64_t> numbers;
    while (const OpenTicket* ticket = book_.next_offer()) numbers.push_back(ticket->number);
    return numbers;
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
  EXPECT_FALSE(book_.filter_replaced());
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
  EXPECT_FALSE(book_.filter_replaced());  // any of the three
  EXPECT_EQ(offered(), (Numbers{1}));
  book_.ended(1, {});
  EXPECT_EQ(offered(), (Numbers{2}));
  EXPECT_EQ(book_.filter_replaced(), 2U);
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
  EXPECT_FALSE(book_.filter_replaced());
  EXPECT_EQ(offered(), (Numbers{1}));
  EXPECT_EQ(book_.filter_replaced(), 1U);
  EXPECT_FALSE(book_.filter_replaced());  // it was not in the third
  EXPECT_EQ(offered(), Numbers{});
}

TEST_F(Tickets, DeathOfAnEmptyFilterSuspectsNobody) {
  EXPECT_FALSE(book_.filter_replaced());
  take(2);
  EXPECT_EQ(offered(), (Numbers{1, 2}));
}

TEST_F(Tickets, NewRecorderSuspectsNobodyAndOffersAllAgain) {
  take(2);
  (void)offered();
  EXPECT_FALSE(book_.filter_replaced());
  EXPECT_EQ(offered(), (Numbers{1}));
  book_.recorder_replaced();
  EXPECT_FALSE(book_.filter_replaced());
  EXPECT_EQ(offered(), (Numbers{1, 2}));
}

TEST_F(Tickets, KilledOneStaysKilledForANewRecorder) {
  take(2);
  (void)offered();
  (void)book_.filter_replaced();
  (void)offered();
  ASSERT_EQ(book_.filter_replaced(), 1U);
  book_.recorder_replaced();
  EXPECT_TRUE(book_.open().front().killed);
  EXPECT_EQ(offered(), Numbers{});
  book_.ended(1, {});
  EXPECT_EQ(offered(), (Numbers{2}));
}

}  // namespace
}  // namespace guard::edge
