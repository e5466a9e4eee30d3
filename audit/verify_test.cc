#include "audit/verify.h"

#include <gtest/gtest.h>

#include <fstream>

#include "audit/log_bed.h"

namespace audit {
namespace {

// One test for each kind of tampering. The log has 100 records and a clean end.
class VerifyTest : public testing::Test, public LogBed {
 protected:
  void SetUp() override {
    auto log = open();
    std::vector<Record> rows = batch(1, 100);
    rows[49].row_class = Class::kEvent;
    rows[49].action = Action::kNone;
    ASSERT_TRUE(log->append(rows).has_value());
    ASSERT_TRUE(log->close().has_value());
  }
  void expect_fault(std::uint64_t sequence) {
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    ASSERT_TRUE(seen->fault.has_value());
    EXPECT_EQ(seen->fault->sequence, sequence) << seen->fault->what;
  }
};

TEST_F(VerifyTest, AnUntouchedLogIsWhole) {
  const auto seen = verify(folder());
  ASSERT_TRUE(seen.has_value());
  EXPECT_FALSE(seen->fault.has_value());
  EXPECT_EQ(seen->records, 100U);
  EXPECT_EQ(verify(file())->records, 100U);
}

TEST_F(VerifyTest, AChangeOfAnyColumnOfARecordIsFound) {
  std::vector<std::string> names;
  const Record blank;
  Record::columns(blank, [&](const char* name, const auto&) { names.push_back(name); });
  names.push_back("leaf");
  names.push_back("chain");
  for (const std::string& name : names) {
    if (name == "sequence") continue;
    change("CREATE TABLE kept AS SELECT * FROM record WHERE sequence = 42");
    const std::string quoted = "\"" + name + "\"";
    change("UPDATE record SET " + quoted + " = CASE typeof(" + quoted + ") WHEN 'integer' THEN " +
           quoted + " + 1 WHEN 'text' THEN " + quoted + " || 'x' ELSE CAST(coalesce(substr(" +
           quoted +
           ", 1, 31), x'') || x'77' AS BLOB) END "
           "WHERE sequence = 42");
    expect_fault(42);
    change("UPDATE record SET " + quoted + " = (SELECT " + quoted +
           " FROM kept) WHERE sequence = 42; DROP TABLE kept");
    EXPECT_FALSE(verify(folder())->fault.has_value()) << name;
  }
}

TEST_F(VerifyTest, AContentChangedWithItsLeafIsFound) {
  // Somebody who knows the leaf hash, but leaves the chain as it was.
  change(
      "UPDATE record SET leaf = (SELECT leaf FROM record WHERE sequence = 43), "
      "reason = 'other' WHERE sequence = 42");
  expect_fault(42);
}

TEST_F(VerifyTest, ARemovedRecordIsFound) {
  change("DELETE FROM record WHERE sequence = 77");
  expect_fault(77);
}

TEST_F(VerifyTest, ARemovedBeginningIsFound) {
  change("DELETE FROM record WHERE sequence < 10");
  expect_fault(1);
}

TEST_F(VerifyTest, ARemovedRecordWithTheOthersMovedUpIsFound) {
  change(
      "DELETE FROM record WHERE sequence = 20; "
      "UPDATE record SET sequence = sequence - 1 WHERE sequence > 20");
  expect_fault(20);
}

TEST_F(VerifyTest, AnInsertedRecordIsFound) {
  change(
      "UPDATE record SET sequence = -sequence WHERE sequence > 20; "
      "UPDATE record SET sequence = 1 - sequence WHERE sequence < 0");
  change(
      "CREATE TABLE spare AS SELECT * FROM record WHERE sequence = 5; "
      "UPDATE spare SET sequence = 21; INSERT INTO record SELECT * FROM spare; "
      "DROP TABLE spare");
  expect_fault(21);
}

TEST_F(VerifyTest, ARecordBeforeTheFirstIsFound) {
  change(
      "CREATE TABLE spare AS SELECT * FROM record WHERE sequence = 5; "
      "UPDATE spare SET sequence = 0; INSERT INTO record SELECT * FROM spare; "
      "DROP TABLE spare");
  expect_fault(1);
}

// One INSERT at either end of what a sequence can be, where a careless reader sees nothing.
TEST_F(VerifyTest, ARowBelowOrFarBeyondTheRecordsHidesNothing) {
  struct Case {
    std::string sequence;
    std::uint64_t fault;
  };
  for (const auto& [sequence, fault] :
       {Case{"-1", 1}, Case{"-9223372036854775808", 1}, Case{"9223372036854775807", 101}}) {
    change(
        "CREATE TABLE spare AS SELECT * FROM record WHERE sequence = 5; "
        "UPDATE spare SET sequence = " +
        sequence + "; INSERT INTO record SELECT * FROM spare; DROP TABLE spare");
    expect_fault(fault);
    EXPECT_FALSE(Log::open(folder()).has_value()) << sequence;
    // And as after a clean end.
    change("DELETE FROM record WHERE sequence = " + sequence + "; PRAGMA journal_mode = DELETE");
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_FALSE(seen->fault.has_value());
  }
  EXPECT_TRUE(Log::open(folder()).has_value());
}

TEST_F(VerifyTest, TheTableTakesNoSequenceBelowOne) {
  auto database = Database::open_writer(file().string());
  ASSERT_TRUE(database.has_value());
  EXPECT_FALSE(database->run("UPDATE record SET sequence = 0 WHERE sequence = 5").has_value());
  EXPECT_FALSE(database->run("UPDATE record SET sequence = -5 WHERE sequence = 5").has_value());
}

TEST_F(VerifyTest, MoreThanOneWindowIsFollowed) {
  auto log = open();
  ASSERT_TRUE(log->append(batch(101, 2 * Reader::kWindow - 100)).has_value());
  EXPECT_EQ(verify(folder())->records, 2 * Reader::kWindow);
  ASSERT_TRUE(log->append(batch(2 * Reader::kWindow + 1, 1)).has_value());
  EXPECT_EQ(verify(folder())->records, 2 * Reader::kWindow + 1);
}

TEST_F(VerifyTest, TwoSwappedRecordsAreFound) {
  change(
      "UPDATE record SET sequence = -1 WHERE sequence = 30; "
      "UPDATE record SET sequence = 30 WHERE sequence = 31; "
      "UPDATE record SET sequence = 31 WHERE sequence = -1");
  expect_fault(30);
}

TEST_F(VerifyTest, AFlippedOctetInTheFileIsFound) {
  std::fstream in(file(), std::ios::in | std::ios::out | std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(in)), {});
  const std::size_t id = content.find("chatm64");  // type and stanza id of record 64
  ASSERT_NE(id, std::string::npos);
  in.seekp(static_cast<std::streamoff>(id + 4));
  in.put('n');
  in.close();
  expect_fault(64);
}

TEST_F(VerifyTest, ADamagedFileIsAFindingAndNoCrash) {
  const auto size = std::filesystem::file_size(file());
  for (std::uintmax_t at = 16384; at < size; at += 16384) {
    std::filesystem::copy_file(file(), scratch() / "kept",
                               std::filesystem::copy_options::overwrite_existing);
    std::fstream in(file(), std::ios::in | std::ios::out | std::ios::binary);
    in.seekp(static_cast<std::streamoff>(at));
    in << std::string(100, '\x7f');
    in.close();
    const auto seen = verify(folder());
    EXPECT_TRUE(!seen.has_value() || seen->fault.has_value() ||
                at / 16384 < 4)  // a page of the schema or of an index that verify does not use
        << at;
    std::filesystem::copy_file(scratch() / "kept", file(),
                               std::filesystem::copy_options::overwrite_existing);
  }
}

TEST_F(VerifyTest, ATruncatedFileIsAFinding) {
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 16384);
  const auto seen = verify(folder());
  EXPECT_TRUE(!seen.has_value() || seen->fault.has_value());
}

TEST_F(VerifyTest, AnotherFileOrNoneIsAnError) {
  EXPECT_FALSE(verify(scratch() / "nothing").has_value());
  std::ofstream(scratch() / "text") << "no database at all";
  EXPECT_FALSE(verify(scratch() / "text").has_value() &&
               !verify(scratch() / "text")->fault.has_value());
}

TEST_F(VerifyTest, ATamperedSegmentBeginningIsFound) {
  change("UPDATE segment SET first_sequence = 2");
  expect_fault(1);
}

}  // namespace
}  // namespace audit
