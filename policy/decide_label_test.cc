// The label decision: where the label comes from, and who must grant it.
#include <gtest/gtest.h>

#include "policy/decide_bed.h"

namespace policy::test {
namespace {

TEST(Decide, DefaultConstructedRefuses) {
  const Decision decision;
  expect_refused(decision, Reason::kNotJudged);
  EXPECT_EQ(decision.answer.form, Answer::Form::kSilence);
}

TEST(Decide, DENY_BY_DEFAULT) {
  const Policy policy = make(empty());
  const Policy nothing = make(PolicyContent(security_policy()));
  for (const guard::Lane lane : {kHighToLow, kLowToHigh}) {
    for (const StanzaFacts& facts : one_of_each(lane)) {
      expect_refused(decide(policy, facts), Reason::kNotVisible);
      expect_refused(decide(nothing, facts), Reason::kFactsInconsistent);
      EXPECT_TRUE(judge(facts).allowed()) << to_string(judge(facts).reason);  // the twin
    }
  }
}

// Every class of stanza is refused as soon as its effective label is not granted to either peer;
// errors alone are not.
TEST(Decide, EVERY_STANZA_JUDGED) {
  for (const bool sender : {true, false}) {
    for (const guard::Lane lane : {kHighToLow, kLowToHigh}) {
      PolicyContent content = full();
      const guard::PeerIndex near = lane == kHighToLow ? kHigh : kLow;
      const guard::PeerIndex far = lane == kHighToLow ? kLow : kHigh;
      if (sender) {
        content.peers[near].send = clearance({"SECRET"});
      } else {
        content.peers[far].receive.reset();
      }
      const Policy policy = make(std::move(content));
      const Reason reason = sender ? Reason::kSenderClearance : Reason::kReceiverClearance;
      for (const StanzaFacts& facts : one_of_each(lane)) {
        const Decision decision = decide(policy, facts);
        if (class_of(facts) == StanzaClass::kError) {
          EXPECT_TRUE(decision.allowed());
          EXPECT_FALSE(decision.label);
        } else {
          expect_refused(decision, reason);
          EXPECT_TRUE(decision.label);
        }
      }
    }
  }
}

// The twin of EVERY_STANZA_JUDGED for the answer that needs no rule: who may not receive the label
// of the question's rule does not learn that there was an error either.
TEST(Decide, EVERY_STANZA_JUDGED_IqErrors) {
  PolicyContent content = full();
  for (Rule& rule : content.direction(kLowToHigh).rules) {
    if (rule.about == StanzaClass::kRequest) rule.implied_label = kClosed;
  }
  const StanzaFacts error = stanza(kHighToLow, StanzaKind::kIq, StanzaType::kError);
  EXPECT_TRUE(judge(error).allowed());
  EXPECT_EQ(judge(error).label_source, LabelSource::kImplied);
  EXPECT_TRUE(judge(error).kept == Kept{});
  const Decision refused = decide(make(std::move(content)), error);
  expect_refused(refused, Reason::kReceiverClearance);
  EXPECT_EQ(refused.answer.form, Answer::Form::kSilence);
}

TEST(Decide, AllowedCarriesItsLabelAndRule) {
  const Decision decision = judge(chat(kHighToLow, label("RESTRICTED")));
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(decision.reason, Reason::kAllowed);
  EXPECT_EQ(decision.rule, "down-chat");
  EXPECT_EQ(decision.label_source, LabelSource::kOwn);
  EXPECT_EQ(decision.label, label("RESTRICTED"));
  EXPECT_EQ(decision.marking, "EXAMPLE RESTRICTED");
  EXPECT_EQ(decision.far_peer, kLow);
  EXPECT_TRUE(decision.kept.parts.has(Part::kBody));
}

TEST(Decide, LabelAboveTheReceiver) {
  const Decision decision = judge(chat(kHighToLow, label("SECRET")));
  expect_refused(decision, Reason::kReceiverClearance);
  EXPECT_EQ(decision.marking, "EXAMPLE SECRET");
  EXPECT_EQ(decision.answer.form, Answer::Form::kReply);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kPolicyViolation);
  EXPECT_EQ(decision.answer.type, guard::xmpp::ErrorType::kModify);
}

TEST(Decide, LabelAboveTheSender) {
  expect_refused(judge(chat(kLowToHigh, label("SECRET"))), Reason::kSenderClearance);
}

TEST(Decide, CategoriesAreJudged) {
  const auto crypto =
      label("UNCLASSIFIED", {{.tag_set = "Caveats", .tag = "", .values = {"CRYPTO"}}});
  const auto alpha =
      label("UNCLASSIFIED", {{.tag_set = "Releasable to", .tag = "", .values = {"ALPHA"}}});
  expect_refused(judge(chat(kHighToLow, crypto)), Reason::kSenderClearance);
  PolicyContent content = full();
  for (Peer& peer : content.peers) {
    peer.send = peer.receive =
        clearance({"UNCLASSIFIED"}, {{.tag_set = "Caveats", .tag = "", .values = {"CRYPTO"}},
                                     {.tag_set = "Releasable to", .tag = "", .values = {"BRAVO"}}});
  }
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(decide(policy, chat(kHighToLow, crypto)).allowed());
  expect_refused(decide(policy, chat(kHighToLow, alpha)), Reason::kSenderClearance);
}

TEST(Decide, SendAndReceiveClearancesAreApart) {
  PolicyContent content = full();
  content.peers[kLow].send = up_to_secret();
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(decide(policy, chat(kLowToHigh, label("SECRET"))).allowed());
  expect_refused(decide(policy, chat(kHighToLow, label("SECRET"))), Reason::kReceiverClearance);
}

TEST(Decide, DefaultLabelOfTheSender) {
  expect_refused(judge(chat(kHighToLow)), Reason::kLabelMissing);
  PolicyContent content = full();
  content.peers[kHigh].default_label = kOpen;
  content.peers[kLow].default_label = kClosed;
  const Policy policy = make(std::move(content));
  const Decision down = decide(policy, chat(kHighToLow));
  EXPECT_TRUE(down.allowed());
  EXPECT_EQ(down.label_source, LabelSource::kDefault);
  EXPECT_EQ(down.label, label("UNCLASSIFIED"));
  expect_refused(decide(policy, chat(kLowToHigh)), Reason::kSenderClearance);
  // An empty <label/> is as good as none (XEP-0258 4.1).
  StanzaFacts hollow = chat(kHighToLow);
  hollow.label.present = true;
  EXPECT_TRUE(decide(policy, hollow).allowed());
  // A label of its own goes before the default.
  expect_refused(decide(policy, chat(kHighToLow, label("SECRET"))), Reason::kReceiverClearance);
}

TEST(Decide, LabelFaultsHaveReasonsOfTheirOwn) {
  const std::pair<LabelFault, Reason> cases[] = {{LabelFault::kTwice, Reason::kLabelTwice},
                                                 {LabelFault::kStructure, Reason::kLabelStructure},
                                                 {LabelFault::kFormat, Reason::kLabelFormat},
                                                 {LabelFault::kBase64, Reason::kLabelBase64},
                                                 {LabelFault::kEncoding, Reason::kLabelEncoding}};
  PolicyContent content = full();
  content.peers[kHigh].default_label = kOpen;  // must not rescue
  const Policy policy = make(std::move(content));
  for (const auto& [fault, reason] : cases) {
    StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
    facts.label.fault = fault;
    expect_refused(decide(policy, facts), reason);
    facts.label.label.reset();
    expect_refused(decide(policy, facts), reason);
    StanzaFacts signal = receipt(kHighToLow);
    signal.label.present = true;
    signal.label.fault = fault;
    expect_refused(decide(policy, signal), reason);
  }
}

TEST(Decide, LabelOfAnotherPolicyAndUnknownOnes) {
  labels::Label foreign(*labels::Oid::from_dotted("2.999.2"));
  ASSERT_TRUE(foreign.set_classification(1));
  expect_refused(judge(chat(kHighToLow, foreign)), Reason::kLabelPolicy);
  labels::Label unknown(kPolicyId);
  ASSERT_TRUE(unknown.set_classification(9));
  expect_refused(judge(chat(kHighToLow, unknown)), Reason::kLabelUnknown);
  expect_refused(judge(chat(kHighToLow, labels::Label(kPolicyId))), Reason::kLabelUnknown);
}

TEST(Decide, EquivalentsNeverRescueAndMustBeGranted) {
  labels::Label foreign(*labels::Oid::from_dotted("2.999.2"));
  ASSERT_TRUE(foreign.set_classification(1));
  StanzaFacts facts = chat(kHighToLow, foreign);
  facts.label.equivalents = {label("UNCLASSIFIED")};
  expect_refused(judge(facts), Reason::kLabelPolicy);
  facts.label.label = label("UNCLASSIFIED");
  facts.label.equivalents = {foreign};
  EXPECT_TRUE(judge(facts).allowed());
  facts.label.equivalents = {foreign, foreign};
  expect_refused(judge(facts), Reason::kEquivalentTwice);
  facts.label.equivalents = {label("SECRET")};
  expect_refused(judge(facts), Reason::kReceiverClearance);
}

TEST(Decide, LabelsWhereNoneMayBe) {
  const auto labelled = [](StanzaFacts facts) {
    facts.label.present = true;
    facts.label.label = label("UNCLASSIFIED");
    return facts;
  };
  Decision decision = judge(labelled(presence(kHighToLow)));
  expect_refused(decision, Reason::kLabelOnPresence);
  EXPECT_EQ(decision.answer.form, Answer::Form::kSilence);
  decision = judge(labelled(ping(kHighToLow)));
  expect_refused(decision, Reason::kLabelOnIq);
  EXPECT_EQ(decision.answer.condition, guard::xmpp::StanzaError::kServiceUnavailable);
  expect_refused(judge(labelled(ping(kHighToLow, StanzaType::kResult))), Reason::kLabelOnIq);
  for (const StanzaKind kind : {StanzaKind::kMessage, StanzaKind::kPresence, StanzaKind::kIq}) {
    decision = judge(labelled(stanza(kHighToLow, kind, StanzaType::kError)));
    expect_refused(decision, Reason::kLabelOnError);
    EXPECT_EQ(decision.answer.form, Answer::Form::kSilence);
  }
}

// Who has come must be able to leave, whatever else is in the stanza (S29).
TEST(Decide, UnavailableIsReducedNotRefused) {
  StanzaFacts facts = presence(kHighToLow, StanzaType::kUnavailable);
  facts.part(Part::kStatus) = {.count = 1, .octets = 900};
  facts.elements.push_back({.ns = "urn:example:unknown", .name = "x"});
  facts.more_elements = 3;
  Decision decision = judge(facts);
  EXPECT_TRUE(decision.allowed());
  EXPECT_TRUE(decision.kept == Kept{});
  facts.part(Part::kShow).count = 1;
  facts.label.present = true;
  decision = judge(facts);
  EXPECT_TRUE(decision.allowed());
  EXPECT_TRUE(decision.kept == Kept{}) << "a labelled one is bare";
  facts.type = StanzaType::kAvailable;
  facts.label.present = false;
  expect_refused(judge(facts), Reason::kPartNotAllowed);
}

// What a catalog of labels is made by: the label decision and the route, and no rule.
TEST(Decide, ALabelPassesWhereNoRuleHasBeenAsked) {
  PolicyContent content = full();
  const Policy ruled = make(content);
  content.direction(kHighToLow).rules = {allow_presence("down-presence")};
  const Policy without = make(std::move(content));
  for (const char* name : {"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"}) {
    const StanzaFacts facts = chat(kHighToLow, label(name));
    EXPECT_EQ(label_passes(ruled, facts), decide(ruled, facts).allowed()) << name;
    EXPECT_EQ(label_passes(without, facts), label_passes(ruled, facts)) << name;
    EXPECT_FALSE(decide(without, facts).allowed()) << name;
  }
  EXPECT_FALSE(label_passes(ruled, chat(kHighToLow)));  // no label, no default
  StanzaFacts foreign = chat(kHighToLow, label("UNCLASSIFIED"));
  foreign.to.domain = "nowhere.example";
  EXPECT_FALSE(label_passes(ruled, foreign));
  EXPECT_FALSE(label_passes(ruled, ping(kHighToLow)));  // not of messages
}

}  // namespace
}  // namespace policy::test
