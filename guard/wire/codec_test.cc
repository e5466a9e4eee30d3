#include "guard/wire/codec.h"

#include <gtest/gtest.h>

#include "guard/wire/permitted.h"

namespace guard::wire {
namespace {

Judgement sample_judgement() {
  Judgement judgement;
  judgement.ticket = 0x0102030405060708;
  judgement.peer = 2;
  judgement.input.fill(7);
  judgement.outcome = Outcome::kForward;
  judgement.far_peer = 3;
  judgement.pair = {"high.example", "low.example"};
  judgement.bytes = "<message/>";
  judgement.contingency = std::string("\0\xff", 2);
  judgement.exchange = {Exchange::Part::kAnswer, {}};
  judgement.exchange.key.fill(9);
  judgement.sealed_content = std::string("\x30\0", 2);
  judgement.finding.allowed = true;
  judgement.finding.reason = "granted";
  return judgement;
}

std::string frame_of(const AnyMessage& message) {
  std::string out;
  append_frame(out, message);
  return out;
}

// Every message type, so that a new one without a round trip shows.
Figures sample_figures() {
  Figures figures;
  figures.version = "1";
  figures.started = {5};
  figures.ready = true;
  figures.processes = {{"recorder", true, 2}};
  figures.peers = {{"nation", Side::kLow, 1, 2, 3, 4, true}};
  figures.certificates = {{Side::kHigh, "high.pem", {7}}};
  figures.tally.commits = {1, 2};
  return figures;
}

std::vector<AnyMessage> one_of_each() {
  Context context{5, 1, {{"a.example", "b.example"}, {"c.example", "b.example"}}};
  Hello hello{9, 4, 7, {1, 2, 3}};
  Event event;
  event.number = 2;
  event.time = {-5};
  event.event = EdgeEvent::kStrangers;
  event.detail = "tls";
  return {context,
          Offer{1, 2, "<iq/>", Lane::kLowToLow},
          sample_judgement(),
          hello,
          Ticket{1, 2, 3, Lane::kHighToHigh, 4, {}, {6}},
          Killed{1},
          Outcomes{8, Delivery::kDelivered, {1, 9}},
          event,
          StreamEnded{3},
          Welcome{2},
          Ended{5},
          Deliver{1, 2, {"a", "b"}, {7}, "<message/>"},
          CloseStream{4, StreamCondition::kReset},
          CloseAll{},
          EventsStored{8},
          OutcomesStored{7},
          Configure{"x"},
          Adopt{Channel::kStore, Side::kLow, 77},
          Ready{},
          Ping{1},
          Pong{1},
          Stop{},
          Restart{Side::kLow, "late"},
          Note{3, {1}, "start", "", true},
          Withdraw{{3, 4}},
          Controls{2, {0, 5}, {Lane::kHighToLow}, {{.peer = 3, .blocked = true}, {.peer = 4}}},
          ControlsInForce{2},
          StreamCounts{{{1, 2, 3}}},
          QueueCounts{{{1, 2, 3}}},
          RevocationLists{1, {"one", ""}},
          ShownCertificates{{{"chain", "key"}, {"", ""}}},
          Reconfigure{2, "octets"},
          Reconfigured{2},
          Drained{2, 3},
          Tally{{{Lane::kLowToHigh, "allowed", "allowed", 4}},
                {{"written", 1}},
                {{"start", 2}},
                {1, 0},
                5,
                6},
          sample_figures(),
          NotesStored{7},
          Settled{{{1, 4}, {6, 6}}}};
}

TEST(Codec, EveryMessageComesBackAsItWas) {
  const auto messages = one_of_each();
  ASSERT_EQ(messages.size(), std::variant_size_v<MessageAlternatives>);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(messages[i].index(), i);
    const std::string frame = frame_of(messages[i]);
    const auto back = decode_frame(std::string_view(frame).substr(4));
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(back->index(), i);
    EXPECT_EQ(frame_of(*back), frame);
  }
}

TEST(Codec, FieldsComeBack) {
  const std::string frame = frame_of(sample_judgement());
  const auto back = decode_frame(std::string_view(frame).substr(4));
  ASSERT_TRUE(back);
  const auto& judgement = std::get<Judgement>(*back);
  EXPECT_EQ(judgement.ticket, 0x0102030405060708U);
  EXPECT_EQ(judgement.peer, 2U);
  EXPECT_EQ(judgement.input[31], 7);
  EXPECT_EQ(judgement.outcome, Outcome::kForward);
  EXPECT_EQ(judgement.pair.to, "low.example");
  EXPECT_EQ(judgement.contingency, std::string("\0\xff", 2));
  EXPECT_EQ(judgement.exchange, sample_judgement().exchange);
  EXPECT_EQ(judgement.sealed_content, std::string("\x30\0", 2));
  EXPECT_TRUE(judgement.finding.allowed);
}

TEST(Codec, RefusesEveryTruncationAndEveryExtension) {
  for (const AnyMessage& message : one_of_each()) {
    const std::string frame = frame_of(message);
    const std::string_view body = std::string_view(frame).substr(4);
    for (std::size_t size = 0; size < body.size(); ++size) {
      EXPECT_FALSE(decode_frame(body.substr(0, size))) << name_of(message) << " " << size;
    }
    EXPECT_FALSE(decode_frame(std::string(body) + '\0'));
  }
}

TEST(Codec, RefusesUnknownTypesAndValues) {
  EXPECT_FALSE(decode_frame(""));
  EXPECT_FALSE(
      decode_frame(std::string(1, static_cast<char>(std::variant_size_v<MessageAlternatives>))));
  // Restart's first field is a side: 1 is the last that there is.
  std::string frame = frame_of(Restart{Side::kLow, ""});
  EXPECT_TRUE(decode_frame(std::string_view(frame).substr(4)));
  frame[5] = 2;
  EXPECT_FALSE(decode_frame(std::string_view(frame).substr(4)));
}

TEST(Codec, KnowsFourLanesAndNoFifth) {
  for (const Lane lane : kLanes) {
    const std::string frame = frame_of(Offer{1, 2, "", lane});
    const auto back = decode_frame(std::string_view(frame).substr(4));
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<Offer>(*back).lane, lane);
  }
  std::string fifth = frame_of(Offer{1, 2, "", Lane::kLowToLow});
  fifth.back() = 4;  // the last field
  EXPECT_FALSE(decode_frame(std::string_view(fifth).substr(4)));
}

