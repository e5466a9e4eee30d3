// The table of wrong certificates, in both directions, each with its allowed twin; whose
// authorities count for whom; certificates that stop being good while a stream lives.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Row: a certificate, and what is written about it; nullptr where it is good.
struct Row {
  const char* name;
  TestCertificate certificate;
  const char* as_client;
  const char* as_server;
  bool tls12 = false;
};

class Certificates : public EdgeProcess {
 protected:
  Certificates() {
    configuration_.near_peers[0].addresses = {{"127.0.0.1", server_.port()}};
    configuration_.trust.revocation = true;
    configuration_.trust.lists = {pki_.list({})};
  }

  TestCertificate with(const std::function<void(TestCertificateSpec&)>& change) {
    TestCertificateSpec spec;
    spec.dns_names = {kNear};
    change(spec);
    return pki_.issue(spec);
  }

  // rows makes the table; the authority's list is brought up to date.
  std::vector<Row> rows() {
    using Spec = TestCertificateSpec;
    const TestCertificate revoked = pki_.issue(kNear);
    TestListSpec list;
    list.revoked = {revoked};
    TestAuthoritySpec only_other;
    only_other.permitted = "permitted;DNS:other.lab";
    TestAuthoritySpec only_near;
    only_near.permitted = "permitted;DNS:near.lab";
    const TestPki not_for_us("bound elsewhere", only_other);
    const TestPki for_us("bound", only_near);
    configuration_.trust.authorities =
        pki_.authority() + not_for_us.authority() + for_us.authority();
    configuration_.trust.lists = {pki_.list(list), not_for_us.list({}), for_us.list({})};
    const char* weak = "certificate weak";
    const char* usage = "certificate usage";
    const char* bound = "certificate name-constraint";
    const char* curve = "handshake-failed weak-certificate";
    return {
        {"good", with([](Spec&) {}), nullptr, nullptr},
        {"good, TLS 1.2", with([](Spec&) {}), nullptr, nullptr, true},
        {"expired", with([](Spec& s) { s.not_after = -60; }), "certificate expired",
         "certificate expired"},
        {"not yet valid", with([](Spec& s) { s.not_before = 600; }), "certificate not-yet-valid",
         "certificate not-yet-valid"},
        {"wrong name", with([](Spec& s) { s.dns_names = {"other.lab"}; }), "certificate name",
         "certificate name"},
        {"no name", with([](Spec& s) { s.dns_names = {}; }), "certificate name",
         "certificate name"},
        {"wildcard for a name below", with([](Spec& s) { s.dns_names = {"*.lab"}; }),
         "certificate name", "certificate name"},
        {"SRVName", with([](Spec& s) {
           s.dns_names = {};
           s.srv_domains = {kNear};
         }),
         nullptr, nullptr},
        {"SRVName of another", with([](Spec& s) {
           s.dns_names = {};
           s.srv_domains = {"other.lab"};
         }),
         "certificate name", "certificate name"},
        {"unknown authority", TestPki("stranger").issue(kNear), "certificate unknown-authority",
         "certificate unknown-authority"},
        {"revoked", revoked, "certificate revoked", "certificate revoked"},
        {"RSA 1024", with([](Spec& s) { s.key = "RSA-1024"; }), weak, weak},
        {"RSA 2048", with([](Spec& s) { s.key = "RSA-2048"; }), nullptr, nullptr},
        // In TLS 1.2 the curve itself is refused, before there is a certificate to judge; as a
        // server the peer finds out for itself.
        {"P-192", with([](Spec& s) { s.key = "P-192"; }), curve, "handshake-failed", true},
        {"P-384", with([](Spec& s) { s.key = "P-384"; }), nullptr, nullptr},
        {"SHA-1", with([](Spec& s) { s.sha1 = true; }), weak, weak},
        {"for servers only", with([](Spec& s) { s.client_usage = false; }), usage, nullptr},
        {"for clients only", with([](Spec& s) { s.server_usage = false; }), nullptr, usage},
        {"for neither", with([](Spec& s) {
           s.client_usage = s.server_usage = false;
           s.other_usage = "emailProtection";
         }),
         usage, usage},
        {"of an authority bound to other names", not_for_us.issue(kNear), bound, bound},
        {"of an authority bound to this name", for_us.issue(kNear), nullptr, nullptr},
    };
  }

