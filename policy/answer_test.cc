// What the senders of refused stanzas are told.
#include "policy/answer.h"

#include <gtest/gtest.h>

#include "policy/decide_bed.h"

namespace policy::test {
namespace {

TEST(Answer, WhatIsNeverAnswered) {
  StanzaFacts facts = chat(kHighToLow);
  EXPECT_EQ(judge(facts).answer.form, Answer::Form::kReply);  // the twin
  facts.type = StanzaType::kHeadline;
  EXPECT_EQ(judge(facts).answer.form, Answer::Form::kSilence);
  facts.type = StanzaType::kGroupchat;  // to a full address: from a room
  EXPECT_EQ(judge(facts).answer.form, Answer::Form::kSilence);
  facts.to.resource.clear();  // to the room
  EXPECT_EQ(judge(facts).answer.form, Answer::Form::kReply);
  for (const StanzaType type :
       {StanzaType::kSubscribed, StanzaType::kUnsubscribe, StanzaType::kProbe}) {
    const Decision decision = judge(presence(kHighToLow, type));
    expect_refused(decision, Reason::kNoRule);
    EXPECT_EQ(decision.answer.form, Answer::Form::kSilence);
  }
}

// A client types: it does not want to hear that nobody saw it. The twin has a body.
TEST(Answer, SignalsAreNeverAnswered) {
  PolicyContent content = full();
  std::erase_if(content.direction(kHighToLow).rules,
                [](const Rule& r) { return r.about == StanzaClass::kSignal; });
  const Policy policy = make(std::move(content));
  StanzaFacts facts = receipt(kHighToLow);
  expect_refused(decide(policy, facts), Reason::kNoRule);
  EXPECT_FALSE(may_be_answered(facts));
  EXPECT_EQ(decide(policy, facts).answer.form, Answer::Form::kSilence);
  facts.part(Part::kBody).count = 1;
  EXPECT_TRUE(may_be_answered(facts));
  EXPECT_EQ(decide(policy, facts).answer.form, Answer::Form::kReply);
}

// What the standards forbid to answer, of every kind and type.
TEST(Answer, MayBeAnswered) {
  for (const StanzaType type : {StanzaType::kChat, StanzaType::kNormal}) {
    StanzaFacts facts = chat(kHighToLow);
    facts.type = type;
    EXPECT_TRUE(may_be_answered(facts));
  }
  StanzaFacts facts = chat(kHighToLow);
  for (const StanzaType type : {StanzaType::kError, StanzaType::kHeadline}) {
    facts.type = type;
    EXPECT_FALSE(may_be_answered(facts));
  }
  facts.type = StanzaType::kGroupchat;
  EXPECT_FALSE(may_be_answered(facts)) << "from a room";
  facts.to.resource.clear();
  EXPECT_TRUE(may_be_answered(facts)) << "to a room";
  facts.from.resource.clear();
  EXPECT_FALSE(may_be_answered(facts)) << "from a room to another";
  EXPECT_TRUE(may_be_answered(ping(kHighToLow)));
  EXPECT_TRUE(may_be_answered(ping(kHighToLow, StanzaType::kSet)));
  EXPECT_FALSE(may_be_answered(ping(kHighToLow, StanzaType::kResult)));
  EXPECT_FALSE(may_be_answered(ping(kHighToLow, StanzaType::kError)));
  for (const StanzaType type :
       {StanzaType::kAvailable, StanzaType::kUnavailable, StanzaType::kSubscribe,
        StanzaType::kSubscribed, StanzaType::kUnsubscribe, StanzaType::kUnsubscribed,
        StanzaType::kProbe, StanzaType::kError}) {
    facts = presence(kHighToLow, type);
    EXPECT_FALSE(may_be_answered(facts));
    facts.elements = {{.ns = "http://jabber.org/protocol/muc", .name = "x"}};
    EXPECT_EQ(may_be_answered(facts), type == StanzaType::kAvailable);
    facts.label.present = true;
    EXPECT_FALSE(may_be_answered(facts)) << "a label on a presence (L2)";
  }
}

TEST(Answer, LabelledJoinIsDroppedWithoutAnAnswer) {
  StanzaFacts facts = presence(kHighToLow);
  facts.elements = {{.ns = "http://jabber.org/protocol/muc", .name = "x"}};
  facts.label.present = true;
  const Decision decision = judge(facts);
  expect_refused(decision, Reason::kLabelOnPresence);
  EXPECT_EQ(decision.answer.form, Answer::Form::kSilence);
}

TEST(Answer, RefusedJoinIsForbidden) {
  StanzaFacts facts = presence(kHighToLow);
  facts.elements = {{.ns = "http://jabber.org/protocol/muc", .name = "x"}};
  const Decision decision = judge(facts);
  expect_refused(decision, Reason::kElementNotAllowed);
  EXPECT_EQ(decision.answer.form, Answer::Form::kReply);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kForbidden);
  EXPECT_EQ(decision.answer.type, guard::xmpp::ErrorType::kAuth);
}

TEST(Answer, SilentDirectionStillAnswersIq) {
  PolicyContent content = full();
  content.direction(kHighToLow).answers_refusals = false;
  const Policy policy = make(std::move(content));
  EXPECT_EQ(decide(policy, chat(kHighToLow)).answer.form, Answer::Form::kSilence);
  StanzaFacts facts = ping(kHighToLow, StanzaType::kSet);
  EXPECT_EQ(decide(policy, facts).answer.form, Answer::Form::kReply);
}

// The recipient's peer has rules, but none for messages from here: service-unavailable, as for a
// recipient that is not there; any other refusal is uniform.
TEST(Answer, RecipientNotAllowedByRule) {
  PolicyContent content = full();
  std::erase_if(content.direction(kHighToLow).rules,
                [](const Rule& r) { return r.about == StanzaClass::kMessage; });
  // A rule for signals or subjects is one for messages from here, too.
  Decision decision = decide(make(content), chat(kHighToLow, label("UNCLASSIFIED")));
  expect_refused(decision, Reason::kNoRule);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kPolicyViolation);
  std::erase_if(content.direction(kHighToLow).rules, [](const Rule& r) {
    return r.about == StanzaClass::kSignal || r.about == StanzaClass::kSubjectChange;
  });
  decision = decide(make(content), chat(kHighToLow, label("UNCLASSIFIED")));
  expect_refused(decision, Reason::kNoRule);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kServiceUnavailable);
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  facts.type = StanzaType::kGroupchat;
  facts.to.resource.clear();
  Rule one = allow_chat("normal-only");
  one.types = TypeSet(StanzaType::kNormal);
  content = full();
  content.direction(kHighToLow).rules[0] = one;
  decision = decide(make(std::move(content)), facts);
  expect_refused(decision, Reason::kNoRule);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kPolicyViolation);
}

}  // namespace
}  // namespace policy::test
