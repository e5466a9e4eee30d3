#include "guard/sandbox/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

#include "guard/base/sanitized.h"
#include "guard/sandbox/forbidden.h"

namespace guard::sandbox {
namespace {

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

std::unexpected<std::string> failed(const char* step, int error) {
  return std::unexpected(std::string(step) + ": " + std::strerror(error));
}

// allows_by_table says whether the duty's table is of what is allowed. What parses hostile octets
// and needs little of the kernel has such a one; edges and recorder need much of it, and a call
// that only a rare path makes must not end them. Sanitizers have needs that change with each
// release.
constexpr bool allows_by_table(Duty duty) {
  return !kSanitized && (duty == Duty::kFilter || duty == Duty::kMetrics);
}

std::expected<void, std::string> allow(scmp_filter_ctx context, int number,
                                       const scmp_arg_cmp& condition) {
  const int error = seccomp_rule_add_array(context, SCMP_ACT_ALLOW, number, 1, &condition);
  if (error != 0) return failed("seccomp_rule_add", -error);
  return {};
}

// What an event loop that takes connections needs beside the rest.
std::expected<void, std::string> add_serving(scmp_filter_ctx context) {
  for (const int number : {SCMP_SYS(accept4), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
                           SCMP_SYS(epoll_ctl), SCMP_SYS(timerfd_settime), SCMP_SYS(shutdown)}) {
    const int error = seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
    if (error != 0) return failed("seccomp_rule_add", -error);
  }
  return allow(context, SCMP_SYS(ioctl), {1, SCMP_CMP_EQ, FIONBIO, 0});
}

std::expected<void, std::string> add_allowed(scmp_filter_ctx context, Duty duty) {
  constexpr std::array kAllowed{
      // the channels
      SCMP_SYS(read),
      SCMP_SYS(write),
      SCMP_SYS(readv),
      SCMP_SYS(writev),
      SCMP_SYS(recvmsg),
      SCMP_SYS(sendmsg),
      SCMP_SYS(recvfrom),
      SCMP_SYS(sendto),
      SCMP_SYS(poll),
      SCMP_SYS(ppoll),
      SCMP_SYS(close),
      // memory
      SCMP_SYS(munmap),
      SCMP_SYS(mremap),
      SCMP_SYS(madvise),
      SCMP_SYS(brk),
      SCMP_SYS(futex),
      // time, chance
      SCMP_SYS(clock_gettime),
      SCMP_SYS(gettimeofday),
      SCMP_SYS(time),
      SCMP_SYS(getrandom),
      // the end
      SCMP_SYS(exit),
      SCMP_SYS(exit_group),
      SCMP_SYS(rt_sigaction),
      SCMP_SYS(rt_sigprocmask),
      SCMP_SYS(rt_sigreturn),
      SCMP_SYS(restart_syscall),
      SCMP_SYS(getpid),
      SCMP_SYS(gettid),
  };
  for (const int number : kAllowed) {
    const int error = seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
    if (error != 0) return failed("seccomp_rule_add", -error);
  }
  if (duty == Duty::kMetrics) {
    if (auto added = add_serving(context); !added) return added;
  }
  // Memory that can be executed never appears again.
  for (const int number : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    if (auto added = allow(context, number, {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}); !added) {
      return added;
    }
  }
  // New ends of channels are made non-blocking; abort() signals this very process.
  for (const int command : {F_GETFL, F_SETFL}) {
    if (auto added = allow(context, SCMP_SYS(fcntl),
                           {1, SCMP_CMP_EQ, static_cast<scmp_datum_t>(command), 0});
        !added) {
      return added;
    }
  }
  return allow(context, SCMP_SYS(tgkill), {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0});
}

}  // namespace

std::expected<void, std::string> enter_sandbox(Duty duty) {
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) return failed("PR_SET_DUMPABLE", errno);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("PR_SET_NO_NEW_PRIVS", errno);
  const Context context(
      seccomp_init(allows_by_table(duty) ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW));
  if (context == nullptr) return failed("seccomp_init", ENOMEM);
  auto added =
      allows_by_table(duty) ? add_allowed(context.get(), duty) : forbid(context.get(), duty);
  if (!added) return added;
  const int error = seccomp_load(context.get());
  if (error != 0) return failed("seccomp_load", -error);
  return {};
}

}  // namespace guard::sandbox
