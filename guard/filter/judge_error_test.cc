// Errors that bear a label are discarded, and of those of messages a bare error crosses in their
// place (SPEC: L3, S29): README.md, "Nobody stays as a ghost".
#include <gtest/gtest.h>

#include <string>

#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

class JudgeErrorTest : public JudgeFixture {
 protected:
  static std::string error_of(const std::string& kind, const std::string& content,
                              const std::string& more = "") {
    return "<" + kind + " from='ann@high.example/desk' to='bob@low.example' type='error'" + more +
           ">" + content + "</" + kind + ">";
  }
  static std::string condition(const std::string& name) {
    return "<error type='cancel'><" + name +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
           "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>CANARY</text></error>";
  }
  // What an ejabberd makes of a message that it cannot deliver.
  std::string echoed(const std::string& name, const std::string& base64) const {
    return error_of("message",
                    "<body>CANARY</body>" + test::label_element(base64) + condition(name),
                    " id='CANARY' xml:lang='en'");
  }
  static std::string bare(const std::string& type, const std::string& name) {
    return "<message from=\"ann@high.example/desk\" to=\"bob@low.example\" "
           "type=\"error\"><error type=\"" +
           type + "\"><" + name +
           " xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></message>";
  }
  void expect_reduced(const std::string& stanza, const std::string& bytes) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.outcome, wire::Outcome::kForward) << stanza;
    EXPECT_EQ(judgement.bytes, bytes);
    EXPECT_EQ(judgement.bytes.find("CANARY"), std::string::npos);
    EXPECT_EQ(judgement.contingency, "");
    EXPECT_TRUE(judgement.finding.allowed);
    EXPECT_EQ(judgement.finding.reason, "error-reduced");
    EXPECT_EQ(judgement.finding.rule, "down-error");
    EXPECT_EQ(judgement.finding.marking, "");
    EXPECT_TRUE(judgement.finding.facts.starts_with("{\"stage\":\"error\","));
    EXPECT_NE(judgement.finding.facts.find("\"label\":{"), std::string::npos);
    EXPECT_EQ(judgement.far_peer, kLow);
  }
};

TEST_F(JudgeErrorTest, OfALabelledErrorTheConditionCrossesAndNothingElse) {
  for (const std::string& label : {open_, secret_}) {  // no label is looked at
    expect_reduced(echoed("service-unavailable", label), bare("cancel", "service-unavailable"));
    expect_reduced(echoed("recipient-unavailable", label), bare("wait", "recipient-unavailable"));
    // Its type is that of the standard, and what is not on the list has no name.
    expect_reduced(echoed("gone", label), bare("cancel", "undefined-condition"));
  }
  const wire::Judgement judgement = judge(echoed("item-not-found", secret_));
  EXPECT_EQ(judgement.finding.stanza_id, "CANARY");  // the record has what was received
  EXPECT_FALSE(judgement.finding.label.empty());
}

TEST_F(JudgeErrorTest, ItCrossesAsTheSameErrorWithoutALabelButForItsId) {
  std::string unlabelled = echoed("service-unavailable", open_);
  const std::size_t at = unlabelled.find("<securitylabel");
  unlabelled.erase(at, unlabelled.find("</securitylabel>") + 16 - at);
  std::string crossed = judge(unlabelled).bytes;
  const std::string id = " id=\"CANARY\"";
  ASSERT_NE(crossed.find(id), std::string::npos);
  crossed.erase(crossed.find(id), id.size());
  EXPECT_EQ(judge(echoed("service-unavailable", open_)).bytes, crossed);
}

// A label that nobody could read is a label, and is not read.
TEST_F(JudgeErrorTest, BrokenLabelsAreLabels) {
  expect_reduced(echoed("service-unavailable", "*"), bare("cancel", "service-unavailable"));
  expect_reduced(error_of("message", test::label_element(open_) + test::label_element(open_) +
                                         condition("service-unavailable")),
                 bare("cancel", "service-unavailable"));
}

TEST_F(JudgeErrorTest, WhatIsDiscardedAllTheSame) {
  const std::string label = test::label_element(open_);
  // Nobody was ever sent a presence or an iq with a label.
  expect_silent(error_of("presence", label + condition("service-unavailable")), "label-on-error");
  expect_silent(error_of("iq", label + condition("service-unavailable"), " id='1'"),
                "label-on-error");
  // It does not say what went wrong.
  expect_silent(error_of("message", label), "label-on-error");
}

// The twin: where no rule lets errors pass, none does.
TEST_F(JudgeErrorTest, ErrorsThatNoRuleLetsPassDoNotPassReduced) {
  std::string text(test::kPolicy);
  const std::string rule =
      R"(<allow id="down-error" reason="test" to-peers="low"><error/></allow>)";
  const std::size_t at = text.find(rule);
  ASSERT_NE(at, std::string::npos);
  Judge without(test::load(text.erase(at, rule.size())), Side::kHigh, {});
  const wire::Judgement judgement =
      without.judge(&context_, {1, 1, echoed("service-unavailable", open_)});
  EXPECT_EQ(judgement.outcome, wire::Outcome::kRefuseSilently);
  EXPECT_EQ(judgement.finding.reason, "label-on-error");
  EXPECT_EQ(judgement.bytes, "");
}

TEST_F(JudgeErrorTest, TowardsAPeerThatIsNotSeenItIsAsIfNobodyWereThere) {
  std::string stanza = echoed("service-unavailable", open_);
  const std::string to = "bob@low.example";
  stanza.replace(stanza.find(to), to.size(), "bob@hidden.example");
  expect_closed(stanza, "not-visible", wire::StreamCondition::kHostUnknown);
}

}  // namespace
}  // namespace guard::filter
