// Direct TLS (XEP-0368) in both directions: SNI, ALPN, no STARTTLS inside, the same checks.
#include <gtest/gtest.h>

#include <string>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Direct : public EdgeProcess {
 protected:
  Direct() {
    direct_port_ = free_port();
    configuration_.listen.push_back({"127.0.0.1", direct_port_, true});
    configuration_.near_peers[0].addresses = {{"127.0.0.1", server_.port(), true}};
  }
  std::uint16_t direct_port_ = 0;
};

TEST_F(Direct, LetsInWhoShowsAGoodCertificate) {
  start();
  for (const char* protocol : {"xmpp-server", ""}) {
    TestPeer peer(direct_port_);
    peer.speak(protocol);
    const TestCertificate mine = pki_.issue(kNear);
    ASSERT_TRUE(peer.start_tls(false, &mine, kFar));
    EXPECT_EQ(peer.spoken(), protocol);
    EXPECT_EQ(peer.shown_names(), kFar);
    EXPECT_TRUE(has(peer.log_in_over_tls(kNear, kFar), "features"));
    peer.send(kMessage);
    EXPECT_TRUE(house_->offers().expect<wire::Offer>());
  }
}

TEST_F(Direct, RefusesWhoDoesNot) {
  start();
  const TestCertificate wrong[] = {pki_.issue("other.lab"), TestPki("stranger").issue(kNear)};
  for (const TestCertificate* one :
       {&wrong[0], &wrong[1], static_cast<const TestCertificate*>(nullptr)}) {
    TestPeer peer(direct_port_);
    ASSERT_TRUE(peer.start_tls(false, one, kFar));
    EXPECT_TRUE(has(peer.log_in_over_tls(kNear, kFar), "not-authorized"));
  }
}

TEST_F(Direct, RefusesAnotherProtocol) {
  start();
  for (const char* protocol : {"xmpp-client", "h2"}) {
    TestPeer peer(direct_port_);
    peer.speak(protocol);
    EXPECT_FALSE(peer.start_tls(false, nullptr, kFar)) << protocol;
  }
}

TEST_F(Direct, INVISIBLE_ShowsNoCertificateThatNobodyMaySee) {
  start();
  for (const char* name : {kHidden, "absent.lab", ""}) {
    TestPeer peer(direct_port_);
    EXPECT_FALSE(peer.start_tls(false, nullptr, name)) << name;
  }
}

TEST_F(Direct, OffersNoStartTlsAndTakesNoPlaintext) {
  start();
  TestPeer peer(direct_port_);
  const TestCertificate mine = pki_.issue(kNear);
  ASSERT_TRUE(peer.start_tls(false, &mine, kFar));
  peer.send(stream_header(kNear, kFar));
  EXPECT_FALSE(has(peer.read_until("</stream:features>"), "starttls"));
  TestPeer plain(direct_port_);
  plain.send(stream_header(kNear, kFar));
  EXPECT_FALSE(has(plain.read_to_end(), "stream"));
  EXPECT_TRUE(plain.closed());
}

TEST_F(Direct, StreamMayBeToAnotherDomainThanTheServerNameOnlyIfThePeerSeesIt) {
  start();
  TestPeer peer(direct_port_);
  const TestCertificate mine = pki_.issue(kNear);
  ASSERT_TRUE(peer.start_tls(false, &mine, kFar));
  EXPECT_TRUE(has(peer.log_in_over_tls(kNear, kHidden), "host-unknown"));
}

TEST_F(Direct, GoesOutWithServerNameAndProtocol) {
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto peer = server_.accept();
  ASSERT_TRUE(peer);
  const TestCertificate mine = pki_.issue(kNear);
  peer->speak("xmpp-server");
  ASSERT_TRUE(peer->start_tls(true, &mine));
  EXPECT_EQ(peer->spoken(), "xmpp-server");
  EXPECT_EQ(peer->asked_for(), kNear);
  EXPECT_EQ(peer->shown_names(), kFar);
  EXPECT_TRUE(authenticate_guard(*peer));
  EXPECT_TRUE(has(peer->read_until("</message>"), "<message"));
}

TEST_F(Direct, GoesOutToNobodyElse) {
  start();
  house_->releases().send(delivery(1, kMessage, 3));
  const auto peer = server_.accept();
  ASSERT_TRUE(peer);
  const TestCertificate wrong = pki_.issue("other.lab");
  (void)peer->start_tls(true, &wrong);
  EXPECT_FALSE(has(peer->read_to_end(), "<message"));
  const auto event = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->detail, "certificate name");
}

}  // namespace
}  // namespace guard::edge
