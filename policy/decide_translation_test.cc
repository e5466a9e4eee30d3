// Labels of a peer with a security policy of its own: translated before they are judged, and on
// their way out.
#include <gtest/gtest.h>

#include "guard/base/utc_time.h"
#include "policy/decide_bed.h"
#include "policy/facts_json.h"
#include "policy/translation_bed.h"

namespace policy::test {
namespace {

constexpr guard::UtcTime kNoon{.microseconds = 1'800'000'000'000'000};

Decision judged(const PolicyContent& content, guard::Lane lane,
                std::optional<labels::Label> own = std::nullopt) {
  StanzaFacts facts = chat(lane, std::move(own));
  facts.at = kNoon;
  return decide(make(content), facts);
}

std::optional<labels::Label> sent(const Decision& decision) {
  const labels::Label* label = decision.leaves_with();
  return label == nullptr ? std::nullopt : std::optional(*label);
}

TEST(DecideTranslation, WhatComesIsJudgedAsWhatItBecomes) {
  const Decision decision = judged(translating(), kLowToHigh, own_label("AMBER", {area("HOME")}));
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(decision.label_source, LabelSource::kOwn);
  EXPECT_EQ(decision.label, label("RESTRICTED", {nation("ALPHA")}));
  EXPECT_EQ(decision.marking, "EXAMPLE RESTRICTED ALPHA");
  EXPECT_EQ(sent(decision), label("RESTRICTED", {nation("ALPHA")}));  // to "high", which keeps
  // A label under the governing policy is taken as it is.
  EXPECT_EQ(sent(judged(translating(), kLowToHigh, label("SECRET"))), label("SECRET"));
  // What a policy says to leave out is left out; it holds nobody back.
  EXPECT_EQ(sent(judged(translating(), kLowToHigh, own_label("GREEN", {area("NOISE")}))),
            label("UNCLASSIFIED"));
}

TEST(DecideTranslation, ItIsTheTranslationThatMustBeGranted) {
  PolicyContent content = translating();
  content.peers[kLow].send = up_to_restricted();
  expect_refused(judged(content, kLowToHigh, own_label("RED")), Reason::kSenderClearance);
  expect_refused(judged(content, kLowToHigh, own_label("AMBER", {area("HOME")})),
                 Reason::kSenderClearance);
  EXPECT_TRUE(judged(content, kLowToHigh, own_label("AMBER")).allowed());
  content = translating();
  content.peers[kHigh].receive = clearance({"UNCLASSIFIED"});
  expect_refused(judged(content, kLowToHigh, own_label("AMBER")), Reason::kReceiverClearance);
}

TEST(DecideTranslation, WhatHasNoEquivalentDoesNotComeIn) {
  for (const labels::Label& label : {own_label("BLACK"), own_label("GREEN", {area("LOCAL")}),
                                     labels::Label(own_policy().id())}) {
    const Decision decision = judged(translating(), kLowToHigh, label);
    expect_refused(decision, Reason::kSenderTranslation);
    EXPECT_FALSE(decision.label);
    EXPECT_EQ(decision.marking, "");
    // Like every other refused label.
    EXPECT_EQ(decision.answer, judged(translating(), kLowToHigh, labels::Label(kPolicyId)).answer);
  }
}

// A policy of one peer means nothing from another, and none from a peer that keeps to EXAMPLE.
TEST(DecideTranslation, OnlyThePeersOwnPolicyIsTranslated) {
  expect_refused(judged(translating(), kHighToLow, own_label("GREEN")), Reason::kLabelPolicy);
  expect_refused(judged(full(), kLowToHigh, own_label("GREEN")), Reason::kLabelPolicy);
}

TEST(DecideTranslation, WhatGoesLeavesUnderTheReceiversPolicy) {
  const Decision decision =
      judged(translating(), kHighToLow, label("RESTRICTED", {nation("ALPHA")}));
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(decision.label, label("RESTRICTED", {nation("ALPHA")}));  // judged under EXAMPLE
  EXPECT_EQ(sent(decision), own_label("AMBER", {area("HOME")}));
  EXPECT_EQ(sent(judged(translating(Labels::kKeep), kHighToLow, label("RESTRICTED"))),
            label("RESTRICTED"));
  EXPECT_FALSE(sent(judged(translating(Labels::kStrip), kHighToLow, label("SECRET"))));
  EXPECT_TRUE(judged(translating(Labels::kStrip), kHighToLow, label("SECRET")).allowed());
}

TEST(DecideTranslation, WhatHasNoEquivalentDoesNotGoOut) {
  EXPECT_TRUE(judged(translating(Labels::kKeep), kHighToLow, label("SECRET")).allowed());
  const Decision decision = judged(translating(), kHighToLow, label("SECRET"));
  expect_refused(decision, Reason::kReceiverTranslation);
  EXPECT_EQ(decision.label, label("SECRET"));
  EXPECT_EQ(decision.answer, judged(full(), kHighToLow, label("SECRET")).answer);
  EXPECT_FALSE(sent(decision));
  PolicyContent content = translating();
  for (guard::PeerIndex peer : {kHigh, kLow}) {
    content.peers[peer].send = clearance({"UNCLASSIFIED"}, {nation("BRAVO")});
    content.peers[peer].receive = content.peers[peer].send;
  }
  expect_refused(judged(content, kHighToLow, label("UNCLASSIFIED", {nation("BRAVO")})),
                 Reason::kReceiverTranslation);
}

// What is above a clearance is refused for that, whether or not it has an equivalent.
TEST(DecideTranslation, ClearancesComeFirst) {
  PolicyContent content = translating();
  content.peers[kLow].receive = up_to_restricted();
  expect_refused(judged(content, kHighToLow, label("SECRET")), Reason::kReceiverClearance);
  expect_refused(judged(content, kHighToLow, label("CONFIDENTIAL")), Reason::kReceiverClearance);
}

TEST(DecideTranslation, TheDefaultLabelIsTranslatedToo) {
  PolicyContent content = translating();
  content.peers[kHigh].default_label = kOpen;
  const Decision decision = judged(content, kHighToLow);
  EXPECT_EQ(decision.label_source, LabelSource::kDefault);
  EXPECT_EQ(sent(decision), own_label("GREEN"));
  content.peers[kHigh].default_label = kClosed;
  expect_refused(judged(content, kHighToLow), Reason::kReceiverTranslation);
}

// A peer with a policy of its own writes to another one: through EXAMPLE.
TEST(DecideTranslation, FromOnePolicyToAnotherThroughTheGoverningOne) {
  PolicyContent content = translating();
  content.peers[kHigh].label_policy = 0;
  content.peers[kHigh].labels = Labels::kTranslate;
  const Decision decision = judged(content, kLowToHigh, own_label("RED", {area("NOISE")}));
  EXPECT_EQ(decision.label, label("CONFIDENTIAL"));
  EXPECT_EQ(sent(decision), own_label("RED"));
}

TEST(DecideTranslation, EquivalentsUnderThePeersPolicyMustBeGrantedAsWell) {
  PolicyContent content = translating();
  content.peers[kLow].send = up_to_restricted();
  const Policy policy = make(content);
  const auto with = [&](std::vector<labels::Label> equivalents) {
    StanzaFacts facts = chat(kLowToHigh, label("UNCLASSIFIED"));
    facts.label.equivalents = std::move(equivalents);
    facts.at = kNoon;
    return decide(policy, facts);
  };
  const Decision decision = with({own_label("AMBER")});
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(sent(decision), label("UNCLASSIFIED"));  // it never crosses, and says nothing
  expect_refused(with({own_label("RED")}), Reason::kSenderClearance);
  expect_refused(with({own_label("BLACK")}), Reason::kSenderTranslation);
  expect_refused(with({own_label("GREEN"), own_label("GREEN")}), Reason::kEquivalentTwice);
}

// What bears no label is judged by its implied label, and needs no translation of that.
TEST(DecideTranslation, WhatBearsNoLabelIsNotTranslated) {
  PolicyContent content = translating();
  for (Rule& rule : content.direction(kHighToLow).rules) {
    if (rule.implied_label) rule.implied_label = kClosed;  // SECRET has no equivalent
  }
  const Policy policy = make(content);
  for (StanzaFacts facts :
       {receipt(kHighToLow), presence(kHighToLow), ping(kHighToLow), subject_change(kHighToLow)}) {
    facts.at = kNoon;
    EXPECT_TRUE(decide(policy, facts).allowed());
    EXPECT_FALSE(sent(decide(policy, facts)));
  }
  StanzaFacts facts = receipt(kHighToLow);
  facts.label = chat(kHighToLow, label("UNCLASSIFIED")).label;
  facts.at = kNoon;
  EXPECT_EQ(sent(decide(policy, facts)), own_label("GREEN"));
  facts.label.label = label("SECRET");
  expect_refused(decide(policy, facts), Reason::kReceiverTranslation);
}

// Nobody else may see what a peer's own policy is: a peer without a rule learns nothing.
TEST(DecideTranslation, InvisibleAllTheSame) {
  StanzaFacts facts = chat(kLowToHigh, own_label("BLACK"));
  facts.peer = kOther;
  facts.from.domain = "other.example";
  PolicyContent content = translating();
  content.peers[kOther].label_policy = 0;
  expect_refused(decide(make(content), facts), Reason::kNotVisible);
}

TEST(DecideTranslation, TheFactsReplay) {
  const Policy policy = make(translating());
  for (const auto& own : {own_label("AMBER", {area("HOME")}), own_label("BLACK")}) {
    StanzaFacts facts = chat(kLowToHigh, own);
    facts.at = kNoon;
    facts.sent = label("RESTRICTED");
    const std::string json = to_json(policy, facts);
    EXPECT_NE(json.find("},\"sent\":\""), std::string::npos) << json;
    const auto again = from_json(policy, json);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(*again, facts);
    EXPECT_EQ(decide(policy, *again).reason, decide(policy, facts).reason);
    facts.sent.reset();
    EXPECT_EQ(to_json(policy, facts).find("\"sent\""), std::string::npos);
    EXPECT_EQ(decide(policy, *again).label, decide(policy, facts).label);
  }
}

}  // namespace
}  // namespace policy::test
