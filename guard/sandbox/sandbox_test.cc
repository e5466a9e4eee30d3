// Each probe runs in a child of its own that has entered the sandbox.
#include "guard/sandbox/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
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

// What neither of those has that do more than a filter.
TEST(Sandbox, NobodyStartsProgramsOrTouchesOtherProcesses) {
  for (const Duty duty : {Duty::kEdge, Duty::kRecorder}) {
    EXPECT_TRUE(was_killed(run([] { ::execl("/bin/true", "true", nullptr); }, duty)));
    EXPECT_TRUE(was_killed(run([] { ::kill(::getppid(), 0); }, duty)));
    EXPECT_TRUE(was_killed(run([] { ::setns(3, CLONE_NEWNET); }, duty)));
    EXPECT_TRUE(was_killed(run([] { ::unshare(CLONE_NEWUSER); }, duty)));
    EXPECT_TRUE(was_killed(run([] { ::syscall(SYS_io_uring_setup, 1, nullptr); }, duty)));
    EXPECT_TRUE(was_killed(run([] { ::syscall(SYS_pidfd_open, ::getppid(), 0); }, duty)));
    int ends[2];
    EXPECT_TRUE(was_killed(run([&] { ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends); }, duty)));
    if (kSanitized) continue;  // the leak check clones and traces
    EXPECT_TRUE(was_killed(run([] { ::fork(); }, duty)));
    EXPECT_TRUE(was_killed(run([] { ::ptrace(PTRACE_ATTACH, ::getppid(), 0, 0); }, duty)));
  }
}

TEST(Sandbox, AnEdgeMakesAndTakesConnectionsOverIp) {
  EXPECT_TRUE(went_on(run(
      [] {
        for (const int family : {AF_INET, AF_INET6}) {
          const int made = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
          if (made < 0 || ::listen(made, 1) != 0) ::_exit(1);
          if (::fcntl(made, F_SETFL, O_NONBLOCK) != 0) ::_exit(2);
          if (::accept4(made, nullptr, nullptr, SOCK_NONBLOCK) >= 0) ::_exit(3);
          ::connect(made, nullptr, 0);
        }
        std::thread([] {}).join();
      },
      Duty::kEdge)));
}

TEST(Sandbox, AnEdgeMakesNoOtherSocket) {
  for (const int family : {AF_UNSPEC, AF_UNIX, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK}) {
    EXPECT_TRUE(was_killed(run([&] { ::socket(family, SOCK_STREAM, 0); }, Duty::kEdge))) << family;
  }
  for (const int type :
       {int{SOCK_DGRAM}, int{SOCK_RAW}, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK}) {
    EXPECT_TRUE(was_killed(run([&] { ::socket(AF_INET, type, 0); }, Duty::kEdge))) << type;
  }
}

TEST(Sandbox, AnEdgeHasNoFile) {
  EXPECT_TRUE(was_killed(run([] { ::open("/dev/null", O_WRONLY | O_CLOEXEC); }, Duty::kEdge)));
  EXPECT_TRUE(was_killed(run([] { ::open("/dev/null", O_RDWR | O_CLOEXEC); }, Duty::kEdge)));
  EXPECT_TRUE(was_killed(run([] { ::unlink("/nowhere"); }, Duty::kEdge)));
  EXPECT_TRUE(was_killed(run([] { ::rename("/nowhere", "/nor/here"); }, Duty::kEdge)));
  if (kSanitized) GTEST_SKIP() << "an edge with the sanitizer reads files, for reports";
  EXPECT_TRUE(was_killed(run([] { ::open("/etc/hostname", O_RDONLY | O_CLOEXEC); }, Duty::kEdge)));
}

TEST(Sandbox, ARecorderHasFilesAndThreads) {
  EXPECT_TRUE(went_on(run(
      [] {
        const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        if (file < 0 || ::write(file, "x", 1) != 1 || ::close(file) != 0) ::_exit(1);
        std::thread([] {}).join();
      },
      Duty::kRecorder)));
}

TEST(Sandbox, ARecorderHasNoNetwork) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  EXPECT_TRUE(was_killed(run([&] { ::accept4(listener, nullptr, nullptr, 0); }, Duty::kRecorder)));
  EXPECT_TRUE(was_killed(run([&] { ::accept(listener, nullptr, nullptr); }, Duty::kRecorder)));
  EXPECT_TRUE(was_killed(run([&] { ::connect(listener, nullptr, 0); }, Duty::kRecorder)));
  for (const int family : {AF_INET, AF_INET6, AF_UNIX}) {
    EXPECT_TRUE(was_killed(run([&] { ::socket(family, SOCK_STREAM, 0); }, Duty::kRecorder)));
  }
  ::close(listener);
}

TEST(Sandbox, SignallingAnotherProcessKills) {
  if (kSanitized) GTEST_SKIP() << "only in the table of the uninstrumented build";
  EXPECT_TRUE(was_killed(run([] { ::kill(::getppid(), 0); })));
}

}  // namespace
}  // namespace guard::sandbox
