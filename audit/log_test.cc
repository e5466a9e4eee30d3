#include "audit/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "audit/log_bed.h"
#include "audit/query.h"
#include "audit/verify.h"
#include "guard/base/sanitized.h"

namespace audit {
namespace {

namespace fs = std::filesystem;

class LogTest : public testing::Test, public LogBed {};

TEST_F(LogTest, WhatIsAppendedIsThereAndVerifies) {
  auto log = open();
  ASSERT_TRUE(log->append(batch(1, 300)).has_value());
  ASSERT_TRUE(log->append(batch(301, 1)).has_value());
  EXPECT_EQ(log->last().sequence, 301U);
  const auto seen = verify(folder());  // while the writer is at work
  ASSERT_TRUE(seen.has_value()) << seen.error().what;
  EXPECT_EQ(seen->records, 301U);
  EXPECT_FALSE(seen->fault.has_value());
  EXPECT_EQ(seen->last.chain, log->last().chain);
}

TEST_F(LogTest, EveryFieldComesBackAsItWasWritten) {
  auto log = open();
  Record record = decision(1);
  record.label = {0x31, 0x00, 0xff};
  record.stanza_id = std::string("a\0b\xff'\";--", 9);
  record.facts = "{\"a\":1}";
  record.cut = "from_address";
  record.side = guard::Side::kLow;
  record.epoch = 1'700'000'000'000'000;
  record.received_time = {-5};
  record.horizon = 9;
  ASSERT_TRUE(log->append({&record, 1}).has_value());
  std::vector<Record> found;
  ASSERT_TRUE(query(folder(), {}, [&](const Found& one) {
                found.push_back(one.record);
                return true;
              }).has_value());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], record);
}

TEST_F(LogTest, FilesAreReadableByTheGroupAndNobodyElse) {
  const mode_t old = ::umask(0);
  {
    auto log = open();
    ASSERT_TRUE(log->append(batch(1, 1)).has_value());
    struct stat about{};
    ASSERT_EQ(::stat(folder().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0750U);
    for (const char* name : {"00000001.sqlite", "00000001.sqlite-wal", "00000001.sqlite-shm"}) {
      ASSERT_EQ(::stat((folder() / name).c_str(), &about), 0) << name;
      EXPECT_EQ(about.st_mode & 0777, 0640U) << name;
    }
  }
  ::umask(old);
}

TEST_F(LogTest, ACleanEndLeavesOneFileThatGoesOn) {
  {
    auto log = open();
    ASSERT_TRUE(log->append(batch(1, 10)).has_value());
    ASSERT_TRUE(log->close().has_value());
    EXPECT_FALSE(log->append(batch(11, 1)).has_value());
  }
  EXPECT_FALSE(fs::exists(folder() / "00000001.sqlite-wal"));
  EXPECT_FALSE(fs::exists(folder() / "00000001.sqlite-shm"));
  EXPECT_EQ(verify(folder())->records, 10U);
  auto log = open();
  EXPECT_EQ(log->last().sequence, 10U);
  ASSERT_TRUE(log->append(batch(11, 5)).has_value());
  EXPECT_EQ(verify(folder())->records, 15U);
}

TEST_F(LogTest, ALogThatIsDestroyedWithoutCloseIsAsAfterACrash) {
  {
    auto log = open();
    ASSERT_TRUE(log->append(batch(1, 10)).has_value());
  }
  EXPECT_TRUE(fs::exists(folder() / "00000001.sqlite-wal"));
  EXPECT_EQ(verify(folder())->records, 10U);  // a reader does not have to recover it
  auto log = open();
  EXPECT_EQ(log->last().sequence, 10U);
}

// AUDIT_BEFORE_RELEASE: what append has said is durable survives SIGKILL at any moment.
TEST_F(LogTest, AUDIT_BEFORE_RELEASE_AKilledWriterLosesNothingThatItConfirmed) {
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      auto opened = Log::open(folder());
      if (!opened) ::_exit(1);
      while (true) {
        const std::uint64_t next = (*opened)->last().sequence + 1;
        if (!(*opened)->append(batch(next, 7)) || !(*opened)->maintain()) ::_exit(2);
        const std::uint64_t confirmed = next + 6;
        if (::write(ends[1], &confirmed, sizeof confirmed) != sizeof confirmed) ::_exit(3);
      }
    }
    ::close(ends[1]);
    std::uint64_t confirmed = 0;
    const int reads = 20 + round * 37;
    for (int i = 0; i < reads; ++i) {
      ASSERT_EQ(::read(ends[0], &confirmed, sizeof confirmed),
                static_cast<ssize_t>(sizeof confirmed));
    }
    ::kill(child, SIGKILL);
    std::uint64_t more = 0;
    while (::read(ends[0], &more, sizeof more) == static_cast<ssize_t>(sizeof more)) {
      confirmed = more;
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto seen = verify(folder());
    ASSERT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_FALSE(seen->fault.has_value()) << seen->fault->what;
    EXPECT_GE(seen->records, confirmed);
    auto log = open();
    EXPECT_GE(log->last().sequence, confirmed);
    EXPECT_LE(log->last().sequence, confirmed + 7);
  }
}

