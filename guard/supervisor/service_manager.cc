#include "guard/supervisor/service_manager.h"

#include <charconv>
#include <cstddef>
#include <cstring>

namespace guard::supervisor {
namespace {

std::optional<std::uint64_t> number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const char* last = text->data() + text->size();
  const auto [end, fault] = std::from_chars(text->data(), last, value);
  if (fault != std::errc{} || end != last) return std::nullopt;
  return value;
}

}  // namespace

ServiceManager ServiceManager::from_environment(const Variables& variables, pid_t own) {
  ServiceManager manager;
  const auto path = variables("NOTIFY_SOCKET");
  // A path, or a name in the abstract name space, which begins with '@' here and with NUL there.
  if (!path || path->size() < 2 || path->size() >= sizeof manager.address_.sun_path ||
      (path->front() != '/' && path->front() != '@')) {
    return manager;
  }
  manager.address_.sun_family = AF_UNIX;
  std::memcpy(manager.address_.sun_path, path->data(), path->size());
  if (path->front() == '@') manager.address_.sun_path[0] = '\0';
  manager.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path->size());
  manager.socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto meant_for = variables("WATCHDOG_PID");
  if (meant_for && number(meant_for) != static_cast<std::uint64_t>(own)) return manager;
  const auto within = number(variables("WATCHDOG_USEC"));
  if (within && *within >= 3000) manager.every_ = static_cast<Moment>(*within / 3000);
  return manager;
}

void ServiceManager::send(const std::string& lines) const {
  if (!socket_) return;
  (void)::sendto(socket_.number(), lines.data(), lines.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address_), size_);
}

void ServiceManager::ready(std::string_view status) {
  send("READY=1\nSTATUS=" + std::string(status));
}

void ServiceManager::reloading(Moment now) {
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now * 1000));
}

void ServiceManager::stopping() { send("STOPPING=1\nSTATUS=stopping"); }

void ServiceManager::tick(bool healthy, Moment now) {
  if (!every_ || !healthy || now < next_) return;
  next_ = now + *every_;
  send("WATCHDOG=1");
}

}  // namespace guard::supervisor
