// Dialback in both roles, and its refused twins (XEP-0220).
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

constexpr char kProceed[] = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
constexpr char kTlsFeature[] =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
    "</stream:features>";
constexpr char kDialbackFeature[] =
    "<stream:features><dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"
    "</stream:features>";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin);
  if (from == std::string::npos) return {};
  const auto at = from + begin.size();
  return text.substr(at, text.find(end, at) - at);
}

class Dialback : public EdgeProcess {
 protected:
  Dialback() {
    configuration_.near_peers[0].authentication = wire::Authentication::kDialback;
    configuration_.limits.handshake_seconds = 10;
  }

  // secured accepts the guard's stream and brings it to the features after TLS.
  std::unique_ptr<TestPeer> secured() {
    auto peer = server_.accept();
    if (!peer) return nullptr;
    (void)peer->read_until("xml:lang='en'>");
    peer->send(stream_header(kNear, kFar, "one") + kTlsFeature);
    (void)peer->read_until("/>");
    peer->send(kProceed);
    const TestCertificate unknown = TestPki("nobody's authority").issue("whoever.lab");
    if (!peer->start_tls(true, &unknown)) return nullptr;
    (void)peer->read_until("xml:lang='en'>");
    peer->send(stream_header(kNear, kFar, "two") + kDialbackFeature);
    return peer;
  }

  // asks sends db:result on a stream of its own and returns what the guard then asks of our server.
  std::string asked(TestPeer& peer, std::unique_ptr<TestPeer>& authority) {
    const std::string features = peer.secure(kNear, kFar, nullptr);
    EXPECT_TRUE(has(features, "urn:xmpp:features:dialback")) << features;
    peer.send("<db:result from='near.lab' to='far.lab'>somekey</db:result>");
    authority = secured();
    if (!authority) return {};
    return authority->read_until("</db:verify>");
  }
};

TEST_F(Dialback, PeerWhoseKeyHoldsIsLetIn) {
  start();
  TestPeer peer(port_);
  std::unique_ptr<TestPeer> authority;
  const std::string verify = asked(peer, authority);
  EXPECT_TRUE(has(verify, "somekey")) << verify;
  const std::string id = between(verify, " id='", "'");
  ASSERT_FALSE(id.empty()) << verify;
  authority->send("<db:verify from='near.lab' to='far.lab' id='" + id + "' type='valid'/>");
  EXPECT_TRUE(has(peer.read_until("</db:result>"), "type='valid'"));
  peer.send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Dialback, PeerWhoseKeyDoesNotHoldIsRefused) {
  start();
  TestPeer peer(port_);
  std::unique_ptr<TestPeer> authority;
  const std::string id = between(asked(peer, authority), " id='", "'");
  ASSERT_TRUE(authority);
  authority->send("<db:verify from='near.lab' to='far.lab' id='" + id + "' type='invalid'/>");
  EXPECT_TRUE(has(peer.read_until("</db:result>"), "type='invalid'"));
  peer.send(kMessage);
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(300));
}

TEST_F(Dialback, AnswerForAnotherStreamDoesNotCount) {
  start();
  TestPeer peer(port_);
  std::unique_ptr<TestPeer> authority;
  (void)asked(peer, authority);
  ASSERT_TRUE(authority);
  authority->send("<db:verify from='near.lab' to='far.lab' id='another' type='valid'/>");
  EXPECT_FALSE(has(peer.read_until("</db:result>", 500), "type='valid'"));
}

TEST_F(Dialback, AuthorityThatCannotBeReachedIsAnError) {
  configuration_.near_peers[0].addresses = {{"127.0.0.1", free_port()}};
  start();
  TestPeer peer(port_);
  (void)peer.secure(kNear, kFar, nullptr);
  peer.send("<db:result from='near.lab' to='far.lab'>somekey</db:result>");
  const std::string came = peer.read_until("</db:result>");
  EXPECT_TRUE(has(came, "type='error'")) << came;
  EXPECT_TRUE(has(came, "remote-server-not-found")) << came;
}

