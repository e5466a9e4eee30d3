// Recorded decisions, made again.
#include "policy/tool/replay.h"

#include <gtest/gtest.h>

#include <vector>

#include "audit/log_bed.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/translation_bed.h"

namespace policy::tool {
namespace {

audit::Record recorded(const Policy& policy, std::uint64_t sequence, StanzaFacts facts) {
  const Decision decision = decide(policy, facts);
  if (decision.allowed()) facts.sent = decision.translated;
  audit::Record record = audit::LogBed::decision(sequence);
  record.verdict = decision.allowed() ? audit::Verdict::kAllowed : audit::Verdict::kRefused;
  record.action = decision.allowed() ? audit::Action::kForward : audit::Action::kNone;
  record.reason = policy::to_string(decision.reason);
  record.rule = decision.rule;
  record.facts = to_json(policy, facts);
  return record;
}

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() : policy_(test::make(test::full())) {
    std::vector<audit::Record> records = {
        recorded(policy_, 1, test::chat(test::kHighToLow, test::label("UNCLASSIFIED"))),
        recorded(policy_, 2, test::chat(test::kHighToLow, test::label("RESTRICTED"))),
        recorded(policy_, 3, test::chat(test::kHighToLow, test::label("SECRET"))),
        audit::LogBed::decision(4), audit::LogBed::decision(5)};
    records[3].facts = R"({"stage":"schema","octets":7})";
    records[4].verdict = audit::Verdict::kWithheld;
    const auto log = bed_.open();
    EXPECT_TRUE(log->append(records));
  }

  std::vector<Replayed> run(const Policy& policy) {
    std::vector<Replayed> outcomes;
    const auto count = replay(policy, bed_.folder().string(), [&](const Replay& one) {
      EXPECT_EQ(one.sequence, outcomes.size() + 1);
      outcomes.push_back(one.outcome);
    });
    EXPECT_TRUE(count);
    return outcomes;
  }

