// Stream management (XEP-0198) of one real edge: what it reports of what the peer acknowledges.
#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

using Numbers = std::vector<std::uint64_t>;

constexpr char kRequest[] = "<r xmlns='urn:xmpp:sm:3'/>";

std::string counted(int h) { return "<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(h) + "'/>"; }
std::string numbered(int n) { return "<message id='" + std::to_string(n) + "'/>"; }

class Managed : public EdgeProcess {
 protected:
  // ends says whether the next report is that those deliveries have ended so.
  ::testing::AssertionResult ends(wire::Delivery result, const Numbers& deliveries) {
    const auto outcomes = house_->tickets().expect<wire::Outcomes>();
    if (!outcomes) return ::testing::AssertionFailure() << "no report";
    if (outcomes->result == result && outcomes->deliveries == deliveries) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "result " << static_cast<int>(outcomes->result)
                                         << " of " << outcomes->deliveries.size();
  }
  // settle: the recorder says of those tickets that they have ended and are handled.
  void settle(std::uint64_t first, std::uint64_t last) {
    house_->releases().send(wire::Ended{last});
    house_->releases().send(wire::Settled{{{first, last}}});
  }
  bool reports_nothing() { return !house_->tickets().expect<wire::Outcomes>(100); }
};

TEST_F(Managed, ADeliveryIsReportedWhenThePeerAcknowledgesIt) {
  start();
  for (int n = 1; n <= 3; ++n)
    house_->releases().send(delivery(40U + static_cast<std::uint64_t>(n), numbered(n)));
  const auto peer = managed();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->read_until(kRequest), numbered(1) + numbered(2) + numbered(3) + kRequest);
  EXPECT_TRUE(reports_nothing());
  peer->send(counted(2));
  EXPECT_TRUE(ends(wire::Delivery::kDelivered, {41, 42}));
  EXPECT_TRUE(reports_nothing());
  // It does not ask in a circle, but once in a while.
  EXPECT_EQ(peer->read_until(kRequest), kRequest);
  peer->send(counted(3));
  EXPECT_TRUE(ends(wire::Delivery::kDelivered, {43}));
}

TEST_F(Managed, WhatIsNotAcknowledgedIsSentAgainAfterACut) {
  start();
  const std::string order = R"(<iq id="o" type="set"><x xmlns="x"/></iq>)";
  house_->releases().send(delivery(41, numbered(1)));
  house_->releases().send(delivery(42, numbered(2)));
  house_->releases().send(delivery(43, order));
  house_->releases().send(delivery(44, numbered(4)));
  {
    const auto peer = managed();
    ASSERT_TRUE(peer);
    EXPECT_EQ(peer->read_until(kRequest),
              numbered(1) + numbered(2) + order + numbered(4) + kRequest);
    peer->send(counted(1));
    EXPECT_TRUE(ends(wire::Delivery::kDelivered, {41}));
  }
  EXPECT_TRUE(ends(wire::Delivery::kInDoubt, {43}));
  const auto again = managed();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->read_until(kRequest), numbered(2) + numbered(4) + kRequest);
  again->send(counted(2));
  EXPECT_TRUE(ends(wire::Delivery::kDelivered, {42, 44}));
}

TEST_F(Managed, NoMoreThanTheWindowIsUnacknowledged) {
  start();
  constexpr int kWindow = 256;
  for (int n = 1; n <= kWindow + 1; ++n) {
    house_->releases().send(delivery(static_cast<std::uint64_t>(n), numbered(n)));
  }
  const auto peer = managed();
  ASSERT_TRUE(peer);
  EXPECT_NE(peer->read_until(numbered(kWindow)), "");
  EXPECT_EQ(peer->read_until(numbered(kWindow + 1), 200).find(numbered(kWindow + 1)),
            std::string::npos);
  EXPECT_TRUE(reports_nothing());
  peer->send(counted(1));
  EXPECT_NE(peer->read_until(numbered(kWindow + 1)).find(numbered(kWindow + 1)), std::string::npos);
}

TEST_F(Managed, ACountThatIsTooHighEndsTheStreamAndAcknowledgesNothing) {
  start();
  house_->releases().send(delivery(41, numbered(1)));
  const auto peer = managed();
  ASSERT_TRUE(peer);
  EXPECT_NE(peer->read_until(kRequest), "");
  peer->send(counted(2));
  EXPECT_NE(peer->read_to_end().find("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='2' "
                                     "send-count='1'/>"),
            std::string::npos);
  const auto again = managed();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->read_until(kRequest), numbered(1) + kRequest);
  again->send(counted(1));
  EXPECT_TRUE(ends(wire::Delivery::kDelivered, {41}));
}

