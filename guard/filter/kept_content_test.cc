// What the log is given of a stanza's content, and what becomes of one that cannot be sealed.
#include "guard/filter/kept_content.h"

#include "guard/base/cms_envelope.h"
#include "guard/base/signer_for_test.h"
#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using policy::ContentOf;

class KeptContent : public JudgeFixture {
 protected:
  wire::Judgement judged(ContentOf of, const std::string& stanza, bool can_seal = true) {
    policy::PolicyContent content = policy_.content();
    content.kept.of = of;
    content.kept.officers = {{.file = "anna.pem", .certificate = anna_.certificate}};
    Seal seal = seal_for(content.kept).value();
    if (!can_seal) seal = [](std::string_view) { return std::unexpected(std::string("no")); };
    Judge judge(policy::Policy::make(std::move(content)).value(), Side::kHigh, {}, seal);
    return judge.judge(&context_, {1, 1, stanza});
  }
  std::string opened(const wire::Judgement& judgement) const {
    return open_envelope(judgement.sealed_content, anna_.key, "").value_or("closed");
  }

  const SignerForTest anna_ = SignerForTest::made("anna");
  const std::string good_ = labelled(open_);
  const std::string refused_ = labelled(secret_);
  const std::string broken_ = "<message from='a'></iq>";
};

TEST_F(KeptContent, WithNoneNothingIsKept) {
  for (const std::string& stanza : {good_, refused_, broken_}) {
    EXPECT_EQ(judged(ContentOf::kNone, stanza).sealed_content, "");
  }
}

TEST_F(KeptContent, OfRefusedStanzasAlone) {
  const wire::Judgement good = judged(ContentOf::kRefused, good_);
  EXPECT_EQ(good.outcome, wire::Outcome::kForward);
  EXPECT_EQ(good.sealed_content, "");
  for (const std::string& stanza : {refused_, broken_}) {
    const wire::Judgement judgement = judged(ContentOf::kRefused, stanza);
    EXPECT_EQ(opened(judgement), stanza) << "as it was received";
    EXPECT_FALSE(judgement.sealed_content.contains("hello"));
  }
}

TEST_F(KeptContent, OfAll) {
  for (const std::string& stanza : {good_, refused_, broken_}) {
    EXPECT_EQ(opened(judged(ContentOf::kAll, stanza)), stanza);
  }
  const wire::Judgement good = judged(ContentOf::kAll, good_);
  EXPECT_EQ(good.outcome, wire::Outcome::kForward);
  EXPECT_EQ(good.finding.reason, "allowed");
}

// FAIL_CLOSED: what has to be kept and cannot be is withheld.
TEST_F(KeptContent, WhatCannotBeSealedStaysHere) {
  for (const std::string& stanza : {good_, refused_}) {
    const wire::Judgement judgement = judged(ContentOf::kAll, stanza, false);
    EXPECT_EQ(judgement.outcome, wire::Outcome::kRefuseSilently);
    EXPECT_EQ(judgement.finding.reason, kNotSealed);
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.bytes + judgement.contingency + judgement.sealed_content, "");
    EXPECT_EQ(judgement.pair, wire::DomainPair{});
  }
  const wire::Judgement broken = judged(ContentOf::kAll, broken_, false);
  EXPECT_EQ(broken.outcome, wire::Outcome::kCloseStream);
  EXPECT_EQ(broken.finding.reason, kNotSealed);
  // What need not be kept is not touched.
  EXPECT_EQ(judged(ContentOf::kRefused, good_, false).outcome, wire::Outcome::kForward);
  EXPECT_EQ(judged(ContentOf::kRefused, refused_, false).outcome, wire::Outcome::kRefuseSilently);
}

TEST_F(KeptContent, WithoutSomebodyToSealItToNothingCrosses) {
  wire::Judgement judgement;
  judgement.outcome = wire::Outcome::kForward;
  judgement.bytes = "<message/>";
  keep_content(ContentOf::kAll, {}, "<message/>", judgement);
  EXPECT_EQ(judgement.outcome, wire::Outcome::kRefuseSilently);
  EXPECT_EQ(judgement.bytes, "");
}

}  // namespace
}  // namespace guard::filter