TEST(Codec, AListLongerThanItsFrameIsNotAllocated) {
  std::string frame = frame_of(Hello{1, 2, 3, {}});
  frame[frame.size() - 4] = '\x7f';  // the count of `held`
  EXPECT_FALSE(decode_frame(std::string_view(frame).substr(4)));
}

TEST(FrameReader, FindsMessagesAtEverySplit) {
  std::string bytes = frame_of(Ping{7}) + frame_of(Offer{1, 2, "abc"}) + frame_of(Stop{});
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    FrameReader reader;
    std::size_t found = 0;
    for (const auto& part : {bytes.substr(0, split), bytes.substr(split)}) {
      reader.add(part);
      for (;;) {
        auto message = reader.next();
        ASSERT_TRUE(message);
        if (!*message) break;
        ++found;
      }
    }
    EXPECT_EQ(found, 3U);
    EXPECT_FALSE(reader.partial());
  }
}

TEST(FrameReader, RefusesAFrameOverTheLimitAndStaysRefusing) {
  // A length field counts what follows it: kMaxFrame - 4 is the last that is waited for.
  FrameReader at_bound;
  at_bound.add(std::string("\x00\xff\xff\xfc", 4));
  const auto waiting = at_bound.next();
  ASSERT_TRUE(waiting);
  EXPECT_FALSE(*waiting);
  FrameReader reader;
  reader.add(std::string("\x00\xff\xff\xfd", 4));
  EXPECT_FALSE(reader.next());
  reader.add(frame_of(Ping{1}));
  EXPECT_FALSE(reader.next());
}

TEST(Codec, ConfigurationsComeBack) {
  EdgeConfiguration edge;
  edge.side = Side::kLow;
  edge.listen = {{"127.0.0.1", 5269}};
  edge.near_peers.resize(1);
  edge.near_peers[0].name = "low-server";
  edge.near_peers[0].domains = {{"low.example", DomainMatch::kSubdomains}};
  edge.near_peers[0].view = edge.add_view({0, 3});
  edge.near_peers[0].guard = true;
  edge.near_peers[0].streams = StreamUse::kBothWays;
  edge.limits.streams = 7;
  const std::string bytes = encode_configuration(edge);
  const auto back = decode_configuration<EdgeConfiguration>(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->near_peers[0].domains[0].match, DomainMatch::kSubdomains);
  EXPECT_TRUE(back->near_peers[0].guard);
  EXPECT_EQ(back->near_peers[0].streams, StreamUse::kBothWays);
  EXPECT_TRUE(back->sees(back->near_peers[0], 3));
  EXPECT_FALSE(back->sees(back->near_peers[0], 1));
  EXPECT_EQ(encode_configuration(*back), bytes);
  EXPECT_FALSE(decode_configuration<EdgeConfiguration>(bytes + "x"));
  EXPECT_FALSE(decode_configuration<EdgeConfiguration>(bytes.substr(1)));
}

}  // namespace
}  // namespace guard::wire
