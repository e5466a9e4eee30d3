// Streams that one real edge has opened and made bidirectional, to a server that does not keep to
// the rules. (Two edges with each other: edge_sharing_test.)
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

constexpr char kRooms[] = "rooms.near.lab";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class BothWays : public EdgeProcess {
 protected:
  BothWays() {
    configuration_.near_peers[0].streams = wire::StreamUse::kBothWays;
    configuration_.trust.revocation = true;
    configuration_.trust.lists = {pki_.list({})};
    TestCertificateSpec spec;
    spec.dns_names = {kNear, kRooms};
    mine_ = pki_.issue(spec);
  }

  // opened accepts the guard's stream and grants it both ways; `last` is in the last features and
  // `behind` follows them in one piece. Null on failure.
  std::unique_ptr<TestPeer> opened(const std::string& behind = {}, const std::string& last = {}) {
    house_->releases().send(delivery(1, kMessage));
    auto peer = server_.accept();
    if (!peer || !begin_tls(*peer, mine_)) return nullptr;
    (void)peer->read_until(kHeaderEnd);
    peer->send(stream_header(kNear, kFar, "two") + kFeatures +
               "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
               "<mechanism>EXTERNAL</mechanism></mechanisms>"
               "<bidi xmlns='urn:xmpp:features:bidi'/></stream:features>");
    if (!has(peer->read_until("</auth>"), "<bidi xmlns='urn:xmpp:bidi'/>")) return nullptr;
    peer->send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    (void)peer->read_until(kHeaderEnd);
    peer->send(stream_header(kNear, kFar, "three") + kFeatures + last + "</stream:features>" +
               behind);
    return peer;
  }

  TestCertificate mine_;
};

TEST_F(BothWays, AServerThatIsRevokedAddsNoPairAndIsClosed) {
  for (const bool revoked : {false, true}) {
    house_.reset();
    start();
    const auto peer = opened();
    ASSERT_TRUE(peer && has(peer->read_until("</message>"), "<message"));
    house_->store_events();
    if (revoked) {
      TestListSpec list;
      list.revoked = {mine_};
      house_->control().send(wire::RevocationLists{wire::kNoPeer, {pki_.list(list)}});
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // not yet the tick
    }
    peer->send("<db:result from='rooms.near.lab' to='far.lab'>key</db:result>");
    const std::string came = peer->read_until("</db:result>", revoked ? 300 : 5000);
    EXPECT_EQ(has(came, "type='valid'>"), !revoked) << came;
    const auto event = house_->tickets().expect<wire::Event>();
    ASSERT_TRUE(event);
    if (!revoked) {
      EXPECT_EQ(event->event, wire::EdgeEvent::kStreamAuthenticated);
      EXPECT_EQ(event->from, kRooms);
      continue;
    }
    EXPECT_EQ(event->event, wire::EdgeEvent::kStreamClosed);
    EXPECT_EQ(event->detail, "certificate revoked reset");
    house_->releases().send(wire::EventsStored{event->number});
    EXPECT_TRUE(has(peer->read_to_end(), "<reset "));
  }
}

TEST_F(BothWays, WhoIsAbsentGetsNothingOnAStreamThatOwesSomethingInItsName) {
  start();
  auto peer = opened({}, "<sm xmlns='urn:xmpp:sm:3'/>");
  ASSERT_TRUE(peer);
  peer->send("<enabled xmlns='urn:xmpp:sm:3'/>");
  ASSERT_TRUE(has(peer->read_until("</message>"), "<message"));  // not acknowledged
  house_->control().send(wire::Controls{.number = 1, .absent = {{0, false}}});
  EXPECT_TRUE(has(peer->read_to_end(), "<reset "));
  peer.reset();
  // What is owed goes out on a stream on which nothing can come back.
  peer = server_.accept();
  ASSERT_TRUE(peer && begin_tls(*peer, mine_));
  (void)peer->read_until(kHeaderEnd);
  peer->send(stream_header(kNear, kFar, "two") + kFeatures +
             "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
             "<mechanism>EXTERNAL</mechanism></mechanisms>"
             "<bidi xmlns='urn:xmpp:features:bidi'/></stream:features>");
  const std::string auth = peer->read_until("</auth>");
  EXPECT_TRUE(has(auth, "<auth ") && !has(auth, "<bidi")) << auth;
}

TEST_F(BothWays, WhatIsWrongInTheReadThatMakesItOneIsToldOnlyOnceItIsOnRecord) {
  start();
  const auto peer = opened("<nonsense xmlns='x'/>");
  ASSERT_TRUE(peer);
  EXPECT_FALSE(has(peer->read_until("unsupported", 200), "unsupported"));
  house_->store_events();
  EXPECT_TRUE(has(peer->read_to_end(), "<unsupported-stanza-type "));
}

}  // namespace
}  // namespace guard::edge
