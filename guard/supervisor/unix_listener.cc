#include "guard/supervisor/unix_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace guard::supervisor {
namespace {

std::expected<sockaddr_un, std::string> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path)
    return std::unexpected(text + ": the path is too long");
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Whether somebody listens there: then it is another guardd's.
bool is_in_use(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.number(), generic(address), sizeof address) == 0;
}

}  // namespace

std::expected<Descriptor, std::string> listen_at(const std::filesystem::path& path, mode_t mode,
                                                 int backlog) {
  const auto address = address_of(path);
  if (!address) return std::unexpected(address.error());
  const auto failed = [&path] {
    return std::unexpected(path.string() + ": " + std::strerror(errno));
  };
  struct stat about{};
  if (::lstat(path.c_str(), &about) == 0) {
    if (!S_ISSOCK(about.st_mode))
      return std::unexpected(path.string() + ": there is something else");
    if (is_in_use(*address))
      return std::unexpected(path.string() + ": another guardd listens there");
    if (::unlink(path.c_str()) != 0) return failed();
  }
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return failed();
  const mode_t before = ::umask(0177);  // nobody else gets in before the mode is set
  const int bound = ::bind(listener.number(), generic(*address), sizeof *address);
  ::umask(before);
  if (bound != 0) return failed();
  if (::chmod(path.c_str(), mode) != 0 || ::listen(listener.number(), backlog) != 0) {
    const auto error = failed();
    ::unlink(path.c_str());
    return error;
  }
  return listener;
}

}  // namespace guard::supervisor
