// What happens when nothing happens: silence, rest, and the counts of strangers.
#include <gtest/gtest.h>

#include <string>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Idle : public EdgeProcess {
 protected:
  Idle() {
    configuration_.limits.idle_seconds = 1;
    configuration_.limits.ping_seconds = 1;
  }
};

TEST_F(Idle, SilentPeerGetsWhiteSpaceAndThenTheEnd) {
  start();
  const auto peer = logged_in();
  EXPECT_EQ(peer->read_until(" ", 2500), " ");
  wire::Event closed;
  while (closed.event != wire::EdgeEvent::kStreamClosed) {
    const auto event = house_->tickets().expect<wire::Event>();
    ASSERT_TRUE(event);
    closed = *event;
  }
  EXPECT_EQ(closed.detail, "timeout connection-timeout");
  EXPECT_EQ(peer->read_until("stream:error", 300), "");
  house_->releases().send(wire::EventsStored{closed.number});
  EXPECT_TRUE(has(peer->read_to_end(), "connection-timeout"));
}

TEST_F(Idle, WhiteSpaceOfThePeerKeepsItsStream) {
  start();
  const auto peer = logged_in();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(peer->send(" "));
    EXPECT_FALSE(has(peer->read_until("stream:error", 400), "stream:error"));
  }
  house_->store_events();
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
}

TEST_F(Idle, OutgoingStreamWithoutWorkIsClosedAndMadeAgain) {
  start();
  house_->releases().send(delivery(1, kMessage));
  auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
  EXPECT_EQ(peer->read_to_end(), "</stream:stream>");
  house_->releases().send(delivery(2, kMessage));
  peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
}

TEST_F(Idle, StrangersAreCountedAndToldAtTheEnd) {
  start();
  for (int i = 0; i < 3; ++i) {
    TestPeer stranger(port_);
    stranger.send(stream_header("stranger.lab", kFar));
    EXPECT_TRUE(has(stranger.read_to_end(), "host-unknown"));
  }
  house_->control().send(wire::Stop{});
  std::uint64_t counted = 0;
  while (const auto event = house_->tickets().expect<wire::Event>(2500)) {
    EXPECT_EQ(event->event, wire::EdgeEvent::kStrangers);
    EXPECT_EQ(event->address, "127.0.0.1");
    EXPECT_EQ(event->detail, "unknown-host");
    EXPECT_EQ(event->peer, wire::kNoPeer);
    counted += event->count;
  }
  EXPECT_EQ(counted, 3U);
  EXPECT_EQ(house_->exit_status(2500), 0);
}

}  // namespace
}  // namespace guard::edge
