// Tampering by somebody who can write the files and compute every hash: what signatures and
// anchors find. verify_test.cc has the clumsier kinds.
#include <gtest/gtest.h>

#include <fstream>

#include "audit/checkpoint.h"
#include "audit/log_bed.h"
#include "audit/row_table.h"
#include "audit/segment_files.h"
#include "audit/test_key.h"
#include "audit/verify.h"

namespace audit {
namespace {

namespace fs = std::filesystem;

// Three segments of 20 records, a checkpoint every 5; the root key vouches for the first key.
class TamperingTest : public testing::Test, public LogBed {
 protected:
  void SetUp() override {
    auto log = make(folder(), &root_);
    keep(log);
  }
  // The same log with other keys, and other records where `reason` says so.
  std::unique_ptr<Log> make(const fs::path& at, const SigningKey* root,
                            const std::string& reason = "allowed", std::uint64_t segments = 3) {
    LogOptions options;
    options.sign_microseconds = 0;
    if (root != nullptr) options.root = copy_of(*root);
    auto log = Log::open(at, std::move(options));
    EXPECT_TRUE(log.has_value());
    for (std::uint64_t i = 0; i < segments * 4; ++i) {
      if (i > 0 && i % 4 == 0) {
        (*log)->roll();
        EXPECT_TRUE((*log)->maintain().has_value());
      }
      auto rows = batch(i * 5 + 1, 5);
      if (i >= 5) rows[0].reason = reason;
      EXPECT_TRUE((*log)->append(rows).has_value());
    }
    return std::move(*log);
  }
  static SigningKey copy_of(const SigningKey&) { return *SigningKey::from_pem(kTestKey); }
  void keep(std::unique_ptr<Log>& log) { EXPECT_TRUE(log->close().has_value()); }

  Verification check(const VerifyOptions& options = {}, fs::path log = {}) {
    const auto seen = verify(log.empty() ? folder() : log, options);
    EXPECT_TRUE(seen.has_value()) << seen.error().what;
    return seen ? *seen : Verification{};
  }
  VerifyOptions with_root() { return {{}, root_.public_key()}; }
  // The checkpoint of a size, as somebody would have kept it.
  std::vector<Anchor> anchor(std::uint64_t size, fs::path log = {}) {
    for (const SegmentFile& file : segment_files(log.empty() ? folder() : log)) {
      auto reader = Reader::open(file.path);
      const auto found = reader->checkpoints(size);
      if (!found->empty() && found->front().size == size) {
        return *read_anchors("kept", found->front().note);
      }
    }
    ADD_FAILURE() << "no checkpoint of " << size;
    return {};
  }
  void change_segment(std::uint64_t number, const std::string& sql) {
    auto database = Database::open_writer((folder() / segment_name(number)).string());
    ASSERT_TRUE(database.has_value());
    const auto done = database->run(sql.c_str());
    ASSERT_TRUE(done.has_value()) << done.error().what;
  }
  // Computes leaves, chain and subtrees of a segment anew.
  void rehash(std::uint64_t number) {
    auto database = Database::open_writer((folder() / segment_name(number)).string());
    const auto start = read_start(*database);
    guard::Sha256 sha;
    guard::Digest chain = start->previous_chain;
    auto rows = database->prepare("SELECT " + select_list() + " FROM record ORDER BY sequence");
    auto update = database->prepare("UPDATE record SET leaf = ?, chain = ? WHERE sequence = ?");
    std::vector<StoredRecord> all;
    while (*rows->step()) all.push_back(*read_row(*rows));
    rows->reset();
    for (const StoredRecord& each : all) {
      std::string encoding;
      append_encoding(encoding, each.record);
      const guard::Digest leaf = leaf_hash(sha, encoding);
      chain = next_chain(sha, chain, leaf);
      update->bind_blob(1, leaf);
      update->bind_blob(2, chain);
      update->bind(3, each.record.sequence);
      EXPECT_TRUE(update->step().has_value());
      update->reset();
    }
  }

