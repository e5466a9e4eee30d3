#include "guard/xmpp/sent_stanzas.h"

#include <gtest/gtest.h>

#include <limits>

#include "guard/xmpp/received_stanzas.h"

namespace guard::xmpp {
namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kAsked = "<r xmlns='urn:xmpp:sm:3'/>";

TEST(SentStanzas, AnAnswerCoversWhatWasSentAndNotOneMore) {
  SentStanzas stanzas(ManagementVersion::k3, false);
  EXPECT_TRUE(stanzas.answered(1).too_high);
  EXPECT_EQ(stanzas.sent(3), kAsked);
  EXPECT_EQ(stanzas.unacknowledged(), 3U);
  EXPECT_EQ(stanzas.answered(2).more, (PlaceRun{1, 2}));
  EXPECT_EQ(stanzas.answered(2).more, std::nullopt);
  EXPECT_TRUE(stanzas.answered(1).too_high);  // it was further already
  EXPECT_TRUE(stanzas.answered(4).too_high);
  EXPECT_EQ(stanzas.unacknowledged(), 1U);
  EXPECT_EQ(stanzas.answered(3).more, (PlaceRun{3, 3}));
}

TEST(SentStanzas, TheCountGoesRoundAt32Bits) {
  SentStanzas stanzas(ManagementVersion::k3, false, kMost - 1);
  static_cast<void>(stanzas.sent(4));
  EXPECT_EQ(stanzas.h(), 2U);
  EXPECT_EQ(stanzas.answered(kMost).more, (PlaceRun{1, 1}));
  EXPECT_TRUE(stanzas.answered(3).too_high);
  EXPECT_TRUE(stanzas.answered(kMost - 1).too_high);
  EXPECT_EQ(stanzas.answered(1).more, (PlaceRun{2, 3}));
  EXPECT_EQ(stanzas.answered(2).more, (PlaceRun{4, 4}));
  EXPECT_EQ(stanzas.unacknowledged(), 0U);
}

TEST(SentStanzas, AsksOnceUntilItIsAnswered) {
  SentStanzas stanzas(ManagementVersion::k3, false);
  EXPECT_EQ(stanzas.sent(1), kAsked);
  EXPECT_EQ(stanzas.sent(1), "");
  const auto heard = stanzas.answered(1);
  EXPECT_TRUE(heard.newer);  // the second went out behind the question
  EXPECT_FALSE(heard.unasked);
  EXPECT_EQ(stanzas.ask(), kAsked);
  EXPECT_FALSE(stanzas.answered(1).unasked);  // the answer that is owed, though it says nothing
  EXPECT_FALSE(stanzas.answered(1).unasked);  // and the one before it
  EXPECT_TRUE(stanzas.answered(1).unasked);
}

TEST(SentStanzas, OneThatTellsEachIsAskedByTimeOnly) {
  SentStanzas stanzas(ManagementVersion::k3, true);
  EXPECT_EQ(stanzas.sent(9), "");
  EXPECT_EQ(stanzas.told({5, 9}).more, (PlaceRun{5, 9}));
  EXPECT_EQ(stanzas.unacknowledged(), 4U);
  EXPECT_TRUE(stanzas.told({6, 7}).unasked);
  EXPECT_TRUE(stanzas.told({9, 10}).too_high);
  EXPECT_EQ(stanzas.ask(), kAsked);
  const auto heard = stanzas.answered(2);
  EXPECT_EQ(heard.more, (PlaceRun{1, 2}));
  EXPECT_FALSE(heard.newer);
  EXPECT_FALSE(stanzas.told({3, 4}).unasked);
  EXPECT_EQ(stanzas.unacknowledged(), 0U);
  EXPECT_EQ(stanzas.ask(), "");
}

TEST(ReceivedStanzas, TellsInOrderFromWhereItBegan) {
  ReceivedStanzas stanzas;
  stanzas.take();
  stanzas.enable(ManagementVersion::k3, false);
  stanzas.take();
  stanzas.take();
  EXPECT_EQ(stanzas.handled({.count = 1}), "");
  EXPECT_EQ(stanzas.handled({.count = 2}), "<a xmlns='urn:xmpp:sm:3' h='2'/>");
  EXPECT_EQ(stanzas.unhandled(), 0U);
}

TEST(ReceivedStanzas, TellsEachAndAnswersWithWhatHasNoGap) {
  ReceivedStanzas stanzas;
  stanzas.enable(ManagementVersion::k3, true);
  for (int i = 0; i < 6; ++i) stanzas.take();
  EXPECT_EQ(stanzas.handled({.runs = {{2, 3}, {5, 5}}}),
            "<handled xmlns='urn:xmpp-guard:handled:1' first='2' last='3'/>"
            "<handled xmlns='urn:xmpp-guard:handled:1' first='5' last='5'/>");
  EXPECT_EQ(stanzas.count(), "<a xmlns='urn:xmpp:sm:3' h='0'/>");
  EXPECT_EQ(stanzas.unhandled(), 3U);
  static_cast<void>(stanzas.handled({.runs = {{1, 1}}}));
  EXPECT_EQ(stanzas.count(), "<a xmlns='urn:xmpp:sm:3' h='3'/>");
}

TEST(ReceivedStanzas, AQuestionIsFreeOnceAfterAStanza) {
  ReceivedStanzas stanzas;
  stanzas.enable(ManagementVersion::k3, false);
  EXPECT_FALSE(stanzas.requested());
  stanzas.take();
  EXPECT_TRUE(stanzas.requested());
  EXPECT_FALSE(stanzas.requested());
}

}  // namespace
}  // namespace guard::xmpp
