#include "guard/supervisor/place_checks.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "guard/supervisor/credentials.h"

namespace guard::supervisor {
namespace {

// Whether guardd's user may do that there; the reason why not, else empty.
std::string refusal(const std::filesystem::path& path, int wanted) {
  if (::faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) == 0) return {};
  return std::strerror(errno);
}

// The folder itself, or the nearest above it that is there.
std::filesystem::path standing(std::filesystem::path folder) {
  std::error_code fault;
  while (!std::filesystem::exists(folder, fault) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

std::vector<FileError> socket_faults(const Site& site, const Place& place,
                                     const std::filesystem::path& socket) {
  std::vector<FileError> errors;
  if (socket.string().size() >= sizeof sockaddr_un::sun_path) {
    errors.push_back(site.fault_at(
        place, "the socket's path has " + std::to_string(socket.string().size()) + " octets",
        "expected at most " + std::to_string(sizeof sockaddr_un::sun_path - 1)));
  }
  const std::filesystem::path folder = socket.parent_path();
  if (const std::string why = refusal(folder, W_OK | X_OK); !why.empty()) {
    errors.push_back(site.fault_at(place,
                                   "no socket can be made in " + folder.string() + ": " + why,
                                   "expected a folder in which guardd can write"));
  }
  return errors;
}

// Nothing for a file that is not there, or is none.
void check_secret(const Site& site, const Place& place, std::string_view what,
                  const std::filesystem::path& file, std::vector<FileError>& errors) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if ((status.st_mode & (S_IROTH | S_IWOTH)) == 0) return;
  errors.push_back(site.fault_at(
      place, std::string(what) + " " + file.string() + " is open to everybody on this host",
      "expected mode 0600, or 0640 (chmod o= " + file.string() + ")"));
}

}  // namespace

std::vector<FileError> log_faults(const Site& site) {
  const std::filesystem::path there = standing(site.log);
  std::error_code fault;
  if (!std::filesystem::is_directory(there, fault)) {
    return {site.fault_at(site.log_place, "the log's " + there.string() + " is no directory",
                          "expected one in which guardd can write")};
  }
  const std::string why = refusal(there, R_OK | W_OK | X_OK);
  if (why.empty()) return {};
  return {site.fault_at(
      site.log_place,
      there == site.log ? "the log's directory " + there.string() + ": " + why
                        : "the log's directory cannot be made in " + there.string() + ": " + why,
      "expected one that guardd can read and write")};
}

std::vector<FileError> place_faults(const Site& site) {
  std::vector<FileError> errors;
  const auto add = [&errors](std::vector<FileError> more) {
    for (FileError& error : more) errors.push_back(std::move(error));
  };
  if (site.control) add(socket_faults(site, site.control->place, site.control->socket));
  if (site.metrics && !site.metrics->address) {
    add(socket_faults(site, site.metrics->place, site.metrics->socket));
  }
  if (site.log_key) {
    check_secret(site, site.log_place, "the log's key", *site.log_key, errors);
  }
  for (const EdgeSite& edge : site.edges) {
    check_secret(site, edge.place, "the dialback secret", edge.dialback_secret, errors);
    const auto files = credential_files(edge.certificates);
    if (!files) continue;  // said by whoever reads them
    for (const auto& file : *files) {
      check_secret(site, edge.place, "the private key in", file, errors);
    }
  }
  return errors;
}

std::string file_system_warning(long type) {
  switch (static_cast<unsigned long>(type)) {
    case TMPFS_MAGIC:
    case RAMFS_MAGIC:
      return "is in memory: the log ends with this host's next start";
    case NFS_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case V9FS_MAGIC:
    case AFS_FS_MAGIC:
    case CEPH_SUPER_MAGIC:
      return "is on another host: what is written may not be durable, and the lock may not hold";
    default:
      return {};
  }
}

std::string log_warning(const Site& site) {
  struct statfs about {};
  const std::filesystem::path there = standing(site.log);
  if (::statfs(there.c_str(), &about) != 0) return {};
  const std::string why = file_system_warning(static_cast<long>(about.f_type));
  return why.empty() ? why : "warning: the log's directory " + site.log.string() + " " + why + "\n";
}

}  // namespace guard::supervisor
