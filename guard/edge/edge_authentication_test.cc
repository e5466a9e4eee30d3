// Who gets in and who does not. Every way in has a refused twin.
#include <gtest/gtest.h>

#include <string>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

constexpr char kAuth[] =
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Authentication : public EdgeProcess {
 protected:
  // refused says that this certificate is not offered EXTERNAL, and that a stanza after trying it
  // all the same reaches nobody.
  void refused(const TestCertificate* certificate) {
    TestPeer peer(port_);
    const std::string features = peer.secure(kNear, kFar, certificate);
    EXPECT_FALSE(has(features, "EXTERNAL")) << features;
    peer.send(kAuth);
    EXPECT_FALSE(has(peer.read_until("/>", 500), "<success"));
    peer.send(kMessage);
    EXPECT_FALSE(house_->offers().expect<wire::Offer>(300));
    EXPECT_FALSE(house_->tickets().expect<wire::Ticket>(10));
  }
};

TEST_F(Authentication, GoodCertificateIsLetIn) {
  start();
  const auto peer = logged_in();
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Authentication, OtherAuthorityIsRefused) {
  start();
  const TestCertificate wrong = TestPki("other authority").issue(kNear);
  refused(&wrong);
}

TEST_F(Authentication, OtherNameIsRefused) {
  start();
  const TestCertificate wrong = pki_.issue("other.lab");
  refused(&wrong);
}

TEST_F(Authentication, ExpiredIsRefused) {
  start();
  TestCertificateSpec spec;
  spec.dns_names = {kNear};
  spec.not_after = -60;
  const TestCertificate wrong = pki_.issue(spec);
  refused(&wrong);
}

TEST_F(Authentication, NotYetValidIsRefused) {
  start();
  TestCertificateSpec spec;
  spec.dns_names = {kNear};
  spec.not_before = 3600;
  const TestCertificate wrong = pki_.issue(spec);
  refused(&wrong);
}

TEST_F(Authentication, NoCertificateIsRefused) {
  start();
  refused(nullptr);
}

TEST_F(Authentication, WildcardIsRefusedUnlessAllowed) {
  start();
  const TestCertificate wrong = pki_.issue("*.near.lab");
  TestPeer peer(port_);
  EXPECT_FALSE(has(peer.secure("rooms.near.lab", kFar, &wrong), "EXTERNAL"));
}

TEST_F(Authentication, WildcardIsLetInWhereAllowed) {
  configuration_.near_peers[0].wildcard_certificates = true;
  start();
  TestPeer peer(port_);
  const TestCertificate mine = pki_.issue("*.near.lab");
  EXPECT_TRUE(has(peer.log_in("rooms.near.lab", kFar, mine), "features"));
  TestPeer above(port_);  // the star is one label, not none
  EXPECT_FALSE(has(above.secure(kNear, kFar, &mine), "EXTERNAL"));
}

TEST_F(Authentication, ServerUsageAloneIsRefused) {
  start();
  TestCertificateSpec spec;
  spec.dns_names = {kNear};
  spec.client_usage = false;
  const TestCertificate wrong = pki_.issue(spec);
  refused(&wrong);
}

TEST_F(Authentication, ServerUsageAloneIsLetInWhereThePolicySaysSo) {
  configuration_.near_peers[0].client_usage_optional = true;
  start();
  TestCertificateSpec spec;
  spec.dns_names = {kNear};
  spec.client_usage = false;
  TestPeer peer(port_);
  EXPECT_TRUE(has(peer.log_in(kNear, kFar, pki_.issue(spec)), "features"));
}

TEST_F(Authentication, KeyThatIsNotPinnedIsRefused) {
  configuration_.near_peers[0].pins = {Digest{1, 2, 3}};
  start();
  const TestCertificate wrong = pki_.issue(kNear);
  refused(&wrong);
}

