#include "audit/record.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "audit/catalogue.h"
#include "audit/log_bed.h"
#include "guard/base/hex.h"

namespace audit {
namespace {

// Runs a shell command; gives what it printed, without the last line's end.
std::string run(const std::string& command) {
  std::string out;
  FILE* const pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) {
    out.append(buffer, size);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

TEST(RecordTest, TheEncodingIsLengthAndOctetsOfEachColumn) {
  Record record;
  record.sequence = 258;
  record.time = {-7};
  record.sender = "alpha";
  std::string expected;
  const auto field = [&](std::string_view text) {
    expected += std::string(3, '\0') + static_cast<char>(text.size()) + std::string(text);
  };
  for (const char* text : {"2", "258", "decision", "-7", "", "alpha"}) field(text);
  std::string encoding;
  append_encoding(encoding, record);
  EXPECT_TRUE(encoding.starts_with(expected));
}

TEST(RecordTest, EveryColumnChangesTheLeafHash) {
  guard::Sha256 sha;
  std::set<std::string> seen;
  const auto add = [&](const Record& record) {
    std::string encoding;
    append_encoding(encoding, record);
    EXPECT_TRUE(seen.insert(guard::to_hex(leaf_hash(sha, encoding))).second);
  };
  add({});
  std::size_t columns = 0;
  const Record blank;
  Record::columns(blank, [&](const char*, const auto&) { ++columns; });
  for (std::size_t wanted = 0; wanted < columns; ++wanted) {
    Record record;
    std::size_t at = 0;
    Record::columns(record, [&]<class T>(const char*, T& value) {
      if (at++ != wanted) return;
      if constexpr (std::is_same_v<T, std::uint64_t>) ++value;
      if constexpr (std::is_same_v<T, std::string>) value = "x";
      if constexpr (std::is_same_v<T, guard::Bytes>) value = {1};
      if constexpr (std::is_same_v<T, guard::UtcTime>) ++value.microseconds;
      if constexpr (std::is_same_v<T, std::optional<guard::Digest>>) value.emplace();
      if constexpr (std::is_same_v<T, std::optional<guard::Lane>>) value.emplace();
      if constexpr (std::is_same_v<T, std::optional<guard::Side>>) value.emplace();
      if constexpr (std::is_enum_v<T>) value = static_cast<T>(1);
    });
    add(record);
  }
  EXPECT_EQ(seen.size(), columns + 1);
}

TEST(RecordTest, MovingOctetsFromOneFieldToTheNextChangesTheHash) {
  Record one;
  one.sender = "ab";
  one.receiver = "c";
  Record other;
  other.sender = "a";
  other.receiver = "bc";
  std::string first;
  std::string second;
  append_encoding(first, one);
  append_encoding(second, other);
  EXPECT_NE(first, second);
}

TEST(RecordTest, NamesAreReadBackAndNothingElseIs) {
  for (const auto verdict :
       {Verdict::kWithheld, Verdict::kRefused, Verdict::kAllowed, Verdict::kNone}) {
    Verdict read = Verdict::kWithheld;
    EXPECT_TRUE(read_name(to_string(verdict), read));
    EXPECT_EQ(read, verdict);
  }
  for (const auto action :
       {Action::kNone, Action::kForward, Action::kReply, Action::kClose, Action::kReplyLost}) {
    Action read = Action::kNone;
    EXPECT_TRUE(read_name(to_string(action), read));
    EXPECT_EQ(read, action);
  }
  for (const auto result : {Result::kNone, Result::kWritten, Result::kExpired, Result::kInDoubt,
                            Result::kWithdrawn, Result::kDelivered}) {
    Result read = Result::kNone;
    EXPECT_TRUE(read_name(to_string(result), read));
    EXPECT_EQ(read, result);
  }
  for (const auto row_class : {Class::kDecision, Class::kEvent, Class::kOutcome}) {
    Class read = Class::kDecision;
    EXPECT_TRUE(read_name(to_string(row_class), read));
    EXPECT_EQ(read, row_class);
  }
  Verdict verdict = Verdict::kRefused;
  EXPECT_FALSE(read_name("Allowed", verdict));
  EXPECT_EQ(verdict, Verdict::kRefused);
  EXPECT_EQ(Record{}.verdict, Verdict::kWithheld);  // FAIL_CLOSED: born withheld
}

TEST(RecordTest, StableNamesAreShortLowerCaseWords) {
  EXPECT_TRUE(is_name("queue-full"));
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string(65, 'a')));
  EXPECT_FALSE(is_name(""));
  EXPECT_FALSE(is_name("Queue"));
  EXPECT_FALSE(is_name("queue full"));
  EXPECT_FALSE(is_name("=1+1"));
}

// What README.md says about sqlite3 and openssl is true.
class WithToolsTest : public testing::Test, public LogBed {};

TEST_F(WithToolsTest, Sqlite3AndOpensslComputeTheSameHashes) {
  auto log = open();
  std::vector<Record> rows = batch(1, 3);
  rows[1].from_address = std::string("\xc3\xa4\0\xff'", 5);
  rows[1].received_time = {-1};
  rows[1].sent_hash.reset();
  rows[1].label.clear();
  rows[2].horizon = 3;
  ASSERT_TRUE(log->append(rows).has_value());
  ASSERT_TRUE(log->close().has_value());
  const std::string query = "sqlite3 -readonly '" + file().string() + "' ";
  const std::string hash = " | basenc --base16 -d | openssl dgst -sha256 | sed 's/.* //'";
  for (const int n : {1, 2, 3}) {
    const std::string where = " WHERE sequence=" + std::to_string(n) + "\"";
    EXPECT_EQ(run(query + "\"SELECT '00'||hex FROM encoding" + where + hash),
              run(query + "\"SELECT lower(hex(leaf)) FROM record" + where));
  }
  for (const int n : {2, 3}) {
    const std::string where = " WHERE b.sequence=" + std::to_string(n) + "\"";
    EXPECT_EQ(run(query +
                  "\"SELECT '02'||hex(a.chain)||hex(b.leaf) FROM record a JOIN record b ON "
                  "b.sequence=a.sequence+1" +
                  where + hash),
              run(query + "\"SELECT lower(hex(b.chain)) FROM record b" + where));
  }
}

}  // namespace
}  // namespace audit