TEST_F(Managed, APeerThatFailsToEnableItGetsEverythingAndIsReportedWritten) {
  start();
  house_->releases().send(delivery(41, numbered(1)));
  auto peer = server_.accept();
  ASSERT_TRUE(peer && begin_tls(*peer, pki_.issue(kNear)));
  ASSERT_TRUE(authenticate_guard(*peer, "<sm xmlns='urn:xmpp:sm:2'/>"));
  EXPECT_EQ(peer->read_until("/>"), "<enable xmlns='urn:xmpp:sm:2'/>");
  peer->send("<failed xmlns='urn:xmpp:sm:2'/>");
  EXPECT_EQ(peer->read_until(numbered(1)), numbered(1));
  EXPECT_TRUE(ends(wire::Delivery::kWritten, {41}));
}

TEST_F(Managed, BeforeAShutdownAnAcknowledgementIsWaitedFor) {
  start();
  house_->releases().send(delivery(41, numbered(1)));
  const auto peer = managed();
  ASSERT_TRUE(peer);
  EXPECT_NE(peer->read_until(kRequest), "");
  house_->control().send(wire::Stop{});
  EXPECT_EQ(peer->read_until("system-shutdown", 100).find("system-shutdown"), std::string::npos);
  peer->send(counted(1));
  EXPECT_TRUE(ends(wire::Delivery::kDelivered, {41}));
  EXPECT_NE(peer->read_to_end().find("system-shutdown"), std::string::npos);
  EXPECT_EQ(house_->exit_status(2500), 0);
}

// ---------------------------------------------------------------- what peers send to a low edge

constexpr char kEnable[] = "<enable xmlns='urn:xmpp:sm:3'/>";
constexpr char kEnabled[] = "<enabled xmlns='urn:xmpp:sm:3'/>";

TEST_F(Managed, WhatIsSettledIsAcknowledgedAtTheTickAndNotBefore) {
  start();
  const auto peer = logged_in();
  constexpr int kLast = 7;
  std::string messages;
  for (int n = 1; n <= kLast; ++n) messages += kMessage;
  peer->send(kEnable + messages + kRequest);
  EXPECT_EQ(peer->read_until(counted(0)), kEnabled + counted(0));
  for (int n = 1; n <= kLast; ++n) ASSERT_TRUE(house_->tickets().expect<wire::Ticket>());
  settle(1, 2);
  EXPECT_EQ(peer->read_until(counted(2)), counted(2));  // unasked
  // Just after a tick: what is settled now is not in the answer, nor is it told before the next
  // tick. Only a busy machine lets the tick come between the two.
  for (int n = 3; n <= kLast; ++n) {
    settle(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(n));
    const auto began = std::chrono::steady_clock::now();
    peer->send(kRequest);
    const std::string came = peer->read_until(counted(n));
    const auto after = std::chrono::steady_clock::now() - began;
    if (came == counted(n - 1) + counted(n) && after > std::chrono::milliseconds(100)) return;
  }
  FAIL() << "an acknowledgement does not wait for the tick";
}

TEST_F(Managed, BeforeAResetWhatHasComeIsAcknowledged) {
  start();
  const auto peer = logged_in();
  peer->send(std::string(kEnable) + kMessage + kMessage);
  EXPECT_EQ(peer->read_until(kEnabled), kEnabled);
  for (std::uint64_t n = 1; n <= 2; ++n) ASSERT_TRUE(house_->tickets().expect<wire::Ticket>());
  wire::Controls blocked;
  blocked.number = 1;
  blocked.blocked = {1};
  house_->control().send(blocked);
  EXPECT_EQ(peer->read_until("reset", 100), "");
  settle(1, 2);
  const std::string last = peer->read_to_end();
  EXPECT_EQ(last.find(counted(2)), 0U) << last;
  EXPECT_NE(last.find(counted(2) + "<stream:error><reset"), std::string::npos) << last;
}

