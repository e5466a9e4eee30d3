// The recorder as a process: real channels, a real log, real deaths.
#include "guard/recorder/recorder_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <set>

#include "audit/catalogue.h"
#include "audit/query.h"
#include "audit/verify.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

namespace fs = std::filesystem;
using Bed = LedgerBed;

constexpr Side kSides[] = {Side::kHigh, Side::kLow};

// End: one end of a channel in the test's hands; waits for messages.
class End {
 public:
  End(wire::Descriptor socket, wire::Channel channel, wire::Role role)
      : end_(std::move(socket), channel, role) {}

  template <class Message>
  void send(Message message, wire::Descriptor descriptor = {}) {
    end_.send(wire::AnyMessage(std::move(message)), std::move(descriptor));
    end_.flush();
    for (int tries = 0; end_.wants_write() && tries < 50; ++tries) {
      pollfd writable{end_.fd(), POLLOUT, 0};
      (void)::poll(&writable, 1, 100);
      end_.flush();
    }
  }

  // next waits up to 5 s for a message of this type; those of other types are passed over.
  template <class Message>
  std::optional<Message> next() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < until) {
      while (!heard_.empty()) {
        wire::AnyMessage message = std::move(heard_.front());
        heard_.pop_front();
        if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
      }
      if (fault) return std::nullopt;
      pollfd readable{end_.fd(), POLLIN, 0};
      (void)::poll(&readable, 1, 100);
      auto received = end_.receive();
      for (auto& message : received.messages) heard_.push_back(std::move(message));
      fault = received.fault;
    }
    return std::nullopt;
  }

  std::optional<wire::ChannelFault> fault;

 private:
  wire::ChannelEnd end_;
  std::deque<wire::AnyMessage> heard_;
};

class RecorderProcessTest : public testing::Test {
 protected:
  RecorderProcessTest() {
    std::string name = (fs::temp_directory_path() / "recorder-test-XXXXXX").string();
    scratch_ = ::mkdtemp(name.data());
    configuration_ = LedgerBed().configuration;
    configuration_.log = (scratch_ / "log").string();
    store_ = wire::Descriptor(::memfd_create("test-store", MFD_CLOEXEC));
  }
  ~RecorderProcessTest() override {
    if (child_ > 0) kill_recorder();
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
  }