  // strangers stops the edge, and gives what was counted, by its words.
  std::map<std::string, std::uint64_t> strangers() {
    house_->control().send(wire::Stop{});
    std::map<std::string, std::uint64_t> counted;
    while (const auto event = house_->tickets().expect<wire::Event>(2000)) {
      if (event->event == wire::EdgeEvent::kStrangers) counted[event->detail] += event->count;
    }
    return counted;
  }

  // serve answers the guard's stream with that certificate; it gives what came over TLS.
  std::string serve(const Row& row) {
    auto peer = server_.accept();
    if (!peer) return "nobody came";
    (void)peer->read_until("xml:lang='en'>");
    peer->send(stream_header(kNear, kFar, "one") +
               "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
               "<required/></starttls></stream:features>");
    (void)peer->read_until("/>");
    peer->send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    if (row.tls12) peer->at_most_tls12();
    (void)peer->start_tls(true, &row.certificate);
    return row.as_server == nullptr ? peer->read_until("xml:lang='en'>") : peer->read_to_end();
  }
};

TEST_F(Certificates, TableOfThoseThatConnectToUs) {
  const auto table = rows();
  start();
  std::map<std::string, std::uint64_t> wanted;
  for (const Row& row : table) {
    TestPeer peer(port_);
    if (row.tls12) peer.at_most_tls12();
    const std::string came = peer.log_in(kNear, kFar, row.certificate);
    if (row.as_client == nullptr) {
      EXPECT_TRUE(has(came, "features")) << row.name << ": " << came;
      peer.send(kMessage);
      EXPECT_TRUE(house_->offers().expect<wire::Offer>()) << row.name;
      continue;
    }
    ++wanted[row.as_client];
    const bool shaken = !std::string_view(row.as_client).starts_with("handshake");
    EXPECT_EQ(has(came + peer.read_to_end(), "not-authorized"), shaken) << row.name << ": " << came;
    EXPECT_FALSE(has(came, "EXTERNAL")) << row.name;
    peer.send(kMessage);
    EXPECT_TRUE(peer.closed()) << row.name;
  }
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(200));
  EXPECT_EQ(strangers(), wanted);
}

TEST_F(Certificates, TableOfThoseThatWeConnectTo) {
  for (const Row& row : rows()) {
    house_.reset();
    start();
    house_->releases().send(delivery(1, kMessage, 3));
    const std::string came = serve(row);
    EXPECT_FALSE(has(came, "<message")) << row.name;
    if (row.as_server == nullptr) {
      EXPECT_TRUE(has(came, "stream:stream")) << row.name << ": " << came;
      continue;
    }
    const bool shaken = !std::string_view(row.as_server).starts_with("handshake");
    EXPECT_EQ(has(came, "not-authorized"), shaken) << row.name << ": " << came;
    const auto event = house_->tickets().expect<wire::Event>();
    ASSERT_TRUE(event) << row.name;
    EXPECT_EQ(event->event, wire::EdgeEvent::kConnectFailed);
    EXPECT_EQ(event->detail, row.as_server) << row.name;
  }
}

TEST_F(Certificates, WildcardIsNamedAsTheReason) {
  start();
  const TestCertificate wildcard = pki_.issue("*.near.lab");
  TestPeer peer(port_);
  EXPECT_TRUE(has(peer.secure("rooms.near.lab", kFar, &wildcard), "not-authorized"));
  EXPECT_EQ(strangers()["certificate wildcard"], 1U);
}

TEST_F(Certificates, NoCertificateIsMissing) {
  start();
  TestPeer peer(port_);
  EXPECT_TRUE(has(peer.secure(kNear, kFar, nullptr), "not-authorized"));
  EXPECT_EQ(strangers()["certificate missing"], 1U);
}

