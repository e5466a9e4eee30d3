#include "guard/recorder/ticket_book.h"

#include <gtest/gtest.h>

#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

using Bed = LedgerBed;

// The order of tickets and judgements is tested with the ledger; here, what the book remembers.
class TicketBookTest : public testing::Test {
 protected:
  TicketBookTest() { book_.start(1, 0); }
  void open(std::uint64_t stream) {
    ASSERT_TRUE(book_.on_ticket(Bed::ticket(book_.last() + 1, kAlpha, stream)).has_value());
  }
  void take() {
    ASSERT_TRUE(book_.on_judgement(Bed::refusal(book_.ended() + 1)).has_value());
    ASSERT_TRUE(book_.ready().value_or(false));
    (void)book_.take();
  }
  TicketBook book_;
};

TEST_F(TicketBookTest, AStreamThatIsClosedAfterItHasEndedIsForgottenWithItsLastTicket) {
  open(5);
  open(5);
  open(6);
  book_.on_stream_ended(5);
  take();
  ASSERT_TRUE(book_.close_stream(5, 17).has_value());
  EXPECT_EQ(book_.oldest_close(), 17U);
  take();
  EXPECT_TRUE(book_.closing(5));  // while its last ticket is decided
  take();
  EXPECT_FALSE(book_.closing(5));
  EXPECT_EQ(book_.oldest_close(), std::nullopt);
  EXPECT_EQ(book_.known(), 1U);  // 6, whose ticket is being decided
}

TEST_F(TicketBookTest, AStreamThatEndsAfterItWasClosedIsForgottenToo) {
  open(5);
  take();
  ASSERT_TRUE(book_.close_stream(5, 17).has_value());
  open(6);
  take();
  EXPECT_TRUE(book_.closing(5));
  book_.on_stream_ended(5);
  EXPECT_FALSE(book_.closing(5));
  EXPECT_EQ(book_.known(), 1U);
}

TEST_F(TicketBookTest, AnHonestEdgeMayHaveAnyNumberOfStreamsClosed) {
  for (std::uint64_t stream = 1; stream <= TicketBook::kMaxClosing + 10; ++stream) {
    open(stream);
    // Alternately: the end is said before or after the stream is closed.
    if (stream % 2 == 0) book_.on_stream_ended(stream);
    take();
    ASSERT_TRUE(book_.close_stream(stream, stream).has_value()) << stream;
    if (stream % 2 == 1) book_.on_stream_ended(stream);
    ASSERT_LE(book_.known(), 2U);
  }
}

TEST_F(TicketBookTest, StreamsThatAreClosedAndNeverEndAreBounded) {
  for (std::uint64_t stream = 1; stream <= TicketBook::kMaxClosing; ++stream) {
    open(stream);
    take();
    ASSERT_TRUE(book_.close_stream(stream, stream).has_value());
  }
  open(TicketBook::kMaxClosing + 1);
  take();
  EXPECT_TRUE(book_.close_stream(1, 1).has_value());  // once more
  EXPECT_FALSE(book_.close_stream(TicketBook::kMaxClosing + 1, 70'000).has_value());
}

TEST_F(TicketBookTest, EveryTextOfAJudgementIsWeighed) {
  using Text = std::string wire::Finding::*;
  const std::size_t half = TicketBook::kMaxEarlyBytes / 2;
  for (const Text text :
       {&wire::Finding::from, &wire::Finding::to, &wire::Finding::kind, &wire::Finding::type,
        &wire::Finding::stanza_id, &wire::Finding::label, &wire::Finding::marking,
        &wire::Finding::reason, &wire::Finding::rule, &wire::Finding::facts}) {
    TicketBook book;
    book.start(1, 0);
    for (const std::uint64_t number : {1U, 2U}) {
      EXPECT_TRUE(book.wants_judgements());
      wire::Judgement judgement = Bed::refusal(number);
      (judgement.finding.*text).assign(half, 'x');
      ASSERT_TRUE(book.on_judgement(std::move(judgement)).has_value());
    }
    EXPECT_FALSE(book.wants_judgements());
  }
  for (std::string wire::DomainPair::* const text :
       {&wire::DomainPair::from, &wire::DomainPair::to}) {
    TicketBook book;
    book.start(1, 0);
    wire::Judgement judgement = Bed::refusal(1);
    (judgement.pair.*text).assign(2 * half, 'x');
    ASSERT_TRUE(book.on_judgement(std::move(judgement)).has_value());
    EXPECT_FALSE(book.wants_judgements());
  }
}

}  // namespace
}  // namespace guard::recorder
