// Tests of a whole guard-edge process, alone: the test is guardd, filter, recorder and the peers.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/edge/test_house.h"
#include "guard/edge/test_peer.h"
#include "guard/edge/test_pki.h"

namespace guard::edge {
namespace {

using wire::Authentication;

constexpr char kNear[] = "near.lab";
constexpr char kFar[] = "far.lab";
constexpr char kHidden[] = "hidden.lab";  // a far domain that the peer may not see

class EdgeProcess : public ::testing::Test {
 protected:
  EdgeProcess() : pki_("near authority"), guard_pki_("guard authority") {
    configuration_.side = Side::kLow;
    port_ = free_port();
    configuration_.listen = {{"127.0.0.1", port_}};
    wire::NearPeer near;
    near.index = 1;
    near.name = "near";
    near.domains = {{kNear, DomainMatch::kExact}, {"rooms.near.lab", DomainMatch::kExact}};
    near.addresses = {{"127.0.0.1", server_.port()}};
    near.visible = {0};
    configuration_.near_peers = {near};
    configuration_.far_peers = {{0, {{kFar, DomainMatch::kExact}}},
                                {2, {{kHidden, DomainMatch::kExact}}}};
    for (const char* domain : {kFar, kHidden}) {
      const TestCertificate certificate = guard_pki_.issue(domain);
      configuration_.certificates.push_back({certificate.chain, certificate.key});
    }
    configuration_.trust = pki_.authority();
    configuration_.dialback_secret = "a secret of thirty-two octets, or";
    configuration_.limits.handshake_seconds = 2;
  }

  void start() {
    house_ = std::make_unique<TestHouse>(configuration_);
    ASSERT_TRUE(house_->start());
  }

  // logged_in gives an authenticated stream from the near peer; null where it is refused.
  std::unique_ptr<TestPeer> logged_in() {
    auto peer = std::make_unique<TestPeer>(port_);
    const std::string came = peer->log_in(kNear, kFar, pki_.issue(kNear));
    EXPECT_NE(came.find("features"), std::string::npos) << came;
    return peer;
  }

  // answered accepts the guard's own stream and authenticates it with EXTERNAL; null on failure.
  std::unique_ptr<TestPeer> answered(int milliseconds = 5000) {
    auto peer = server_.accept(milliseconds);
    if (!peer) return nullptr;
    static constexpr char kFeatures[] = "<stream:features>";
    static constexpr char kHeaderEnd[] = "xml:lang='en'>";
    if (peer->read_until(kHeaderEnd).empty()) return nullptr;
    peer->send(stream_header(kNear, kFar, "one") + kFeatures +
               "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
               "</stream:features>");
    (void)peer->read_until("/>");
    peer->send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    const TestCertificate mine = pki_.issue(kNear);
    if (!peer->start_tls(true, &mine)) return nullptr;
    (void)peer->read_until(kHeaderEnd);
    peer->send(stream_header(kNear, kFar, "two") + kFeatures +
               "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
               "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>");
    if (peer->read_until("</auth>").find("EXTERNAL") == std::string::npos) return nullptr;
    peer->send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    (void)peer->read_until(kHeaderEnd);
    peer->send(stream_header(kNear, kFar, "three") + "<stream:features/>");
    return peer;
  }

  wire::Deliver delivery(std::uint64_t number, const std::string& bytes, int seconds = 30) {
    wire::Deliver deliver;
    deliver.delivery = number;
    deliver.peer = 1;
    deliver.pair = {kFar, kNear};
    deliver.deadline = UtcTime{now_utc().microseconds + std::int64_t{1'000'000} * seconds};
    deliver.bytes = bytes;
    return deliver;
  }

  TestPki pki_;
  TestPki guard_pki_;
  TestServer server_;
  std::uint16_t port_ = 0;
  wire::EdgeConfiguration configuration_;
  std::unique_ptr<TestHouse> house_;
};

const std::string kMessage =
    "<message from='a@near.lab' to='b@far.lab'><body>hello</body></message>";

TEST_F(EdgeProcess, AuthenticatedStanzaBecomesOfferAndTicket) {
  start();
  const auto peer = logged_in();
  ASSERT_TRUE(peer->send(kMessage));
  const auto context = house_->offers().expect<wire::Context>();
  ASSERT_TRUE(context);
  EXPECT_EQ(context->peer, 1U);
  EXPECT_EQ(context->pairs, (std::vector<wire::DomainPair>{{kNear, kFar}}));
  const auto offer = house_->offers().expect<wire::Offer>();
  const auto ticket = house_->tickets().expect<wire::Ticket>();
  ASSERT_TRUE(offer && ticket);
  EXPECT_EQ(offer->ticket, 1U);
  EXPECT_EQ(offer->bytes, kMessage);
  EXPECT_EQ(offer->stream, context->stream);
  EXPECT_EQ(ticket->number, 1U);
  EXPECT_EQ(ticket->stream, context->stream);
  EXPECT_EQ(ticket->peer, 1U);
  EXPECT_EQ(ticket->length, kMessage.size());
  Sha256 sha;
  EXPECT_EQ(ticket->hash, sha.digest(as_bytes(kMessage)));
  const auto opened = house_->tickets().expect<wire::Event>();
  const auto authenticated = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(opened && authenticated);
  EXPECT_EQ(opened->event, wire::EdgeEvent::kStreamOpened);
  EXPECT_EQ(authenticated->event, wire::EdgeEvent::kStreamAuthenticated);
  EXPECT_EQ(authenticated->detail, "external tls1.3");
  EXPECT_EQ(authenticated->address, "127.0.0.1");
}

TEST_F(EdgeProcess, DeliveryReachesThePeerAndIsReportedWritten) {
  start();
  house_->releases().send(delivery(41, kMessage));
  house_->releases().send(delivery(42, kMessage));
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->shown_names(), kFar);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->number, 1U);
  EXPECT_EQ(outcomes->result, wire::Delivery::kWritten);
  EXPECT_EQ(outcomes->deliveries, (std::vector<std::uint64_t>{41, 42}));
}

TEST_F(EdgeProcess, PingIsAnsweredAndStopEndsInOrder) {
  start();
  const auto peer = logged_in();
  house_->control().send(wire::Ping{5});
  const auto pong = house_->control().expect<wire::Pong>();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->number, 5U);
  house_->control().send(wire::Stop{});
  EXPECT_NE(peer->read_to_end().find("system-shutdown"), std::string::npos);
  EXPECT_EQ(house_->exit_status(2500), 0);
}

}  // namespace
}  // namespace guard::edge
