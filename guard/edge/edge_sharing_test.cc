// Two real edges as each other's peers where streams are shared: several pairs on one connection,
// and both ways on it. The test plays filter, recorder and guardd of both.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "guard/edge/test_house.h"
#include "guard/edge/test_peer.h"

namespace guard::edge {
namespace {

using net::TestCertificate;
using net::TestPki;

class Sharing : public ::testing::Test {
 protected:
  Sharing() : pki_("authority"), ports_{free_port(), free_port()} {
    for (int i = 0; i < 2; ++i) {
      wire::EdgeConfiguration& made = configurations_[i];
      made.listen = {{"127.0.0.1", ports_[i]}};
      wire::NearPeer peer;
      peer.index = 0;
      peer.name = "the other";
      peer.guard = true;
      peer.streams = wire::StreamUse::kBothWays;
      for (const std::string& domain : kDomains[1 - i]) {
        peer.domains.push_back({domain, DomainMatch::kExact});
      }
      peer.addresses = {{"127.0.0.1", ports_[1 - i]}};
      peer.view = made.add_view({1});
      made.near_peers = {peer};
      wire::FarPeer far{1, {}};
      for (const std::string& domain : kDomains[i])
        far.domains.push_back({domain, DomainMatch::kExact});
      made.far_peers = {far};
      net::TestCertificateSpec all;
      all.dns_names = kDomains[i];
      show(i, pki_.issue(all));
      made.trust.authorities = pki_.authority();
      made.dialback_secret = "secret of edge " + std::to_string(i);
      made.limits.handshake_seconds = 5;
    }
  }

  void show(int edge, const TestCertificate& certificate) {
    configurations_[edge].certificates = {{certificate.chain, certificate.key}};
  }
  void use(wire::StreamUse use) {
    for (auto& configuration : configurations_) configuration.near_peers[0].streams = use;
  }
  void start() {
    for (int i = 0; i < 2; ++i) {
      houses_[i] = std::make_unique<TestHouse>(configurations_[i]);
      ASSERT_TRUE(houses_[i]->start());
    }
  }
  void deliver(int from, std::size_t local, std::size_t remote, const std::string& bytes) {
    wire::Deliver one;
    one.delivery = ++last_;
    one.peer = 0;
    one.pair = {kDomains[from][local], kDomains[1 - from][remote]};
    one.deadline = UtcTime{now_utc().microseconds + 10'000'000};
    one.bytes = bytes;
    houses_[from]->releases().send(one);
  }
  // settle: the recorder of that edge says what has become of a ticket.
  void settle(int at, std::uint64_t ticket) {
    houses_[at]->releases().send(wire::Settled{{{ticket, ticket}}});
  }
  // arrives says on which stream of the other edge the next stanza comes, and lets it end.
  std::uint64_t arrives(int at, const std::string& bytes) {
    const auto offer = houses_[at]->offers().expect<wire::Offer>();
    if (!offer) {
      ADD_FAILURE() << "nothing came: " << bytes;
      return 0;
    }
    EXPECT_EQ(offer->bytes, bytes);
    settle(at, offer->ticket);
    return offer->stream;
  }
  void ends(int from, wire::Delivery result = wire::Delivery::kDelivered) {
    const auto outcomes = houses_[from]->tickets().expect<wire::Outcomes>();
    ASSERT_TRUE(outcomes);
    EXPECT_EQ(outcomes->result, result);
  }
  // opened counts the streams that an edge has said it opened or accepted, as far as it has been
  // read.
  std::size_t opened(int edge) {
    while (const auto event = houses_[edge]->tickets().expect<wire::Event>(200)) {
      if (event->event == wire::EdgeEvent::kStreamOpened) ++opened_[edge];
      if (event->event == wire::EdgeEvent::kStreamClosed) closed_[edge].push_back(*event);
      if (event->event == wire::EdgeEvent::kStreamAuthenticated) {
        authenticated_[edge].push_back(*event);
      }
    }
    return opened_[edge];
  }

