// What labels refuse, from stanza to judgement.
#include <gtest/gtest.h>

#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using wire::Outcome;
using wire::StreamCondition;

using JudgeLabelTest = JudgeFixture;

TEST_F(JudgeLabelTest, LabelsAreRefusedForTheirOwnReasonsAndAnsweredUniformly) {
  const std::string body = "<body>hello</body>";
  const auto in_label = [&](const std::string& inner) {
    return chat(body + "<securitylabel xmlns='urn:xmpp:sec-label:0'>" + inner + "</securitylabel>");
  };
  const std::string ess =
      "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" + open_ + "</esssecuritylabel>";
  expect_refused_with(labelled(secret_), "receiver-clearance", kUniform);
  expect_refused_with(chat(body), "label-missing", kUniform);
  expect_refused_with(in_label("<label/>"), "label-missing", kUniform);
  expect_refused_with(chat(body + test::label_element(open_) + test::label_element(open_)),
                      "label-twice", kUniform);
  expect_refused_with(in_label(""), "label-structure", kUniform);
  expect_refused_with(in_label("<label>" + ess + "</label><label>" + ess + "</label>"),
                      "label-structure", kUniform);
  expect_refused_with(in_label("<label>" + ess + ess + "</label>"), "label-structure", kUniform);
  expect_refused_with(in_label("<label><x xmlns='urn:other:label'>1</x></label>"), "label-format",
                      kUniform);
  expect_refused_with(labelled("MQYCAQMGASk"), "label-base64", kUniform);   // no padding
  expect_refused_with(labelled("MQYCAQQGASl="), "label-base64", kUniform);  // slack bits
  expect_refused_with(labelled("M!YCAQQGASk="), "label-base64", kUniform);
  expect_refused_with(labelled(""), "label-encoding", kUniform);
  expect_refused_with(labelled("MRUCAgD9DA9BcXVhIChvYnNvbGV0ZSk="), "label-encoding", kUniform);
  expect_refused_with(labelled("MQYCAQQGASkA"), "label-encoding", kUniform);  // trailing octet
  expect_refused_with(labelled("MQYCAQQGASk="), "label-policy", kUniform);    // XEP-0258's own
  labels::Label unknown(policy_.security_policy().id());
  ASSERT_TRUE(unknown.set_classification(9));
  expect_refused_with(labelled(to_base64(labels::encode_ess(unknown))), "label-unknown", kUniform);
}

TEST_F(JudgeLabelTest, TheRecordHasTheLabelAsReceived) {
  EXPECT_EQ(to_base64(as_bytes(judge(labelled(secret_)).finding.label)), secret_);
  EXPECT_EQ(judge(labelled(secret_)).finding.marking, "TEST SECRET");
  // Not DER of a label, but what was there.
  EXPECT_EQ(judge(labelled("AAAA")).finding.label, std::string(3, '\0'));
  EXPECT_EQ(judge(labelled("!")).finding.label, "");
}

TEST_F(JudgeLabelTest, SenderAboveItsClearanceIsRefused) {
  context_ = {.peer = kOtherHigh, .pairs = {{"other-high.example", "low.example"}}};
  const auto from_other = [](const std::string& base64) {
    return "<message from='eve@other-high.example' to='bob@low.example' "
           "type='chat'><body>b</body>" +
           test::label_element(base64) + "</message>";
  };
  EXPECT_EQ(judge(from_other(restricted_)).finding.reason, "sender-clearance");
  EXPECT_EQ(judge(from_other(open_)).finding.reason, "allowed");
}

TEST_F(JudgeLabelTest, LabelsInTheWrongPlace) {
  const std::string label = test::label_element(open_);
  expect_silent(
      "<presence from='ann@high.example/desk' to='bob@low.example'>" + label + "</presence>",
      "label-on-presence");
  expect_forwarded(
      "<presence from='ann@high.example/desk' to='bob@low.example' "
      "type='unavailable'><status>bye</status>" +
          label + "</presence>",
      "<presence from=\"ann@high.example/desk\" to=\"bob@low.example\" "
      "type=\"unavailable\"/>");
  const std::string iq = "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type=";
  expect_refused_with(iq + "'get'><ping xmlns='urn:xmpp:ping'/>" + label + "</iq>", "label-on-iq",
                      kBlockedIq);
  // Deeper inside: no schema lets it stand there.
  expect_refused_with(chat("<x xmlns='http://jabber.org/protocol/muc#user'>" + label + "</x>"),
                      "schema", kUniform);
}

// What a peer with labels="strip" is sent was judged by its label and leaves without it.
TEST_F(JudgeLabelTest, LabelsAreLeftOutTowardsAPeerThatSaysSo) {
  std::string text(test::kPolicy);
  const std::size_t low = text.find("side=\"low\"", text.find("<peer name=\"low\""));
  ASSERT_NE(low, std::string::npos);
  text.insert(low, "labels=\"strip\" ");
  Judge stripping(test::load(text), Side::kHigh, {});
  const wire::Judgement open = stripping.judge(&context_, {1, 1, labelled(open_)});
  EXPECT_EQ(open.outcome, Outcome::kForward);
  EXPECT_EQ(open.bytes, std::string(kHead) + "<body>hello</body></message>");
  EXPECT_EQ(open.finding.marking, "TEST UNCLASSIFIED");
  EXPECT_NE(judge(labelled(open_)).bytes.find("securitylabel"), std::string::npos);  // the twin
  EXPECT_EQ(stripping.judge(&context_, {1, 2, labelled(secret_)}).finding.reason,
            "receiver-clearance");
}

TEST_F(JudgeLabelTest, DatesAreJudgedAtTheTimeOfJudgement) {
  std::string text(test::kPolicy);
  const std::size_t low =
      text.find('>', text.find("side=\"low\"", text.find("<peer name=\"low\"")));
  ASSERT_NE(low, std::string::npos);
  text.insert(low + 1, "<active from='2026-01-01' until='2026-01-02'/>");
  Judge dated(test::load(text), Side::kHigh, {});
  const auto at = [&](const char* time) {
    return dated.judge(&context_, {1, 1, labelled(open_)}, *from_iso8601(time));
  };
  EXPECT_EQ(at("2026-01-01").outcome, Outcome::kForward);
  EXPECT_EQ(at("2026-01-02").finding.reason, "peer-inactive");
  EXPECT_EQ(at("2026-01-02").condition, StreamCondition::kHostUnknown);
  EXPECT_NE(at("2026-01-01").finding.facts.find("\"at\":1767225600000000"), std::string::npos);
  // Nobody knows the time: refused.
  EXPECT_EQ(dated.judge(&context_, {1, 1, labelled(open_)}).finding.reason, "peer-inactive");
}

}  // namespace
}  // namespace guard::filter
