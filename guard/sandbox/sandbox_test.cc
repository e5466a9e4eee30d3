// Each probe runs in a child of its own that has entered the sandbox.
#include "guard/sandbox/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "guard/base/sanitized.h"

namespace guard::sandbox {
namespace {

// run gives the wait status of a child that enters the sandbox and then runs the probe; a probe
// that returns gives exit status 0.
template <class Probe>
int run(Probe probe, Duty duty = Duty::kFilter) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter_sandbox(duty)) ::_exit(99);
    probe();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

::testing::AssertionResult was_killed(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "wait status " << status;
}

::testing::AssertionResult went_on(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "wait status " << status;
}

TEST(Sandbox, WorkGoesOn) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EXPECT_TRUE(went_on(run([&] {
    if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) ::_exit(1);
    if (::send(ends[0], "x", 1, MSG_NOSIGNAL) != 1) ::_exit(2);
    char octet = 0;
    if (::read(ends[1], &octet, 1) != 1) ::_exit(3);
    std::vector<char> memory(64U << 20, 'x');
    memory.resize(128U << 20);
    if (memory[1] != 'x') ::_exit(4);
    timespec now{};
    if (::clock_gettime(CLOCK_REALTIME, &now) != 0) ::_exit(5);
    ::close(ends[0]);
  })));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Sandbox, AbortStillAborts) {
  const int status = run([] { std::abort(); });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
}

TEST(Sandbox, OpenKills) {
  EXPECT_TRUE(was_killed(run([] { ::open("/etc/hostname", O_RDONLY | O_CLOEXEC); })));
}

TEST(Sandbox, SocketKills) {
  EXPECT_TRUE(was_killed(run([] { ::socket(AF_INET, SOCK_STREAM, 0); })));
  EXPECT_TRUE(was_killed(run([] { ::socket(AF_UNIX, SOCK_STREAM, 0); })));
}

TEST(Sandbox, ConnectKills) {
  const int made_before = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(made_before, 0);
  EXPECT_TRUE(was_killed(run([&] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(made_before, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  })));
  ::close(made_before);
}

TEST(Sandbox, ExecveKills) {
  EXPECT_TRUE(was_killed(run([] { ::execl("/bin/true", "true", nullptr); })));
}

TEST(Sandbox, ForkKills) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer's leak check clones";
  EXPECT_TRUE(was_killed(run([] { ::fork(); })));
}

TEST(Sandbox, ExecutableMemoryKills) {
  if (kSanitized) GTEST_SKIP() << "only in the table of the uninstrumented build";
  EXPECT_TRUE(was_killed(run([] {
    ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  })));
}

// A listener that was there before: who serves metrics takes connections from it, a filter never.
TEST(Sandbox, OnlyWhoServesTakesConnections) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  const auto take = [&] { ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK); };
  EXPECT_TRUE(went_on(run(take, Duty::kMetrics)));
  EXPECT_TRUE(was_killed(run(take, Duty::kFilter)));
  ::close(listener);
}

TEST(Sandbox, WhoServesOpensAndCallsNothing) {
  EXPECT_TRUE(was_killed(run([] { ::open("/etc/hostname", O_RDONLY); }, Duty::kMetrics)));
  EXPECT_TRUE(was_killed(run([] { ::socket(AF_INET, SOCK_STREAM, 0); }, Duty::kMetrics)));
  EXPECT_TRUE(was_killed(run([] { ::execl("/bin/true", "true", nullptr); }, Duty::kMetrics)));
}

TEST(Sandbox, SignallingAnotherProcessKills) {
  if (kSanitized) GTEST_SKIP() << "only in the table of the uninstrumented build";
  EXPECT_TRUE(was_killed(run([] { ::kill(::getppid(), 0); })));
}

}  // namespace
}  // namespace guard::sandbox
