// FleetTest: a fixture with a log and a PostgreSQL. One cluster serves all tests, each with a
// schema of its own.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "audit/log_bed.h"
#include "audit/postgres_bed.h"

namespace audit {

class FleetTest : public testing::Test, public LogBed {
 protected:
  static void SetUpTestSuite() {
    bed_ = new PostgresBed;
    bed_->start();
  }
  static void TearDownTestSuite() {
    delete bed_;
    bed_ = nullptr;
  }
  void SetUp() override {
    schema_ = testing::UnitTest::GetInstance()->current_test_info()->name();
    const std::string file = GUARD_SOURCE_DIR "/audit/fleet.sql";
    ASSERT_EQ(bed_->psql("-c 'CREATE SCHEMA \"" + schema_ + "\"'"), 0);
    ASSERT_EQ(bed_->psql("-c 'SET search_path = \"" + schema_ + "\"' -f " + file), 0);
    url_ = bed_->url() + "&options=-csearch_path%3D%22" + schema_ + "%22";
  }
  [[nodiscard]] Postgres connect() const {
    auto database = Postgres::open(url_);
    EXPECT_TRUE(database.has_value()) << database.error().what;
    return std::move(*database);
  }
  // Rows that differ in what one can ask for; some hostile, some with outcomes.
  static std::vector<Record> rows(std::uint64_t first, std::uint64_t count) {
    std::vector<Record> all = batch(first, count);
    const std::string hostile[] = {"plain",
                                   "a\tb\nc\rd\\e\\.f\\N",
                                   std::string("nul\0nul", 7),
                                   "\xff\xfe not UTF-8 \xc3",
                                   "'; DROP TABLE record; --",
                                   "\\."};
    std::uint64_t open = first;
    for (Record& row : all) {
      const std::uint64_t n = row.sequence;
      row.stanza_id = hostile[n % 6] + std::to_string(n / 12);
      row.from_address =
          (n % 3 == 0 ? "Alice@High.Example/" : "carol@high.example/") + hostile[n % 6];
      if (n % 12 == 1) {
        // As long as the log takes them, and nothing that could be compressed.
        std::mt19937 chance(static_cast<unsigned>(n));
        for (std::string* each : {&row.from_address, &row.to_address, &row.stanza_id}) {
          each->resize(each == &row.stanza_id ? 1023 : 3071);
          for (char& c : *each) c = static_cast<char>('0' + chance() % 75);
        }
      }
      if (n % 5 == 0) {
        row.verdict = Verdict::kRefused;
        row.action = Action::kReply;
        row.reason = "receiver-clearance";
        row.marking = "SECRET " + hostile[n % 6];
      }
      if (n % 7 == 0) {
        row = decision(n);
        row.row_class = Class::kOutcome;
        row.action = Action::kNone;
        row.verdict = Verdict::kNone;
        row.peer = n % 2 == 0 ? "bravo" : "alpha";
        row.result = n % 3 == 0 ? Result::kExpired : Result::kWritten;
        row.first_sequence = open;
        row.last_sequence = n - 1;
        open = n;
      }
      if (n % 11 == 0) {
        row.row_class = Class::kEvent;
        row.action = Action::kNone;
        row.peer = "alpha";
        row.event = "stream-opened";
        row.detail = hostile[n % 6];
      }
    }
    return all;
  }
  void write_log(std::uint64_t count, std::uint64_t segment) const {
    auto log = open();
    for (std::uint64_t first = 1; first <= count; first += segment) {
      ASSERT_TRUE(log->append(rows(first, std::min(segment, count - first + 1))).has_value());
      log->roll();
      ASSERT_TRUE(log->maintain().has_value());
    }
    ASSERT_TRUE(log->close().has_value());
  }
  [[nodiscard]] std::string asked(const std::string& sql) const {
    std::string answer = "nothing";
    const auto done =
        connect().run(sql, {}, [&](const Postgres::Row& row) { answer = row.text(0); });
    return done ? answer : "error: " + done.error().what;
  }
  void expect_all_once(std::uint64_t count) const {
    const std::string all = std::to_string(count);
    EXPECT_EQ(asked("SELECT count(*) FROM record"), all);
    EXPECT_EQ(asked("SELECT count(DISTINCT sequence) FROM record"), all);
    EXPECT_EQ(asked("SELECT max(sequence) FROM record"), all);
    EXPECT_EQ(asked("SELECT sequence FROM shipped"), all);
  }
  [[nodiscard]] std::string from_log() const { return " " + folder().string() + " "; }
  [[nodiscard]] std::string from_database() const { return " --database '" + url_ + "' "; }

  static inline PostgresBed* bed_ = nullptr;
  std::string schema_, url_;
};

}  // namespace audit
