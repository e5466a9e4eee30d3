#include "guard/supervisor/control_socket.h"

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
  const wire::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.number(), generic(address), sizeof address) == 0;
}

}  // namespace

ControlSocket::ControlSocket(std::filesystem::path path, wire::Descriptor listener,
                             Admitted admitted)
    : path_(std::move(path)), listener_(std::move(listener)), admitted_(std::move(admitted)) {}

ControlSocket::ControlSocket(ControlSocket&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      listener_(std::move(other.listener_)),
      admitted_(std::move(other.admitted_)),
      connections_(std::move(other.connections_)),
      last_number_(other.last_number_) {}

ControlSocket::~ControlSocket() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::expected<ControlSocket, std::string> ControlSocket::open(const std::filesystem::path& path,
                                                              Admitted admitted) {
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
  wire::Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return failed();
  const mode_t before = ::umask(0177);  // nobody else gets in before the mode is set
  const int bound = ::bind(listener.number(), generic(*address), sizeof *address);
  ::umask(before);
  if (bound != 0) return failed();
  ControlSocket made(path, std::move(listener), std::move(admitted));
  if (::chmod(path.c_str(), 0666) != 0 || ::listen(made.listener_.number(), 16) != 0)
    return failed();
  return made;
}

void ControlSocket::add_polls(std::vector<pollfd>& polls) const {
  // Past its bound nobody is taken; who waits waits in the kernel.
  if (connections_.size() < kMaxConnections) polls.push_back({listener_.number(), POLLIN, 0});
  for (const auto& [number, connection] : connections_) {
    const int events = (connection.asked ? 0 : POLLIN) | (connection.out.empty() ? 0 : POLLOUT);
    polls.push_back({connection.socket.number(), static_cast<short>(events), 0});
  }
}

void ControlSocket::polled(const std::vector<pollfd>& polls, std::int64_t now, const Asked& asked) {
  for (const pollfd& each : polls) {
    if (each.revents == 0) continue;
    if (each.fd == listener_.number()) {
      accept(now);
      continue;
    }
    for (auto& [number, connection] : connections_) {
      if (connection.socket.number() != each.fd) continue;
      const bool gone = connection.asked && (each.revents & (POLLHUP | POLLERR)) != 0;
      const bool alive = !gone &&
                         ((each.revents & (POLLIN | POLLHUP)) == 0 || connection.asked ||
                          hear(number, connection, now, asked)) &&
                         speak(connection);
      if (!alive) connections_.erase(number);
      break;
    }
  }
}

void ControlSocket::accept(std::int64_t now) {
  wire::Descriptor socket(
      ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return;
  auto asker = control::asker_of(socket.number());
  if (!asker) return;
  if (!admitted_(*asker)) {
    const std::string answer = control::write_answer({1, "guardctl: you may not ask anything\n"});
    (void)::send(socket.number(), answer.data(), answer.size(), MSG_NOSIGNAL);
    return;
  }
  Connection connection;
  connection.socket = std::move(socket);
  connection.asker = std::move(*asker);
  connection.deadline = now + kLineWithin;
  connections_.emplace(++last_number_, std::move(connection));
}

bool ControlSocket::hear(std::uint64_t number, Connection& connection, std::int64_t now,
                         const Asked& asked) {
  char buffer[control::Request::kMaxLine];
  const ssize_t got = ::recv(connection.socket.number(), buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) return false;
  connection.in.append(buffer, static_cast<std::size_t>(got));
  const std::size_t end = connection.in.find('\n');
  if (end == std::string::npos && connection.in.size() < control::Request::kMaxLine) return true;
  connection.asked = true;
  connection.deadline = now + kAnswerWithin;
  asked(number, connection.asker, control::read_request(connection.in.substr(0, end)));
  return true;
}

bool ControlSocket::speak(Connection& connection) {
  while (!connection.out.empty()) {
    const ssize_t sent = ::send(connection.socket.number(), connection.out.data(),
                                connection.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (sent <= 0) return false;
    connection.out.erase(0, static_cast<std::size_t>(sent));
  }
  return !connection.answered;  // the end of file ends the answer
}

void ControlSocket::answer(std::uint64_t number, const control::Answer& answer) {
  const auto found = connections_.find(number);
  if (found == connections_.end() || found->second.answered) return;
  found->second.answered = true;
  found->second.out = control::write_answer(answer);
}

void ControlSocket::tick(std::int64_t now) {
  std::erase_if(connections_, [now](const auto& entry) { return entry.second.deadline <= now; });
}

}  // namespace guard::supervisor