// A copy of the files at any moment, as a power loss might leave them, opens and verifies.
TEST_F(LogTest, ACopyTakenMidWayOpens) {
  auto log = open();
  for (std::uint64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(log->append(batch(i * 50 + 1, 50)).has_value());
    if (i % 7 == 3) {
      ASSERT_TRUE(log->maintain().has_value());
    }
    const fs::path copy = scratch() / ("copy-" + std::to_string(i));
    fs::create_directory(copy);
    fs::copy(folder() / "00000001.sqlite", copy);
    fs::copy(folder() / "00000001.sqlite-wal", copy);
    auto opened = Log::open(copy);
    ASSERT_TRUE(opened.has_value()) << opened.error().what;
    EXPECT_EQ((*opened)->last().sequence, (i + 1) * 50);
  }
}

TEST_F(LogTest, ATornLastPageOfTheWriteAheadFileLosesOnlyTheLastCommit) {
  auto log = open();
  ASSERT_TRUE(log->append(batch(1, 50)).has_value());
  ASSERT_TRUE(log->append(batch(51, 1)).has_value());
  const fs::path copy = scratch() / "torn";
  fs::create_directory(copy);
  fs::copy(folder() / "00000001.sqlite", copy);
  fs::copy(folder() / "00000001.sqlite-wal", copy);
  fs::resize_file(copy / "00000001.sqlite-wal", fs::file_size(copy / "00000001.sqlite-wal") - 1000);
  auto opened = Log::open(copy);
  ASSERT_TRUE(opened.has_value()) << opened.error().what;
  EXPECT_EQ((*opened)->last().sequence, 50U);
}

TEST_F(LogTest, FAIL_CLOSED_ALogWhoseEndDoesNotVerifyIsNotOpened) {
  {
    auto log = open();
    ASSERT_TRUE(log->append(batch(1, 20)).has_value());
    ASSERT_TRUE(log->close().has_value());
  }
  change("UPDATE record SET reason = 'other' WHERE sequence = 15");
  const auto opened = Log::open(folder());
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().what.find("has been changed"), std::string::npos) << opened.error().what;
}

TEST_F(LogTest, AnotherDatabaseIsNoLog) {
  fs::create_directory(folder());
  std::system(
      ("sqlite3 '" + (folder() / "00000001.sqlite").string() + "' 'CREATE TABLE t(x)'").c_str());
  EXPECT_FALSE(Log::open(folder()).has_value());
}

