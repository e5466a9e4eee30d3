#include "audit/proof.h"

#include <gtest/gtest.h>

#include "audit/log_bed.h"
#include "audit/test_key.h"

namespace audit {
namespace {
// Three segments of 300 records, a checkpoint every 100, all vouched for by a root key.
class ProofTest : public testing::Test, public LogBed {
 protected:
  void SetUp() override {
    LogOptions options;
    options.sign_microseconds = 0;
    options.root = *SigningKey::from_pem(kTestKey);
    root_ = options.root->public_key();
    auto log = Log::open(folder(), std::move(options));
    ASSERT_TRUE(log.has_value());
    for (std::uint64_t i = 0; i < 9; ++i) {
      if (i == 3 || i == 6) {
        (*log)->roll();
        ASSERT_TRUE((*log)->maintain().has_value());
      }
      ASSERT_TRUE((*log)->append(batch(i * 100 + 1, 100)).has_value());
    }
    ASSERT_TRUE((*log)->close().has_value());
  }
  Anchor anchor(std::uint64_t size) {
    for (const SegmentFile& file : readable_segments(folder())) {
      auto reader = Reader::open(file.path);
      const auto found = reader->checkpoints(size);
      if (!found->empty() && found->front().size == size) {
        return read_anchors("kept", found->front().note)->front();
      }
    }
    ADD_FAILURE();
    return {};
  }
  std::optional<PublicKey> root_;
};

TEST_F(ProofTest, EveryRecordIsProvedToWhoeverHasTheRootKey) {
  for (const std::uint64_t sequence :
       {1U, 2U, 100U, 101U, 255U, 256U, 257U, 300U, 301U, 777U, 900U}) {
    const auto proof = prove_record(folder(), sequence);
    ASSERT_TRUE(proof.has_value()) << proof.error().what;
    ASSERT_TRUE(proof->has_value()) << sequence;
    const auto read = parse_proof(to_text(**proof));
    ASSERT_TRUE(read.has_value()) << read.error();
    const auto checked = check_proof(*read, root_);
    ASSERT_TRUE(checked.has_value()) << sequence << ": " << checked.error();
    EXPECT_TRUE(checked->vouched);
    EXPECT_EQ(checked->checkpoint.size, (sequence + 99) / 100 * 100);
    EXPECT_EQ(read->record->stanza_id, "m" + std::to_string(sequence));
  }
}

TEST_F(ProofTest, WhatIsNotThereIsNotProved) {
  EXPECT_FALSE(prove_record(folder(), 901)->has_value());
  EXPECT_FALSE(prove_record(folder(), 0)->has_value());
  EXPECT_FALSE(prove_record(scratch() / "nothing", 1).has_value());
}

TEST_F(ProofTest, ARecordWithoutACheckpointIsNotProvedYet) {
  auto log = Log::open(folder());
  ASSERT_TRUE((*log)->append(batch(901, 1)).has_value());
  ASSERT_TRUE((*log)->append(batch(902, 1)).has_value());
  EXPECT_TRUE(prove_record(folder(), 901)->has_value());
  EXPECT_FALSE(prove_record(folder(), 902)->has_value());
}

TEST_F(ProofTest, AnyChangeIsFound) {
  const Proof good = **prove_record(folder(), 420);
  ASSERT_TRUE(check_proof(good, root_).has_value());
  Proof bad = good;
  bad.record->reason = "other";
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  bad = good;
  bad.record->sequence = 421;
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  bad = good;
  bad.path[3][0] ^= 1;
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  bad = good;
  bad.path.pop_back();
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  bad = good;
  bad.checkpoint = anchor(600).text;
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  bad = good;
  bad.statements.pop_back();
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  bad = good;
  bad.statements.erase(bad.statements.begin());
  EXPECT_FALSE(check_proof(bad, root_).has_value());
  EXPECT_FALSE(check_proof(good, SigningKey::generate().public_key()).has_value());
  // Without a root key it holds, and says that nobody vouches for it.
  EXPECT_FALSE(check_proof(good, std::nullopt)->vouched);
}

TEST_F(ProofTest, OneCheckpointIsProvedToBeginAnother) {
  for (const auto& [from, to] : {std::pair{100U, 100U}, {100U, 900U}, {300U, 400U}, {500U, 800U}}) {
    const auto proof = prove_consistency(folder(), anchor(from), anchor(to));
    ASSERT_TRUE(proof.has_value() && proof->has_value()) << from;
    const auto read = parse_proof(to_text(**proof));
    ASSERT_TRUE(read.has_value()) << read.error();
    const auto checked = check_proof(*read, root_);
    ASSERT_TRUE(checked.has_value()) << checked.error();
    EXPECT_EQ(checked->older->size, from);
    EXPECT_EQ(checked->checkpoint.size, to);
  }
  Anchor other = anchor(100);
  other.checkpoint.root.fill(1);
  EXPECT_FALSE(prove_consistency(folder(), other, anchor(300))->has_value());
  EXPECT_FALSE(prove_consistency(folder(), anchor(300), anchor(100))->has_value());
}

TEST_F(ProofTest, EveryShorterOrChangedTextIsRefusedOrIsAnotherProof) {
  const std::string text = to_text(**prove_record(folder(), 5));
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_proof(text.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(parse_proof(text + "\n").has_value());
  for (std::size_t at = 0; at < text.size(); at += 7) {
    std::string other = text;
    other[at] = static_cast<char>(other[at] ^ 1);
    const auto read = parse_proof(other);
    if (!read) continue;
    EXPECT_FALSE(check_proof(*read, root_).has_value()) << at;
  }
}

TEST(EncodingTest, ComesBackAsItWasWritten) {
  Record record = LogBed::decision(7);
  record.side = guard::Side::kLow;
  record.received_time = {-3};
  std::string encoding;
  append_encoding(encoding, record);
  EXPECT_EQ(read_encoding(encoding), record);
  for (std::size_t length = 0; length < encoding.size(); ++length) {
    EXPECT_FALSE(read_encoding(encoding.substr(0, length)).has_value());
  }
  EXPECT_FALSE(read_encoding(encoding + "x").has_value());
  // A second spelling of a number: "01" for the format.
  std::string other = encoding;
  other.replace(0, 5, std::string("\0\0\0\2", 4) + "01");
  EXPECT_FALSE(read_encoding(other).has_value());
}

}  // namespace
}  // namespace audit
