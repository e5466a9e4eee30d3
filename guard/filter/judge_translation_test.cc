// Labels of peers with a security policy of their own, from stanza to judgement.
#include <gtest/gtest.h>

#include "guard/filter/judge_fixture.h"
#include "policy/facts_json.h"

namespace guard::filter {
namespace {

using wire::Outcome;

class JudgeTranslationTest : public JudgeFixture {
 protected:
  JudgeTranslationTest()
      : translating_(test::load(test::translating_policy())),
        judge_translating_(translating_, Side::kHigh, {}),
        green_(own_label(10)),
        black_(own_label(40)) {}

  static std::string own_label(std::uint32_t classification) {
    labels::Label label(*labels::Oid::from_dotted("2.999.8"));
    EXPECT_TRUE(label.set_classification(classification));
    return to_base64(labels::encode_ess(label));
  }

  wire::Judgement translated(const std::string& stanza) {
    return judge_translating_.judge(&context_, {1, 1, stanza}, *from_iso8601("2026-01-01"));
  }

  [[nodiscard]] std::string written(const std::string& label) const {
    return std::string(kHead) + "<body>hello</body>" + label + "</message>";
  }

  policy::Policy translating_;
  Judge judge_translating_;
  std::string green_;
  std::string black_;
};

TEST_F(JudgeTranslationTest, WhatGoesLeavesWithTheLabelAndTheMarkingOfTheReceiversPolicy) {
  const wire::Judgement judgement = translated(labelled(open_));
  EXPECT_EQ(judgement.outcome, Outcome::kForward) << judgement.finding.reason;
  EXPECT_EQ(judgement.bytes, written(our_label("OWN GREEN", "#00FF00", "#000000", green_)));
  // The record: as received, as judged, as sent.
  EXPECT_EQ(to_base64(as_bytes(judgement.finding.label)), open_);
  EXPECT_EQ(judgement.finding.marking, "TEST UNCLASSIFIED");
  EXPECT_TRUE(judgement.finding.facts.ends_with(",\"sent\":\"" + green_ + "\"}"))
      << judgement.finding.facts;
  EXPECT_TRUE(policy::from_json(translating_, judgement.finding.facts));
  // The twin that keeps: another policy, and nothing is translated.
  const wire::Judgement kept = judge(labelled(open_));
  EXPECT_EQ(kept.bytes, written(our_label("TEST UNCLASSIFIED", "#008000", "#FFFFFF", open_)));
  EXPECT_EQ(kept.finding.facts.find("\"sent\""), std::string::npos);
}

TEST_F(JudgeTranslationTest, WhatComesIsJudgedAsWhatItBecomes) {
  const wire::Judgement judgement = translated(labelled(green_));
  EXPECT_EQ(judgement.outcome, Outcome::kForward) << judgement.finding.reason;
  EXPECT_EQ(judgement.bytes, written(our_label("OWN GREEN", "#00FF00", "#000000", green_)));
  EXPECT_EQ(to_base64(as_bytes(judgement.finding.label)), green_);
  EXPECT_EQ(judgement.finding.marking, "TEST UNCLASSIFIED");
  EXPECT_EQ(judge(labelled(green_)).finding.reason, "label-policy");  // without the peer policy
}

TEST_F(JudgeTranslationTest, WhatHasNoEquivalentIsRefusedLikeEveryLabel) {
  const auto refused = [&](const std::string& base64, const std::string& reason) {
    const wire::Judgement judgement = translated(labelled(base64));
    EXPECT_EQ(judgement.finding.reason, reason);
    EXPECT_EQ(judgement.outcome, Outcome::kRefuseWithReply);
    EXPECT_EQ(judgement.finding.facts.find("\"sent\""), std::string::npos);
    return judgement.bytes;
  };
  const std::string uniform = judge(labelled(secret_)).bytes;
  EXPECT_EQ(refused(black_, "sender-translation"), uniform);
  EXPECT_EQ(refused(restricted_, "receiver-translation"), uniform);
  EXPECT_EQ(refused(secret_, "receiver-clearance"), uniform);
  EXPECT_EQ(refused(own_label(11), "sender-translation"), uniform);  // OWN has no such number
}

// What was allowed and then could not be written was not sent.
TEST_F(JudgeTranslationTest, WhatCannotBeWrittenWasNotSent) {
  std::string stanza = labelled(open_);
  stanza.replace(stanza.find("id='m1'"), 7, "id='m 1'");
  const wire::Judgement judgement = translated(stanza);
  EXPECT_EQ(judgement.finding.reason, "value-not-allowed");
  EXPECT_EQ(judgement.finding.facts.find("\"sent\""), std::string::npos);
}

}  // namespace
}  // namespace guard::filter
