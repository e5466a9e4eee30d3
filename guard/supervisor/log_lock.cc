#include "guard/supervisor/log_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace guard::supervisor {

std::expected<Descriptor, LockFault> lock_log(const std::filesystem::path& log, int patience_ms) {
  const auto unusable = [](const std::string& file) {
    return std::unexpected(LockFault{file + ": " + std::strerror(errno), false});
  };
  std::error_code fault;
  if (!std::filesystem::exists(log, fault)) {
    std::filesystem::create_directories(log.parent_path(), fault);
    if (::mkdir(log.c_str(), 0750) != 0 && errno != EEXIST) {
      return unusable(log.string());
    }
  }
  const std::string file = (log / "lock").string();
  Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!lock) return unusable(file);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return unusable(file);
    if (std::chrono::steady_clock::now() >= deadline) {
      return std::unexpected(
          LockFault{file + ": another guardd writes this log, expected to be the only one", true});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return lock;
}

}  // namespace guard::supervisor