TEST_F(LogTest, AReaderOfAnotherUserSeesWhatIsDurableAndChangesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  auto log = open();
  ASSERT_TRUE(log->append(batch(1, 10)).has_value());
  // The audit group: here, nobody's.
  constexpr gid_t kNobody = 65534;
  ASSERT_EQ(::chmod(scratch().c_str(), 0755), 0);
  ASSERT_EQ(::chown(folder().c_str(), 0, kNobody), 0);
  for (const auto& file : fs::directory_iterator(folder())) {
    ASSERT_EQ(::chown(file.path().c_str(), 0, kNobody), 0);
  }
  for (std::uint64_t round = 0; round < 5; ++round) {
    ASSERT_TRUE(log->append(batch(11 + round, 1)).has_value());
    const auto before = digest_of_files();
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(100);
      const auto seen = verify(folder());
      if (!seen) {
        std::fprintf(stderr, "%s\n", seen.error().what.c_str());
        ::_exit(101);
      }
      ::_exit(static_cast<int>(seen->records));
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(11 + round));
    EXPECT_EQ(digest_of_files(), before);
  }
}

TEST_F(LogTest, AReaderDoesNotStopTheWriterFromCheckpointing) {
  auto log = open();
  std::uint64_t next = 1;
  std::uintmax_t largest = 0;
  for (int i = 0; i < 120; ++i) {
    ASSERT_TRUE(log->append(batch(next, 256)).has_value());
    next += 256;
    ASSERT_TRUE(log->maintain().has_value());
    if (i % (guard::kSanitized ? 40 : 10) == 0) {
      EXPECT_FALSE(verify(folder())->fault.has_value());
    }
    largest = std::max(largest, fs::file_size(folder() / "00000001.sqlite-wal"));
  }
  EXPECT_LT(largest, std::uintmax_t{24} << 20);
  EXPECT_GT(fs::file_size(folder() / "00000001.sqlite"), std::uintmax_t{8} << 20);
}

// ---------------------------------------------------------------- what a new recorder learns

TEST_F(LogTest, TheTailNamesTicketsEventsAndDeliveriesWithoutOutcome) {
  auto log = open();
  std::vector<Record> rows = batch(1, 6);  // all forwarded to bravo
  rows[0].number = 41;
  rows[5].number = 46;
  rows[5].direction = guard::Lane::kHighToHigh;  // one sequence of tickets for both
  rows[2].action = Action::kNone;
  Record event = decision(7);
  event.row_class = Class::kEvent;
  event.verdict = Verdict::kNone;
  event.action = Action::kNone;
  event.direction.reset();
  event.side = guard::Side::kHigh;
  event.event = "stream-opened";
  event.number = 12;
  Record outcome = event;
  outcome.sequence = 8;
  outcome.row_class = Class::kOutcome;
  outcome.side = guard::Side::kLow;
  outcome.peer = "bravo";
  outcome.result = Result::kWritten;
  outcome.first_sequence = 1;
  outcome.last_sequence = 4;
  outcome.number = 0;
  rows.push_back(event);
  rows.push_back(outcome);
  ASSERT_TRUE(log->append(rows).has_value());
  const auto tail = log->tail(1);
  ASSERT_TRUE(tail.has_value());
  EXPECT_EQ(tail->tickets.at({rows[5].epoch, guard::Side::kHigh}), 46U);
  EXPECT_EQ(tail->events.at({event.epoch, guard::Side::kHigh}), 12U);
  std::vector<std::pair<std::uint64_t, bool>> seen;
  for (const auto& each : tail->deliveries.at("bravo"))
    seen.emplace_back(each.sequence, each.ended);
  const std::vector<std::pair<std::uint64_t, bool>> expected = {
      {1, true}, {2, true}, {4, true}, {5, false}, {6, false}};
  EXPECT_EQ(seen, expected);
}

TEST_F(LogTest, TheTailBeginsAtTheLastHorizon) {
  auto log = open();
  std::vector<Record> rows = batch(1, 6);
  rows[4].row_class = Class::kEvent;
  rows[4].action = Action::kNone;
  rows[4].horizon = 3;
  ASSERT_TRUE(log->append(rows).has_value());
  const auto tail = log->tail(6);
  ASSERT_TRUE(tail.has_value());
  EXPECT_EQ(tail->deliveries.at("bravo").front().sequence, 3U);
  EXPECT_EQ(tail->deliveries.at("bravo").back().sequence, 6U);
}

