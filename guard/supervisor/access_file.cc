#include "guard/supervisor/access_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "guard/base/descriptor.h"
#include "guard/control/log_access.h"
#include "guard/supervisor/file_text.h"

namespace guard::supervisor {
namespace {

using control::LogAccess;

std::string failure(const std::filesystem::path& file) {
  return file.string() + ": " + std::strerror(errno);
}

}  // namespace

std::expected<void, std::string> write_access_file(const Site& site) {
  const std::filesystem::path file = site.log / LogAccess::kName;
  if (site.log_access == LogAccessSite::kNone || !site.control) {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return std::unexpected(failure(file));
    return {};
  }
  const std::string socket = site.control->socket.string();
  if (socket.find('\n') != std::string::npos) {
    return std::unexpected(file.string() + ": the control socket's path has a line end");
  }
  const std::string text = to_text(LogAccess{site.log_access == LogAccessSite::kRequired, socket});
  // A full disk does not matter to what is there.
  if (const auto there = read_file(file, LogAccess::kMostOctets); there && *there == text)
    return {};
  const std::filesystem::path fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  const Descriptor out(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
  errno = out ? 0 : errno;
  if (!out ||
      ::write(out.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(out.number()) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0) {
    return std::unexpected(failure(fresh));
  }
  return {};
}

}  // namespace guard::supervisor
