// What a reader makes of a segment that is added to, ended and sealed while it reads: at every
// statement that it runs.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <functional>

#include "audit/log_bed.h"
#include "audit/query.h"
#include "audit/segment_table.h"
#include "audit/verify.h"

namespace audit {
namespace {

// Interruption calls `act` once, before the statement of that number which a reader's connection
// runs. SQLite offers such a hook for a connection when it is opened only to the whole process.
class Interruption {
 public:
  Interruption(int before, std::function<void()> act) : left_(before), act_(std::move(act)) {
    current = this;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(attach));
  }
  ~Interruption() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(attach));
    current = nullptr;
  }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  [[nodiscard]] bool done() const { return left_ < 0; }

 private:
  static int attach(sqlite3* connection, char** /*error*/, const void* /*routines*/) {
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, run, connection);
  }
  static int run(unsigned /*event*/, void* connection, void* /*statement*/, void* /*text*/) {
    if (current == nullptr || sqlite3_db_readonly(static_cast<sqlite3*>(connection), "main") != 1) {
      return 0;
    }
    if (current->left_-- == 0) std::exchange(current, nullptr)->act_();
    return 0;
  }
  static inline Interruption* current = nullptr;
  int left_;
  std::function<void()> act_;
};

class SealedMeanwhile : public testing::Test, public LogBed {
 protected:
  // Makes a log of five records, and calls `read` with it. Before one of the reader's statements
  // there comes what a recorder does: one record more, and the segment's end. Whether it came.
  bool interrupted(int before, const std::function<void()>& read) {
    std::filesystem::remove_all(folder());
    LogOptions options;
    options.sign_microseconds = 0;
    auto log = Log::open(folder(), std::move(options));
    EXPECT_TRUE(log.has_value());
    EXPECT_TRUE((*log)->append(batch(1, 5)).has_value());
    const Interruption interruption(before, [&] {
      EXPECT_TRUE((*log)->append(batch(6, 1)).has_value());
      auto writer = Database::open_writer(file().string());
      EXPECT_TRUE(writer.has_value());
      const std::string sql = "BEGIN IMMEDIATE;" + seal_sql({}) + "COMMIT";
      EXPECT_TRUE(writer->run(sql.c_str()).has_value());
    });
    read();
    return interruption.done();
  }
};

TEST_F(SealedMeanwhile, IsNoFaultWhereverVerifyIs) {
  int before = 0;
  const auto read = [&] {
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_FALSE(seen->fault.has_value()) << "statement " << before << ": " << seen->fault->what;
    EXPECT_GE(seen->records, 5U);
  };
  while (interrupted(before, read)) ++before;
  EXPECT_GE(before, 10);  // there are that many statements in which to be interrupted
}

TEST_F(SealedMeanwhile, HidesNoFaultFromVerify) {
  int before = 0;
  const auto read = [&] {
    auto writer = Database::open_writer(file().string());
    EXPECT_TRUE(writer->run("UPDATE record SET reason = 'other' WHERE sequence = 1").has_value());
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_TRUE(seen->fault.has_value()) << "statement " << before;
  };
  while (interrupted(before, read)) ++before;
  EXPECT_GE(before, 5);
}

TEST_F(SealedMeanwhile, HidesNoRecordFromAQuery) {
  int before = 0;
  const auto read = [&] {
    std::vector<std::uint64_t> found;
    const auto done = query(folder(), {.peer = "alpha"}, [&](const Found& one) {
      found.push_back(one.record.sequence);
      return true;
    });
    ASSERT_TRUE(done.has_value()) << done.error().what;
    found.resize(std::min<std::size_t>(found.size(), 5));
    EXPECT_EQ(found, (std::vector<std::uint64_t>{1, 2, 3, 4, 5})) << "statement " << before;
  };
  while (interrupted(before, read)) ++before;
  EXPECT_GE(before, 5);
}

}  // namespace
}  // namespace audit