TEST_F(LogTest, TheTailNamesTheStreamsThatWereClosed) {
  auto log = open();
  std::vector<Record> rows = batch(1, 3);
  rows[1].action = Action::kClose;
  rows[1].detail = "not-well-formed";
  rows[1].stream = 9;
  ASSERT_TRUE(log->append(rows).has_value());
  const auto tail = log->tail(1);
  ASSERT_TRUE(tail.has_value());
  ASSERT_EQ(tail->closes.size(), 1U);
  const auto& closes = tail->closes.at({rows[1].epoch, guard::Side::kHigh});
  ASSERT_EQ(closes.size(), 1U);
  EXPECT_EQ(closes[0].sequence, 2U);
  EXPECT_EQ(closes[0].stream, 9U);
  EXPECT_EQ(closes[0].detail, "not-well-formed");
}

TEST_F(LogTest, TheTailNamesTheRequestsThatHaveBeenAnswered) {
  auto log = open();
  std::vector<Record> rows = batch(1, 7);
  rows[3].first_sequence = rows[3].last_sequence = 2;  // an answer
  rows[4].first_sequence = rows[4].last_sequence = 1;  // a request whose time was up
  rows[4].row_class = Class::kEvent;
  rows[5].first_sequence = rows[5].last_sequence = 3;  // something else: an outcome
  rows[5].row_class = Class::kOutcome;
  ASSERT_TRUE(log->append(rows).has_value());
  const auto tail = log->tail(1);
  ASSERT_TRUE(tail.has_value());
  EXPECT_EQ(tail->answered, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(LogTest, TheTailReadsOnlyTheColumnsThatItNeeds) {
  ASSERT_TRUE(open()->append(batch(1, 1200)).has_value());
  // Not among the last records, which are verified whole. Whoever
  // looked at these columns would say that they are malformed.
  change("UPDATE record SET result = 'no result', verdict = 'no verdict' WHERE sequence = 5");
  const auto log = open();
  const auto tail = log->tail(1);
  ASSERT_TRUE(tail.has_value()) << tail.error().what;
  EXPECT_EQ(tail->deliveries.at("bravo").size(), 1200U);
  change("UPDATE record SET action = 'no action' WHERE sequence = 5");
  EXPECT_FALSE(log->tail(1).has_value());
}

// ---------------------------------------------------------------- a full disk

TEST_F(LogTest, FAIL_CLOSED_AFullDiskIsAnErrorForGoodAndLeavesAClosingRecord) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small tmpfs";
  fs::create_directory(folder());
  if (::mount("tmpfs", folder().c_str(), "tmpfs", 0, "size=8m") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs here";
  }
  const auto unmount = [](const fs::path* at) { ::umount2(at->c_str(), MNT_DETACH); };
  const fs::path at = folder();
  const std::unique_ptr<const fs::path, decltype(unmount)> mounted(&at, unmount);
  std::uint64_t next = 1;
  auto log = open();
  while (true) {
    ASSERT_LT(next, 100'000U);
    const auto done = log->append(batch(next, 64));
    if (!done) {
      EXPECT_TRUE(done.error().full) << done.error().what;
      break;
    }
    next += 64;
  }
  EXPECT_GT(next, 64U);
  EXPECT_FALSE(log->append(batch(next, 1)).has_value());  // not even a small one
  EXPECT_EQ(log->last().sequence, next - 1);
  Record closing = decision(0);
  closing.row_class = Class::kEvent;
  closing.event = "log-full";
  const auto closed = log->write_closing_record(closing);
  ASSERT_TRUE(closed.has_value()) << closed.error().what;
  const auto seen = verify(folder());
  ASSERT_TRUE(seen.has_value());
  EXPECT_FALSE(seen->fault.has_value());
  EXPECT_EQ(seen->records, next);
  // Without room for a next closing record it does not start again.
  std::ofstream filler(folder() / "filler");
  const std::string block(65536, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
  const auto again = Log::open(folder());
  ASSERT_FALSE(again.has_value());
  EXPECT_TRUE(again.error().full);
}

}  // namespace
}  // namespace audit
