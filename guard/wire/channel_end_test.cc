#include "guard/wire/channel_end.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace guard::wire {
namespace {

TEST(ChannelEnd, CarriesMessagesInOrder) {
  Ends ends = make_channel(true);
  ChannelEnd edge(std::move(ends.first), Channel::kOffers, Role::kEdge);
  ChannelEnd filter(std::move(ends.second), Channel::kOffers, Role::kFilter);
  for (std::uint64_t i = 1; i <= 1000; ++i) edge.send(Offer{i, 1, std::string(600, 'x')});
  std::uint64_t next = 1;
  while (next <= 1000) {
    edge.flush();
    auto received = filter.receive();
    ASSERT_FALSE(received.fault);
    for (const AnyMessage& message : received.messages) {
      EXPECT_EQ(std::get<Offer>(message).ticket, next++);
    }
  }
  EXPECT_EQ(edge.queued(), 0U);
  EXPECT_FALSE(edge.wants_write());
}

// INVARIANT(NO_OTHER_PATH): nothing can flow against the arrow.
TEST(ChannelEnd, NO_OTHER_PATH_OneWayIsOneWay) {
  Ends ends = make_channel(true);
  EXPECT_EQ(::send(ends.second.number(), "x", 1, MSG_NOSIGNAL), -1);
  EXPECT_EQ(::send(ends.first.number(), "x", 1, MSG_NOSIGNAL), 1);
  Ends both = make_channel(false);
  EXPECT_EQ(::send(both.second.number(), "x", 1, MSG_NOSIGNAL), 1);
}

TEST(ChannelEnd, AForbiddenMessageIsAFault) {
  Ends ends = make_channel(false);
  ChannelEnd edge(std::move(ends.first), Channel::kOffers, Role::kEdge);
  ChannelEnd filter(std::move(ends.second), Channel::kOffers, Role::kFilter);
  edge.send(Offer{1, 1, ""});
  edge.send(Stop{});
  edge.flush();
  const auto received = filter.receive();
  EXPECT_EQ(received.messages.size(), 1U);
  ASSERT_TRUE(received.fault);
  EXPECT_EQ(*received.fault, ChannelFault::kForbidden);
  EXPECT_EQ(received.what, "Stop");
}

TEST(ChannelEnd, WhatWasSentBeforeDeathIsRead) {
  Ends ends = make_channel(true);
  ChannelEnd filter(std::move(ends.second), Channel::kOffers, Role::kFilter);
  {
    ChannelEnd edge(std::move(ends.first), Channel::kOffers, Role::kEdge);
    edge.send(Offer{1, 1, "a"});
    edge.flush();
  }
  const auto received = filter.receive();
  EXPECT_EQ(received.messages.size(), 1U);
  ASSERT_TRUE(received.fault || filter.receive().fault);
}

TEST(ChannelEnd, WritingToTheDeadIsSwallowed) {
  Ends ends = make_channel(true);
  ChannelEnd edge(std::move(ends.first), Channel::kOffers, Role::kEdge);
  ends.second.reset();
  edge.send(Offer{1, 1, "a"});
  edge.flush();
  EXPECT_FALSE(edge.wants_write());
  EXPECT_EQ(edge.queued(), 0U);
}

TEST(ChannelEnd, DescriptorsTravelWithTheirMessages) {
  Ends ends = make_channel(false);
  ChannelEnd guardd(std::move(ends.first), Channel::kControl, Role::kSupervisor);
  ChannelEnd edge(std::move(ends.second), Channel::kControl, Role::kEdge);
  Ends first = make_channel(true);
  Ends second = make_channel(true);
  guardd.send(Ping{1});
  guardd.send(Adopt{Channel::kOffers, Side::kHigh, 1}, std::move(first.first));
  guardd.send(Adopt{Channel::kTickets, Side::kHigh, 1}, std::move(second.first));
  guardd.send(Ping{2});
  guardd.flush();
  std::vector<AnyMessage> messages;
  for (int i = 0; i < 4; ++i) {
    auto received = edge.receive();
    ASSERT_FALSE(received.fault);
    for (auto& message : received.messages) messages.push_back(std::move(message));
  }
  ASSERT_EQ(messages.size(), 4U);
  Descriptor one = edge.take_descriptor();
  Descriptor two = edge.take_descriptor();
  ASSERT_TRUE(one && two);
  EXPECT_FALSE(edge.take_descriptor());
  ASSERT_EQ(::write(two.number(), "2", 1), 1);
  char octet = 0;
  ASSERT_EQ(::read(second.second.number(), &octet, 1), 1);
  EXPECT_EQ(octet, '2');
  EXPECT_NE(::fcntl(one.number(), F_GETFD) & FD_CLOEXEC, 0);
}

// A descriptor from anybody but guardd is closed, never kept.
TEST(ChannelEnd, DescriptorsFromOthersAreClosed) {
  Ends ends = make_channel(false);
  ChannelEnd forger(std::move(ends.first), Channel::kControl, Role::kSupervisor);
  ChannelEnd recorder(std::move(ends.second), Channel::kTickets, Role::kRecorder);
  Ends gift = make_channel(false);
  forger.send(Hello{}, std::move(gift.first));
  forger.flush();
  const auto received = recorder.receive();
  EXPECT_EQ(received.messages.size(), 1U);
  EXPECT_FALSE(recorder.take_descriptor());
  char octet = 0;
  EXPECT_EQ(::read(gift.second.number(), &octet, 1), 0);  // the other end is closed
}

}  // namespace
}  // namespace guard::wire
