#include "guard/supervisor/control_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "guard/supervisor/unix_listener.h"

namespace guard::supervisor {
namespace {

constexpr int kBacklog = 16;

}  // namespace
ControlSocket::ControlSocket(std::filesystem::path path, Descriptor listener, Admitted admitted)
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
  auto listener = listen_at(path, 0666, kBacklog);
  if (!listener) return std::unexpected(listener.error());
  return ControlSocket(path, std::move(*listener), std::move(admitted));
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
  Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
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
