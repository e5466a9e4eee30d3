// What the operator blocks and counts, seen from the edge.
#include <gtest/gtest.h>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

class Controls : public EdgeProcess {
 protected:
  // The next counts of streams that guardd is told.
  std::vector<wire::PeerStreams> counted() {
    const auto counts = house_->control().expect<wire::StreamCounts>();
    return counts ? counts->peers : std::vector<wire::PeerStreams>{{999, 9, 9, 9}};
  }
};

TEST_F(Controls, AStreamOfABlockedPeerIsClosedAndNoneIsTaken) {
  start();
  const auto peer = logged_in();
  house_->control().send(wire::Controls{1, {1}});
  EXPECT_NE(peer->read_until("</stream:stream>").find("<reset "), std::string::npos);
  TestPeer again(port_);
  EXPECT_EQ(again.log_in(kNear, kFar, pki_.issue(kNear)).find("features"), std::string::npos);
}

TEST_F(Controls, AnotherPeersBlockChangesNothing) {
  start();
  const auto peer = logged_in();
  house_->control().send(wire::Controls{1, {7}});
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Controls, WhatIsUnblockedIsTakenAgain) {
  start();
  house_->control().send(wire::Controls{1, {1}});
  house_->control().send(wire::Controls{2, {}});
  const auto peer = logged_in();
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Controls, NothingIsWrittenToABlockedPeer) {
  start();
  house_->control().send(wire::Controls{1, {1}});
  house_->control().send(wire::Ping{1});
  ASSERT_TRUE(
      house_->control().expect<wire::Pong>());  // it has heard, whatever the other channel does
  house_->releases().send(delivery(1, "<message/>"));
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->result, wire::Delivery::kExpired);
  EXPECT_EQ(server_.accept(300), nullptr);
}

// The recorder has not taken back yet what waits.
TEST_F(Controls, AConnectionToABlockedPeerIsNotMadeAgain) {
  start();
  house_->releases().send(delivery(1, "<message/>"));
  ASSERT_NE(server_.accept(), nullptr);
  house_->control().send(wire::Controls{1, {1}});
  EXPECT_EQ(server_.accept(1500), nullptr);
}

// What the policy's dates keep out, seen from the other side: there is no such domain.
TEST_F(Controls, INVISIBLE_ADomainOfAnAbsentPeerIsLikeOneThatDoesNotExist) {
  start();
  const auto peer = logged_in();
  house_->control().send(wire::Controls{1, {}, {}, {{.peer = 0}}});
  EXPECT_NE(peer->read_until("</stream:stream>").find("<reset "), std::string::npos);
  const auto answer = [&](const char* far) {
    TestPeer again(port_);
    again.send(stream_header(kNear, far));
    std::string text = again.read_to_end();
    const std::size_t id = text.find(" id='");
    return id == std::string::npos ? text : text.erase(id, text.find('\'', id + 5) - id);
  };
  const std::string absent = answer(kFar);
  EXPECT_NE(absent.find("<host-unknown "), std::string::npos) << absent;
  std::string nowhere = answer("not.lab");
  for (std::size_t at = nowhere.find("not.lab"); at != std::string::npos;
       at = nowhere.find("not.lab")) {
    nowhere.replace(at, 7, kFar);
  }
  EXPECT_EQ(absent, nowhere);
  house_->control().send(wire::Controls{2, {}, {}, {}});
  logged_in()->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Controls, AnAbsentPeerIsAStranger) {
  start();
  const auto peer = logged_in();
  house_->control().send(wire::Controls{1, {}, {}, {{.peer = 1}}});
  EXPECT_NE(peer->read_until("</stream:stream>").find("<reset "), std::string::npos);
  TestPeer again(port_);
  again.send(stream_header(kNear, kFar));
  EXPECT_NE(again.read_to_end().find("<host-unknown "), std::string::npos);
}

// What was sent to it before is answered still.
TEST_F(Controls, NOTHING_SILENT_AnAnswerInTheNameOfAnAbsentPeerIsDelivered) {
  start();
  house_->control().send(wire::Controls{1, {}, {}, {{.peer = 0}}});
  house_->control().send(wire::Ping{1});
  ASSERT_TRUE(house_->control().expect<wire::Pong>());
  house_->releases().send(delivery(1, "<message type='error'/>"));
  const auto server = answered();
  ASSERT_NE(server, nullptr);
  EXPECT_NE(server->read_until("error'/>").find("<message"), std::string::npos);
}

TEST_F(Controls, WhatTheRecorderTakesBackIsNotWritten) {
  start();
  house_->releases().send(delivery(1, "<message id='one'/>"));
  house_->releases().send(wire::Withdraw{{1}});
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->result, wire::Delivery::kWithdrawn);
  EXPECT_EQ(outcomes->deliveries, std::vector<std::uint64_t>{1});
}

TEST_F(Controls, StreamsAreCountedWhenTheyChange) {
  start();
  auto peer = logged_in();
  EXPECT_EQ(counted(), (std::vector<wire::PeerStreams>{{1, 1, 0, 0}}));
  house_->releases().send(delivery(1, "<message/>"));
  const auto server = answered();
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(counted(), (std::vector<wire::PeerStreams>{{1, 1, 1, 1}}));
  peer.reset();
  EXPECT_EQ(counted(), (std::vector<wire::PeerStreams>{{1, 0, 1, 1}}));
}

}  // namespace
}  // namespace guard::edge
