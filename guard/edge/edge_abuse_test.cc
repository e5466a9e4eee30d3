// What hostile or broken peers get, and that the edge stays small.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "guard/base/sanitized.h"
#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Abuse : public EdgeProcess {
 protected:
  // grown says by how much the edge has grown since `before`, in octets: nothing under
  // AddressSanitizer, which keeps what was freed.
  std::uint64_t grown(std::uint64_t before) const {
    const std::uint64_t now = house_->resident();
    return !kSanitized && now > before ? now - before : 0;
  }
};

TEST_F(Abuse, SilentConnectionIsClosedAtTheDeadline) {
  configuration_.limits.handshake_seconds = 1;
  start();
  TestPeer silent(port_);
  EXPECT_EQ(silent.read_to_end(3000), "");
  EXPECT_TRUE(silent.closed());
  TestPeer halfway(port_);
  halfway.send(stream_header(kNear, kFar));
  EXPECT_TRUE(has(halfway.read_to_end(4000), "connection-timeout"));
  EXPECT_TRUE(halfway.closed());
}

TEST_F(Abuse, ConnectionsPastTheCapAreClosedWithoutAWord) {
  configuration_.limits.connections_per_address = 3;
  start();
  std::vector<std::unique_ptr<TestPeer>> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(std::make_unique<TestPeer>(port_));
    peers.back()->send(stream_header(kNear, kFar));
    EXPECT_TRUE(has(peers.back()->read_until("</stream:features>"), "starttls"));
  }
  TestPeer past(port_);
  past.send(stream_header(kNear, kFar));
  EXPECT_EQ(past.read_to_end(), "");
  EXPECT_TRUE(past.closed());
  peers.pop_back();  // a place becomes free
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  TestPeer next(port_);
  next.send(stream_header(kNear, kFar));
  EXPECT_TRUE(has(next.read_until("</stream:features>"), "starttls"));
}

TEST_F(Abuse, NestedElementsBeforeAuthenticationAreRefused) {
  start();
  const std::uint64_t before = house_->resident();
  TestPeer peer(port_);
  peer.send(stream_header(kNear, kFar));
  (void)peer.read_until("</stream:features>");
  std::string nested;
  while (nested.size() < 420'000) nested += "<a>";
  peer.send(nested);
  EXPECT_TRUE(has(peer.read_to_end(), "policy-violation"));
  EXPECT_LT(grown(before), 4U << 20);
}

TEST_F(Abuse, UnterminatedStanzaIsRefusedAtTheLimit) {
  start();
  const auto peer = logged_in();
  const std::uint64_t before = house_->resident();
  peer->send("<message from='a@near.lab' to='b@far.lab'><body>");
  const std::string piece(65536, 'x');
  for (int i = 0; i < 256 && peer->send(piece); ++i) {
  }
  // Not a word before it is on record.
  EXPECT_FALSE(has(peer->read_until("stream:error", 300), "stream:error"));
  house_->store_events();
  EXPECT_TRUE(has(peer->read_to_end(), "policy-violation"));
  EXPECT_LT(grown(before), 4U << 20);
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(10));
}

TEST_F(Abuse, CommentClosesTheStreamAfterItsRecordAndStanzasBeforeItCount) {
  start();
  const auto peer = logged_in();
  peer->send(kMessage + "<!-- hidden -->" + kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());
  wire::Event closed;
  while (const auto event = house_->tickets().expect<wire::Event>(500)) closed = *event;
  EXPECT_EQ(closed.event, wire::EdgeEvent::kStreamClosed);
  EXPECT_EQ(closed.detail, "frame comment");
  EXPECT_EQ(peer->read_until("stream:error", 300), "");
  house_->releases().send(wire::EventsStored{closed.number});
  EXPECT_TRUE(has(peer->read_to_end(), "restricted-xml"));
  EXPECT_FALSE(house_->offers().expect<wire::Offer>(100));
  EXPECT_TRUE(house_->tickets().expect<wire::StreamEnded>());
}

