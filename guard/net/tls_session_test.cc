#include "guard/net/tls_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "guard/net/test_pki.h"
#include "guard/net/tls_context.h"

namespace guard::net {
namespace {

// Two sessions joined by strings. Every transfer is cut into pieces of `step` octets.
class Pair {
 public:
  Pair(std::unique_ptr<TlsSession> client, std::unique_ptr<TlsSession> server, std::size_t step)
      : client_(std::move(client)), server_(std::move(server)), step_(step) {}

  // shake carries the handshake out; false where either end fails.
  bool shake() {
    client_->handshake();
    for (int turn = 0; turn < 10; ++turn) {
      move(*client_, *server_);
      move(*server_, *client_);
    }
    return client_->state() == TlsState::kEstablished && server_->state() == TlsState::kEstablished;
  }

  // move carries what `from` has written to `to` and returns what that decrypts to.
  std::string move(TlsSession& from, TlsSession& to) {
    std::string wire;
    from.take_output(wire);
    return feed(wire, to);
  }

  std::string feed(std::string_view wire, TlsSession& to) {
    std::string plain;
    char buffer[1000];
    while (!wire.empty()) {
      const std::string_view piece = wire.substr(0, step_);
      wire.remove_prefix(piece.size());
      to.input(piece);
      to.handshake();
      while (to.state() == TlsState::kEstablished) {
        const std::size_t size = to.read(buffer);
        if (size == 0) break;
        plain.append(buffer, size);
      }
    }
    return plain;
  }

  TlsSession& client() { return *client_; }
  TlsSession& server() { return *server_; }

 private:
  std::unique_ptr<TlsSession> client_;
  std::unique_ptr<TlsSession> server_;
  std::size_t step_;
};

class Tls : public ::testing::Test {
 protected:
  Tls() : pki_("authority") {
    a_ = context({pki_.issue("a.lab"), pki_.issue("other.lab")});
    b_ = context({pki_.issue("b.lab")});
  }
  std::unique_ptr<TlsContext> context(const std::vector<TestCertificate>& certificates) {
    std::vector<TlsIdentity> identities;
    for (const auto& one : certificates) identities.push_back({one.chain, one.key});
    auto made = TlsContext::make(identities);
    EXPECT_TRUE(made.has_value());
    return std::move(*made);
  }
  Pair pair(const TlsServer& server, std::size_t step = 100'000) {
    return {a_->begin({"a.lab", "b.lab"}), b_->answer(server), step};
  }

