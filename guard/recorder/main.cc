// guard-recorder: matches tickets and judgements, writes the audit log, and releases what is in it.
// It is started by guardd alone: descriptor 3 is its control socket, descriptor 4 holds the lock
// on the log for as long as this process lives.
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "guard/recorder/recorder_process.h"
#include "guard/sandbox/sandbox.h"

namespace {

constexpr int kControl = 3;

void complain(std::string_view what) {
  const std::string line = "guard-recorder: " + std::string(what) + '\n';
  // One call, so that lines of several processes do not mix; nobody to tell if it fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

// SIGUSR1 asks for a new segment of the log. It is blocked, and looked for ten times a second:
// there is no handler that could run at a wrong moment.
bool roll_wanted() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  ::sigaddset(&wanted, SIGUSR1);
  const timespec now{};
  return ::sigtimedwait(&wanted, nullptr, &now) == SIGUSR1;
}

void block_roll_signal() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  ::sigaddset(&wanted, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
}

}  // namespace

int main() {
  using namespace guard;
  struct stat about{};
  if (::fstat(kControl, &about) != 0 || !S_ISSOCK(about.st_mode)) {
    complain("is started by guardd, which gives it its control socket");
    return 3;
  }
  // Stanzas are in this memory: no core file, and no other process of this user looks into it.
  if (const auto entered = sandbox::enter_sandbox(sandbox::Duty::kRecorder); !entered) {
    complain("sandbox: " + entered.error());
    return recorder::kUnavailable;
  }
  ::signal(SIGPIPE, SIG_IGN);
  block_roll_signal();
  ::umask(027);
  recorder::RecorderProcess process(
      wire::ChannelEnd(Descriptor(kControl), wire::Channel::kControl, wire::Role::kRecorder),
      complain, roll_wanted);
  return process.run();
}
