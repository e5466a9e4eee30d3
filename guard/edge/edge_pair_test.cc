// Two real edges that are each other's peers, as two guards in a chain are: what one is given to
// deliver, the other offers to its filter.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "guard/edge/test_house.h"
#include "guard/edge/test_peer.h"

namespace guard::edge {
namespace {

class Pair : public ::testing::Test {
 protected:
  Pair() : pki_("authority"), ports_{free_port(), free_port()} {
    for (int i = 0; i < 2; ++i) {
      wire::EdgeConfiguration& made = configurations_[i];
      made.listen = {{"127.0.0.1", ports_[i]}};
      wire::NearPeer peer;
      peer.index = 0;
      peer.name = "the other";
      peer.domains = {{kDomains[1 - i], DomainMatch::kExact}};
      peer.addresses = {{"127.0.0.1", ports_[1 - i]}};
      peer.view = made.add_view({1});
      made.near_peers = {peer};
      made.far_peers = {{1, {{kDomains[i], DomainMatch::kExact}}}};
      show(i, pki_.issue(kDomains[i]));
      made.trust.authorities = pki_.authority();
      made.dialback_secret = "secret of edge " + std::to_string(i);
      made.limits.handshake_seconds = 5;
    }
  }

  void show(int edge, const TestCertificate& certificate) {
    configurations_[edge].certificates = {{certificate.chain, certificate.key}};
  }

  void authenticate(wire::Authentication how) {
    for (auto& configuration : configurations_) configuration.near_peers[0].authentication = how;
  }

  void start() {
    for (int i = 0; i < 2; ++i) {
      houses_[i] = std::make_unique<TestHouse>(configurations_[i]);
      ASSERT_TRUE(houses_[i]->start());
    }
  }

  // deliver gives edge `from` something for the other, with a deadline in `seconds`.
  void deliver(int from, const std::string& bytes, int seconds = 10) {
    wire::Deliver one;
    one.delivery = ++last_;
    one.peer = 0;
    one.pair = {kDomains[from], kDomains[1 - from]};
    one.deadline = UtcTime{now_utc().microseconds + std::int64_t{1'000'000} * seconds};
    one.bytes = bytes;
    houses_[from]->releases().send(one);
  }

  // crosses says whether what 0 is given arrives at 1 and is reported once it is settled there, and
  // the reverse.
  void crosses(const std::string& method) {
    for (int from = 0; from < 2; ++from) {
      const std::string message = "<message id='" + std::to_string(from) + "'/>";
      deliver(from, message);
      TestHouse& to = *houses_[1 - from];
      const auto context = to.offers().expect<wire::Context>();
      ASSERT_TRUE(context);
      EXPECT_EQ(context->pairs,
                (std::vector<wire::DomainPair>{{kDomains[from], kDomains[1 - from]}}));
      const auto offer = to.offers().expect<wire::Offer>();
      ASSERT_TRUE(offer);
      EXPECT_EQ(offer->bytes, message);
      // Both edges are high: where the stream is managed, the other counts only what is settled.
      if (method == "external") {
        EXPECT_FALSE(houses_[from]->tickets().expect<wire::Outcomes>(100));
      }
      to.releases().send(wire::Settled{{{offer->ticket, offer->ticket}}});
      const auto outcomes = houses_[from]->tickets().expect<wire::Outcomes>();
      ASSERT_TRUE(outcomes);
      // Nobody manages streams with dialback: there nothing more is known than that it was written.
      EXPECT_EQ(outcomes->result,
                method == "external" ? wire::Delivery::kDelivered : wire::Delivery::kWritten);
      std::string detail;
      while (const auto event = to.tickets().expect<wire::Event>(200)) {
        if (event->event == wire::EdgeEvent::kStreamAuthenticated && !event->outgoing) {
          detail = event->detail;
        }
      }
      EXPECT_EQ(detail, method + " tls1.3");
    }
  }

  // refused says that what 0 is given does not arrive and expires.
  void refused() {
    deliver(0, "<message/>", 2);
    const auto outcomes = houses_[0]->tickets().expect<wire::Outcomes>();
    ASSERT_TRUE(outcomes);
    EXPECT_EQ(outcomes->result, wire::Delivery::kExpired);
    EXPECT_FALSE(houses_[1]->offers().expect<wire::Offer>(100));
  }

  const std::string kDomains[2] = {"a.lab", "b.lab"};
  TestPki pki_;
  std::uint16_t ports_[2];
  wire::EdgeConfiguration configurations_[2];
  std::unique_ptr<TestHouse> houses_[2];
  std::uint64_t last_ = 0;
};

TEST_F(Pair, External) {
  start();
  crosses("external");
}

TEST_F(Pair, Dialback) {
  authenticate(wire::Authentication::kDialback);
  start();
  crosses("dialback");
}

TEST_F(Pair, EitherWithGoodCertificates) {
  authenticate(wire::Authentication::kEither);
  start();
  crosses("external");
}

TEST_F(Pair, EitherWithoutGoodCertificates) {
  authenticate(wire::Authentication::kEither);
  const TestPki other("nobody's authority");
  for (int i = 0; i < 2; ++i) show(i, other.issue(kDomains[i]));
  start();
  crosses("dialback");
}

TEST_F(Pair, ExternalWithAnotherAuthorityIsRefused) {
  show(0, TestPki("other").issue(kDomains[0]));
  start();
  refused();
}

TEST_F(Pair, ExternalToAnotherAuthorityIsRefused) {
  show(1, TestPki("other").issue(kDomains[1]));
  start();
  refused();
}

TEST_F(Pair, DialbackWithAnotherSecretOfTheAuthorityIsRefused) {
  authenticate(wire::Authentication::kDialback);
  // Edge 1 asks somebody else than edge 0 whether the key holds: a third edge for a.lab.
  wire::EdgeConfiguration third = configurations_[0];
  const std::uint16_t port = free_port();
  third.listen = {{"127.0.0.1", port}};
  third.dialback_secret = "another secret";
  configurations_[1].near_peers[0].addresses = {{"127.0.0.1", port}};
  TestHouse imposter(third);
  ASSERT_TRUE(imposter.start());
  start();
  refused();
}

}  // namespace
}  // namespace guard::edge
