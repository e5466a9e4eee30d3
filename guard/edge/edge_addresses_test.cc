// Several addresses for one peer: fail over, fall forward, and a peer that has none.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

using Clock = std::chrono::steady_clock;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Addresses : public EdgeProcess {
 protected:
  Addresses() : first_(free_port()) {
    configuration_.limits.handshake_seconds = 20;
    configuration_.near_peers[0].addresses = {{"127.0.0.1", first_}, {"127.0.0.1", server_.port()}};
  }
  // first_server begins to listen at the better address.
  TestServer first_server() const { return TestServer(first_); }

  const std::uint16_t first_;
};

TEST_F(Addresses, FailsOverAtOnceWhereNobodyListens) {
  start();
  const auto began = Clock::now();
  house_->releases().send(delivery(1, kMessage));
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_TRUE(has(peer->read_until("</message>"), "<message"));
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(3));
  const auto event = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->detail, "connect-failed");
}

TEST_F(Addresses, FailsOverWhereTheServerIsNotTheOneItShouldBe) {
  TestServer impostor = first_server();
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto wrong = impostor.accept();
  ASSERT_TRUE(wrong);
  const TestCertificate other = pki_.issue("other.lab");
  ASSERT_TRUE(begin_tls(*wrong, other));
  EXPECT_TRUE(has(wrong->read_to_end(), "not-authorized"));
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_TRUE(has(peer->read_until("</message>"), "<message"));
  const auto event = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->detail, "certificate name");
}

TEST_F(Addresses, FailsOverWhereTheServerRefusesUs) {
  TestServer strict = first_server();
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto refusing = strict.accept();
  ASSERT_TRUE(refusing);
  (void)refusing->read_until(kHeaderEnd);
  refusing->send(stream_header(kNear, kFar, "one") +
                 "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error></stream:stream>");
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_TRUE(has(peer->read_until("</message>"), "<message"));
}

TEST_F(Addresses, FailsOverWithinSecondsWhereTheServerHangs) {
  TestServer hanging = first_server();
  start();
  const auto began = Clock::now();
  house_->releases().send(delivery(1, kMessage, 60));
  const auto silent = hanging.accept();
  ASSERT_TRUE(silent);
  const auto peer = answered(15'000);
  ASSERT_TRUE(peer);
  EXPECT_TRUE(has(peer->read_until("</message>"), "<message"));
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(8));
}

TEST_F(Addresses, FallsForwardWhenTheBetterOneIsBackAndLosesNothing) {
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto second = answered();
  ASSERT_TRUE(second);
  ASSERT_TRUE(has(second->read_until("</message>"), "<message"));
  TestServer better = first_server();
  // First somebody looks whether it is the right server.
  const auto probe = better.accept(5000);
  ASSERT_TRUE(probe);
  const TestCertificate mine = pki_.issue(kNear);
  ASSERT_TRUE(begin_tls(*probe, mine));
  (void)probe->read_until(kHeaderEnd);
  probe->send(stream_header(kNear, kFar, "two") + kFeatures + "</stream:features>");
  EXPECT_TRUE(has(probe->read_to_end(), "</stream:stream>"));
  // Then the stream is closed in good order, and what comes next goes to the better address.
  EXPECT_TRUE(has(second->read_to_end(), "</stream:stream>"));
  house_->releases().send(delivery(2, kMessage));
  const auto first = better.accept();
  ASSERT_TRUE(first);
  ASSERT_TRUE(begin_tls(*first, mine));
  ASSERT_TRUE(authenticate_guard(*first));
  EXPECT_TRUE(has(first->read_until("</message>"), "<message"));
  EXPECT_FALSE(server_.accept(300)) << "nobody goes back";
}

TEST_F(Addresses, FallsForwardWithoutWhatIsNotAcknowledged) {
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto second = managed();
  ASSERT_TRUE(second);
  ASSERT_TRUE(has(second->read_until("</message>"), "<message"));
  TestServer better = first_server();
  const auto probe = better.accept(5000);
  ASSERT_TRUE(probe);
  const TestCertificate mine = pki_.issue(kNear);
  ASSERT_TRUE(begin_tls(*probe, mine));
  (void)probe->read_until(kHeaderEnd);
  probe->send(stream_header(kNear, kFar, "two") + kFeatures + "</stream:features>");
  const auto moved = Clock::now();
  EXPECT_TRUE(has(second->read_to_end(), "</stream:stream>"));
  EXPECT_LT(Clock::now() - moved, std::chrono::seconds(5));
  const auto first = better.accept();
  ASSERT_TRUE(first);
  ASSERT_TRUE(begin_tls(*first, mine));
  ASSERT_TRUE(authenticate_guard(*first));
  EXPECT_TRUE(has(first->read_until("</message>"), "<message"));  // it may arrive twice
}

TEST_F(Addresses, StaysWhereItIsWhileTheBetterOneIsAnImpostor) {
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto second = answered();
  ASSERT_TRUE(second);
  ASSERT_TRUE(has(second->read_until("</message>"), "<message"));
  TestServer impostor = first_server();
  const auto probe = impostor.accept(5000);
  ASSERT_TRUE(probe);
  const TestCertificate other = pki_.issue("other.lab");
  ASSERT_TRUE(begin_tls(*probe, other));
  EXPECT_TRUE(has(probe->read_to_end(), "not-authorized"));
  house_->releases().send(delivery(2, kMessage));
  EXPECT_TRUE(has(second->read_until("</message>"), "<message"));
  EXPECT_FALSE(second->closed());
}

// The server at the better address lets this pair in no more: it is asked again, ever less often,
// and every stanza comes through meanwhile.
TEST_F(Addresses, PairThatIsRefusedAtTheBetterAddressTriesItAgainLater) {
  TestServer strict = first_server();
  start();
  house_->releases().send(delivery(1, kMessage));
  for (int times = 0; times < 2; ++times) {
    const auto refusing = strict.accept(4000);
    ASSERT_TRUE(refusing) << times;
    (void)refusing->read_until(kHeaderEnd);
    refusing->send(stream_header(kNear, kFar, "one") +
                   "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                   "</stream:error></stream:stream>");
    auto peer = answered();
    ASSERT_TRUE(peer) << times;
    ASSERT_TRUE(has(peer->read_until("</message>"), "<message")) << times;
    if (times == 1) break;
    EXPECT_TRUE(has(peer->read_to_end(4000), "</stream:stream>"));
    house_->releases().send(delivery(2, kMessage));
  }
}

TEST_F(Addresses, PeerWithoutAnAddressIsNeverCalled) {
  configuration_.near_peers[0].addresses.clear();
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto outcome = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->result, wire::Delivery::kExpired);
  const auto peer = logged_in();
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>()) << "it calls us";
}

}  // namespace
}  // namespace guard::edge
