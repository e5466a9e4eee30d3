#include "guard/filter/exchange.h"

#include <gtest/gtest.h>

#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using policy::StanzaKind;
using policy::StanzaType;
using Part = wire::Exchange::Part;

Envelope iq(StanzaType type, xmpp::Jid from, xmpp::Jid to, std::string id = "i1") {
  return {.kind = StanzaKind::kIq,
          .type = type,
          .id = std::move(id),
          .from = std::move(from),
          .to = std::move(to),
          .answerable = true};
}

class ExchangeTest : public testing::Test {
 protected:
  wire::Exchange of(const Envelope& envelope) { return exchange_of(envelope, sha256); }
  Sha256 sha256;
  const xmpp::Jid ann{"ann", "high.example", "desk"};
  const xmpp::Jid bob{"bob", "low.example", "x"};
};

TEST_F(ExchangeTest, RequestAndAnswerHaveOneName) {
  for (const StanzaType request : {StanzaType::kGet, StanzaType::kSet}) {
    for (const StanzaType answer : {StanzaType::kResult, StanzaType::kError}) {
      const wire::Exchange asked = of(iq(request, ann, bob));
      const wire::Exchange answered = of(iq(answer, bob, ann));
      EXPECT_EQ(asked.part, Part::kRequest);
      EXPECT_EQ(answered.part, Part::kAnswer);
      EXPECT_EQ(asked.key, answered.key);
    }
  }
}

TEST_F(ExchangeTest, AnotherAddressIdOrDirectionHasAnother) {
  const Digest asked = of(iq(StanzaType::kGet, ann, bob)).key;
  EXPECT_NE(of(iq(StanzaType::kResult, ann, bob)).key, asked) << "the asker's own";
  EXPECT_NE(of(iq(StanzaType::kGet, bob, ann)).key, asked);
  EXPECT_NE(of(iq(StanzaType::kGet, ann, bob, "i2")).key, asked);
  EXPECT_NE(of(iq(StanzaType::kResult, {"bob", "low.example", ""}, ann)).key, asked);
  EXPECT_NE(of(iq(StanzaType::kResult, bob, {"ann", "high.example", "other"})).key, asked);
}

TEST_F(ExchangeTest, WhatStandsNextToEachOtherIsNotMixedUp) {
  const xmpp::Jid a{"", "a", ""};
  EXPECT_NE(of(iq(StanzaType::kGet, a, {"", "bc", ""}, "d")).key,
            of(iq(StanzaType::kGet, a, {"", "b", ""}, "cd")).key);
}

TEST_F(ExchangeTest, MessagesAndPresencesHaveNone) {
  Envelope message = iq(StanzaType::kChat, ann, bob);
  message.kind = StanzaKind::kMessage;
  EXPECT_EQ(of(message), wire::Exchange{});
  message.kind = StanzaKind::kPresence;
  message.type = StanzaType::kError;
  EXPECT_EQ(of(message), wire::Exchange{});
}

class ExchangeJudgeTest : public JudgeFixture {};

TEST_F(ExchangeJudgeTest, ONE_ANSWER_BothFiltersNameAnExchangeAlikeHoweverItIsSpelt) {
  const wire::Judgement asked = judge(
      "<iq from='ann@high.example/desk' to='Bob@LOW.example/x' id='m1' type='get'>"
      "<ping xmlns='urn:xmpp:ping'/></iq>");
  ASSERT_EQ(asked.outcome, wire::Outcome::kForward);
  EXPECT_EQ(asked.exchange.part, Part::kRequest);
  EXPECT_FALSE(asked.contingency.empty());
  Judge up(policy_, Side::kLow, {});
  const StreamContext low{.peer = kLow, .pairs = {{"low.example", "high.example"}}};
  const wire::Judgement answered = up.judge(
      &low,
      offer_up("<iq type='result' id='m1' to='Ann@high.example/desk' from='bob@low.example/x'/>"));
  ASSERT_EQ(answered.outcome, wire::Outcome::kForward) << answered.finding.reason;
  EXPECT_EQ(answered.exchange.part, Part::kAnswer);
  EXPECT_EQ(answered.exchange.key, asked.exchange.key);
  EXPECT_TRUE(answered.contingency.empty());
}

TEST_F(ExchangeJudgeTest, WhatDoesNotCrossHasNone) {
  const wire::Judgement refused = judge(
      "<iq from='ann@high.example/desk' to='bob@low.example/x' id='m1' type='get'>"
      "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
  ASSERT_NE(refused.outcome, wire::Outcome::kForward);
  EXPECT_EQ(refused.exchange, wire::Exchange{});
  EXPECT_EQ(judge(labelled(open_)).exchange, wire::Exchange{}) << "no iq";
}

}  // namespace
}  // namespace guard::filter