  TestPki pki_;
  std::unique_ptr<TlsContext> a_;
  std::unique_ptr<TlsContext> b_;
};

TEST_F(Tls, BothEndsKnowEachOther) {
  auto both = pair({"b.lab", {}, false});
  ASSERT_TRUE(both.shake());
  const auto client = both.server().certificate().facts();
  EXPECT_TRUE(client.presented);
  EXPECT_FALSE(client.chain_valid) << "nobody has judged it yet";
  EXPECT_EQ(client.dns_names, (std::vector<std::string>{"a.lab"}));
  EXPECT_TRUE(client.key_sha256);
  const auto server = both.client().certificate().facts();
  EXPECT_EQ(server.dns_names, (std::vector<std::string>{"b.lab"}));
  EXPECT_EQ(both.client().version(), xmpp::TlsVersion::kTls13);
  EXPECT_EQ(both.client().own().dns_names, (std::vector<std::string>{"a.lab"}));
  EXPECT_EQ(both.server().own().dns_names, (std::vector<std::string>{"b.lab"}));
}

TEST_F(Tls, CarriesDataHoweverItIsCut) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    auto both = pair({"b.lab", {}, false}, step);
    ASSERT_TRUE(both.shake());
    const std::string text(50'000, 'x');
    both.client().write(text);
    EXPECT_EQ(both.move(both.client(), both.server()), text);
    both.server().write("back");
    EXPECT_EQ(both.move(both.server(), both.client()), "back");
  }
}

TEST_F(Tls, NoCertificateIsNoFailure) {
  Pair both(a_->begin({"nameless.lab", "b.lab"}), b_->answer({"b.lab", {}, false}), 1000);
  ASSERT_TRUE(both.shake());
  EXPECT_FALSE(both.server().certificate().presented());
  EXPECT_FALSE(both.server().certificate().facts().presented);
}

TEST_F(Tls, CertificateOutlivesItsSession) {
  PeerCertificate kept;
  {
    auto both = pair({"b.lab", {}, false});
    ASSERT_TRUE(both.shake());
    kept = both.server().certificate();
  }
  EXPECT_EQ(kept.facts().dns_names, (std::vector<std::string>{"a.lab"}));
}

// SPEC: XEP-0368 4, RFC 7301 3.2.
TEST_F(Tls, DirectTlsAgreesOnTheProtocol) {
  Pair both(a_->begin({"a.lab", "b.lab", true}), b_->answer({"b.lab", {}, true}), 1000);
  EXPECT_TRUE(both.shake());
  Pair without(a_->begin({"a.lab", "b.lab", false}), b_->answer({"b.lab", {}, true}), 1000);
  EXPECT_TRUE(without.shake()) << "ALPN may be left out";
  // With STARTTLS it means nothing.
  Pair ignored(a_->begin({"a.lab", "b.lab", true}), b_->answer({"b.lab", {}, false}), 1000);
  EXPECT_TRUE(ignored.shake());
}

TEST_F(Tls, INVISIBLE_NoCertificateOfAnotherDomainIsShown) {
  auto both = pair({"absent.lab", {}, false});
  EXPECT_FALSE(both.shake());
  // SNI is followed only where it may be.
  for (const bool may : {false, true}) {
    Pair named(b_->begin({"b.lab", "other.lab"}),
               a_->answer({"a.lab", [may](std::string_view) { return may; }, false}), 1000);
    ASSERT_TRUE(named.shake());
    EXPECT_EQ(named.client().certificate().facts().dns_names.front(), may ? "other.lab" : "a.lab");
  }
}

TEST_F(Tls, WhatIsNoTlsFails) {
  auto both = pair({"b.lab", {}, false});
  EXPECT_EQ(both.feed("<stream:stream to='b.lab'>", both.server()), "");
  EXPECT_EQ(both.server().state(), TlsState::kFailed);
  EXPECT_EQ(both.server().failure(), "handshake-failed");
}

TEST_F(Tls, DamagedRecordFails) {
  auto both = pair({"b.lab", {}, false});
  ASSERT_TRUE(both.shake());
  both.client().write("text");
  std::string wire;
  both.client().take_output(wire);
  wire.back() = static_cast<char>(wire.back() ^ 1);
  EXPECT_EQ(both.feed(wire, both.server()), "");
  EXPECT_EQ(both.server().state(), TlsState::kFailed);
}

TEST_F(Tls, CloseNotifyEnds) {
  auto both = pair({"b.lab", {}, false});
  ASSERT_TRUE(both.shake());
  both.client().close();
  both.move(both.client(), both.server());
  EXPECT_EQ(both.server().state(), TlsState::kEnded);
}

TEST(TlsContext, SaysWhatCannotBeUsed) {
  const TestPki pki("authority");
  const TestCertificate one = pki.issue("a.lab");
  const TestCertificate two = pki.issue("a.lab");
  EXPECT_TRUE(TlsContext::make({{one.chain, one.key}}));
  EXPECT_FALSE(TlsContext::make({{"nonsense", one.key}}));
  EXPECT_FALSE(TlsContext::make({{one.chain, "nonsense"}}));
  EXPECT_FALSE(TlsContext::make({{one.chain, two.key}}));
}

TEST(TlsContext, FindsCertificatesByNameAndWildcard) {
  const TestPki pki("authority");
  const TestCertificate one = pki.issue("A.lab");
  const TestCertificate many = pki.issue("*.far.lab");
  const auto made = TlsContext::make({{one.chain, one.key}, {many.chain, many.key}});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made.value()->has_certificate("a.lab"));
  EXPECT_TRUE(made.value()->has_certificate("rooms.far.lab"));
  EXPECT_FALSE(made.value()->has_certificate("far.lab"));
  EXPECT_FALSE(made.value()->has_certificate("a.b.far.lab"));
}

}  // namespace
}  // namespace guard::net