TEST_F(Certificates, PinnedKeyIsLetInAndAnyOtherIsNot) {
  TestCertificateSpec spec;
  spec.dns_names = {kNear};
  const TestCertificate pinned = pki_.issue(spec);
  configuration_.near_peers[0].pins = {net::key_digest(pinned)};
  start();
  TestPeer good(port_);
  EXPECT_TRUE(has(good.log_in(kNear, kFar, pinned), "features"));
  TestPeer other(port_);
  const TestCertificate another = pki_.issue(spec);
  EXPECT_TRUE(has(other.secure(kNear, kFar, &another), "not-authorized"));
  EXPECT_EQ(strangers()["key-not-pinned"], 1U);
}

// ---- whose authorities count ----------------------------------------------------------------

class PrivateAuthority : public Certificates {
 protected:
  PrivateAuthority() : own_("the peer's own") {
    wire::NearPeer other;
    other.index = 3;
    other.name = "private";
    other.domains = {{"private.lab", DomainMatch::kExact}};
    other.view = configuration_.add_view({0});
    wire::Trust trust;
    trust.authorities = own_.authority();
    other.trust = {trust};
    configuration_.near_peers.push_back(other);
  }
  std::string log_in(const std::string& domain, const TestPki& pki) {
    TestPeer peer(port_);
    return peer.log_in(domain, kFar, pki.issue(domain));
  }
  TestPki own_;
};

TEST_F(PrivateAuthority, CountsForItsPeerAloneAndNoOtherDoesForThatPeer) {
  start();
  EXPECT_TRUE(has(log_in("private.lab", own_), "features"));
  EXPECT_TRUE(has(log_in(kNear, pki_), "features"));
  EXPECT_FALSE(has(log_in("private.lab", pki_), "features"));
  EXPECT_FALSE(has(log_in(kNear, own_), "features"));
  EXPECT_EQ(strangers()["certificate unknown-authority"], 2U);
}

TEST_F(PrivateAuthority, HasListsOfItsOwn) {
  const TestCertificate revoked = own_.issue("private.lab");
  auto& trust = configuration_.near_peers[1].trust[0];
  trust.revocation = true;
  start();
  TestPeer none(port_);
  EXPECT_TRUE(has(none.log_in("private.lab", kFar, revoked), "not-authorized"));
  house_->control().send(wire::RevocationLists{3, {own_.list({})}});
  house_->control().send(wire::Ping{1});
  ASSERT_TRUE(house_->control().expect<wire::Pong>());
  TestPeer listed(port_);
  EXPECT_TRUE(has(listed.log_in("private.lab", kFar, revoked), "features"));
  EXPECT_EQ(strangers()["certificate crl-missing"], 1U);
}

// ---- while streams live (SPEC: RFC 6120 13.7.2.3; S5) ----------------------------------------

TEST_F(Certificates, StreamWhoseCertificateExpiresIsClosedWithReset) {
  start();
  const TestCertificate brief = with([](TestCertificateSpec& s) { s.not_after = 2; });
  TestPeer peer(port_);
  ASSERT_TRUE(has(peer.log_in(kNear, kFar, brief), "features"));
  const auto lasting = logged_in();
  peer.send(kMessage);
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  // Its record comes first, then its peer is told.
  std::optional<wire::Event> event;
  do {
    event = house_->tickets().expect<wire::Event>();
    ASSERT_TRUE(event);
  } while (event->event != wire::EdgeEvent::kStreamClosed);
  EXPECT_EQ(event->detail, "certificate expired reset");
  EXPECT_FALSE(has(peer.read_until("reset", 300), "reset"));
  house_->releases().send(wire::EventsStored{event->number});
  EXPECT_TRUE(has(peer.read_to_end(), "<reset "));
  lasting->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Certificates, StreamWhoseCertificateIsRevokedIsClosedWithReset) {
  start();
  const TestCertificate unlucky = pki_.issue(kNear);
  TestPeer peer(port_);
  ASSERT_TRUE(has(peer.log_in(kNear, kFar, unlucky), "features"));
  const auto lasting = logged_in();
  house_->store_events();
  TestListSpec list;
  list.revoked = {unlucky};
  house_->control().send(wire::RevocationLists{wire::kNoPeer, {pki_.list(list)}});
  const auto event = house_->tickets().expect<wire::Event>(6000);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->detail, "certificate revoked reset");
  house_->releases().send(wire::EventsStored{event->number});
  EXPECT_TRUE(has(peer.read_to_end(), "<reset "));
  EXPECT_FALSE(house_->tickets().expect<wire::Event>(5500)) << "the other one stays";
  lasting->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
  TestPeer again(port_);
  EXPECT_TRUE(has(again.log_in(kNear, kFar, unlucky), "not-authorized"));
}

