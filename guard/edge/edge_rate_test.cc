// Peers that send faster, or larger stanzas, than the policy lets them.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "guard/edge/test_fixture.h"
#include "guard/wire/codec.h"

namespace guard::edge {
namespace {

using std::chrono::steady_clock;

constexpr char kOther[] = "other.lab";

class Rate : public EdgeProcess {
 protected:
  Rate() {
    wire::NearPeer other = configuration_.near_peers[0];
    other.index = 3;
    other.name = "other";
    other.domains = {{kOther, DomainMatch::kExact}};
    other.addresses.clear();
    configuration_.near_peers.push_back(other);
    near().stanza_rate = {.per_second = 20, .burst = 5};
  }
  wire::NearPeer& near() { return configuration_.near_peers[0]; }

  std::unique_ptr<TestPeer> other_logged_in() {
    auto peer = std::make_unique<TestPeer>(port_);
    EXPECT_NE(peer->log_in(kOther, kFar, pki_.issue(kOther)).find("features"), std::string::npos);
    return peer;
  }
  // offered counts the stanzas of one peer's stream that come within so many milliseconds.
  std::size_t offered(std::uint64_t stream, int milliseconds) {
    const auto end = steady_clock::now() + std::chrono::milliseconds(milliseconds);
    std::size_t count = 0;
    while (steady_clock::now() < end) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now());
      const auto offer =
          house_->offers().expect<wire::Offer>(std::max(1, static_cast<int>(left.count())));
      if (offer && offer->stream == stream) ++count;
    }
    return count;
  }
  // stream_of logs in and gives the number of the stream.
  std::uint64_t stream_number() {
    const auto context = house_->offers().expect<wire::Context>();
    EXPECT_TRUE(context);
    return context ? context->stream : 0;
  }
};

TEST_F(Rate, AFastSenderIsHeldToItsRateAndLosesNothing) {
  start();
  const auto fast = logged_in();
  const std::uint64_t stream = stream_number();
  const auto began = steady_clock::now();
  std::string many;
  for (int i = 0; i < 24; ++i) many += kMessage;
  fast->send(many);
  // Those came in one read; this one comes in another.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  fast->send(kMessage);
  for (int i = 0; i < 25; ++i) {
    const auto offer = house_->offers().expect<wire::Offer>();
    ASSERT_TRUE(offer) << i;
    EXPECT_EQ(offer->stream, stream);
  }
  // 24 were paid for, and a token was there: 20 more than the burst, at 20 each second.
  EXPECT_GE(steady_clock::now() - began, std::chrono::milliseconds(990));
  EXPECT_LE(steady_clock::now() - began, std::chrono::milliseconds(2500));
}

TEST_F(Rate, AFewLargeStanzasAreHeldBackByTheirOctets) {
  near().stanza_rate = {};
  near().octet_rate = {.per_second = 20'000, .burst = 20'000};
  start();
  const auto peer = logged_in();
  static_cast<void>(stream_number());
  std::string large = kMessage;
  large.insert(large.find("</body>"), std::string(10'000 - large.size(), 'x'));
  const auto began = steady_clock::now();
  for (int i = 0; i < 4; ++i) peer->send(large);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(house_->offers().expect<wire::Offer>()) << i;
  peer->send(kMessage);  // a second's worth of debt comes first
  EXPECT_TRUE(house_->offers().expect<wire::Offer>(3'000));
  EXPECT_GE(steady_clock::now() - began, std::chrono::milliseconds(990));
}

TEST_F(Rate, MoreStreamsAreNoMoreRate) {
  start();
  const auto one = logged_in();
  const std::uint64_t first = stream_number();
  const auto two = logged_in();
  static_cast<void>(stream_number());
  two->send(std::string(kMessage) + kMessage + kMessage + kMessage + kMessage + kMessage);
  ASSERT_TRUE(house_->offers().expect<wire::Offer>());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  one->send(kMessage);  // in debt for the other stream's
  EXPECT_EQ(offered(first, 40), 0U);
  EXPECT_EQ(offered(first, 1000), 1U);
}

TEST_F(Rate, AnotherPeerIsNotSlowed) {
  start();
  const auto fast = logged_in();
  static_cast<void>(stream_number());
  const auto other = other_logged_in();
  const std::uint64_t stream = stream_number();
  std::string many;
  for (int i = 0; i < 200; ++i) many += kMessage;
  fast->send(many);
  std::string theirs = kMessage;
  theirs.replace(theirs.find("near.lab"), 8, kOther);
  for (int i = 0; i < 100; ++i) other->send(theirs);
  EXPECT_EQ(offered(stream, 300), 100U);
}

TEST_F(Rate, AnotherPolicyFreesWhoIsHeldBack) {
  start();
  const auto fast = logged_in();
  const std::uint64_t stream = stream_number();
  std::string many;
  for (int i = 0; i < 100; ++i) many += kMessage;
  fast->send(many);  // five seconds' worth at once
  EXPECT_EQ(offered(stream, 200), 100U);
  fast->send(kMessage);
  EXPECT_EQ(offered(stream, 200), 0U);
  near().stanza_rate = {};
  wire::EdgeConfiguration next = configuration_;
  next.certificates.clear();
  next.dialback_secret.clear();
  house_->control().send(wire::Reconfigure{1, wire::encode_configuration(next)});
  EXPECT_EQ(offered(stream, 300), 1U);
}

TEST_F(Rate, ALargerStanzaThanThePeersLimitClosesItsStreamAndNotAnothers) {
  near().stanza_bytes = 10'000;
  start();
  const auto text = [](const std::string& domain, std::size_t octets) {
    std::string stanza = "<message from='a@" + domain + "' to='b@far.lab'><body></body></message>";
    return stanza.insert(stanza.find("</body>"), std::string(octets - stanza.size(), 'x'));
  };
  const auto peer = logged_in();
  peer->send(text(kNear, 10'000));
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
  peer->send(text(kNear, 10'001));
  while (const auto event = house_->tickets().expect<wire::Event>(300)) {
    house_->releases().send(wire::EventsStored{event->number});
  }
  EXPECT_NE(peer->read_to_end().find("policy-violation"), std::string::npos);
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(100));
  const auto other = other_logged_in();
  other->send(text(kOther, 10'001));
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

}  // namespace
}  // namespace guard::edge