  // Both edges open a stream in the same moment; the second edge's is for its domain `other`.
  void two_at_once(std::size_t other) {
    start();
    deliver(0, 0, 0, "<message id='1'/>");
    deliver(1, other, other, "<message id='2'/>");
    arrives(1, "<message id='1'/>");
    arrives(0, "<message id='2'/>");
    ends(0);
    ends(1);
    ASSERT_EQ(opened(0), 2U);
    // The one whose opener's domain is the greater goes, and what it carried goes on on the other.
    const auto closed = [this](int edge) {
      for (int i = 0; i < 15 && closed_[edge].empty(); ++i) static_cast<void>(opened(edge));
      EXPECT_EQ(closed_[edge].size(), 1U);
      return !closed_[edge].empty() && closed_[edge].front().outgoing;
    };
    EXPECT_FALSE(closed(0));
    houses_[0]->releases().send(wire::EventsStored{closed_[0].front().number});
    EXPECT_TRUE(closed(1));
    for (int i = 0; i < 2; ++i) {
      deliver(i, i == 0 ? 0 : other, i == 0 ? 0 : other, "<message id='3'/>");
      arrives(1 - i, "<message id='3'/>");
      ends(i);
    }
    EXPECT_EQ(opened(0), 2U);
  }

  const std::vector<std::string> kDomains[2] = {{"a.lab", "rooms.a.lab"}, {"b.lab", "rooms.b.lab"}};
  TestPki pki_;
  std::uint16_t ports_[2];
  wire::EdgeConfiguration configurations_[2];
  std::unique_ptr<TestHouse> houses_[2];
  std::uint64_t last_ = 0;
  std::size_t opened_[2] = {0, 0};
  std::vector<wire::Event> authenticated_[2];
  std::vector<wire::Event> closed_[2];
};

TEST_F(Sharing, AllPairsGoBothWaysOnOneStream) {
  start();
  deliver(0, 0, 0, "<message id='1'/>");
  const auto there = arrives(1, "<message id='1'/>");
  ends(0);
  deliver(1, 0, 0, "<message id='2'/>");  // back, on the same stream
  const auto back = arrives(0, "<message id='2'/>");
  ends(1);
  for (std::size_t local = 0; local < 2; ++local) {
    for (std::size_t remote = 0; remote < 2; ++remote) {
      deliver(0, local, remote, "<message id='3'/>");
      EXPECT_EQ(arrives(1, "<message id='3'/>"), there);
      ends(0);
      deliver(1, local, remote, "<message id='4'/>");
      EXPECT_EQ(arrives(0, "<message id='4'/>"), back);
      ends(1);
    }
  }
  EXPECT_EQ(opened(0), 1U);
  EXPECT_EQ(opened(1), 1U);
  // Both edges have said of each pair, in the direction in which it was proved, that it is there.
  EXPECT_EQ(authenticated_[0].size(), 5U);  // ours: four; the peer's: the first
  EXPECT_EQ(authenticated_[1].size(), 4U);
  for (int edge = 0; edge < 2; ++edge) {
    for (const wire::Event& event : authenticated_[edge]) EXPECT_NE(event.stream, 0U);
  }
}

TEST_F(Sharing, WithoutItEachPairAndDirectionHasItsOwn) {
  use(wire::StreamUse::kOwn);
  start();
  deliver(0, 0, 0, "<message id='1'/>");
  deliver(0, 0, 1, "<message id='1'/>");
  deliver(1, 0, 0, "<message id='2'/>");
  arrives(1, "<message id='1'/>");
  arrives(1, "<message id='1'/>");
  arrives(0, "<message id='2'/>");
  EXPECT_EQ(opened(0), 3U);
  EXPECT_EQ(opened(1), 3U);
}

TEST_F(Sharing, SharedIsForOneDirection) {
  use(wire::StreamUse::kShared);
  start();
  deliver(0, 0, 0, "<message id='1'/>");
  const auto there = arrives(1, "<message id='1'/>");
  deliver(0, 1, 1, "<message id='2'/>");
  EXPECT_EQ(arrives(1, "<message id='2'/>"), there);
  deliver(1, 0, 0, "<message id='3'/>");
  arrives(0, "<message id='3'/>");
  EXPECT_EQ(opened(0), 2U);
}

TEST_F(Sharing, PairsThatBeginAtOnceWaitForOneStream) {
  start();
  for (std::size_t local = 0; local < 2; ++local) {
    for (std::size_t remote = 0; remote < 2; ++remote) deliver(0, local, remote, "<message/>");
  }
  const auto there = arrives(1, "<message/>");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(arrives(1, "<message/>"), there);
  EXPECT_EQ(opened(0), 1U);
}

// For the same two domains, or for others.
TEST_F(Sharing, OfTwoStreamsThatWereOpenedAtOnceOneStays) {
  for (const std::size_t other : {0U, 1U}) {
    two_at_once(other);
    for (auto& house : houses_) house.reset();
    for (int i = 0; i < 2; ++i) {
      opened_[i] = 0;
      closed_[i].clear();
    }
  }
}

TEST_F(Sharing, ADomainThatTheCertificateDoesNotNameHasAStreamOfItsOwn) {
  const TestCertificate one = pki_.issue(kDomains[0][0]);
  const TestCertificate two = pki_.issue(kDomains[0][1]);
  configurations_[0].certificates = {{one.chain, one.key}, {two.chain, two.key}};
  start();
  deliver(0, 0, 0, "<message id='1'/>");
  const auto first = arrives(1, "<message id='1'/>");
  deliver(0, 1, 0, "<message id='2'/>");
  EXPECT_NE(arrives(1, "<message id='2'/>"), first);
  deliver(0, 1, 1, "<message id='3'/>");  // by the same certificate as the second
  EXPECT_NE(arrives(1, "<message id='3'/>"), first);
  EXPECT_EQ(opened(0), 2U);
}

TEST_F(Sharing, AStanzaThatIsNotAcknowledgedHoldsUpNoOtherPair) {
  start();
  deliver(0, 0, 0, "<message id='stalled'/>");
  const auto stalled = houses_[1]->offers().expect<wire::Offer>();
  ASSERT_TRUE(stalled);
  for (int i = 0; i < 3; ++i) {
    deliver(0, 0, 1, "<message id='other'/>");
    const auto offer = houses_[1]->offers().expect<wire::Offer>();
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->stream, stalled->stream);
    settle(1, offer->ticket);
    ends(0);
  }
  settle(1, stalled->ticket);
  ends(0);
}

TEST_F(Sharing, APeerWithoutAddressesIsReachedOnItsOwnStream) {
  configurations_[1].near_peers[0].addresses.clear();
  start();
  deliver(1, 0, 0, "<message id='nobody'/>");
  ends(1, wire::Delivery::kExpired);
  deliver(0, 0, 0, "<message id='1'/>");
  arrives(1, "<message id='1'/>");
  deliver(1, 0, 0, "<message id='2'/>");
  arrives(0, "<message id='2'/>");
  ends(1);
  EXPECT_EQ(opened(1), 1U);
}

TEST_F(Sharing, APairWhoseOwnStreamCannotBeMadeIsAskedForOnOneThatThePeerOpens) {
  configurations_[1].near_peers[0].addresses = {{"127.0.0.1", free_port()}};
  start();
  deliver(1, 1, 1, "<message id='1'/>");
  const auto failed = houses_[1]->tickets().expect<wire::Event>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->event, wire::EdgeEvent::kConnectFailed);
  deliver(0, 0, 0, "<message id='2'/>");
  arrives(1, "<message id='2'/>");
  arrives(0, "<message id='1'/>");
  ends(1);
}