// The first is for a neighbour that takes nothing, the others go up.
TEST_F(Managed, AUDIT_BEFORE_COUNT_WhatHasEndedAndIsNotSettledIsNotAcknowledged) {
  start();
  const auto peer = logged_in();
  peer->send(std::string(kEnable) + kMessage + kMessage + kMessage);
  EXPECT_EQ(peer->read_until(kEnabled), kEnabled);
  for (int n = 1; n <= 3; ++n) ASSERT_TRUE(house_->tickets().expect<wire::Ticket>());
  settle(2, 3);
  EXPECT_EQ(peer->read_until("<a", 400), "");
  settle(1, 1);
  EXPECT_EQ(peer->read_until(counted(3)), counted(3));
}

TEST_F(Managed, BeforeAShutdownItWaitsASecondAtMost) {
  start();
  const auto peer = logged_in();
  peer->send(std::string(kEnable) + kMessage);
  EXPECT_EQ(peer->read_until(kEnabled), kEnabled);
  ASSERT_TRUE(house_->tickets().expect<wire::Ticket>());
  house_->control().send(wire::Stop{});
  EXPECT_EQ(peer->read_to_end().find(counted(0) + "<stream:error><system-shutdown"), 0U);
  EXPECT_EQ(house_->exit_status(2500), 0);
}

// ---------------------------------------------------------------- what peers send to a high edge

class HighManaged : public Managed {
 protected:
  HighManaged() { configuration_.side = Side::kHigh; }
  // open gives a managed stream with `count` messages that are recorded.
  std::unique_ptr<TestPeer> open(std::uint64_t count) {
    auto peer = logged_in();
    peer->send(kEnable);
    for (std::uint64_t n = 0; n < count; ++n) peer->send(kMessage);
    peer->send(kRequest);
    EXPECT_EQ(peer->read_until(counted(0)), kEnabled + counted(0));
    for (std::uint64_t n = 0; n < count; ++n) {
      EXPECT_TRUE(house_->tickets().expect<wire::Ticket>());
    }
    house_->releases().send(wire::Ended{count});
    return peer;
  }
};

TEST_F(HighManaged, AUDIT_BEFORE_COUNT_WhatIsSettledIsAcknowledgedInOrder) {
  start();
  const auto peer = open(4);
  EXPECT_EQ(peer->read_until(counted(4), 400), "");  // recorded is not handled
  house_->releases().send(wire::Settled{{{2, 2}, {4, 4}}});
  EXPECT_EQ(peer->read_until("<a", 400), "");
  house_->releases().send(wire::Settled{{{1, 1}}});
  EXPECT_EQ(peer->read_until(counted(2)), counted(2));  // unasked
  peer->send(kRequest);
  EXPECT_EQ(peer->read_until(counted(2)), counted(2));
  house_->releases().send(wire::Settled{{{3, 3}}});
  EXPECT_EQ(peer->read_until(counted(4)), counted(4));
}

TEST_F(HighManaged, AnotherStreamDoesNotWait) {
  start();
  const auto slow = open(1);
  const auto other = logged_in();
  other->send(std::string(kEnable) + kMessage);
  EXPECT_EQ(other->read_until(kEnabled), kEnabled);
  ASSERT_TRUE(house_->tickets().expect<wire::Ticket>());
  house_->releases().send(wire::Settled{{{2, 2}}});
  EXPECT_EQ(other->read_until(counted(1)), counted(1));
  EXPECT_EQ(slow->read_until("<a", 100), "");
}

TEST_F(HighManaged, ANewRecorderTellsAgainAndNothingIsCountedTwice) {
  start();
  const auto peer = open(3);
  house_->releases().send(wire::Settled{{{1, 1}}});
  EXPECT_EQ(peer->read_until(counted(1)), counted(1));
  ASSERT_TRUE(house_->replace_recorder());
  house_->releases().send(wire::Welcome{3});
  house_->releases().send(wire::Settled{{{1, 2}}});
  EXPECT_EQ(peer->read_until(counted(2)), counted(2));
  house_->releases().send(wire::Settled{{{1, 3}}});
  EXPECT_EQ(peer->read_until(counted(3)), counted(3));
}

TEST_F(HighManaged, BeforeAResetWhatIsOnItsWayIsWaitedForASecond) {
  start();
  const auto peer = open(2);
  house_->releases().send(wire::Settled{{{1, 1}}});
  EXPECT_EQ(peer->read_until(counted(1)), counted(1));
  house_->control().send(wire::Stop{});
  const std::string last = peer->read_to_end();
  EXPECT_EQ(last.find(counted(1) + "<stream:error><system-shutdown"), 0U) << last;
  EXPECT_EQ(house_->exit_status(2500), 0);
}

}  // namespace
}  // namespace guard::edge
