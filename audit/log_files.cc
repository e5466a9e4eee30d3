#include "audit/log_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace audit {

LogError system_error(std::string_view what, const std::filesystem::path& path) {
  return {path.string() + ": " + std::string(what) + ": " + std::strerror(errno),
          errno == ENOSPC || errno == EDQUOT};
}

LogError log_error(const std::filesystem::path& path, const DatabaseError& error) {
  return {path.string() + ": " + error.what + " (SQLite " + std::to_string(error.code) + ")",
          error.full()};
}

OrLogError<void> create_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0750) == 0) {
    if (::chmod(folder.c_str(), 0750) != 0) {
      return std::unexpected(system_error("mode cannot be set", folder));
    }
  } else if (errno != EEXIST) {
    return std::unexpected(system_error("cannot be created", folder));
  }
  return {};
}

OrLogError<void> sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(system_error("cannot be opened", folder));
  const int result = ::fsync(fd);
  const LogError error = system_error("cannot be synced", folder);
  ::close(fd);
  if (result != 0) return std::unexpected(error);
  return {};
}

OrLogError<void> create_file(const std::filesystem::path& path, off_t size) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return std::unexpected(system_error("cannot be created", path));
  std::optional<LogError> error;
  if (::fchmod(fd, 0640) != 0) error = system_error("mode cannot be set", path);
  if (!error && size > 0) {
    errno = ::posix_fallocate(fd, 0, size);
    if (errno != 0) error = system_error("room cannot be reserved", path);
  }
  if (!error && ::fsync(fd) != 0) error = system_error("cannot be synced", path);
  ::close(fd);
  if (error) return std::unexpected(*error);
  return {};
}

OrLogError<std::uint64_t> free_octets(const std::filesystem::path& folder) {
  struct statvfs about{};
  if (::statvfs(folder.c_str(), &about) != 0) {
    return std::unexpected(system_error("room cannot be asked for", folder));
  }
  return std::uint64_t{about.f_bavail} * about.f_frsize;
}

}  // namespace audit
