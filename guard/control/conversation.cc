#include "guard/control/conversation.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "guard/base/descriptor.h"
#include "guard/control/asker.h"

namespace guard::control {
std::expected<Answer, std::string> ask(const std::string& path, const Request& request,
                                       std::chrono::seconds patience, std::optional<uid_t> owner) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return std::unexpected(path + ": the path is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.number() < 0) return std::unexpected(std::strerror(errno));
  const timeval wait{patience.count(), 0};
  (void)::setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the interface wants
  if (::connect(connection.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return std::unexpected(path + ": no guardd answers there (" + std::strerror(errno) + ")");
  }
  if (owner) {
    const auto other = asker_of(connection.number());
    if (!other || (other->user != *owner && other->user != 0)) {
      return std::unexpected(path + ": who answers there is not the guard");
    }
  }
  const std::string line = write_request(request);
  // Whom guardd does not hear it answers at once: the line may find nobody, and the answer is
  // there.
  (void)::send(connection.number(), line.data(), line.size(), MSG_NOSIGNAL);
  std::string bytes;
  char buffer[65536];
  ssize_t got = 0;
  while ((got = ::recv(connection.number(), buffer, sizeof buffer, 0)) > 0) {
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  return read_answer(bytes);
}

}  // namespace guard::control
