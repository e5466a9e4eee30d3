#include "guard/supervisor/spawn.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace guard::supervisor {
namespace {

constexpr int kControlNumber = 3;
constexpr int kKeptNumber = 4;
constexpr int kFirstFree = 5;

// Everything between fork and exec is async-signal-safe: only system calls, no allocation.
struct Prepared {
  const char* executable;
  char* const* argv;
  int network_namespace;
  int control;
  int kept;
  pid_t parent;
  rlim_t open_files;
};

// Writes the failing step to the parent and ends the child.
[[noreturn]] void fail(int report, const char* step) {
  char text[128];
  const char* why = strerrordesc_np(errno);
  std::size_t length = 0;
  for (const char* part : {step, ": ", why == nullptr ? "?" : why}) {
    for (; *part != '\0' && length < sizeof text; ++part) text[length++] = *part;
  }
  [[maybe_unused]] const ssize_t sent = ::write(report, text, length);
  ::_exit(127);
}

void place_descriptors(const Prepared& p, int report) {
  // The sources are all above kFirstFree (see above_free), so no dup2 overwrites another's source.
  if (::dup2(p.control, kControlNumber) < 0) fail(report, "dup2 of the control socket");
  if (p.kept >= 0) {
    if (::dup2(p.kept, kKeptNumber) < 0) fail(report, "dup2 of the lock");
  } else {
    ::close(kKeptNumber);
  }
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || ::dup2(null, STDIN_FILENO) < 0) fail(report, "open of /dev/null");
  // All others go at the exec: every descriptor of this program is close-on-exec, and this makes
  // it so even where a library forgot.
  if (::close_range(kFirstFree, ~0U, CLOSE_RANGE_CLOEXEC) != 0) fail(report, "close_range");
}

// Gives up every capability, for this program and for all that it may become: without a bounding
// set even user 0 gets none back at the exec. A taken process can then enter no other namespace,
// trace no other process, open no raw socket. Where guardd has no privilege there is none to drop.
void drop_capabilities(int report) {
  for (unsigned long capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM && errno != EINVAL) {
      fail(report, "prctl(PR_CAPBSET_DROP)");
    }
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) != 0) fail(report, "capset");
}

[[noreturn]] void become(const Prepared& p, int report) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(report, "prctl(PR_SET_PDEATHSIG)");
  if (::getppid() != p.parent) ::_exit(127);  // the parent died before the line above
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (p.network_namespace >= 0 && ::setns(p.network_namespace, CLONE_NEWNET) != 0) {
    fail(report, "entering the network namespace");
  }
  const rlimit no_core{0, 0};
  const rlimit files{p.open_files, p.open_files};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) fail(report, "setrlimit(core)");
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) fail(report, "setrlimit(nofile)");
  drop_capabilities(report);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail(report, "prctl(NO_NEW_PRIVS)");
  place_descriptors(p, report);
  char* const empty[] = {nullptr};
  ::execve(p.executable, p.argv, empty);
  fail(report, "exec");
}

// Moves a descriptor out of the way of the numbers that the child will use.
Descriptor above_free(int number) {
  return Descriptor(::fcntl(number, F_DUPFD_CLOEXEC, kFirstFree));
}

}  // namespace

std::expected<pid_t, std::string> spawn(const Birth& birth) {
  std::vector<std::string> words = birth.arguments;
  words.insert(words.begin(), birth.executable.filename().string());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  Descriptor network;
  if (birth.network_namespace) {
    network = Descriptor(::open(birth.network_namespace->c_str(), O_RDONLY | O_CLOEXEC));
    if (!network) {
      return std::unexpected(birth.network_namespace->string() + ": " + std::strerror(errno));
    }
  }
  const Descriptor control = above_free(birth.control);
  const Descriptor kept = birth.kept >= 0 ? above_free(birth.kept) : Descriptor();
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) return std::unexpected(std::strerror(errno));
  const Descriptor report_in(report[0]);
  Descriptor report_out(report[1]);
  Descriptor report_child = above_free(report_out.number());
  const std::string executable = birth.executable.string();
  const Prepared prepared{executable.c_str(), argv.data(), network.number(), control.number(),
                          kept.number(),      ::getpid(),  birth.open_files};

  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(std::string("fork: ") + std::strerror(errno));
  if (child == 0) become(prepared, report_child.number());

  report_out.reset();
  report_child.reset();
  std::array<char, 128> text{};
  ssize_t got = 0;
  do {
    got = ::read(report_in.number(), text.data(), text.size());
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return child;  // exec closed the pipe
  ::waitpid(child, nullptr, 0);
  return std::unexpected(executable + ": " +
                         std::string(text.data(), static_cast<std::size_t>(got)));
}

}  // namespace guard::supervisor
