// Segments: a log that goes on in file after file, and what is left of a roll or a seal that a
// crash has interrupted.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "audit/catalogue.h"
#include "audit/log_bed.h"
#include "audit/query.h"
#include "audit/reader.h"
#include "audit/sealer.h"
#include "audit/segment_files.h"
#include "audit/verify.h"
#include "guard/base/sanitized.h"

namespace audit {
namespace {

namespace fs = std::filesystem;

class SegmentsTest : public testing::Test, public LogBed {
 protected:
  static LogOptions options() {
    LogOptions some;
    some.sign_microseconds = 0;
    return some;
  }
  std::unique_ptr<Log> open_with(LogOptions some) {
    auto opened = Log::open(folder(), std::move(some));
    EXPECT_TRUE(opened.has_value()) << opened.error().what;
    return std::move(*opened);
  }
  fs::path segment(std::uint64_t number) { return folder() / segment_name(number); }
  std::size_t count() { return segment_files(folder()).size(); }
  // Fills `segments` segments with `each` records, and leaves the last one open.
  std::unique_ptr<Log> fill(std::uint64_t segments, std::uint64_t each) {
    auto log = open_with(options());
    for (std::uint64_t i = 0; i < segments; ++i) {
      if (i > 0) {
        log->roll();
        EXPECT_TRUE(log->maintain().has_value());
      }
      EXPECT_TRUE(log->append(batch(i * each + 1, each)).has_value());
    }
    return log;
  }
  void expect_whole(std::uint64_t records) {
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_FALSE(seen->fault.has_value()) << seen->fault->what;
    EXPECT_EQ(seen->records, records);
    EXPECT_EQ(seen->signed_size, records);
  }
  // Waits until the log has said so, as a recorder would hear it.
  static bool hear(Log& log, std::string_view event) {
    for (int tries = 0; tries < 1500; ++tries) {
      if (!log.maintain()) return false;
      for (const LogNotice& notice : log.take_notices()) {
        if (notice.event == event) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
};

// A reader cannot undo what a rollback journal holds: one that a crash left would shut the segment.
TEST_F(SegmentsTest, NoStepOfALogsLifeLeavesAJournalThatAReaderCouldNotUndo) {
  fs::create_directory(folder());
  const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  ASSERT_GE(watch, 0);
  ASSERT_GE(::inotify_add_watch(watch, folder().c_str(), IN_CREATE), 0);
  auto log = fill(2, 10);
  EXPECT_TRUE(hear(*log, event::kSegmentSealed));
  ASSERT_TRUE(log->close().has_value());  // seals the last one, which has no write-ahead file then
  EXPECT_TRUE(is_sealed(segment(2)));
  std::string created;
  char events[4096];
  for (ssize_t got = 0; (got = ::read(watch, events, sizeof events)) > 0;) {
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, events + at, sizeof event);
      created += std::string(events + at + sizeof event) + " ";
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  ::close(watch);
  EXPECT_NE(created.find("00000002.sqlite-wal"), std::string::npos) << created;
  EXPECT_EQ(created.find("-journal"), std::string::npos) << created;
}

TEST_F(SegmentsTest, ARequestEndsASegmentAndTheLogGoesOn) {
  auto log = fill(3, 10);
  EXPECT_EQ(count(), 3U);
  expect_whole(30);
  std::uint64_t next = 1;
  ASSERT_TRUE(query(folder(), {}, [&](const Found& found) {
                EXPECT_EQ(found.record.sequence, next++);
                return true;
              }).has_value());
  EXPECT_EQ(next, 31U);
  next = 30;
  ASSERT_TRUE(query(folder(), {.reverse = true}, [&](const Found& found) {
                EXPECT_EQ(found.record.sequence, next--);
                return true;
              }).has_value());
  EXPECT_EQ(verify(segment(2))->records, 10U);
  EXPECT_EQ(verify(segment(2))->last.sequence, 20U);
}

TEST_F(SegmentsTest, AnEmptySegmentIsNotEnded) {
  auto log = open_with(options());
  log->roll();
  ASSERT_TRUE(log->maintain().has_value());
  EXPECT_EQ(count(), 1U);
  ASSERT_TRUE(log->append(batch(1, 1)).has_value());
  ASSERT_TRUE(log->maintain().has_value());
  EXPECT_EQ(count(), 2U);
}

TEST_F(SegmentsTest, SizeAndAgeEndASegment) {
  LogOptions some = options();
  some.segment_octets = 1;
  auto log = open_with(std::move(some));
  ASSERT_TRUE(log->append(batch(1, 1)).has_value());
  ASSERT_TRUE(log->maintain().has_value());
  EXPECT_EQ(count(), 2U);
  ASSERT_TRUE(log->close().has_value());
  some = options();
  some.segment_seconds = 0;
  log = open_with(std::move(some));
  EXPECT_EQ(count(), 2U);  // the second was empty; its place is taken
  ASSERT_TRUE(log->append(batch(2, 1)).has_value());
  ASSERT_TRUE(log->maintain().has_value());
  EXPECT_EQ(count(), 3U);
  expect_whole(2);
}

TEST_F(SegmentsTest, AReaderThatKeepsItsSnapshotEndsTheSegmentAndNotTheService) {
  LogOptions some = options();
  some.write_ahead_octets = 4U << 20;
  auto log = open_with(std::move(some));
  ASSERT_TRUE(log->append(batch(1, 10)).has_value());
  auto reader = Database::open_reader(file().string());
  ASSERT_TRUE(reader.has_value());
  ASSERT_TRUE(reader->run("BEGIN; SELECT count(*) FROM record").has_value());
  std::uint64_t next = 11;
  while (count() == 1 && next < 100'000) {
    ASSERT_TRUE(log->append(batch(next, 256)).has_value());
    next += 256;
    ASSERT_TRUE(log->maintain().has_value());
  }
  EXPECT_EQ(count(), 2U);
  EXPECT_LT(fs::file_size(file().string() + "-wal"), std::uintmax_t{24} << 20);
  ASSERT_TRUE(log->append(batch(next, 5)).has_value());
  expect_whole(next + 4);
}

TEST_F(SegmentsTest, WhatIsLeftIsSealedAndNeverWrittenAgain) {
  auto log = fill(2, 300);
  ASSERT_TRUE(hear(*log, event::kSegmentSealed));
  EXPECT_TRUE(is_sealed(segment(1)));
  EXPECT_FALSE(is_sealed(segment(2)));
  struct stat about{};
  ASSERT_EQ(::stat(segment(1).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0440U);
  const auto before = fs::last_write_time(segment(1));
  auto reader = Reader::open(segment(1));
  ASSERT_TRUE(reader.has_value());
  EXPECT_TRUE(reader->sealed());
  const auto summary = reader->summary();
  ASSERT_TRUE(summary.has_value() && summary->has_value());
  EXPECT_EQ((*summary)->records, 300U);
  EXPECT_EQ((*summary)->allowed, 300U);
  EXPECT_EQ((*summary)->last_sequence, 300U);
  expect_whole(600);
  ASSERT_TRUE(log->close().has_value());
  log = open_with(options());
  ASSERT_TRUE(log->append(batch(601, 1)).has_value());
  ASSERT_TRUE(log->close().has_value());
  EXPECT_TRUE(is_sealed(segment(2)));
  EXPECT_TRUE(is_sealed(segment(3)));
  EXPECT_EQ(fs::last_write_time(segment(1)), before);
  expect_whole(601);
}

TEST_F(SegmentsTest, FiltersUseTheIndexesOfASealedSegment) {
  ASSERT_TRUE(fill(1, 3000)->close().has_value());
  auto database = Database::open_sealed(file().string());
  ASSERT_TRUE(database.has_value());
  for (const Filter& filter :
       {Filter{.id = "x"}, Filter{.from = "a@b.example"}, Filter{.to = "b.example"}}) {
    const std::vector<Condition> conditions = conditions_of(filter);
    ASSERT_EQ(conditions.size(), 1U);
    std::string sql =
        "EXPLAIN QUERY PLAN SELECT * FROM record WHERE sequence BETWEEN 1 AND 999 AND (" +
        conditions.front().sql + ") ORDER BY sequence";
    std::ranges::replace(sql, '?', '1');
    auto plan = database->prepare(sql);
    ASSERT_TRUE(plan.has_value()) << plan.error().what;
    ASSERT_TRUE(plan->step().has_value());
    EXPECT_NE(plan->text(3).find("USING INDEX record_"), std::string::npos)
        << conditions.front().sql << ": " << plan->text(3);
  }
}

TEST_F(SegmentsTest, AnOutcomeInALaterSegmentIsFound) {
  auto log = fill(2, 5);
  Record outcome;
  outcome.sequence = 11;
  outcome.row_class = Class::kOutcome;
  outcome.verdict = Verdict::kNone;
  outcome.time = decision(11).time;
  outcome.peer = "bravo";
  outcome.result = Result::kWritten;
  outcome.first_sequence = 1;
  outcome.last_sequence = 7;
  ASSERT_TRUE(log->append({&outcome, 1}).has_value());
  std::map<std::uint64_t, std::optional<Result>> ended;
  ASSERT_TRUE(query(folder(), {}, [&](const Found& found) {
                ended[found.record.sequence] = found.ended;
                return true;
              }).has_value());
  EXPECT_EQ(ended[2], Result::kWritten);
  EXPECT_EQ(ended[7], Result::kWritten);
  EXPECT_EQ(ended[8], std::nullopt);
}

TEST_F(SegmentsTest, TheTailGoesBackOverSegments) {
  auto log = open_with(options());
  std::vector<Record> rows = batch(1, 6);
  rows[4].row_class = Class::kEvent;
  rows[4].action = Action::kNone;
  rows[4].horizon = 3;
  ASSERT_TRUE(log->append(rows).has_value());
  ASSERT_TRUE(log->close().has_value());
  log = open_with(options());
  ASSERT_TRUE(log->append(batch(7, 2)).has_value());
  log.reset();  // as a crash
  log = open_with(options());
  const auto tail = log->tail(7);
  ASSERT_TRUE(tail.has_value()) << tail.error().what;
  EXPECT_EQ(tail->deliveries.at("bravo").front().sequence, 3U);
  EXPECT_EQ(tail->deliveries.at("bravo").back().sequence, 8U);
}

// ---------------------------------------------------------------- crashes

TEST_F(SegmentsTest, ASegmentThatWasOnlyBegunIsBegunAgain) {
  ASSERT_TRUE(fill(1, 10)->close().has_value());
  for (const std::string& content : {std::string(), std::string(5000, 'x')}) {
    std::ofstream(segment(2), std::ios::binary) << content;
    if (content.empty()) {
      expect_whole(10);  // a reader does not mind
      auto log = open_with(options());
      EXPECT_EQ(log->last().sequence, 10U);
      log.reset();
      for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(segment(2).string() + suffix);
    } else {
      EXPECT_FALSE(Log::open(folder()).has_value());
    }
  }
}

// The sealing of a segment is killed at random; whoever opens the log next does it.
TEST_F(SegmentsTest, ASealThatWasKilledIsDoneByTheNextOpen) {
  // So many that sealing takes longer than the longest wait before the kill.
  constexpr std::uint64_t kEach = guard::kSanitized ? 500 : 2000;
  for (int round = 0; round < 6; ++round) {
    fs::remove_all(folder());
    {
      auto log = fill(2, kEach);
    }
    const pid_t child = ::fork();
    if (child == 0) ::_exit(seal(segment(1)).has_value() ? 0 : 1);
    ::usleep(static_cast<useconds_t>(500 + 4000 * round));
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_FALSE(seen->fault.has_value()) << seen->fault->what;
    auto log = open_with(options());
    ASSERT_TRUE(log->append(batch(2 * kEach + 1, 1)).has_value());
    // Both that were left; close would not wait for them longer than a service may take to end.
    while (!is_sealed(segment(2))) ASSERT_TRUE(hear(*log, event::kSegmentSealed));
    EXPECT_TRUE(is_sealed(segment(1)));
    ASSERT_TRUE(log->close().has_value());
    expect_whole(2 * kEach + 1);
  }
}

// A writer that dies after it has made its write-ahead file and before the index of that.
TEST_F(SegmentsTest, AWriteAheadFileInWhichNothingStandsHidesNothing) {
  {
    auto log = fill(2, 10);
  }
  fs::path next = segment(3);
  {
    ASSERT_TRUE(create_file(next, 0).has_value());
    auto database = Database::open_writer(next.string());
    ASSERT_TRUE(database.has_value());
    ASSERT_TRUE(database->enter_wal().has_value());
  }
  ASSERT_FALSE(fs::exists(next.string() + "-shm"));
  std::ofstream(next.string() + "-wal").close();
  const auto born = Reader::open(next);
  ASSERT_FALSE(born.has_value());
  EXPECT_TRUE(born.error().unborn) << born.error().what;
  EXPECT_EQ(verify(folder())->records, 20U);
  // The same file with something in it is not passed over: that could be what the log ends with.
  std::ofstream(next.string() + "-wal") << "something";
  EXPECT_FALSE(Reader::open(next).error().unborn);
}

TEST_F(SegmentsTest, FAIL_CLOSED_ASegmentOfAnotherNumberStopsTheService) {
  ASSERT_TRUE(fill(1, 10)->close().has_value());
  fs::rename(segment(1), segment(2));
  EXPECT_FALSE(Log::open(folder()).has_value());
}

TEST_F(SegmentsTest, AReaderWhoMayNotWriteReadsSealedAndOpenSegmentsAndChangesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  auto log = fill(3, 50);
  ASSERT_TRUE(hear(*log, event::kSegmentSealed));
  constexpr gid_t kNobody = 65534;
  ASSERT_EQ(::chmod(scratch().c_str(), 0755), 0);
  ASSERT_EQ(::chown(folder().c_str(), 0, kNobody), 0);
  for (const auto& each : fs::directory_iterator(folder())) {
    ASSERT_EQ(::chown(each.path().c_str(), 0, kNobody), 0);
  }
  for (const bool closed : {false, true}) {
    if (closed) {
      ASSERT_TRUE(log->close().has_value());
    }
    const auto before = digest_of_files();
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(100);
      std::uint64_t found = 0;
      const auto done = query(folder(), {.to = "bob@low.example"}, [&](const Found&) {
        ++found;
        return true;
      });
      const auto seen = verify(folder());
      ::_exit(done && found == 150 && seen && !seen->fault && seen->records == 150 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0) << closed;
    EXPECT_EQ(digest_of_files(), before);
  }
}

}  // namespace
}  // namespace audit
