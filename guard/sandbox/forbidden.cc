#include "guard/sandbox/forbidden.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "guard/base/sanitized.h"

namespace guard::sandbox {
namespace {

using Done = std::expected<void, std::string>;

// Programs, other processes, namespaces, the kernel's own programs, and ways around a table.
constexpr std::array kNobody{
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(socketpair),
    SCMP_SYS(process_vm_writev),
};

constexpr std::array kWhoHoldsNoNetwork{
    SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
    SCMP_SYS(listen), SCMP_SYS(accept),  SCMP_SYS(accept4),
};

constexpr std::array kWhoHoldsNoFile{
    SCMP_SYS(creat),    SCMP_SYS(openat2),   SCMP_SYS(unlink), SCMP_SYS(unlinkat),
    SCMP_SYS(rename),   SCMP_SYS(renameat2), SCMP_SYS(link),   SCMP_SYS(linkat),
    SCMP_SYS(symlink),  SCMP_SYS(symlinkat), SCMP_SYS(mkdir),  SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),    SCMP_SYS(truncate),  SCMP_SYS(chmod),  SCMP_SYS(fchmodat),
    SCMP_SYS(chown),    SCMP_SYS(fchownat),  SCMP_SYS(mknod),  SCMP_SYS(mknodat),
    SCMP_SYS(setxattr), SCMP_SYS(renameat),  SCMP_SYS(fchmod), SCMP_SYS(fchown),
};

Done kills(scmp_filter_ctx context, int number, std::span<const scmp_arg_cmp> conditions = {}) {
  const int error =
      seccomp_rule_add_array(context, SCMP_ACT_KILL_PROCESS, number,
                             static_cast<unsigned>(conditions.size()), conditions.data());
  if (error == 0) return {};
  return std::unexpected(std::string("seccomp_rule_add: ") + std::strerror(-error));
}

Done kills_all(scmp_filter_ctx context, std::span<const int> numbers) {
  for (const int number : numbers) {
    if (auto done = kills(context, number); !done) return done;
  }
  return {};
}

// Sanitizers read files for their reports; what writes is forbidden all the same.
Done forbid_opening(scmp_filter_ctx context, bool readable) {
  if (!readable) {
    if (auto done = kills(context, SCMP_SYS(open)); !done) return done;
    return kills(context, SCMP_SYS(openat));
  }
  for (const scmp_datum_t mode : {scmp_datum_t{O_WRONLY}, scmp_datum_t{O_RDWR}}) {
    const scmp_arg_cmp written{2, SCMP_CMP_MASKED_EQ, O_ACCMODE, mode};
    if (auto done = kills(context, SCMP_SYS(openat), {&written, 1}); !done) return done;
  }
  return {};
}

// Only TCP over IP: no Unix socket to another service, no packets, no talk to the kernel.
Done forbid_other_sockets(scmp_filter_ctx context) {
  const scmp_arg_cmp below{0, SCMP_CMP_LT, AF_INET, 0};
  if (auto done = kills(context, SCMP_SYS(socket), {&below, 1}); !done) return done;
  const scmp_arg_cmp above{0, SCMP_CMP_GT, AF_INET6, 0};
  if (auto done = kills(context, SCMP_SYS(socket), {&above, 1}); !done) return done;
  for (scmp_datum_t family = AF_INET + 1; family < AF_INET6; ++family) {
    const scmp_arg_cmp between{0, SCMP_CMP_EQ, family, 0};
    if (auto done = kills(context, SCMP_SYS(socket), {&between, 1}); !done) return done;
  }
  for (const scmp_datum_t type : {scmp_datum_t{SOCK_DGRAM}, scmp_datum_t{SOCK_RAW}}) {
    constexpr scmp_datum_t kType = 0xf;
    const scmp_arg_cmp other{1, SCMP_CMP_MASKED_EQ, kType, type};
    if (auto done = kills(context, SCMP_SYS(socket), {&other, 1}); !done) return done;
  }
  return {};
}

// A thread is no process. clone3 has its flags in memory, where no table sees them: it is said
// not to be there, and the C library takes clone.
Done forbid_processes(scmp_filter_ctx context) {
  const scmp_arg_cmp no_thread{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0};
  if (auto done = kills(context, SCMP_SYS(clone), {&no_thread, 1}); !done) return done;
  const int error = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (error != 0) return std::unexpected(std::string("seccomp_rule_add: ") + std::strerror(-error));
  return kills(context, SCMP_SYS(ptrace));
}

}  // namespace

Done forbid(scmp_filter_ctx context, Duty duty) {
  // A table is as good as its last line: the first step that fails ends it.
  if (auto done = kills_all(context, kNobody); !done) return done;
  if (!kSanitized) {
    if (auto done = forbid_processes(context); !done) return done;
  }
  if (duty == Duty::kEdge) {
    if (auto done = forbid_other_sockets(context); !done) return done;
  } else {
    for (const int number : kWhoHoldsNoNetwork) {
      if (duty == Duty::kMetrics && number == SCMP_SYS(accept4)) continue;
      if (auto done = kills(context, number); !done) return done;
    }
  }
  if (duty == Duty::kRecorder) return {};
  if (auto done = kills_all(context, kWhoHoldsNoFile); !done) return done;
  return forbid_opening(context, kSanitized && duty == Duty::kEdge);
}

}  // namespace guard::sandbox
