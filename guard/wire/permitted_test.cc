#include "guard/wire/permitted.h"

#include <gtest/gtest.h>

namespace guard::wire {
namespace {

constexpr Role kRoles[] = {Role::kSupervisor, Role::kEdge, Role::kFilter, Role::kRecorder,
                           Role::kMetrics};
constexpr Channel kChannels[] = {Channel::kControl, Channel::kOffers,   Channel::kJudgements,
                                 Channel::kTickets, Channel::kReleases, Channel::kStore};

int places_of(const AnyMessage& message) {
  int places = 0;
  for (Role role : kRoles) {
    for (Channel channel : kChannels) places += permitted(role, channel, message) ? 1 : 0;
  }
  return places;
}

TEST(Permitted, EachDataMessageHasOnePlace) {
  EXPECT_TRUE(permitted(Role::kEdge, Channel::kReleases, Deliver{}));
  EXPECT_EQ(places_of(Deliver{}), 1);
  EXPECT_TRUE(permitted(Role::kEdge, Channel::kReleases, Settled{}));
  EXPECT_EQ(places_of(Settled{}), 1);
  EXPECT_TRUE(permitted(Role::kRecorder, Channel::kJudgements, Judgement{}));
  EXPECT_EQ(places_of(Judgement{}), 1);
  EXPECT_TRUE(permitted(Role::kRecorder, Channel::kTickets, Ticket{}));
  EXPECT_EQ(places_of(Ticket{}), 1);
  EXPECT_TRUE(permitted(Role::kFilter, Channel::kOffers, Offer{}));
  EXPECT_EQ(places_of(Offer{}), 1);
}

// INVARIANT(NO_OTHER_PATH): nobody but the recorder's release reaches an edge's outbound queue,
// and nobody but an edge's offer reaches a filter.
TEST(Permitted, NO_OTHER_PATH_NobodyElseReachesAnEdge) {
  EXPECT_FALSE(permitted(Role::kEdge, Channel::kControl, Deliver{}));
  EXPECT_FALSE(permitted(Role::kEdge, Channel::kTickets, Deliver{}));
  EXPECT_FALSE(permitted(Role::kEdge, Channel::kOffers, Deliver{}));
  EXPECT_FALSE(permitted(Role::kRecorder, Channel::kTickets, Judgement{}));
  EXPECT_FALSE(permitted(Role::kRecorder, Channel::kJudgements, Ticket{}));
}

// INVARIANT(NO_OTHER_PATH): who serves numbers to the host hears guardd alone, and only those.
TEST(Permitted, NO_OTHER_PATH_MetricsHearNumbersOnly) {
  EXPECT_TRUE(permitted(Role::kMetrics, Channel::kControl, Figures{}));
  EXPECT_EQ(places_of(Figures{}), 1);
  EXPECT_EQ(places_of(Tally{}), 1);
  EXPECT_TRUE(permitted(Role::kSupervisor, Channel::kControl, Tally{}));
  for (const AnyMessage& message :
       {AnyMessage(Configure{}), AnyMessage(Adopt{}), AnyMessage(Note{}), AnyMessage(Offer{}),
        AnyMessage(Deliver{}), AnyMessage(Event{}), AnyMessage(Judgement{}),
        AnyMessage(Ticket{})}) {
    for (Channel channel : kChannels) {
      EXPECT_FALSE(permitted(Role::kMetrics, channel, message)) << name_of(message);
    }
  }
}

TEST(Permitted, OnlyGuarddCommands) {
  for (Role role : {Role::kEdge, Role::kFilter, Role::kRecorder}) {
    EXPECT_TRUE(permitted(role, Channel::kControl, Stop{}));
    EXPECT_FALSE(permitted(role, Channel::kTickets, Stop{}));
    EXPECT_FALSE(permitted(role, Channel::kReleases, Stop{}));
    EXPECT_FALSE(permitted(role, Channel::kControl, Ready{}));
    EXPECT_EQ(permitted(role, Channel::kControl, RevocationLists{}), role == Role::kEdge);
    EXPECT_EQ(permitted(role, Channel::kControl, ShownCertificates{}), role == Role::kEdge);
  }
  EXPECT_FALSE(permitted(Role::kSupervisor, Channel::kControl, Configure{}));
  EXPECT_FALSE(permitted(Role::kSupervisor, Channel::kControl, Note{}));
  EXPECT_EQ(places_of(RevocationLists{}), 1);
  EXPECT_EQ(places_of(ShownCertificates{}), 1);
  // A filter is never told of another policy: it is replaced.
  EXPECT_FALSE(permitted(Role::kFilter, Channel::kControl, Reconfigure{}));
  EXPECT_EQ(places_of(Reconfigure{}), 2);
  EXPECT_EQ(places_of(Reconfigured{}), 1);
  EXPECT_EQ(places_of(Drained{}), 1);
}

TEST(Permitted, WhatTheOperatorSaysComesFromGuarddAndNeverToAFilter) {
  EXPECT_TRUE(permitted(Role::kRecorder, Channel::kControl, Controls{}));
  EXPECT_TRUE(permitted(Role::kEdge, Channel::kControl, Controls{}));
  EXPECT_EQ(places_of(Controls{}), 2);
  EXPECT_TRUE(permitted(Role::kEdge, Channel::kReleases, Withdraw{}));
  EXPECT_EQ(places_of(Withdraw{}), 1);
  for (const AnyMessage& told : {AnyMessage(ControlsInForce{}), AnyMessage(StreamCounts{}),
                                 AnyMessage(QueueCounts{}), AnyMessage(NotesStored{})}) {
    EXPECT_TRUE(permitted(Role::kSupervisor, Channel::kControl, told));
    EXPECT_EQ(places_of(told), 1);
  }
}

}  // namespace
}  // namespace guard::wire
