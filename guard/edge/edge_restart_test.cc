// Restarts of filter and recorder, seen from the edge.
#include <gtest/gtest.h>

#include <string>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

class Restart : public EdgeProcess {};

TEST_F(Restart, NewFilterGetsContextsAndOpenTicketsOneAtATime) {
  start();
  const auto peer = logged_in();
  for (int i = 0; i < 3; ++i) peer->send(kMessage);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  house_->replace_filter();
  ASSERT_TRUE(house_->offers().expect<wire::Context>());
  auto offer = house_->offers().expect<wire::Offer>();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->ticket, 1U);
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(300));
  peer->send(kMessage);
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(300));  // what is new waits, too
  house_->releases().send(wire::Ended{1});
  offer = house_->offers().expect<wire::Offer>();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->ticket, 2U);
  house_->releases().send(wire::Ended{3});
  offer = house_->offers().expect<wire::Offer>();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->ticket, 4U);
}

TEST_F(Restart, AStreamThatIsGoneIsSaidToHaveEndedWhenItIsClosedOnceMore) {
  start();
  house_->releases().send(wire::CloseStream{4711, wire::StreamCondition::kReset});
  const auto ended = house_->tickets().expect<wire::StreamEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->stream, 4711U);
}

TEST_F(Restart, StanzaThatKillsTwiceIsNotOfferedAgain) {
  start();
  const auto peer = logged_in();
  peer->send(kMessage);
  peer->send(kMessage);
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  // The first death was any of the two's.
  for (int death = 0; death < 2; ++death) {
    house_->replace_filter();
    const auto offer = house_->offers().expect<wire::Offer>();
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->ticket, 1U);
    EXPECT_FALSE(house_->tickets().expect<wire::Killed>(100));
  }
  house_->replace_filter();
  const auto killed = house_->tickets().expect<wire::Killed>();
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->ticket, 1U);
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(300));
  house_->releases().send(wire::Ended{1});
  const auto offer = house_->offers().expect<wire::Offer>();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->ticket, 2U);
}

TEST_F(Restart, FilterThatIsReplacedAliveAccusesNobody) {
  start();
  const auto peer = logged_in();
  peer->send(kMessage);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(house_->offers().expect<wire::Offer>()) << i;
    house_->replace_filter_alive();
  }
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  EXPECT_FALSE(house_->tickets().expect<wire::Killed>(200));
}

TEST_F(Restart, StanzaThatCameAfterTheDeathIsNotOfferedToTheDeadNorAccused) {
  start();
  const auto peer = logged_in();
  ASSERT_TRUE(house_->offers().expect<wire::Context>());
  house_->lose_filter();
  peer->send(kMessage);
  ASSERT_TRUE(house_->tickets().expect<wire::Ticket>());
  house_->replace_filter();
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  house_->replace_filter();  // the first death that had it
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  EXPECT_FALSE(house_->tickets().expect<wire::Killed>(200));
  house_->replace_filter();
  EXPECT_TRUE(house_->tickets().expect<wire::Killed>());
}

TEST_F(Restart, DeathsThatComeWithANewRecorderAccuseNobody) {
  start();
  const auto peer = logged_in();
  peer->send(kMessage);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(house_->offers().expect<wire::Offer>()) << i;
    house_->lose_filter();
    ASSERT_TRUE(house_->replace_recorder());
    house_->releases().send(wire::Welcome{0});
  }
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  EXPECT_FALSE(house_->tickets().expect<wire::Killed>(200));
}

TEST_F(Restart, FAIL_CLOSED_EdgeThatTheRecorderDroppedExits) {
  start();
  house_->lose_recorder();
  EXPECT_FALSE(house_->exit_status(4'000));  // a new one may come
  EXPECT_EQ(house_->exit_status(3'000), 70);
}

TEST_F(Restart, EdgeWhoseRecorderIsReplacedInTimeLives) {
  start();
  house_->lose_recorder();
  EXPECT_FALSE(house_->exit_status(4'000));
  ASSERT_TRUE(house_->replace_recorder());
  house_->releases().send(wire::Welcome{0});
  EXPECT_FALSE(house_->exit_status(2'000));
  const auto peer = logged_in();
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Restart, NewRecorderHearsOfEverythingThatHasNotEnded) {
  start();
  const auto peer = logged_in();
  for (int i = 0; i < 3; ++i) peer->send(kMessage);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  house_->releases().send(delivery(11, kMessage));
  const auto receiver = answered();
  ASSERT_TRUE(receiver);
  EXPECT_EQ(receiver->read_until("</message>"), kMessage);
  ASSERT_TRUE(house_->tickets().expect<wire::Outcomes>());

  const auto hello = house_->replace_recorder();
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->epoch, 7U);
  EXPECT_EQ(hello->open, 1U);
  EXPECT_EQ(hello->last, 3U);
  EXPECT_EQ(hello->held, (std::vector<std::uint64_t>{11}));  // its outcome is not stored
  EXPECT_FALSE(house_->tickets().expect<wire::Ticket>(200));
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(10));
  house_->releases().send(wire::Welcome{1});
  for (std::uint64_t number = 2; number <= 3; ++number) {
    const auto ticket = house_->tickets().expect<wire::Ticket>();
    const auto offer = house_->offers().expect<wire::Offer>();
    ASSERT_TRUE(ticket && offer);
    EXPECT_EQ(ticket->number, number);
    EXPECT_EQ(offer->ticket, number);
  }
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->number, 1U);
  EXPECT_EQ(outcomes->deliveries, (std::vector<std::uint64_t>{11}));
  EXPECT_TRUE(house_->tickets().expect<wire::Event>());  // none of them was stored
  // A delivery that is released again is not written again.
  house_->releases().send(delivery(11, kMessage));
  house_->releases().send(wire::OutcomesStored{1});
  EXPECT_EQ(receiver->read_until("</message>", 300), "");
}

}  // namespace
}  // namespace guard::edge
