// Routes, rules and answers.
#include <gtest/gtest.h>

#include "policy/decide_bed.h"

namespace policy::test {
namespace {

TEST(Decide, SIDE_BOUND) {
  StanzaFacts facts = chat(kLowToHigh, label("UNCLASSIFIED"));
  facts.from.domain = "other.example";  // of another peer of the same side
  Decision decision = judge(facts);
  expect_refused(decision, Reason::kFromNotOfPeer);
  EXPECT_EQ(decision.answer.form, Answer::Form::kCloseInvalidFrom);
  facts.from.domain = "high.example";  // of the other side
  expect_refused(judge(facts), Reason::kFromNotOfPeer);
  facts.from.domain = "";
  expect_refused(judge(facts), Reason::kFromNotOfPeer);

  facts = chat(kLowToHigh, label("UNCLASSIFIED"));
  facts.to.domain = "low.example";
  expect_refused(judge(facts), Reason::kWithinSide);
  facts.to.domain = "nowhere.example";
  decision = judge(facts);
  expect_refused(decision, Reason::kNoRoute);
  EXPECT_EQ(decision.answer.form, Answer::Form::kCloseHostUnknown);

  facts = chat(kLowToHigh, label("UNCLASSIFIED"));
  facts.peer = kHigh;  // not of the lane's near side
  expect_refused(judge(facts), Reason::kFactsInconsistent);
  facts.peer = 99;
  expect_refused(judge(facts), Reason::kFactsInconsistent);
  facts = chat(kLowToHigh, label("UNCLASSIFIED"));
  facts.type = StanzaType::kGet;
  expect_refused(judge(facts), Reason::kFactsInconsistent);
}

// A default route takes nothing that the other side claims by name.
TEST(Decide, SIDE_BOUND_DefaultRoute) {
  PolicyContent content = full();
  content.peers[kLow].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  const Policy policy = make(std::move(content));
  StanzaFacts facts = chat(kLowToHigh, label("UNCLASSIFIED"));
  facts.from.domain = "anything.example";
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.from.domain = "high.example";
  expect_refused(decide(policy, facts), Reason::kFromNotOfPeer);
  facts.from.domain = "other.example";
  expect_refused(decide(policy, facts), Reason::kFromNotOfPeer);
  facts = chat(kHighToLow, label("UNCLASSIFIED"));
  facts.to.domain = "anything.example";
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.to.domain = "high.example";
  expect_refused(decide(policy, facts), Reason::kWithinSide);
}

TEST(Decide, INVISIBLE) {
  const Policy policy = make(full());
  for (StanzaFacts facts : one_of_each(kHighToLow)) {
    facts.to.domain = "other.example";
    const Decision hidden = decide(policy, facts);
    expect_refused(hidden, Reason::kNotVisible);
    facts.to.domain = "nowhere.example";
    const Decision nowhere = decide(policy, facts);
    expect_refused(nowhere, Reason::kNoRoute);
    EXPECT_TRUE(hidden.answer == nowhere.answer);
    EXPECT_EQ(hidden.answer.form, Answer::Form::kCloseHostUnknown);
  }
  StanzaFacts facts = chat(kLowToHigh, label("UNCLASSIFIED"));
  facts.peer = kOther;
  facts.from.domain = "other.example";
  expect_refused(decide(policy, facts), Reason::kNotVisible);
}

TEST(Decide, FirstMatchDecides) {
  PolicyContent content = full();
  std::vector<Rule>& rules = content.direction(kHighToLow).rules;
  Rule refuse =
      rule("no-chat", Verdict::kRefuse, StanzaClass::kMessage, TypeSet(StanzaType::kChat));
  rules.insert(rules.begin(), refuse);
  const Decision decision = decide(make(content), chat(kHighToLow, label("UNCLASSIFIED")));
  expect_refused(decision, Reason::kRefusedByRule);
  EXPECT_EQ(decision.rule, "no-chat");
  StanzaFacts normal = chat(kHighToLow, label("UNCLASSIFIED"));
  normal.type = StanzaType::kNormal;
  EXPECT_TRUE(decide(make(content), normal).allowed());
  std::rotate(rules.begin(), rules.begin() + 1, rules.end());  // now it comes last
  EXPECT_TRUE(decide(make(content), chat(kHighToLow, label("UNCLASSIFIED"))).allowed());
}

TEST(Decide, RefusingRuleWithElementsWantsOneOfThem) {
  PolicyContent content = full();
  std::vector<Rule>& rules = content.direction(kHighToLow).rules;
  rules.front().elements = {{"urn:example:a", ""}, {"urn:example:b", ""}};
  Rule refuse = rule("no-a", Verdict::kRefuse, StanzaClass::kMessage, TypeSet(StanzaType::kChat));
  refuse.elements = {{"urn:example:a", "x"}};
  rules.insert(rules.begin(), refuse);
  const Policy policy = make(std::move(content));
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  facts.elements = {{.ns = "urn:example:b", .name = "x"}};
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.elements.push_back({.ns = "urn:example:a", .name = "y"});
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.elements.push_back({.ns = "urn:example:a", .name = "x"});
  expect_refused(decide(policy, facts), Reason::kRefusedByRule);
}

TEST(Decide, WhatIsNotListedIsRefusedOrStripped) {
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  facts.elements = {{.ns = "urn:xmpp:receipts", .name = "request"},
                    {.ns = "urn:example:x", .name = "x"}};
  expect_refused(judge(facts), Reason::kElementNotAllowed);
  PolicyContent content = full();
  Rule& chat_rule = content.direction(kHighToLow).rules.front();
  chat_rule.elements = {{"urn:xmpp:receipts", "request"}};
  chat_rule.parts = PartSet(Part::kBody);
  const Policy strict = make(content);
  expect_refused(decide(strict, facts), Reason::kElementNotAllowed);
  EXPECT_EQ(decide(strict, facts).rule, "down-chat");
  facts.part(Part::kThread).count = 1;
  expect_refused(decide(strict, facts), Reason::kPartNotAllowed);
  chat_rule.others = Others::kStrip;
  const Policy stripping = make(content);
  Decision decision = decide(stripping, facts);
  ASSERT_TRUE(decision.allowed());
  EXPECT_EQ(decision.kept.elements, std::vector<std::uint32_t>{0});
  EXPECT_TRUE(decision.kept.parts == PartSet(Part::kBody));
  facts.more_elements = 1;
  expect_refused(decide(stripping, facts), Reason::kElementNotAllowed);
  facts.more_elements = 0;
  facts.part(Part::kBody) = {};
  expect_refused(decide(stripping, facts), Reason::kNothingLeft);
}

TEST(Decide, LengthsAtAndPastTheBound) {
  PolicyContent content = full();
  content.direction(kHighToLow).rules.front().max_octets = 500;
  content.direction(kHighToLow).rules.front().max_body_octets = 100;
  const Policy policy = make(std::move(content));
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  facts.octets = 500;
  facts.part(Part::kBody).octets = 100;
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.octets = 501;
  expect_refused(decide(policy, facts), Reason::kTooLong);
  facts.octets = 500;
  facts.part(Part::kBody).octets = 101;
  expect_refused(decide(policy, facts), Reason::kTooLong);
}

TEST(Decide, ContentMakesAMessageNeedItsLabel) {
  StanzaFacts facts = receipt(kHighToLow);
  EXPECT_EQ(judge(facts).rule, "down-signals");
  EXPECT_EQ(judge(facts).label_source, LabelSource::kImplied);
  EXPECT_EQ(judge(facts).marking, "EXAMPLE UNCLASSIFIED");
  facts.part(Part::kBody).count = 1;
  expect_refused(judge(facts), Reason::kLabelMissing);
  facts = receipt(kHighToLow);
  facts.elements.push_back({.ns = "urn:example:unknown", .name = "x"});
  expect_refused(judge(facts), Reason::kLabelMissing);
}

TEST(Decide, LabelledSignalMustPassAsBoth) {
  StanzaFacts facts = receipt(kHighToLow);
  facts.label.present = true;
  facts.label.label = label("RESTRICTED");
  const Decision decision = judge(facts);
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(decision.label_source, LabelSource::kOwn);
  EXPECT_EQ(decision.marking, "EXAMPLE RESTRICTED");
  facts.label.label = label("SECRET");
  expect_refused(judge(facts), Reason::kReceiverClearance);
  PolicyContent content = full();
  content.direction(kHighToLow).rules[1].implied_label = kClosed;
  facts.label.label = label("UNCLASSIFIED");
  expect_refused(decide(make(std::move(content)), facts), Reason::kReceiverClearance);
}

TEST(Decide, SubjectChangeNeedsARuleOfItsOwn) {
  EXPECT_EQ(judge(subject_change(kHighToLow)).rule, "down-subject");
  PolicyContent content = full();
  std::erase_if(content.direction(kHighToLow).rules,
                [](const Rule& r) { return r.about == StanzaClass::kSubjectChange; });
  const Policy policy = make(std::move(content));
  expect_refused(decide(policy, subject_change(kHighToLow)), Reason::kNoRule);
  StanzaFacts labelled = subject_change(kHighToLow);
  labelled.label.present = true;
  labelled.label.label = label("UNCLASSIFIED");
  expect_refused(decide(policy, labelled), Reason::kNoRule);
}

TEST(Decide, RequestsNeedTheirPayloadAllowed) {
  StanzaFacts facts = ping(kHighToLow);
  EXPECT_TRUE(judge(facts).allowed());
  facts = ping(kHighToLow, StanzaType::kSet);
  expect_refused(judge(facts), Reason::kNoRule);
  facts = ping(kHighToLow);
  facts.elements[0].ns = "jabber:iq:roster";
  const Decision decision = judge(facts);
  expect_refused(decision, Reason::kElementNotAllowed);
  EXPECT_EQ(decision.answer.form, Answer::Form::kReply);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kServiceUnavailable);
  EXPECT_EQ(decision.answer.type, guard::xmpp::ErrorType::kCancel);
  facts = ping(kHighToLow);
  facts.elements.push_back(facts.elements[0]);
  expect_refused(judge(facts), Reason::kElementNotAllowed);
  facts.elements.clear();
  expect_refused(judge(facts), Reason::kElementNotAllowed);
}

TEST(Decide, AnswersGoByTheRuleOfTheirRequest) {
  PolicyContent content = full();
  auto& down = content.direction(kHighToLow).rules;
  std::erase_if(down, [](const Rule& r) { return r.about == StanzaClass::kRequest; });
  content.direction(kLowToHigh)
      .rules.push_back(allow_iq("up-disco", "http://jabber.org/protocol/disco#info"));
  const Policy policy = make(std::move(content));
  // Only low may ask: high may only answer, low may not.
  for (const StanzaType type : {StanzaType::kResult, StanzaType::kError}) {
    EXPECT_TRUE(decide(policy, ping(kHighToLow, type)).allowed());
    expect_refused(decide(policy, ping(kLowToHigh, type)), Reason::kNoRule);
  }
  StanzaFacts info = ping(kHighToLow, StanzaType::kResult);
  info.elements = {{.ns = "http://jabber.org/protocol/disco#info", .name = "query"}};
  Decision decision = decide(policy, info);
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(decision.rule, "up-disco");
  EXPECT_EQ(decision.label_source, LabelSource::kImplied);
  EXPECT_EQ(decision.kept.elements.size(), 1U);
  info.elements[0].ns = "jabber:iq:roster";
  expect_refused(decide(policy, info), Reason::kNoRule);
  info.elements = {{.ns = "urn:xmpp:ping", .name = "ping"},
                   {.ns = "urn:xmpp:ping", .name = "ping"}};
  decision = decide(policy, info);
  expect_refused(decision, Reason::kElementNotAllowed);
  EXPECT_EQ(decision.answer.form, Answer::Form::kSilence);
}

TEST(Decide, RefusedRequestsHaveNoAnswers) {
  PolicyContent content = full();
  Rule refuse = rule("no-ping", Verdict::kRefuse, StanzaClass::kRequest, TypeSet(StanzaType::kGet));
  refuse.elements = {{"urn:xmpp:ping", ""}};
  auto& up = content.direction(kLowToHigh).rules;
  up.insert(up.begin(), refuse);
  const Policy policy = make(std::move(content));
  expect_refused(decide(policy, ping(kLowToHigh)), Reason::kRefusedByRule);
  expect_refused(decide(policy, ping(kHighToLow, StanzaType::kResult)), Reason::kNoRule);
  EXPECT_TRUE(judge(ping(kHighToLow, StanzaType::kResult)).allowed());
}

TEST(Decide, ErrorsNeedARuleAndKeepNothing) {
  StanzaFacts facts = stanza(kHighToLow, StanzaKind::kMessage, StanzaType::kError);
  facts.part(Part::kBody).count = 1;
  facts.elements = {{.ns = "urn:xmpp:receipts", .name = "request"}};
  const Decision decision = judge(facts);
  EXPECT_TRUE(decision.allowed());
  EXPECT_TRUE(decision.kept == Kept{});
  EXPECT_EQ(decision.label_source, LabelSource::kNone);
  PolicyContent content = full();
  std::erase_if(content.direction(kHighToLow).rules,
                [](const Rule& r) { return r.about == StanzaClass::kError; });
  const Decision refused = decide(make(std::move(content)), facts);
  expect_refused(refused, Reason::kNoRule);
  EXPECT_EQ(refused.answer.form, Answer::Form::kSilence);
}

}  // namespace
}  // namespace policy::test
