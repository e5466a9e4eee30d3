// The bar: on a terminal alone, late, seldom, and gone afterwards; through a pty.
#include "audit/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "audit/log_bed.h"
#include "audit/tool_run.h"

namespace audit {
namespace {

using std::chrono::milliseconds;
using tool::Progress;

class Terminal {
 public:
  Terminal() { EXPECT_EQ(::openpty(&master_, &slave_, nullptr, nullptr, nullptr), 0); }
  ~Terminal() {
    ::close(master_);
    ::close(slave_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  [[nodiscard]] int end() const { return slave_; }
  // seen returns what was written there since it was last asked.
  [[nodiscard]] std::string seen() const {
    std::string all;
    char buffer[4096];
    pollfd wait{master_, POLLIN, 0};
    while (::poll(&wait, 1, 50) > 0 && (wait.revents & POLLIN) != 0) {
      const ssize_t size = ::read(master_, buffer, sizeof buffer);
      if (size <= 0) break;
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  int master_ = -1, slave_ = -1;
};

TEST(ProgressTest, IsShownLateSeldomAndIsGoneAfterwards) {
  const Terminal terminal;
  const auto start = Progress::Clock::now();
  {
    Progress progress("verify", false, false, terminal.end());
    progress.share(0, start);
    progress.share(0.25, start + Progress::kPatience - milliseconds(1));
    EXPECT_EQ(terminal.seen(), "");
    progress.share(0.5, start + Progress::kPatience);
    EXPECT_EQ(terminal.seen(),
              "\r\x1b[Kverify  [" + std::string(19, '#') + std::string(19, '-') + "]  50 %");
    progress.share(0.6, start + Progress::kPatience + Progress::kEvery - milliseconds(1));
    EXPECT_EQ(terminal.seen(), "");
    progress.share(7, start + Progress::kPatience + Progress::kEvery);
    EXPECT_TRUE(terminal.seen().ends_with("] 100 %"));
    progress.hide();
    progress.hide();
    EXPECT_EQ(terminal.seen(), "\r\x1b[K");
    progress.records(4711, start + std::chrono::hours(1));
    EXPECT_EQ(terminal.seen(), "\r\x1b[Kverify  4711 records");
  }
  EXPECT_EQ(terminal.seen(), "\r\x1b[K");
}

TEST(ProgressTest, IsNotShownWhereNobodyLooksOrWantsIt) {
  const Terminal terminal;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto later = Progress::Clock::now() + std::chrono::hours(1);
  for (const bool quiet : {true, false}) {
    Progress progress("verify", quiet, false, quiet ? terminal.end() : ends[1]);
    progress.share(0, Progress::Clock::now());
    progress.share(0.5, later);
  }
  EXPECT_EQ(terminal.seen(), "");
  pollfd wait{ends[0], POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

// guard-audit itself: its standard error is a terminal, and whoever reads its output is slow.
class ProgressOfTool : public testing::Test, public LogBed {
 protected:
  void SetUp() override {
    auto log = open();
    ASSERT_TRUE(log->append(batch(1, 600)).has_value());
    ASSERT_TRUE(log->close().has_value());
  }
  // Runs a command whose output is more than a pipe holds, and reads it late.
  std::string seen(const std::vector<std::string>& words) {
    const Terminal terminal;
    int out[2];
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    std::vector<char*> arguments;
    std::string program = GUARD_BINARY_DIR "/bin/guard-audit";
    arguments.push_back(program.data());
    std::vector<std::string> kept = words;
    for (std::string& word : kept) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(out[1], 1);
      ::dup2(terminal.end(), 2);
      ::execv(program.c_str(), arguments.data());
      ::_exit(127);
    }
    ::close(out[1]);
    std::this_thread::sleep_for(Progress::kPatience + milliseconds(200));
    char buffer[65536];
    while (::read(out[0], buffer, sizeof buffer) > 0) {
    }
    ::close(out[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return terminal.seen();
  }
};

TEST_F(ProgressOfTool, ShowsABarOnATerminalAndNoneWhereItIsQuiet) {
  const std::string log = folder().string();
  const std::string bar = seen({"export", log, "--format", "jsonl"});
  EXPECT_NE(bar.find("\r\x1b[Kexport  ["), std::string::npos) << bar;
  EXPECT_NE(bar.find(" %\r\x1b[K"), std::string::npos) << "and takes it away: " << bar;
  const std::string quiet = seen({"query", log, "--json", "--quiet"});
  EXPECT_EQ(quiet.find('%'), std::string::npos) << quiet;
}

}  // namespace
}  // namespace audit
