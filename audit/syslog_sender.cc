#include "audit/syslog_sender.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "audit/anchor_line.h"

namespace audit::tool {
namespace {

constexpr int kPatience = 10;  // seconds

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Session = std::unique_ptr<SSL, FreeSession>;

std::string reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? std::string(std::strerror(errno)) : std::string(text);
}

// Connects a socket within kPatience; -1 and errno otherwise.
int connect_to(const addrinfo& address) {
  const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  int fault = 0;
  if (::connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
    fault = errno;
    if (fault == EINPROGRESS) {
      pollfd ready{fd, POLLOUT, 0};
      socklen_t size = sizeof fault;
      if (::poll(&ready, 1, kPatience * 1000) != 1) {
        fault = ETIMEDOUT;
      } else if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) != 0) {
        fault = errno;
      }
    }
  }
  const timeval patience{kPatience, 0};
  if (fault == 0 && (::fcntl(fd, F_SETFL, 0) != 0 ||
                     ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
                     ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)) {
    fault = errno;
  }
  if (fault == 0) return fd;
  ::close(fd);
  errno = fault;
  return -1;
}

std::expected<Context, std::string> context_of(const LogHost& host) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
    return std::unexpected("TLS is not to be had: " + reason());
  }
  if (SSL_CTX_load_verify_file(context.get(), host.authorities.c_str()) != 1) {
    return std::unexpected(host.authorities + ": " + reason());
  }
  // An end of the connection without a goodbye is common among log hosts, and nothing is lost by
  // it.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (host.certificate.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), host.certificate.c_str()) != 1) {
    return std::unexpected(host.certificate + ": " + reason());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), host.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return std::unexpected(host.key + ": " + reason());
  }
  return context;
}

// Demands that the certificate has a name, or an address.
bool demand_name(SSL* session, const std::string& name) {
  X509_VERIFY_PARAM* demanded = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(demanded, name.c_str()) == 1) return true;
  ERR_clear_error();
  std::string server = name;
  // What the macro SSL_set_tlsext_host_name says, without its cast.
  return SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  server.data()) == 1 &&
         X509_VERIFY_PARAM_set1_host(demanded, name.c_str(), 0) == 1;
}

}  // namespace

bool parse_log_host(std::string_view text, LogHost& host) {
  const bool bracket = text.starts_with('[');
  const std::size_t end = bracket ? text.find(']') : text.find(':');
  if (bracket && end == std::string_view::npos) return false;
  host.host = text.substr(bracket ? 1 : 0, bracket ? end - 1 : end);
  std::string_view rest =
      end == std::string_view::npos ? std::string_view() : text.substr(end + (bracket ? 1 : 0));
  if (host.host.empty()) return false;
  if (rest.empty()) return true;
  if (rest.front() != ':' || rest.size() < 2 || rest.size() > 6) return false;
  rest.remove_prefix(1);
  if (rest.find_first_not_of("0123456789") != std::string_view::npos) return false;
  host.port = rest;
  return true;
}

struct SyslogSender::State {
  Context context;
  int fd = -1;
  Session session;
  ~State() {
    session.reset();
    if (fd >= 0) ::close(fd);
  }
};

SyslogSender::SyslogSender(std::unique_ptr<State> state) : state_(std::move(state)) {}
SyslogSender::~SyslogSender() = default;
SyslogSender::SyslogSender(SyslogSender&&) noexcept = default;
SyslogSender& SyslogSender::operator=(SyslogSender&&) noexcept = default;

std::expected<SyslogSender, std::string> SyslogSender::connect(const LogHost& host) {
  const std::string place = host.host + " port " + host.port;
  auto state = std::make_unique<State>();
  auto context = context_of(host);
  if (!context) return std::unexpected(context.error());
  state->context = std::move(*context);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int fault = ::getaddrinfo(host.host.c_str(), host.port.c_str(), &hints, &list);
      fault != 0) {
    return std::unexpected(place + ": " + ::gai_strerror(fault));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(list);
  for (const addrinfo* each = list; each != nullptr && state->fd < 0; each = each->ai_next) {
    state->fd = connect_to(*each);
  }
  if (state->fd < 0) return std::unexpected(place + ": " + std::strerror(errno));
  state->session.reset(SSL_new(state->context.get()));
  SSL* session = state->session.get();
  if (session == nullptr || !demand_name(session, host.name.empty() ? host.host : host.name) ||
      SSL_set_fd(session, state->fd) != 1) {
    return std::unexpected(place + ": " + reason());
  }
  if (SSL_connect(session) != 1) {
    const long verified = SSL_get_verify_result(session);
    return std::unexpected(
        place + ": " +
        (verified == X509_V_OK ? reason() : X509_verify_cert_error_string(verified)));
  }
  return SyslogSender(std::move(state));
}

std::expected<void, std::string> SyslogSender::send(std::string_view message) {
  const std::string frame = octet_counted(message);
  // In blocking mode it writes all or fails.
  std::size_t written = 0;
  if (SSL_write_ex(state_->session.get(), frame.data(), frame.size(), &written) == 1) return {};
  return std::unexpected("the log host: " + reason());
}

std::expected<void, std::string> SyslogSender::close() {
  SSL* session = state_->session.get();
  if (SSL_shutdown(session) < 0) return std::unexpected("the log host: " + reason());
  char octets[256];
  std::size_t count = 0;
  while (SSL_read_ex(session, octets, sizeof octets, &count) == 1) continue;
  if (SSL_get_error(session, 0) == SSL_ERROR_SSL) {
    return std::unexpected("the log host: " + reason());
  }
  return {};
}

}  // namespace audit::tool