TEST_F(Authentication, PlaintextIsRefused) {
  start();
  TestPeer peer(port_);
  peer.send(stream_header(kNear, kFar));
  EXPECT_TRUE(has(peer.read_until("</stream:features>"), "<required"));
  peer.send(kAuth);
  EXPECT_TRUE(has(peer.read_to_end(), "policy-violation"));
  TestPeer stanza(port_);
  stanza.send(stream_header(kNear, kFar));
  (void)stanza.read_until("</stream:features>");
  stanza.send(kMessage);
  EXPECT_TRUE(has(stanza.read_to_end(), "not-authorized"));
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(100));
}

TEST_F(Authentication, BytesBehindStartTlsAreInjection) {
  start();
  TestPeer peer(port_);
  peer.send(stream_header(kNear, kFar));
  (void)peer.read_until("</stream:features>");
  peer.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><presence/>");
  const std::string came = peer.read_to_end();
  EXPECT_FALSE(has(came, "<proceed")) << came;
  EXPECT_TRUE(has(came, "policy-violation")) << came;
}

// A test of the invariant INVISIBLE.
TEST_F(Authentication, INVISIBLE_HiddenDomainLooksLikeNone) {
  start();
  std::string answers[2];
  const std::string names[2] = {kHidden, "absent.lab"};
  for (int i = 0; i < 2; ++i) {
    TestPeer peer(port_);
    peer.send(stream_header(kNear, names[i]));
    answers[i] = peer.read_to_end();
    const auto name = answers[i].find(names[i]);
    if (name != std::string::npos) answers[i].replace(name, names[i].size(), "X");
    const auto id = answers[i].find("id='");
    if (id != std::string::npos) answers[i].replace(id + 4, 32, "ID");
    EXPECT_TRUE(has(answers[i], "host-unknown")) << answers[i];
  }
  EXPECT_EQ(answers[0], answers[1]);
}

TEST_F(Authentication, INVISIBLE_ServerNameShowsNoHiddenCertificate) {
  start();
  for (const std::string& sni : {std::string(kHidden), std::string("absent.lab")}) {
    TestPeer peer(port_);
    peer.send(stream_header(kNear, kFar));
    (void)peer.read_until("</stream:features>");
    peer.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    (void)peer.read_until("/>");
    ASSERT_TRUE(peer.start_tls(false, nullptr, sni));
    EXPECT_EQ(peer.shown_names(), kFar);
  }
}

TEST_F(Authentication, ServerNameChoosesACertificateThatThePeerMaySee) {
  configuration_.near_peers[0].view = configuration_.add_view({0, 2});
  start();
  TestPeer peer(port_);
  peer.send(stream_header(kNear, kFar));
  (void)peer.read_until("</stream:features>");
  peer.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  (void)peer.read_until("/>");
  ASSERT_TRUE(peer.start_tls(false, nullptr, kHidden));
  EXPECT_EQ(peer.shown_names(), kHidden);
}

TEST_F(Authentication, StrangerIsUnknown) {
  start();
  TestPeer peer(port_);
  peer.send(stream_header("stranger.lab", kFar));
  EXPECT_TRUE(has(peer.read_to_end(), "host-unknown"));
  EXPECT_FALSE(house_->tickets().expect<wire::Event>(100));  // counted, not told one by one
}

TEST_F(Authentication, OutgoingStreamToAnotherNameIsGivenUp) {
  start();
  house_->releases().send(delivery(1, kMessage, 3));
  auto peer = server_.accept();
  ASSERT_TRUE(peer);
  (void)peer->read_until("xml:lang='en'>");
  peer->send(stream_header(kNear, kFar, "one") +
             "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
             "<required/></starttls></stream:features>");
  (void)peer->read_until("/>");
  peer->send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  const TestCertificate wrong = pki_.issue("other.lab");
  (void)peer->start_tls(true, &wrong);
  const std::string came = peer->read_to_end();
  EXPECT_FALSE(has(came, "<message")) << came;
  const auto event = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->event, wire::EdgeEvent::kConnectFailed);
  EXPECT_EQ(event->detail, "certificate name");
}

}  // namespace
}  // namespace guard::edge