  SigningKey root_ = *SigningKey::from_pem(kTestKey);
};

TEST_F(TamperingTest, AnUntouchedLogIsSignedToItsEndAndVouchedFor) {
  const Verification seen = check(with_root());
  EXPECT_FALSE(seen.fault.has_value()) << seen.fault->what;
  EXPECT_EQ(seen.records, 60U);
  EXPECT_EQ(seen.signed_size, 60U);
  EXPECT_EQ(seen.segments, 3U);
  VerifyOptions anchored = with_root();
  for (const std::uint64_t size : {60U, 5U, 20U, 35U}) {
    anchored.anchors.push_back(anchor(size).front());
  }
  const Verification again = check(anchored);
  EXPECT_FALSE(again.fault.has_value()) << again.fault->what;
  EXPECT_EQ(again.anchors, 4U);
}

TEST_F(TamperingTest, ARecordThatWasChangedWithAllHashesIsNotWhatWasSigned) {
  change_segment(2, "UPDATE record SET reason = 'other' WHERE sequence = 33");
  rehash(2);
  const Verification seen = check();
  ASSERT_TRUE(seen.fault.has_value());
  // 33 is among 31 to 35: nobody can say more.
  EXPECT_EQ(seen.fault->sequence, 31U) << seen.fault->what;
  EXPECT_EQ(seen.records, 35U);
}

TEST_F(TamperingTest, ARemovedLastRecordThatWasSignedIsMissing) {
  change_segment(3, "DELETE FROM record WHERE sequence = 60");
  EXPECT_EQ(check().fault->sequence, 60U);
}

TEST_F(TamperingTest, ATruncationBehindTheLastAnchorIsFoundByTheAnchor) {
  const auto kept = anchor(60);
  change_segment(3,
                 "DELETE FROM record WHERE sequence > 50; DELETE FROM checkpoint WHERE size > 50; "
                 "UPDATE summary SET (records, last_sequence, last_time, allowed) = (SELECT count(*), "
                 "max(sequence), max(time), count(*) FROM record); DELETE FROM facet; "
                 "INSERT INTO facet " +
                     facet_sql());
  EXPECT_EQ(check({kept, {}}).fault->sequence, 51U);
}

TEST_F(TamperingTest, ARemovedLastSegmentIsFoundByTheAnchorAlone) {
  const auto kept = anchor(60);
  fs::remove(folder() / segment_name(3));
  EXPECT_FALSE(check(with_root()).fault.has_value());  // the limit of what can be seen without
  EXPECT_EQ(check({kept, {}}).fault->sequence, 41U);
}

TEST_F(TamperingTest, ARemovedMiddleSegmentIsFound) {
  fs::remove(folder() / segment_name(2));
  EXPECT_EQ(check().fault->sequence, 21U);
  fs::rename(folder() / segment_name(3), folder() / segment_name(2));
  EXPECT_EQ(check().fault->sequence, 21U);
}

TEST_F(TamperingTest, ACheckpointOfAnotherKeyIsFound) {
  const SigningKey other = SigningKey::generate();
  const auto honest = anchor(30).front();
  const std::string forged =
      sign_note(honest.note.text, key_name(honest.checkpoint.origin, 2), other);
  change_segment(2, "UPDATE checkpoint SET note = '" + forged + "' WHERE size = 30");
  EXPECT_EQ(check().fault->sequence, 26U);
}

TEST_F(TamperingTest, AKeyThatNobodyVouchesForIsFound) {
  // The second segment's key is vouched for by itself.
  auto reader = Reader::open(folder() / segment_name(2));
  const auto start = reader->start();
  const auto note = parse_note(start->statement);
  const SigningKey other = SigningKey::generate();
  auto statement = *parse_key_statement(note->text);
  statement.key = other.public_key();
  const std::string forged = sign_note(to_text(statement), key_name(start->origin, 2), other);
  change_segment(2, "UPDATE segment SET statement = '" + forged + "'");
  EXPECT_EQ(check(with_root()).fault->sequence, 21U);
  EXPECT_TRUE(check().fault.has_value());  // its checkpoints are not of that key
}

TEST_F(TamperingTest, ALogThatWasWrittenAnewIsFoundByTheRootKeyOrAnAnchor) {
  const auto kept = anchor(40);
  fs::remove_all(folder());
  auto log = make(folder(), nullptr, "other");
  keep(log);
  EXPECT_FALSE(check().fault.has_value());  // it is a whole log, only not ours
  EXPECT_EQ(check(with_root()).fault->sequence, 1U);
  EXPECT_TRUE(check({kept, {}}).fault.has_value());
}

// Somebody with the root key and the same origin writes another history: the anchor knows.
TEST_F(TamperingTest, TwoRootsOfOneSizeAreFound) {
  auto kept = anchor(40);
  Anchor forged = kept.front();
  forged.checkpoint.root.fill(7);
  VerifyOptions options{{forged}, {}};
  const auto seen = check(options);
  ASSERT_TRUE(seen.fault.has_value());
  EXPECT_NE(seen.fault->what.find("different trees of 40 records"), std::string::npos);
}

TEST_F(TamperingTest, AnAnchorOfAnotherLogOrKeyIsFound) {
  auto other = make(scratch() / "other", &root_);
  keep(other);
  EXPECT_TRUE(check({anchor(60, scratch() / "other"), {}}).fault.has_value());
  Anchor unsigned_one = anchor(60).front();
  unsigned_one.note.signatures.front().signature[3] ^= 1;
  EXPECT_TRUE(check({{unsigned_one}, {}}).fault.has_value());
}

TEST_F(TamperingTest, WhatProofsAreMadeFromIsChecked) {
  fs::remove_all(folder());
  auto log = Log::open(folder());
  ASSERT_TRUE((*log)->append(batch(1, 600)).has_value());
  ASSERT_TRUE((*log)->close().has_value());
  EXPECT_FALSE(check().fault.has_value());
  change_segment(1, "UPDATE subtree SET hash = zeroblob(32) WHERE number = 1");
  EXPECT_EQ(check().fault->sequence, 257U);
}

TEST_F(TamperingTest, AnIndexThatHidesARecordIsFound) {
  EXPECT_FALSE(check().fault.has_value());
  change_segment(1,
                 "DROP INDEX record_reason; CREATE INDEX record_reason ON record (reason) WHERE "
                 "reason <> '' AND sequence <> 7");
  EXPECT_EQ(check().fault->sequence, 1U);
  change_segment(1, "DROP INDEX record_reason; CREATE VIEW other AS SELECT 1");
  EXPECT_TRUE(check().fault.has_value());
}

// Pruning goes by the summary, and a report by its counts.
TEST_F(TamperingTest, ASummaryThatIsNotThatOfItsRecordsIsFound) {
  for (const char* column : {"records", "last_sequence", "first_time", "last_time", "allowed",
                             "refused", "withheld", "events", "outcomes"}) {
    const std::string name(column);
    change_segment(2, "UPDATE summary SET " + name + " = " + name + " + 1");
    const auto fault = check().fault;
    ASSERT_TRUE(fault.has_value()) << name;
    EXPECT_EQ(fault->sequence, 21U) << name;
    change_segment(2, "UPDATE summary SET " + name + " = " + name + " - 1");
    EXPECT_FALSE(check().fault.has_value()) << name;
  }
}

// Who may change the file may change its mode.
TEST_F(TamperingTest, WhatIsCheckedDoesNotDependOnTheMode) {
  change_segment(1, "DELETE FROM facet WHERE name = 'verdict'");
  for (const fs::perms mode : {fs::perms(0440), fs::perms(0640)}) {
    fs::permissions(folder() / segment_name(1), mode);
    EXPECT_TRUE(check().fault.has_value());
  }
}

TEST_F(TamperingTest, ASegmentThatWasEmptiedIsFound) {
  const fs::path copy = scratch() / "copy";
  for (const std::uint64_t number : {1U, 2U}) {
    fs::remove_all(copy);
    fs::copy(folder(), copy);
    fs::resize_file(copy / segment_name(number), 0);
    EXPECT_EQ(check({}, copy).fault->sequence, (number - 1) * 20 + 1);
  }
  // The last one may be one that its writer is about to begin: not with something written ahead.
  fs::remove_all(copy);
  fs::copy(folder(), copy);
  fs::resize_file(copy / segment_name(3), 0);
  EXPECT_FALSE(check({}, copy).fault.has_value());
  const fs::path ahead = copy / (segment_name(3) + "-wal");
  std::ofstream(ahead) << "something";
  EXPECT_EQ(check({}, copy).fault->sequence, 41U);
  // SQLite would remove it.
  EXPECT_FALSE(Log::open(copy).has_value());
  EXPECT_TRUE(fs::exists(ahead));
}

TEST(AnchorTest, SeveralInOneFileAndNothingElse) {
  const SigningKey key = SigningKey::generate();
  const std::string one = sign_note(to_text(Checkpoint{"a", 1, {}}), "a/1", key);
  const std::string two = sign_note(to_text(Checkpoint{"a", 2, {}}), "a/1", key);
  const auto read = read_anchors("f", one + "\n" + two + one);
  ASSERT_TRUE(read.has_value()) << read.error();
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[1].checkpoint.size, 2U);
  for (const std::string& wrong : {std::string(), std::string("x"), one + "x", "x\n" + one}) {
    EXPECT_FALSE(read_anchors("f", wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace audit
