// The recorder as a process: what goes through it, and what it does about those who break the
// rules.
#include "guard/recorder/recorder_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <fstream>
#include <numeric>

#include "audit/catalogue.h"
#include "audit/segment_files.h"
#include "guard/recorder/recorder_process_bed.h"

namespace guard::recorder {
namespace {

namespace fs = std::filesystem;
using Bed = LedgerBed;

class RecorderProcessTest : public RecorderProcessBed {};

TEST_F(RecorderProcessTest, AStanzaGoesThroughAndAnOrderlyEndLeavesAWholeLog) {
  start_all();
  tickets(Side::kHigh).send(Bed::ticket(1, kAlpha));
  judgements(Side::kHigh).send(Bed::forward(1, kBravo, "<message/>"));
  const auto deliver = releases(Side::kLow).next<wire::Deliver>();
  ASSERT_TRUE(deliver.has_value());
  EXPECT_EQ(deliver->bytes, "<message/>");
  const auto rows = log();
  ASSERT_GE(rows.size(), deliver->delivery);  // AUDIT_BEFORE_RELEASE: it is on the disk already
  EXPECT_EQ(rows[deliver->delivery - 1].sent_hash, Sha256().digest(as_bytes("<message/>")));
  EXPECT_EQ(releases(Side::kHigh).next<wire::Ended>()->ticket, 1U);
  tickets(Side::kLow).send(wire::Outcomes{1, wire::Delivery::kWritten, {deliver->delivery}});
  EXPECT_EQ(releases(Side::kLow).next<wire::OutcomesStored>()->number, 1U);
  control_->send(wire::Ping{7});
  EXPECT_EQ(control_->next<wire::Pong>()->number, 7U);
  control_->send(wire::Note{1, now_utc(), "process-died", "edge-low"});
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(log().back().event, audit::event::kRecorderStopped);
  EXPECT_EQ(count("process-died"), 1U);
  EXPECT_FALSE(fs::exists(fs::path(configuration_.log) / "00000001.sqlite-wal"));
}

TEST_F(RecorderProcessTest, ANewSegmentIsBegunOnRequestAndTheLogSaysSo) {
  start_all();
  for (std::uint64_t n = 1; n <= 2; ++n) {
    tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
    judgements(Side::kHigh).send(Bed::forward(n, kBravo, "<message/>"));
    ASSERT_TRUE(releases(Side::kLow).next<wire::Deliver>().has_value());
    if (n == 2) break;
    std::ofstream(scratch_ / "roll") << "please";
    // A reader holds up the sealing: nothing is counted before the file is closed for good.
    const fs::path first = fs::path(configuration_.log) / "00000001.sqlite";
    for (int tries = 0; tries < 200 && !audit::is_sealed(first); ++tries) ::usleep(50'000);
    ASSERT_TRUE(audit::is_sealed(first));
    for (int tries = 0; tries < 100 && count(audit::event::kSegmentSealed) == 0; ++tries) {
      ::usleep(50'000);
    }
  }
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(count(audit::event::kSegmentOpened), 1U);
  EXPECT_EQ(count(audit::event::kSegmentSealed), 1U);
  EXPECT_TRUE(fs::exists(fs::path(configuration_.log) / "00000002.sqlite"));
}

TEST_F(RecorderProcessTest, ItEndsWhenTheSupervisorIsGone) {
  start_all();
  control_.reset();
  EXPECT_EQ(wait(), kOrphaned);
}

TEST_F(RecorderProcessTest, AMessageThatIsNotPermittedDropsTheEdgeAndNobodyElse) {
  start_all();
  tickets(Side::kLow).send(wire::Welcome{});
  EXPECT_FALSE(releases(Side::kLow).next<wire::Deliver>().has_value());
  // Its end was closed after a message that an edge does not survive.
  EXPECT_EQ(releases(Side::kLow).fault, wire::ChannelFault::kForbidden);
  tickets(Side::kLow).send(Bed::ticket(1, kBravo));
  tickets(Side::kHigh).send(Bed::ticket(1, kAlpha));
  judgements(Side::kHigh).send(Bed::reply(1, "<no/>"));
  EXPECT_TRUE(releases(Side::kHigh).next<wire::Deliver>().has_value());
  // guardd brings another, and it is taken.
  epoch(Side::kLow) = 201;
  join(Side::kLow);
  greet(Side::kLow);
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(count(audit::event::kEdgeViolation), 1U);
}

TEST_F(RecorderProcessTest, AFilterThatSendsNonsenseIsStartedAgain) {
  start_all();
  tickets(Side::kHigh).send(Bed::ticket(1, kAlpha));
  judgements(Side::kHigh).send(wire::Ended{1});
  const auto restart = control_->next<wire::Restart>();
  ASSERT_TRUE(restart.has_value());
  EXPECT_EQ(restart->side, Side::kHigh);
  judgements_[0] = give(wire::Channel::kJudgements, Side::kHigh);
  judgements(Side::kHigh).send(Bed::forward(1, kBravo));
  EXPECT_TRUE(releases(Side::kLow).next<wire::Deliver>().has_value());
  EXPECT_EQ(stop_recorder(), kStopped);
}

// It is dropped between two commits: within one, the end of another edge could be replaced before
// the rows about the deaf one are written.
TEST_F(RecorderProcessTest, AnEdgeThatDoesNotReadIsDroppedWhileOthersComeAndGo) {
  configuration_.limits.queue_stanzas = 1000;
  start_all();
  const std::string large(512U << 10, 'x');
  const std::string small(64U << 10, 'x');
  std::vector<std::uint64_t> every(1000);
  std::iota(every.begin(), every.end(), 1);
  std::uint64_t reports = 0;
  std::uint64_t number = 0;
  // 63 MiB that the low edge reports as written, unread: what it may say, it says.
  for (int i = 0; i < 126; ++i) {
    tickets(Side::kHigh).send(Bed::ticket(++number, kAlpha));
    judgements(Side::kHigh).send(Bed::forward(number, kBravo, large));
    ASSERT_TRUE(releases(Side::kHigh).next<wire::Ended>().has_value());
    tickets(Side::kLow).send(wire::Outcomes{++reports, wire::Delivery::kWritten, every});
  }
  EXPECT_EQ(count(audit::event::kEdgeViolation), 0U);
  // And then a little more with each end of a high edge, all in one turn of the recorder.
  for (int i = 0; i < 40; ++i) {
    ::kill(child_, SIGSTOP);
    tickets(Side::kLow).send(wire::Outcomes{++reports, wire::Delivery::kWritten, every});
    tickets(Side::kHigh).send(Bed::ticket(i == 0 ? ++number : 1, kAlpha));
    judgements(Side::kHigh).send(Bed::forward(i == 0 ? number : 1, kBravo, small));
    ++epoch(Side::kHigh);
    join(Side::kHigh);
    ::kill(child_, SIGCONT);
    greet(Side::kHigh);
  }
  control_->send(wire::Ping{7});
  EXPECT_TRUE(control_->next<wire::Pong>().has_value());
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(count(audit::event::kEdgeViolation), 1U);
  EXPECT_EQ(count(audit::event::kEdgeAdopted), 42U);
}

TEST_F(RecorderProcessTest, FAIL_CLOSED_ABrokenLogClosesEverythingAndSaysSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small tmpfs";
  fs::create_directory(configuration_.log);
  if (::mount("tmpfs", configuration_.log.c_str(), "tmpfs", 0, "size=6m") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs here";
  }
  start_all();
  std::ofstream filler(fs::path(configuration_.log) / "filler");
  const std::string block(4096, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
  for (std::uint64_t n = 1; n <= 400; ++n) {
    tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
    judgements(Side::kHigh).send(Bed::forward(n, kBravo, std::string(1000, 'x')));
  }
  for (const Side side : kSides) {
    const auto closed = releases(side).next<wire::CloseAll>();
    ASSERT_TRUE(closed.has_value());
    EXPECT_EQ(closed->condition, wire::StreamCondition::kResourceConstraint);
    EXPECT_FALSE(releases(side).next<wire::Deliver>().has_value());  // nothing after it
  }
  EXPECT_EQ(wait(), kLogBroken);
  const auto rows = log();
  EXPECT_EQ(rows.back().event, audit::event::kLogFull);
  ::umount2(configuration_.log.c_str(), MNT_DETACH);
}

TEST_F(RecorderProcessTest, FAIL_CLOSED_ALogThatCannotBeOpenedIsTheEnd) {
  std::ofstream(configuration_.log) << "a file where the directory should be";
  start(true);
  EXPECT_EQ(wait(), kLogBroken);
}

// Whose the kernel says the memory of a process is: root's, where it is not dumpable. The process
// runs as somebody else, so that this can differ.
uid_t owner_of_memory(const char* executable, bool wait_for_root) {
  int started[2];
  if (::pipe2(started, O_CLOEXEC) != 0) return 1;
  const wire::Ends control = wire::make_channel(false);
  const int file = ::open(executable, O_PATH | O_CLOEXEC);
  const int socket = ::dup(control.second.number());
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(socket, 3);
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(1);
    char name[] = "child";
    char argument[] = "5";
    char* arguments[] = {name, argument, nullptr};
    ::fexecve(file, arguments, environ);
    ::_exit(1);
  }
  ::close(started[1]);
  ::close(socket);
  ::close(file);
  char nothing = 0;
  while (::read(started[0], &nothing, 1) > 0) {
  }
  ::close(started[0]);
  struct stat about{};
  const std::string path = "/proc/" + std::to_string(child) + "/environ";
  for (int tries = 0; tries < (wait_for_root ? 100 : 10); ++tries) {
    ::usleep(50'000);
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    if (about.st_uid == 0) break;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return about.st_uid;
}

TEST(RecorderMemoryTest, NobodyOfTheSameUserLooksIntoItAndItLeavesNoCore) {
  EXPECT_EQ(owner_of_memory(GUARD_BINARY_DIR "/bin/guard-recorder", true), 0U);
  EXPECT_NE(owner_of_memory("/bin/sleep", false), 0U);
}

}  // namespace
}  // namespace guard::recorder