  audit::LogBed bed_;
  Policy policy_;
};

TEST_F(ReplayTest, TheSamePolicyDecidesTheSame) {
  using enum Replayed;
  EXPECT_EQ(run(policy_),
            (std::vector<Replayed>{kSame, kSame, kSame, kUndetermined, kUndetermined}));
}

// What the filter found is not in the record: it is said so, and where it can be had.
TEST_F(ReplayTest, WhatTheFilterRefusedIsNotExplained) {
  EXPECT_TRUE(facts_of_record(policy_, bed_.folder().string(), 1));
  const auto facts = facts_of_record(policy_, bed_.folder().string(), 4);
  ASSERT_FALSE(facts);
  for (const char* words : {"record 4 by itself", "keeps length and digest of the stanza alone",
                            "guard-audit open LOG 4", "explain POLICY STANZA --from-peer PEER"}) {
    EXPECT_NE(facts.error().find(words), std::string::npos) << facts.error();
  }
}

TEST_F(ReplayTest, AnotherPolicyDecidesOtherwise) {
  using enum Replayed;
  PolicyContent content = test::full();
  content.peers[test::kLow].receive = test::clearance({"UNCLASSIFIED", "SECRET"});
  EXPECT_EQ(run(test::make(std::move(content))),
            (std::vector<Replayed>{kSame, kDifferent, kDifferent, kUndetermined, kUndetermined}));
}

// The same verdicts, but now they leave with labels of the receiver's own policy.
TEST_F(ReplayTest, AnotherLabelOnTheWayOutIsDifferent) {
  using enum Replayed;
  EXPECT_EQ(run(test::make(test::translating())),
            (std::vector<Replayed>{kDifferent, kDifferent, kSame, kUndetermined, kUndetermined}));
}

TEST_F(ReplayTest, WhatWasTranslatedIsTranslatedAgain) {
  const Policy policy = test::make(test::translating());
  audit::LogBed bed;
  const std::vector<audit::Record> records = {
      recorded(policy, 1, test::chat(test::kHighToLow, test::label("RESTRICTED"))),
      recorded(policy, 2, test::chat(test::kLowToHigh, test::own_label("AMBER"))),
      recorded(policy, 3, test::chat(test::kLowToHigh, test::own_label("BLACK")))};
  EXPECT_TRUE(bed.open()->append(records));
  const auto count = replay(policy, bed.folder().string(), [](const Replay&) {});
  ASSERT_TRUE(count);
  EXPECT_EQ(count->same, 3U);
  PolicyContent kept = test::translating(Labels::kKeep);
  const auto now = replay(test::make(kept), bed.folder().string(), [](const Replay&) {});
  ASSERT_TRUE(now);
  EXPECT_EQ(now->different, 1U);
}

// A block, a stop, a full queue are not the policy's: what they refused would pass, and that is no
// difference.
TEST_F(ReplayTest, WhatTheRecorderRefusedIsUndetermined) {
  for (const std::string_view reason :
       {"peer-blocked", "peer-inactive", "direction-stopped", "queue-full", "no-request"}) {
    audit::LogBed bed;
    audit::Record stopped =
        recorded(policy_, 1, test::chat(test::kHighToLow, test::label("UNCLASSIFIED")));
    stopped.verdict = audit::Verdict::kRefused;
    stopped.action = audit::Action::kNone;
    stopped.reason = reason;
    EXPECT_TRUE(bed.open()->append(std::vector{stopped}));
    const auto count = replay(policy_, bed.folder().string(), [](const Replay&) {});
    ASSERT_TRUE(count);
    EXPECT_EQ(count->undetermined, 1U) << reason;
  }
}

TEST_F(ReplayTest, APeerThatIsGoneIsUndetermined) {
  using enum Replayed;
  PolicyContent content = test::full();
  content.peers[test::kHigh].name = "renamed";
  EXPECT_EQ(run(test::make(std::move(content))).front(), kUndetermined);
}

// The lane is the policy's, not the record's: what had no route within a side may have one now.
TEST_F(ReplayTest, WhatIsRoutedWithinASideIsThePolicysToSay) {
  StanzaFacts facts = test::chat(test::kLowToLow, test::label("RESTRICTED"));
  facts.lane =
      test::kLowToHigh;  // the one lane from there while there are no rules within the side
  audit::LogBed bed;
  EXPECT_TRUE(bed.open()->append(std::vector{recorded(policy_, 1, facts)}));
  const std::string log = bed.folder().string();
  EXPECT_TRUE(replay(policy_, log, [](const Replay&) {})->agrees());
  const Policy now = test::make(test::within());
  const auto count =
      replay(now, log, [](const Replay& one) { EXPECT_EQ(one.now, "allowed, rule \"low-chat\""); });
  EXPECT_EQ(count->different, 1U);
  EXPECT_EQ(facts_of_record(now, log, 1)->lane, test::kLowToLow);
  EXPECT_EQ(facts_of_record(policy_, log, 1)->lane, test::kLowToHigh);
  // And what was routed there goes nowhere without them.
  audit::LogBed later;
  facts.lane = test::kLowToLow;
  EXPECT_TRUE(later.open()->append(std::vector{recorded(now, 1, facts)}));
  EXPECT_TRUE(replay(now, later.folder().string(), [](const Replay&) {})->agrees());
  const auto gone = replay(policy_, later.folder().string(),
                           [](const Replay& one) { EXPECT_EQ(one.now, "refused, within-side"); });
  EXPECT_EQ(gone->different, 1U);
}

// Undetermined decisions alone are no agreement; beside others they do not count.
TEST_F(ReplayTest, NothingComparedIsNoAgreement) {
  const std::string log = bed_.folder().string();
  const auto some = replay(policy_, log, [](const Replay&) {});
  ASSERT_TRUE(some);
  EXPECT_EQ(some->undetermined, 2U);
  EXPECT_TRUE(some->compared());
  EXPECT_TRUE(some->agrees());
  PolicyContent content = test::full();
  content.peers[test::kHigh].name = "renamed";
  content.peers[test::kLow].name = "renamed-too";
  const auto none = replay(test::make(std::move(content)), log, [](const Replay&) {});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->undetermined, 5U);
  EXPECT_FALSE(none->compared());
  EXPECT_FALSE(none->agrees());
  EXPECT_FALSE((ReplayCount{.same = 1, .different = 1, .undetermined = 0}).agrees());
  EXPECT_FALSE(ReplayCount{}.agrees());
}

// The words are those of explain and diff: a rule's id is quoted.
TEST_F(ReplayTest, WordsQuoteTheRule) {
  std::vector<std::string> words;
  const auto count =
      replay(policy_, bed_.folder().string(), [&](const Replay& one) { words.push_back(one.now); });
  ASSERT_TRUE(count);
  EXPECT_EQ(words.front(), "allowed, rule \"down-chat\"");
}

TEST_F(ReplayTest, FactsOfOneRecord) {
  const std::string log = bed_.folder().string();
  const auto facts = facts_of_record(policy_, log, 2);
  ASSERT_TRUE(facts) << facts.error();
  EXPECT_EQ(*facts, test::chat(test::kHighToLow, test::label("RESTRICTED")));
  EXPECT_FALSE(facts_of_record(policy_, log, 4));
  EXPECT_FALSE(facts_of_record(policy_, log, 99));
  EXPECT_FALSE(facts_of_record(policy_, log + "/none", 1));
}

}  // namespace
}  // namespace policy::tool
