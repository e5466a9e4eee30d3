// Sealed content beside the rows: what is kept, what a filter may not say, and how much.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/base/cms_envelope.h"
#include "guard/recorder/content_budget.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

class ContentBed : public LedgerBed {
 public:
  void begin(wire::ContentOf of, std::uint32_t octets = 1U << 20) {
    configuration.content = of;
    configuration.content_octets = octets;
    start();
  }
  // Announces and judges the next stanza of alpha; gives its row.
  const audit::Record& judged(wire::Judgement judgement, std::string content) {
    edge(Side::kHigh, ticket(++number_, kAlpha));
    judgement.ticket = number_;
    judgement.input = hash_of(number_);
    judgement.sealed_content = std::move(content);
    judge(Lane::kHighToLow, std::move(judgement));
    last_contents_ = ledger->contents();
    commit();
    return log.back();
  }
  bool lied() const { return log.back().event == audit::event::kFilterViolation; }

  std::uint64_t number_ = 0;
  std::vector<audit::SealedContent> last_contents_;
};

class ContentTest : public testing::Test, protected ContentBed {};

TEST_F(ContentTest, ItGoesBesideItsRow) {
  begin(wire::ContentOf::kAll);
  const audit::Record& allowed = judged(forward(1, kBravo), "envelope");
  EXPECT_EQ(allowed.verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(allowed.content_size, 8U);
  EXPECT_EQ(allowed.content_hash, Sha256().digest(as_bytes("envelope")));
  ASSERT_EQ(last_contents_.size(), 1U);
  EXPECT_EQ(last_contents_[0].sequence, allowed.sequence);
  EXPECT_EQ(last_contents_[0].octets, "envelope");
  EXPECT_TRUE(ledger->contents().empty()) << "after the commit";
  const audit::Record& refused = judged(refusal(2), "other");
  EXPECT_EQ(refused.content_size, 5U);
  EXPECT_EQ(last_contents_[0].sequence, refused.sequence);
}

TEST_F(ContentTest, OfRefusedStanzasAlone) {
  begin(wire::ContentOf::kRefused);
  EXPECT_EQ(judged(forward(1, kBravo), "").verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(judged(refusal(2), "envelope").content_size, 8U);
  judged(forward(3, kBravo), "envelope");
  EXPECT_TRUE(lied());
}

TEST_F(ContentTest, NobodyAskedForIt) {
  begin(wire::ContentOf::kNone);
  EXPECT_EQ(judged(refusal(1), "").content_size, 0U);
  judged(refusal(2), "envelope");
  EXPECT_TRUE(lied());
}

TEST_F(ContentTest, AFilterCannotKeepItBack) {
  const wire::Judgement kept_back[] = {forward(1, kBravo), refusal(1),
                                       close(1, wire::StreamCondition::kReset)};
  for (const wire::Judgement& made : kept_back) {
    ContentBed bed;
    bed.begin(wire::ContentOf::kAll);
    bed.judged(made, "");
    EXPECT_TRUE(bed.lied());
  }
}

// FAIL_CLOSED: a filter that cannot seal says so, and lets nothing out.
TEST_F(ContentTest, WhatCouldNotBeSealedIsRecordedWithoutAndStays) {
  begin(wire::ContentOf::kAll);
  const audit::Record& row = judged(refusal(1, "content-not-sealed"), "");
  EXPECT_FALSE(lied());
  EXPECT_EQ(row.verdict, audit::Verdict::kRefused);
  EXPECT_EQ(row.action, audit::Action::kNone);
  EXPECT_EQ(row.content_size, 0U);
  wire::Judgement crossing = forward(2, kBravo);
  crossing.finding.reason = "content-not-sealed";
  judged(crossing, "");
  EXPECT_TRUE(lied());
}

TEST_F(ContentTest, ItsLengthIsBounded) {
  begin(wire::ContentOf::kRefused);
  const std::size_t most = 100 + Recipients::kOverhead;  // the ticket says 100
  EXPECT_EQ(judged(refusal(1), std::string(most, 'x')).content_size, most);
  judged(refusal(2), std::string(most + 1, 'x'));
  EXPECT_TRUE(lied());
}

TEST_F(ContentTest, PastTheBudgetARefusalIsRecordedWithout) {
  begin(wire::ContentOf::kRefused, 20);
  EXPECT_EQ(judged(refusal(1), std::string(20, 'x')).content_size, 20U);
  const audit::Record& without = judged(refusal(2), "x");
  EXPECT_EQ(without.reason, "label-missing");
  EXPECT_EQ(without.content_size, 0U);
  EXPECT_FALSE(without.content_hash.has_value());
  EXPECT_EQ(without.cut, "content");
  EXPECT_TRUE(last_contents_.empty());
  pass(60'000'000);
  EXPECT_EQ(judged(refusal(3), std::string(20, 'x')).content_size, 20U);
}

TEST_F(ContentTest, PastTheBudgetWhatMustBeKeptDoesNotCross) {
  begin(wire::ContentOf::kAll, 20);
  EXPECT_EQ(judged(forward(1, kBravo), std::string(20, 'x')).verdict, audit::Verdict::kAllowed);
  const std::size_t before = effects.size();
  const audit::Record& row = judged(forward(2, kBravo), "x");
  EXPECT_EQ(row.verdict, audit::Verdict::kRefused);
  EXPECT_EQ(row.reason, audit::reason::kContentBudget);
  EXPECT_EQ(row.detail, "allowed");
  EXPECT_EQ(row.cut, "content");
  for (std::size_t i = before; i < effects.size(); ++i) {
    const auto* told = std::get_if<ToEdge>(&effects[i]);
    EXPECT_TRUE(told == nullptr || !std::holds_alternative<wire::Deliver>(told->message));
  }
}

TEST_F(ContentTest, ABatchIsFullOfContentAsWell) {
  begin(wire::ContentOf::kAll, 1U << 30);
  for (std::uint64_t i = 1; !ledger->full(); ++i) {
    ASSERT_LT(i, 400U);
    edge(Side::kHigh, ticket(i, kAlpha));
    wire::Judgement made = refusal(i);
    made.sealed_content.assign(Recipients::kOverhead, 'x');
    judge(Lane::kHighToLow, std::move(made));
  }
  EXPECT_EQ(ledger->rows().size(), Ledger::kBatchContent / Recipients::kOverhead);
  commit();
  EXPECT_FALSE(ledger->full());
}

TEST(ContentBudget, FillsEvenlyAndNoFurther) {
  ContentBudget budget;
  const UtcTime start{1'000'000'000};
  const auto at = [&](double seconds) {
    return UtcTime{start.microseconds + static_cast<std::int64_t>(seconds * 1e6)};
  };
  EXPECT_TRUE(budget.take(1, 600, 600, at(0)));
  EXPECT_FALSE(budget.take(1, 1, 600, at(0)));
  EXPECT_TRUE(budget.take(2, 600, 600, at(0))) << "each peer has its own";
  EXPECT_FALSE(budget.take(1, 11, 600, at(1)));
  EXPECT_TRUE(budget.take(1, 10, 600, at(1)));
  EXPECT_FALSE(budget.take(1, 10, 600, at(-100))) << "a clock that steps back";
  EXPECT_TRUE(budget.take(1, 600, 600, at(1'000'000)));
  EXPECT_FALSE(budget.take(1, 1, 600, at(1'000'000))) << "an idle day is worth a minute";
  // A second in a thousand looks is still a second's worth.
  ContentBudget often;
  EXPECT_TRUE(often.take(1, 60, 60, at(0)));
  bool taken = false;
  for (int i = 1; i <= 1000; ++i) taken = taken || often.take(1, 1, 60, at(i / 1000.0));
  EXPECT_TRUE(taken);
}

}  // namespace
}  // namespace guard::recorder