TEST_F(Sharing, WhatIsLostWithAStreamGoesOutAgainOnTheNext) {
  start();
  deliver(0, 0, 0, "<message id='1'/>");
  arrives(1, "<message id='1'/>");
  ends(0);
  deliver(1, 0, 0, "<message id='2'/>");
  const auto offer = houses_[0]->offers().expect<wire::Offer>();
  ASSERT_TRUE(offer);  // taken, and not acknowledged
  houses_[0]->releases().send(
      wire::CloseStream{offer->stream, wire::StreamCondition::kPolicyViolation});
  houses_[1]->store_events();  // the end of an authenticated stream waits for its record
  arrives(0, "<message id='2'/>");
  // and the one behind it, for a pair that had not begun
  deliver(1, 1, 1, "<message id='3'/>");
  arrives(0, "<message id='3'/>");
}

TEST_F(Sharing, APairThatIsNoMoreTakesTheStreamWithItAndTheOthersGoOn) {
  start();
  deliver(0, 0, 0, "<message id='1'/>");
  const auto first = arrives(1, "<message id='1'/>");
  deliver(0, 1, 1, "<message id='2'/>");
  EXPECT_EQ(arrives(1, "<message id='2'/>"), first);
  wire::EdgeConfiguration next = configurations_[0];
  next.certificates.clear();
  next.dialback_secret.clear();
  next.far_peers[0].domains.pop_back();  // rooms.a.lab
  houses_[0]->control().send(wire::Reconfigure{1, wire::encode_configuration(next)});
  ASSERT_TRUE(houses_[0]->control().expect<wire::Reconfigured>());
  deliver(0, 1, 1, "<message id='none'/>");
  deliver(0, 0, 0, "<message id='3'/>");
  EXPECT_NE(arrives(1, "<message id='3'/>"), first);
}

}  // namespace
}  // namespace guard::edge
