// Another policy, seen from the edge.
#include <gtest/gtest.h>

#include "guard/edge/test_fixture.h"
#include "guard/wire/codec.h"

namespace guard::edge {
namespace {

class Policy : public EdgeProcess {
 protected:
  // Another policy with `near` and `far`, as guardd tells it; false where the edge does not say
  // yes.
  [[nodiscard]] bool reconfigure(std::vector<wire::NearPeer> near, std::vector<wire::FarPeer> far) {
    wire::EdgeConfiguration next = configuration_;
    next.certificates.clear();
    next.dialback_secret.clear();
    next.near_peers = std::move(near);
    next.far_peers = std::move(far);
    house_->control().send(wire::Reconfigure{++number_, wire::encode_configuration(next)});
    const auto done = house_->control().expect<wire::Reconfigured>();
    return done && done->number == number_;
  }
  [[nodiscard]] bool reconfigure(const wire::NearPeer& near) {
    return reconfigure({near}, configuration_.far_peers);
  }
  // The near peer of before under a new number.
  [[nodiscard]] wire::NearPeer renumbered(PeerIndex number) const {
    wire::NearPeer peer = configuration_.near_peers[0];
    peer.index = number;
    return peer;
  }
  bool may_log_in(const char* near = kNear, const char* far = kFar) {
    TestPeer again(port_);
    return again.log_in(near, far, pki_.issue(near)).find("features") != std::string::npos;
  }

  std::uint64_t number_ = 0;
};

constexpr char kReset[] = "<reset ";

TEST_F(Policy, AStreamThatIsStillAllowedGoesOn) {
  start();
  const auto peer = logged_in();
  ASSERT_TRUE(reconfigure(configuration_.near_peers[0]));
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Policy, ARetiredPeersStreamIsClosedAndItIsAStranger) {
  start();
  const auto peer = logged_in();
  ASSERT_TRUE(reconfigure({}, configuration_.far_peers));
  EXPECT_NE(peer->read_until("</stream:stream>").find(kReset), std::string::npos);
  EXPECT_FALSE(may_log_in());
}

TEST_F(Policy, APeerWithANewNumberComesAgain) {
  start();
  const auto peer = logged_in();
  ASSERT_TRUE(reconfigure(renumbered(5)));
  EXPECT_NE(peer->read_until("</stream:stream>").find(kReset), std::string::npos);
  const auto again = logged_in();
  again->send(kMessage);
  const auto ticket = house_->tickets().expect<wire::Ticket>();
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->peer, 5U);
}

TEST_F(Policy, AStreamOfADomainThatHasMovedIsClosed) {
  start();
  const auto peer = logged_in();
  wire::NearPeer left = configuration_.near_peers[0];
  left.domains.erase(left.domains.begin());
  wire::NearPeer other = renumbered(5);
  other.name = "other";
  other.domains = {{kNear, DomainMatch::kExact}};
  ASSERT_TRUE(reconfigure({left, other}, configuration_.far_peers));
  EXPECT_NE(peer->read_until("</stream:stream>").find(kReset), std::string::npos);
  const auto again = logged_in();
  again->send(kMessage);
  const auto ticket = house_->tickets().expect<wire::Ticket>();
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->peer, 5U);
}

TEST_F(Policy, INVISIBLE_WhatAPeerMaySeeNoLongerIsClosedToIt) {
  start();
  const auto peer = logged_in();
  wire::NearPeer blind = configuration_.near_peers[0];
  blind.view = configuration_.add_view({2});
  ASSERT_TRUE(reconfigure(blind));
  EXPECT_NE(peer->read_until("</stream:stream>").find(kReset), std::string::npos);
  EXPECT_FALSE(may_log_in());
  EXPECT_TRUE(may_log_in(kNear, kHidden));
}

// Who has said his name under the old policy and not proved it begins again.
TEST_F(Policy, AStreamThatIsBeingAuthenticatedIsClosed) {
  start();
  TestPeer peer(port_);
  peer.send(stream_header(kNear, kFar));
  (void)peer.read_until("</stream:features>");
  ASSERT_TRUE(reconfigure(configuration_.near_peers[0]));
  EXPECT_NE(peer.read_until("</stream:stream>").find(kReset), std::string::npos);
}

TEST_F(Policy, NothingIsWrittenForAPairThatIsNoMore) {
  start();
  house_->releases().send(delivery(1, "<message id='one'/>"));
  const auto server = answered();
  ASSERT_NE(server, nullptr);
  ASSERT_FALSE(server->read_until("<message id='one'/>").empty());
  ASSERT_TRUE(reconfigure({}, configuration_.far_peers));
  EXPECT_NE(server->read_until("</stream:stream>").find(kReset), std::string::npos);
  house_->releases().send(delivery(2, "<message id='two'/>"));
  const auto first = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->result, wire::Delivery::kWritten);
  const auto second = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->result, wire::Delivery::kExpired);
  EXPECT_EQ(server_.accept(300), nullptr);
}

// The peer's server has not answered yet: nothing was given to a connection.
TEST_F(Policy, WhatWaitsForAPairThatIsNoMoreIsWithdrawnAndNotTriedAgain) {
  start();
  house_->releases().send(delivery(1, "<message/>"));
  const auto server = server_.accept();
  ASSERT_NE(server, nullptr);
  ASSERT_TRUE(reconfigure({}, configuration_.far_peers));
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->result, wire::Delivery::kWithdrawn);
  EXPECT_EQ(server_.accept(1500), nullptr);
}

TEST_F(Policy, OtherAddressesForAKnownPeerEndTheEdge) {
  start();
  wire::NearPeer moved = configuration_.near_peers[0];
  moved.addresses[0].port = 1;
  EXPECT_FALSE(reconfigure(moved));
  EXPECT_EQ(house_->exit_status(), 69);
}

}  // namespace
}  // namespace guard::edge
