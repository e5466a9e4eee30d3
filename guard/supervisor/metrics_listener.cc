#include "guard/supervisor/metrics_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "guard/supervisor/unix_listener.h"

namespace guard::supervisor {
namespace {

constexpr int kBacklog = 16;
constexpr mode_t kOwnerOnly = 0600;

std::expected<Descriptor, std::string> listen_on(const wire::Endpoint& place) {
  const auto failed = [&place] {
    return std::unexpected(place.address + " port " + std::to_string(place.port) + ": " +
                           std::strerror(errno));
  };
  sockaddr_storage address{};
  socklen_t size = sizeof(sockaddr_in);
  auto* four = reinterpret_cast<sockaddr_in*>(&address);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address);
  if (::inet_pton(AF_INET, place.address.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(place.port);
  } else {
    if (::inet_pton(AF_INET6, place.address.c_str(), &six->sin6_addr) != 1) errno = EINVAL;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(place.port);
    size = sizeof(sockaddr_in6);
  }
  Descriptor listener(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return failed();
  const int on = 1;
  (void)::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener.number(), kBacklog) != 0) {
    return failed();
  }
  return listener;
}

}  // namespace

MetricsListener::MetricsListener(std::filesystem::path path, Descriptor listener)
    : path_(std::move(path)), listener_(std::move(listener)) {}

MetricsListener::MetricsListener(MetricsListener&& other) noexcept
    : path_(std::exchange(other.path_, {})), listener_(std::move(other.listener_)) {}

MetricsListener::~MetricsListener() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::expected<MetricsListener, std::string> MetricsListener::open(const MetricsSite& site,
                                                                  std::optional<gid_t> group) {
  auto listener =
      site.address ? listen_on(*site.address) : listen_at(site.socket, kOwnerOnly, kBacklog);
  if (!listener) return std::unexpected(listener.error());
  MetricsListener made(site.address ? std::filesystem::path() : site.socket, std::move(*listener));
  if (!group) return made;
  if (::chown(made.path_.c_str(), static_cast<uid_t>(-1), *group) != 0 ||
      ::chmod(made.path_.c_str(), 0660) != 0) {
    return std::unexpected(made.path_.string() + ": " + std::strerror(errno));
  }
  return made;
}

}  // namespace guard::supervisor