TEST_F(Certificates, OutgoingStreamWhoseServerIsRevokedIsClosedWithReset) {
  start();
  house_->releases().send(delivery(1, kMessage));
  const TestCertificate unlucky = pki_.issue(kNear);
  const auto peer = answered(5000, &unlucky);
  ASSERT_TRUE(peer);
  ASSERT_TRUE(has(peer->read_until("</message>"), "<message"));
  house_->store_events();
  TestListSpec list;
  list.revoked = {unlucky};
  house_->control().send(wire::RevocationLists{wire::kNoPeer, {pki_.list(list)}});
  EXPECT_TRUE(has(peer->read_to_end(7000), "<reset "));
  const auto event = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->event, wire::EdgeEvent::kStreamClosed);
  EXPECT_EQ(event->detail, "certificate revoked reset");
}

// SPEC: RFC 6066 8.
TEST_F(Certificates, ServerThatStaplesItsRevocationIsGivenUp) {
  for (const bool revoked : {false, true}) {
    house_.reset();
    start();
    house_->releases().send(delivery(1, kMessage, 3));
    const auto peer = server_.accept();
    ASSERT_TRUE(peer);
    const TestCertificate mine = pki_.issue(kNear);
    peer->staple(pki_.status(mine, revoked));
    ASSERT_TRUE(begin_tls(*peer, mine));
    const std::string came = revoked ? peer->read_to_end() : peer->read_until(kHeaderEnd);
    EXPECT_EQ(has(came, "not-authorized"), revoked) << came;
    if (!revoked) continue;
    const auto event = house_->tickets().expect<wire::Event>();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->detail, "certificate revoked");
  }
}

TEST_F(Certificates, ListsThatNobodyAskedForEndTheEdge) {
  start();
  house_->control().send(wire::RevocationLists{9, {pki_.list({})}});
  EXPECT_EQ(house_->exit_status(), 69);
}

// SPEC: S2. A session that was resumed would not show the certificate again, so there is none.
TEST_F(Certificates, SessionsAreNotResumed) {
  start();
  for (const bool tls12 : {false, true}) {
    TestPeer first(port_);
    if (tls12) first.at_most_tls12();
    ASSERT_TRUE(has(first.log_in(kNear, kFar, pki_.issue(kNear)), "features"));
    TestPeer second(port_);
    if (tls12) second.at_most_tls12();
    second.resume(first);
    ASSERT_TRUE(has(second.log_in(kNear, kFar, pki_.issue(kNear)), "features"));
    EXPECT_FALSE(second.resumed());
    TestPeer bare(port_);
    if (tls12) bare.at_most_tls12();
    bare.resume(first);
    EXPECT_TRUE(has(bare.secure(kNear, kFar, nullptr), "not-authorized"));
  }
}

// A file of the operator's has changed: the next handshake shows it, the streams that stand go on.
TEST_F(Certificates, ANewCertificateOfOursIsShownToTheNextPeer) {
  start();
  const auto old = logged_in();
  const auto shown = [this] {
    TestPeer peer(port_);
    (void)peer.secure(kNear, kFar, nullptr);
    return peer.shown_names();
  };
  EXPECT_EQ(shown(), "far.lab");
  TestCertificateSpec spec;
  spec.dns_names = {kFar, "more.lab"};
  const TestCertificate renewed = guard_pki_.issue(spec);
  house_->control().send(wire::ShownCertificates{{{renewed.chain, renewed.key}}});
  house_->control().send(wire::Ping{1});
  ASSERT_TRUE(house_->control().expect<wire::Pong>());
  EXPECT_EQ(shown(), "far.lab,more.lab");
  old->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
  // What cannot be used was looked at by guardd, so something else is wrong.
  house_->control().send(wire::ShownCertificates{{{renewed.chain, "no key"}}});
  EXPECT_EQ(house_->exit_status(), 69);
}

}  // namespace
}  // namespace guard::edge