TEST_F(Abuse, CloseStreamAndCloseAllFromTheRecorder) {
  start();
  auto peer = logged_in();
  const auto context = house_->offers().expect<wire::Context>();
  ASSERT_TRUE(context);
  house_->releases().send(wire::CloseStream{context->stream, wire::StreamCondition::kHostUnknown});
  EXPECT_TRUE(has(peer->read_to_end(), "host-unknown"));
  peer = logged_in();
  house_->releases().send(wire::CloseAll{});
  EXPECT_TRUE(has(peer->read_to_end(), "resource-constraint"));
}

// A filter that does nothing: reading stops, and memory with it.
TEST_F(Abuse, FloodWaitsOutsideWhileNothingIsJudged) {
  start();
  const auto peer = logged_in();
  const std::uint64_t before = house_->resident();
  const std::string stanza = "<message from='a@near.lab' to='b@far.lab'><body>" +
                             std::string(10'000, 'x') + "</body></message>";
  std::atomic<std::uint64_t> sent = 0;
  std::jthread flood([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && sent < (100U << 20) && peer->send(stanza)) {
      sent += stanza.size();
    }
  });
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_LT(sent, 40U << 20);
  EXPECT_LT(grown(before), 48U << 20);
  house_.reset();  // ends the flood
}

TEST_F(Abuse, StalledReceiverStopsOnlyWhatIsBoundForIt) {
  start();
  const auto peer = logged_in();
  const std::uint64_t before = house_->resident();
  // The recorder's window, and more: 4 MiB for a peer that never reads.
  const std::string body(10'000, 'x');
  for (std::uint64_t i = 1; i <= 400; ++i) house_->releases().send(delivery(i, body, 2));
  const auto stalled = answered();
  ASSERT_TRUE(stalled);
  peer->send(kMessage);
  EXPECT_TRUE(house_->offers().expect<wire::Offer>());  // the other direction is alive
  EXPECT_LT(grown(before), 16U << 20);
  std::size_t ended = 0;
  while (ended < 400) {
    const auto outcomes = house_->tickets().expect<wire::Outcomes>(8000);
    ASSERT_TRUE(outcomes) << ended;
    ended += outcomes->deliveries.size();
  }
}

// Many streams of one peer, each with a stanza that does not end.
TEST_F(Abuse, UnfinishedStanzasOfAPeerAreBoundedTogether) {
  configuration_.limits.stanza_bytes = 1'048'576;
  configuration_.limits.connections_per_address = 4096;
  start();
  const TestCertificate mine = pki_.issue(kNear);
  const std::uint64_t before = house_->resident();
  std::vector<std::unique_ptr<TestPeer>> peers;
  const std::string piece =
      "<message from='a@near.lab' to='b@far.lab'><body>" + std::string(1'000'000, 'x');
  for (int i = 0; i < 50; ++i) {
    peers.push_back(std::make_unique<TestPeer>(port_));
    ASSERT_TRUE(has(peers.back()->log_in(kNear, kFar, mine), "features"));
    peers.back()->send(piece);
  }
  house_->store_events();
  EXPECT_TRUE(has(peers.back()->read_to_end(), "resource-constraint"));
  EXPECT_FALSE(has(peers.front()->read_until("stream:error", 100), "stream:error"));
  EXPECT_LT(grown(before), 90U << 20);
}

TEST_F(Abuse, IdleConnectionsStaySmall) {
  constexpr std::size_t kConnections = 200;
  configuration_.limits.connections_per_address = 4096;
  start();
  const TestCertificate mine = pki_.issue(kNear);
  std::vector<std::unique_ptr<TestPeer>> peers;
  const auto connect = [&] {
    peers.push_back(std::make_unique<TestPeer>(port_));
    ASSERT_NE(peers.back()->log_in(kNear, kFar, mine).find("features"), std::string::npos);
  };
  for (int i = 0; i < 20; ++i) connect();  // what is shared is there now
  const std::uint64_t before = house_->resident();
  for (std::size_t i = 0; i < kConnections; ++i) connect();
  const std::uint64_t each = grown(before) / kConnections;
  RecordProperty("octets_for_an_idle_connection", std::to_string(each));
  std::printf("an idle authenticated connection: %llu octets\n",
              static_cast<unsigned long long>(each));
  EXPECT_LT(each, 64U << 10);
}

}  // namespace
}  // namespace guard::edge