  void start(bool fresh) {
    wire::Ends control = wire::make_channel(false);
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      const int kept = ::dup(control.second.number());
      // Nothing of the parent's may keep a channel open.
      for (int fd = 3; fd < 256; ++fd) {
        if (fd != kept) ::close(fd);
      }
      RecorderProcess process(
          wire::ChannelEnd(wire::Descriptor(kept), wire::Channel::kControl, wire::Role::kRecorder),
          [](std::string_view) {});
      ::_exit(process.run());
    }
    control.second.reset();
    control_.emplace(std::move(control.first), wire::Channel::kControl, wire::Role::kSupervisor);
    configuration_.fresh = fresh;
    control_->send(wire::Configure{wire::encode_configuration(configuration_)});
    control_->send(wire::Adopt{wire::Channel::kStore, Lane::kHighToLow, Side::kHigh, 0},
                   wire::Descriptor(::dup(store_.number())));
    for (const Side side : kSides) join(side);
  }

  // Gives the recorder the three ends around an edge, as guardd does when one has started.
  void join(Side side) {
    const auto i = static_cast<std::size_t>(side);
    tickets_[i] = give(wire::Channel::kTickets, side);
    releases_[i] = give(wire::Channel::kReleases, side);
    judgements_[i] = give(wire::Channel::kJudgements, side);
  }
  std::unique_ptr<End> give(wire::Channel channel, Side side) {
    wire::Ends ends = wire::make_channel(true);
    const bool to_recorder = channel != wire::Channel::kReleases;
    const wire::Adopt adopt{channel, lane_from(side), side, epoch(side)};
    control_->send(adopt, std::move(to_recorder ? ends.second : ends.first));
    const wire::Role role =
        channel == wire::Channel::kJudgements ? wire::Role::kFilter : wire::Role::kEdge;
    return std::make_unique<End>(std::move(to_recorder ? ends.first : ends.second), channel, role);
  }
  void greet(Side side, std::uint64_t last = 0, std::vector<std::uint64_t> held = {}) {
    tickets(side).send(wire::Hello{epoch(side), 0, last, std::move(held)});
    const auto welcome = releases(side).next<wire::Welcome>();
    ASSERT_TRUE(welcome.has_value());
    welcome_[static_cast<std::size_t>(side)] = welcome->ended;
  }
  void start_all(bool fresh = true) {
    start(fresh);
    ASSERT_TRUE(control_->next<wire::Ready>().has_value());
    for (const Side side : kSides) greet(side);
  }
  int stop_recorder() {
    control_->send(wire::Stop{});
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void kill_recorder() {
    ::kill(child_, SIGKILL);
    wait();
  }

  End& tickets(Side side) { return *tickets_[static_cast<std::size_t>(side)]; }
  End& releases(Side side) { return *releases_[static_cast<std::size_t>(side)]; }
  End& judgements(Side side) { return *judgements_[static_cast<std::size_t>(side)]; }
  std::uint64_t& epoch(Side side) { return epochs_[static_cast<std::size_t>(side)]; }

  std::vector<audit::Record> log() {
    std::vector<audit::Record> rows;
    const auto done = audit::query(configuration_.log, {}, [&](const audit::Found& found) {
      rows.push_back(found.record);
      return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().what;
    const auto seen = audit::verify(configuration_.log);
    EXPECT_TRUE(seen.has_value() && !seen->fault.has_value());
    return rows;
  }
  std::size_t count(std::string_view event) {
    return static_cast<std::size_t>(
        std::ranges::count_if(log(), [&](const auto& row) { return row.event == event; }));
  }

  fs::path scratch_;
  wire::RecorderConfiguration configuration_;
  wire::Descriptor store_;
  pid_t child_ = -1;
  std::optional<End> control_;
  std::unique_ptr<End> tickets_[2], releases_[2], judgements_[2];
  std::uint64_t epochs_[2] = {100, 200};
  std::uint64_t welcome_[2] = {0, 0};
};

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
  control_->send(wire::Note{now_utc(), "process-died", "edge-low"});
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(log().back().event, audit::event::kRecorderStopped);
  EXPECT_EQ(count("process-died"), 1U);
  EXPECT_FALSE(fs::exists(fs::path(configuration_.log) / "00000001.sqlite-wal"));
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
  EXPECT_EQ(restart->lane, Lane::kHighToLow);
  judgements_[0] = give(wire::Channel::kJudgements, Side::kHigh);
  judgements(Side::kHigh).send(Bed::forward(1, kBravo));
  EXPECT_TRUE(releases(Side::kLow).next<wire::Deliver>().has_value());
  EXPECT_EQ(stop_recorder(), kStopped);
}

TEST_F(RecorderProcessTest, WhatADeadFilterHasSaidIsHeardBeforeItsSuccessor) {
  start_all();
  for (const std::uint64_t n : {1U, 2U}) tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
  judgements(Side::kHigh).send(Bed::forward(1, kBravo, "<old/>"));
  auto next = give(wire::Channel::kJudgements, Side::kHigh);
  next->send(Bed::forward(1, kBravo, "<new/>"));
  next->send(Bed::forward(2, kBravo, "<two/>"));
  judgements_[0] = std::move(next);  // the old end closes only now
  EXPECT_EQ(releases(Side::kLow).next<wire::Deliver>()->bytes, "<old/>");
  EXPECT_EQ(releases(Side::kLow).next<wire::Deliver>()->bytes, "<two/>");
  EXPECT_EQ(stop_recorder(), kStopped);
}

TEST_F(RecorderProcessTest, ADeadEdgesTicketsAreWithheldWhenItsSuccessorComes) {
  start_all();
  for (const std::uint64_t n : {1U, 2U}) tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
  judgements(Side::kHigh).send(Bed::forward(1, kBravo));
  ASSERT_TRUE(releases(Side::kLow).next<wire::Deliver>().has_value());
  epoch(Side::kHigh) = 101;
  join(Side::kHigh);  // and with it the old ends close
  greet(Side::kHigh);
  EXPECT_EQ(welcome_[0], 0U);
  EXPECT_EQ(stop_recorder(), kStopped);
  const auto rows = log();
  EXPECT_EQ(std::ranges::count_if(
                rows, [](const auto& row) { return row.reason == audit::reason::kEdgeDied; }),
            1);
}

TEST_F(RecorderProcessTest, AUDIT_BEFORE_RELEASE_ARecorderThatIsKilledLosesAndRepeatsNothing) {
  start_all();
  std::uint64_t last = 0;
  std::vector<std::uint64_t> held;       // and not reported
  std::vector<std::uint64_t> delivered;  // ever
  std::uint64_t reports = 0;
  for (int life = 0; life < 6; ++life) {
    const std::uint64_t first = last + 1;
    last += 200;
    for (std::uint64_t n = first; n <= last; ++n) {
      tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
      judgements(Side::kHigh).send(Bed::forward(n, kBravo, "<n" + std::to_string(n) + "/>"));
    }
    for (int i = 0; i < 20 * life; ++i) {
      const auto deliver = releases(Side::kLow).next<wire::Deliver>();
      ASSERT_TRUE(deliver.has_value());
      held.push_back(deliver->delivery);
    }
    kill_recorder();
    // What it had written to the socket counts.
    while (const auto deliver = releases(Side::kLow).next<wire::Deliver>()) {
      held.push_back(deliver->delivery);
    }
    start(false);
    ASSERT_TRUE(control_->next<wire::Ready>().has_value());
    greet(Side::kLow, 0, held);
    delivered.insert(delivered.end(), held.begin(), held.end());
    tickets(Side::kLow)
        .send(wire::Outcomes{++reports, wire::Delivery::kWritten, std::exchange(held, {})});
    greet(Side::kHigh, last);
    for (std::uint64_t n = welcome_[0] + 1; n <= last; ++n) {
      tickets(Side::kHigh).send(Bed::ticket(n, kAlpha));
      judgements(Side::kHigh).send(Bed::forward(n, kBravo, "<n" + std::to_string(n) + "/>"));
    }
    for (std::uint64_t ended = welcome_[0]; ended < last;) {
      const auto told = releases(Side::kHigh).next<wire::Ended>();
      ASSERT_TRUE(told.has_value()) << "life " << life << ", " << ended << " of " << last;
      ended = told->ticket;
    }
  }
  EXPECT_EQ(stop_recorder(), kStopped);
  std::set<std::uint64_t> numbers;
  std::set<std::uint64_t> forwarded;
  for (const auto& row : log()) {
    if (row.row_class != audit::Class::kDecision) continue;
    EXPECT_TRUE(numbers.insert(row.number).second) << row.number;
    forwarded.insert(row.sequence);
  }
  EXPECT_EQ(numbers.size(), last);
  std::set<std::uint64_t> once;
  delivered.insert(delivered.end(), held.begin(), held.end());
  for (const std::uint64_t delivery : delivered) {
    EXPECT_TRUE(once.insert(delivery).second) << delivery;
    EXPECT_TRUE(forwarded.contains(delivery));
  }
}

// The row is far back by then: other stanzas have come, gone, and are confirmed.
TEST_F(RecorderProcessTest, AStreamThatWasClosedIsClosedAgainByTheNextRecorder) {
  start_all();
  tickets(Side::kHigh).send(Bed::ticket(1, kAlpha, 5));
  judgements(Side::kHigh).send(Bed::close(1, wire::StreamCondition::kNotWellFormed));
  ASSERT_TRUE(releases(Side::kHigh).next<wire::Ended>().has_value());
  tickets(Side::kHigh).send(Bed::ticket(2, kAlpha, 6));
  judgements(Side::kHigh).send(Bed::forward(2, kBravo));
  const auto deliver = releases(Side::kLow).next<wire::Deliver>();
  ASSERT_TRUE(deliver.has_value());
  tickets(Side::kLow).send(wire::Outcomes{1, wire::Delivery::kWritten, {deliver->delivery}});
  ASSERT_TRUE(releases(Side::kLow).next<wire::OutcomesStored>().has_value());
  tickets(Side::kHigh).send(Bed::ticket(3, kAlpha, 5));
  kill_recorder();
  start(false);
  ASSERT_TRUE(control_->next<wire::Ready>().has_value());
  greet(Side::kLow);
  greet(Side::kHigh, 3);
  EXPECT_EQ(welcome_[0], 2U);
  const auto closed = releases(Side::kHigh).next<wire::CloseStream>();
  ASSERT_TRUE(closed.has_value());
  EXPECT_EQ(closed->stream, 5U);
  EXPECT_EQ(closed->condition, wire::StreamCondition::kNotWellFormed);
  tickets(Side::kHigh).send(Bed::ticket(3, kAlpha, 5));
  judgements(Side::kHigh).send(Bed::forward(3, kBravo));
  EXPECT_EQ(releases(Side::kHigh).next<wire::Ended>()->ticket, 3U);
  tickets(Side::kHigh).send(wire::StreamEnded{5});
  EXPECT_EQ(stop_recorder(), kStopped);
  EXPECT_EQ(std::ranges::count_if(log(),
                                  [](const auto& row) {
                                    return row.number == 3 &&
                                           row.reason == audit::reason::kStreamClosed;
                                  }),
            1);
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
