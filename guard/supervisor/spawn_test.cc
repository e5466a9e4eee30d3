#include "guard/supervisor/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard/wire/channel_end.h"

namespace guard::supervisor {
namespace {

// Runs a shell script as the child; what it writes to descriptor 3 comes back.
struct Heard {
  std::string text;
  int status = -1;
};

Heard hear(const std::string& script, int kept = -1) {
  wire::Ends ends = wire::make_channel(false);
  Birth birth;
  birth.executable = "/bin/sh";
  birth.arguments = {"-c", script};
  birth.control = ends.second.number();
  birth.kept = kept;
  const auto child = spawn(birth);
  if (!child) return {child.error(), -1};
  ends.second.reset();
  Heard heard;
  char buffer[4096];
  for (ssize_t got; (got = ::read(ends.first.number(), buffer, sizeof buffer)) > 0;) {
    heard.text.append(buffer, static_cast<std::size_t>(got));
  }
  ::waitpid(*child, &heard.status, 0);
  return heard;
}

TEST(Spawn, TheChildSpeaksOnDescriptorThree) {
  const Heard heard = hear("echo hello >&3");
  EXPECT_EQ(heard.text, "hello\n");
  EXPECT_EQ(heard.status, 0);
}

// INVARIANT(NO_OTHER_PATH): a child has its own descriptors and no others, whatever is open here.
TEST(Spawn, NO_OTHER_PATH_TheChildHasNoOtherDescriptors) {
  const Descriptor leaked(::open("/dev/zero", O_RDONLY));  // without O_CLOEXEC
  const Descriptor lock(::open("/dev/full", O_RDONLY | O_CLOEXEC));
  const std::string list =
      "for f in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do "
      "[ -e /proc/$$/fd/$f ] && echo $f >&3; done; exit 0";
  EXPECT_EQ(hear(list).text, "0\n1\n2\n3\n");
  EXPECT_EQ(hear(list, lock.number()).text, "0\n1\n2\n3\n4\n");
}

TEST(Spawn, TheChildHasNoEnvironmentNoCoreNoNewPrivileges) {
  ::setenv("GUARD_TEST_SECRET", "x", 1);
  EXPECT_EQ(hear("echo \"[$GUARD_TEST_SECRET]\" >&3").text, "[]\n");
  EXPECT_EQ(hear("ulimit -c >&3").text, "0\n");
  EXPECT_EQ(hear("ulimit -n >&3").text, "64\n");
  EXPECT_EQ(
      hear("while read k v; do [ $k = NoNewPrivs: ] && echo $v >&3; done < /proc/$$/status").text,
      "1\n");
}

// INVARIANT(NO_OTHER_PATH): a taken process cannot enter the other side's namespace.
TEST(Spawn, NO_OTHER_PATH_TheChildHasNoCapabilities) {
  const std::string of = "while read k v; do [ $k = Cap@: ] && echo $v >&3; done < /proc/$$/status";
  for (const std::string set : {"Eff", "Prm", "Inh", "Amb"}) {
    std::string script = of;
    EXPECT_EQ(hear(script.replace(script.find('@'), 1, set)).text, "0000000000000000\n") << set;
  }
  if (::geteuid() == 0) {
    std::string script = of;
    EXPECT_EQ(hear(script.replace(script.find('@'), 1, "Bnd")).text, "0000000000000000\n");
  }
}

TEST(Spawn, SaysWhatFailed) {
  wire::Ends ends = wire::make_channel(false);
  Birth birth;
  birth.executable = "/nonexistent/guard-edge";
  birth.control = ends.second.number();
  const auto child = spawn(birth);
  ASSERT_FALSE(child);
  EXPECT_NE(child.error().find("exec: No such file"), std::string::npos) << child.error();
  birth.executable = "/bin/true";
  birth.network_namespace = "/nonexistent/namespace";
  EXPECT_FALSE(spawn(birth));
}

// When guardd dies, whatever it started dies, too.
TEST(Spawn, TheChildDiesWithItsParent) {
  int report[2];
  ASSERT_EQ(::pipe2(report, O_CLOEXEC), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    wire::Ends ends = wire::make_channel(false);
    Birth birth;
    birth.executable = "/bin/sleep";
    birth.arguments = {"60"};
    birth.control = ends.second.number();
    const auto child = spawn(birth);
    const pid_t pid = child ? *child : -1;
    [[maybe_unused]] const ssize_t sent = ::write(report[1], &pid, sizeof pid);
    ::pause();
    ::_exit(0);
  }
  pid_t child = -1;
  ASSERT_EQ(::read(report[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  ::close(report[0]);
  ::close(report[1]);
  ASSERT_GT(child, 0);
  EXPECT_EQ(::kill(child, 0), 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  bool gone = false;
  for (int i = 0; i < 100 && !gone; ++i) {
    ::usleep(10'000);
    const std::string stat = "/proc/" + std::to_string(child) + "/stat";
    const Descriptor file(::open(stat.c_str(), O_RDONLY | O_CLOEXEC));
    char text[256] = {};
    if (file && ::read(file.number(), text, sizeof text - 1) > 0) {
      gone = std::string(text).find(") Z ") != std::string::npos;  // nobody reaps it here
    } else {
      gone = true;
    }
  }
  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace guard::supervisor
