// Traffic within a side: only by rules of its own, and everything else as across.
#include <gtest/gtest.h>

#include "policy/decide_bed.h"
#include "policy/views.h"

namespace policy::test {
namespace {

// To the sending peer, every refusal of a route is one: the domain does not exist.
void expect_no_route(const Policy& policy, const StanzaFacts& facts, Reason reason) {
  const Decision decision = decide(policy, facts);
  expect_refused(decision, reason);
  EXPECT_EQ(decision.answer.form, Answer::Form::kCloseHostUnknown);
}

// The same stanza in the lane across, as the edge of a policy without such rules names it.
StanzaFacts across(StanzaFacts facts) {
  facts.lane = guard::lane_from(near_side(facts.lane));
  return facts;
}

TEST(WithinASide, WithoutRulesForItThereIsNoRoute) {
  const Policy policy = make(full());
  EXPECT_TRUE(policy.uses(kHighToLow) && policy.uses(kLowToHigh));
  for (const guard::Lane lane : {kHighToHigh, kLowToLow}) {
    EXPECT_FALSE(policy.uses(lane));
    EXPECT_EQ(policy.routed(lane, kLow, "other.example"), nullptr);
  }
  EXPECT_EQ(policy.lane_to(kLow, "other.example"), kLowToHigh);
  EXPECT_FALSE(policy.visible(kLow, kOther));
  for (const StanzaFacts& facts : one_of_each(kLowToLow)) {
    expect_no_route(policy, across(facts), Reason::kWithinSide);
    expect_no_route(policy, facts, Reason::kWithinSide);
  }
}

TEST(WithinASide, RulesOfItsOwnAllow) {
  const Policy policy = make(within());
  EXPECT_TRUE(policy.uses(kLowToLow));
  EXPECT_FALSE(policy.uses(kHighToHigh));
  ASSERT_NE(policy.routed(kLowToLow, kLow, "other.example"), nullptr);
  EXPECT_EQ(policy.routed(kLowToLow, kLow, "other.example")->peer, kOther);
  EXPECT_EQ(policy.lane_to(kLow, "other.example"), kLowToLow);
  EXPECT_EQ(policy.lane_to(kLow, "high.example"), kLowToHigh);
  EXPECT_TRUE(policy.visible(kLow, kOther) && policy.visible(kOther, kLow));
  const Decision chatted = decide(policy, chat(kLowToLow, label("RESTRICTED")));
  ASSERT_TRUE(chatted.allowed());
  EXPECT_EQ(chatted.rule, "low-chat");
  EXPECT_EQ(chatted.far_peer, kOther);
  for (const StanzaFacts& facts :
       {receipt(kLowToLow), subject_change(kLowToLow), presence(kLowToLow), ping(kLowToLow),
        stanza(kLowToLow, StanzaKind::kMessage, StanzaType::kError)}) {
    EXPECT_TRUE(decide(policy, facts).allowed());
  }
  // The lane is part of the question: the rules of one are never those of another.
  expect_no_route(policy, across(chat(kLowToLow, label("RESTRICTED"))), Reason::kWithinSide);
  StanzaFacts high = chat(kLowToHigh, label("RESTRICTED"));
  EXPECT_EQ(decide(policy, high).rule, "up-chat");
  high.lane = kLowToLow;
  expect_no_route(policy, high, Reason::kNoRoute);
  high.lane = kHighToHigh;
  EXPECT_EQ(decide(policy, high).reason, Reason::kFactsInconsistent);
}

TEST(WithinASide, AnswersGoByTheRulesForRequestsOfTheSameLane) {
  const Policy policy = make(within());
  StanzaFacts answer = ping(kLowToLow, StanzaType::kResult);
  EXPECT_EQ(decide(policy, answer).reason, Reason::kNoRule) << "other asks low nothing";
  std::swap(answer.from, answer.to);
  answer.peer = kOther;
  EXPECT_EQ(decide(policy, answer).rule, "low-ping");
  StanzaFacts request = ping(kLowToLow);
  std::swap(request.from, request.to);
  request.peer = kOther;
  EXPECT_EQ(decide(policy, request).reason, Reason::kNoRule);
}

TEST(WithinASide, WhatNoRuleMatchesIsRefused) {
  const Policy policy = make(within());
  StanzaFacts back = presence(kLowToLow);
  std::swap(back.from, back.to);
  back.peer = kOther;
  EXPECT_EQ(decide(policy, back).reason, Reason::kNoRule);
  StanzaFacts roster = ping(kLowToLow);
  roster.elements[0].ns = "jabber:iq:roster";
  EXPECT_EQ(decide(policy, roster).reason, Reason::kElementNotAllowed);
}

TEST(WithinASide, ASendersOwnDomainsAreNoRoute) {
  PolicyContent content = within();
  content.peers[kLow].domains.push_back({.domain = "rooms.low.example"});
  content.direction(kLowToLow).rules.push_back(allow_chat("all"));
  const Policy policy = make(std::move(content));
  for (const char* own : {"low.example", "rooms.low.example"}) {
    StanzaFacts facts = chat(kLowToLow, label("RESTRICTED"));
    facts.to.domain = own;
    EXPECT_EQ(policy.routed(kLowToLow, kLow, own), nullptr);
    EXPECT_EQ(policy.lane_to(kLow, own), kLowToHigh);
    expect_no_route(policy, facts, Reason::kWithinSide);
    expect_no_route(policy, across(facts), Reason::kWithinSide);
  }
  EXPECT_FALSE(policy.visible(kLow, kLow));
  StanzaFacts other = chat(kLowToLow, label("RESTRICTED"));
  EXPECT_TRUE(decide(policy, other).allowed());
}

// What nobody claims goes across, to the other side's default route where it has one; an answer to
// what came from there would, too.
TEST(WithinASide, ADefaultRouteIsNoWay) {
  PolicyContent content = within();
  content.peers[kOther].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  content.peers[kHigh].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  const Policy policy = make(std::move(content));
  EXPECT_EQ(policy.routed(kLowToLow, kLow, "else.example"), nullptr);
  EXPECT_EQ(policy.named(guard::Side::kLow, "else.example"), nullptr);
  EXPECT_EQ(policy.standing(guard::Side::kLow, "else.example")->peer, kOther);
  EXPECT_EQ(policy.lane_to(kLow, "else.example"), kLowToHigh);
  StanzaFacts to = chat(kLowToLow, label("RESTRICTED"));
  to.to.domain = "else.example";
  expect_no_route(policy, to, Reason::kWithinSide);
  EXPECT_TRUE(decide(policy, across(to)).allowed());
  StanzaFacts from = chat(kLowToLow, label("RESTRICTED"));
  from.peer = kOther;
  from.from.domain = "else.example";
  from.to.domain = "low.example";
  expect_no_route(policy, from, Reason::kWithinSide);
  from.from.domain = "other.example";
  EXPECT_TRUE(decide(policy, from).allowed());
}

TEST(WithinASide, DomainsOfTheOtherSideAreNoRoute) {
  PolicyContent content = within();
  content.peers[kOther].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  content.peers[kHigh].domains.push_back(
      {.domain = "camp.example", .match = guard::DomainMatch::kSubdomains});
  const Policy policy = make(content);
  for (const char* theirs : {"high.example", "camp.example", "x.camp.example"}) {
    EXPECT_EQ(policy.routed(kLowToLow, kLow, theirs), nullptr) << theirs;
    EXPECT_EQ(policy.lane_to(kLow, theirs), kLowToHigh) << theirs;
  }
  // A claim of one side within one of the other is refused at load: there is no such question.
  content.peers[kOther].domains.push_back({.domain = "x.camp.example"});
  EXPECT_FALSE(Policy::make(std::move(content)));
}

TEST(WithinASide, BothClearancesCount) {
  PolicyContent content = within();
  content.peers[kOther].receive = clearance({"UNCLASSIFIED"});
  content.peers[kOther].send = up_to_secret();
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(decide(policy, chat(kLowToLow, label("UNCLASSIFIED"))).allowed());
  expect_refused(decide(policy, chat(kLowToLow, label("RESTRICTED"))), Reason::kReceiverClearance);
  expect_refused(decide(policy, chat(kLowToLow, label("SECRET"))), Reason::kSenderClearance);
  expect_refused(decide(policy, chat(kLowToLow)), Reason::kLabelMissing);
  StanzaFacts back = chat(kLowToLow, label("SECRET"));
  std::swap(back.from, back.to);
  back.peer = kOther;
  expect_refused(decide(policy, back), Reason::kReceiverClearance);
}

TEST(WithinASide, DefaultLabelsAndImpliedLabelsCount) {
  PolicyContent content = within();
  content.peers[kLow].default_label = kOpen;
  content.direction(kLowToLow).rules[1].implied_label = kClosed;
  const Policy policy = make(std::move(content));
  EXPECT_EQ(decide(policy, chat(kLowToLow)).label_source, LabelSource::kDefault);
  EXPECT_TRUE(decide(policy, chat(kLowToLow)).allowed());
  expect_refused(decide(policy, receipt(kLowToLow)), Reason::kSenderClearance);
}

TEST(WithinASide, WhoIsBlockedOrNotActiveIsNotThere) {
  for (const guard::PeerIndex who : {kLow, kOther}) {
    PolicyContent content = within();
    content.peers[who].blocked = {{.period = {}, .reason = "r", .place = {}}};
    expect_no_route(make(content), chat(kLowToLow, label("RESTRICTED")), Reason::kPeerBlocked);
    content.peers[who].blocked.clear();
    content.peers[who].active =
        Period{.from = guard::UtcTime{.microseconds = 2'000'000}, .until = {}};
    const Policy dated = make(std::move(content));
    StanzaFacts facts = chat(kLowToLow, label("RESTRICTED"));
    facts.at = {.microseconds = 1'999'999};
    expect_no_route(dated, facts, Reason::kPeerInactive);
    facts.at = {.microseconds = 2'000'000};
    EXPECT_TRUE(decide(dated, facts).allowed());
  }
}

// Rules across do not show the peers of a side to each other, nor do those that only refuse.
TEST(WithinASide, PeersThatNoRuleJoinsAreInvisible) {
  PolicyContent content = within();
  content.peers.push_back(peer("third", guard::Side::kLow, "third.example", up_to_restricted()));
  Rule refuse =
      rule("low-refuse", Verdict::kRefuse, StanzaClass::kMessage, TypeSet(StanzaType::kChat));
  content.direction(kLowToLow).rules.push_back(refuse);
  const Policy policy = make(std::move(content));
  StanzaFacts facts = chat(kLowToLow, label("RESTRICTED"));
  facts.to.domain = "third.example";
  expect_no_route(policy, facts, Reason::kNotVisible);
  facts.to.domain = "fourth.example";
  expect_no_route(policy, facts, Reason::kNoRoute);
  EXPECT_FALSE(policy.visible(kLow, 3));
}

TEST(WithinASide, RefusalsAreAnsweredAsItsDirectionSays) {
  PolicyContent content = within();
  const StanzaFacts facts = chat(kLowToLow, label("SECRET"));
  EXPECT_EQ(decide(make(content), facts).answer.form, Answer::Form::kReply);
  content.direction(kLowToLow).answers_refusals = false;
  EXPECT_EQ(decide(make(content), facts).answer.form, Answer::Form::kSilence);
  EXPECT_EQ(decide(make(content), chat(kLowToHigh, label("SECRET"))).answer.form,
            Answer::Form::kReply);
}

}  // namespace
}  // namespace policy::test