// Strangers ask for these streams, so they are few, and take no place from deliveries.
TEST_F(Dialback, StreamsForKeysAreBoundedForAPeer) {
  configuration_.near_peers[0].domains = {{kNear, DomainMatch::kSubdomains}};
  configuration_.limits.streams = 8;
  start();
  TestPeer peer(port_);
  (void)peer.secure(kNear, kFar, nullptr);
  std::vector<std::unique_ptr<TestPeer>> held;
  for (int i = 0; i < 8; ++i) {
    peer.send("<db:result from='d" + std::to_string(i) + ".near.lab' to='far.lab'>key</db:result>");
    held.push_back(server_.accept());
    ASSERT_TRUE(held.back()) << i;
  }
  peer.send("<db:result from='past.near.lab' to='far.lab'>key</db:result>");
  const std::string came = peer.read_until("</db:result>");
  EXPECT_TRUE(has(came, "past.near.lab")) << came;
  EXPECT_TRUE(has(came, "remote-server-not-found")) << came;
  EXPECT_EQ(server_.accept(200), nullptr);
  house_->releases().send(delivery(1, kMessage));
  EXPECT_TRUE(server_.accept());
}

TEST_F(Dialback, StreamsForKeysAreBoundedInAll) {
  constexpr int kPeers = 9;
  configuration_.near_peers.clear();
  for (PeerIndex i = 0; i < kPeers; ++i) {
    wire::NearPeer near;
    near.index = i + 1;
    near.domains = {{"p" + std::to_string(i) + ".lab", DomainMatch::kSubdomains}};
    near.addresses = {{"127.0.0.1", server_.port()}};
    near.authentication = wire::Authentication::kDialback;
    near.view = configuration_.add_view({0});
    configuration_.near_peers.push_back(near);
  }
  configuration_.far_peers = {{0, {{kFar, DomainMatch::kExact}}}};
  start();
  std::vector<std::unique_ptr<TestPeer>> held;
  std::vector<std::unique_ptr<TestPeer>> peers;
  std::string came;
  for (int i = 0; i < kPeers; ++i) {
    const std::string domain = "p" + std::to_string(i) + ".lab";
    peers.push_back(std::make_unique<TestPeer>(port_));
    (void)peers.back()->secure(domain, kFar, nullptr);
    for (int j = 0; j < (i + 1 < kPeers ? 8 : 1); ++j) {
      peers.back()->send("<db:result from='d" + std::to_string(j) + "." + domain +
                         "' to='far.lab'>key</db:result>");
      if (i + 1 == kPeers) break;
      held.push_back(server_.accept());
      ASSERT_TRUE(held.back()) << i << " " << j;
    }
  }
  came = peers.back()->read_until("</db:result>");
  EXPECT_TRUE(has(came, "remote-server-not-found")) << came;
  EXPECT_EQ(server_.accept(200), nullptr);
}

TEST_F(Dialback, PeerThatMustShowACertificateIsRefused) {
  configuration_.near_peers[0].authentication = wire::Authentication::kExternal;
  start();
  TestPeer peer(port_);
  (void)peer.secure(kNear, kFar, nullptr);
  peer.send("<db:result from='near.lab' to='far.lab'>somekey</db:result>");
  EXPECT_FALSE(has(peer.read_until("</db:result>", 500), "type='valid'"));
  EXPECT_EQ(server_.accept(300), nullptr);
}

TEST_F(Dialback, GuardProvesItselfAndDelivers) {
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto peer = secured();
  ASSERT_TRUE(peer);
  const std::string result = peer->read_until("</db:result>");
  const std::string key = between(result, ">", "</db:result>");
  ASSERT_FALSE(key.empty()) << result;

  TestPeer back(port_);  // our server asks the guard, as authoritative server
  (void)back.secure(kNear, kFar, nullptr);
  back.send("<db:verify from='near.lab' to='far.lab' id='two'>" + key + "</db:verify>");
  EXPECT_TRUE(has(back.read_until("</db:verify>"), "type='valid'"));
  back.send("<db:verify from='near.lab' to='far.lab' id='three'>" + key + "</db:verify>");
  EXPECT_TRUE(has(back.read_until("</db:verify>"), "type='invalid'"));

  peer->send("<db:result from='near.lab' to='far.lab' type='valid'/>");
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
}

TEST_F(Dialback, GuardSendsNothingWhenItIsNotBelieved) {
  start();
  house_->releases().send(delivery(1, kMessage, 2));
  const auto peer = secured();
  ASSERT_TRUE(peer);
  (void)peer->read_until("</db:result>");
  peer->send("<db:result from='near.lab' to='far.lab' type='invalid'/>");
  EXPECT_FALSE(has(peer->read_to_end(1000), "<message"));
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->result, wire::Delivery::kExpired);
}

}  // namespace
}  // namespace guard::edge
