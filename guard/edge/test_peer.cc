#include "guard/edge/test_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "guard/base/base64.h"
#include "guard/base/check.h"
#include "guard/net/certificate_names.h"
#include "guard/net/openssl_handles.h"

namespace guard::edge {

struct TestPeer::State {
  ~State() {
    ssl.reset();
    if (socket >= 0) ::close(socket);
  }
  int socket = -1;
  net::ContextOwner context;
  net::OpensslOwner<SSL_SESSION, SSL_SESSION_free> earlier;
  net::SslOwner ssl;
};

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool readable(int socket, int milliseconds) {
  pollfd wait{socket, POLLIN, 0};
  return ::poll(&wait, 1, milliseconds) > 0;
}

void use(SSL_CTX* context, const TestCertificate& certificate) {
  const net::BioOwner chain(BIO_new_mem_buf(certificate.chain.data(), -1));
  const net::CertificateOwner leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  const net::BioOwner key_text(BIO_new_mem_buf(certificate.key.data(), -1));
  const net::KeyOwner key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  CHECK(SSL_CTX_use_certificate(context, leaf.get()) == 1);
  CHECK(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
}

// OpenSSL frees what it is given.
int give_response(SSL* ssl, void* response) {
  const auto& text = *static_cast<const std::string*>(response);
  void* copy = OPENSSL_memdup(text.data(), text.size());
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, static_cast<long>(text.size()), copy);
  return SSL_TLSEXT_ERR_OK;
}

void staple_in(SSL_CTX* context, std::string& response) {
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB,
                        reinterpret_cast<void (*)()>(give_response));
  SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG, 0, &response);
}

}  // namespace

TestPeer::TestPeer(std::uint16_t port) : state_(std::make_unique<State>()) {
  ::signal(SIGPIPE, SIG_IGN);
  state_->socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const int on = 1;  // a client's last flight and its stream header leave at once
  ::setsockopt(state_->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  closed_ =
      ::connect(state_->socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
}

TestPeer::TestPeer(int socket) : state_(std::make_unique<State>()) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  state_->socket = socket;
}

TestPeer::~TestPeer() = default;

bool TestPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = 0;
    if (state_->ssl) {
      sent = SSL_write(state_->ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
    } else {
      sent = ::send(state_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string TestPeer::read_until(std::string_view text, int milliseconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  char piece[16384];
  for (;;) {
    const auto at = text.empty() ? std::string::npos : buffer_.find(text);
    if (at != std::string::npos) {
      std::string out = buffer_.substr(0, at + text.size());
      buffer_.erase(0, at + text.size());
      return out;
    }
    if (!end_answered_ && buffer_.find("</stream:stream>") != std::string::npos) {
      end_answered_ = true;
      send("</stream:stream>");
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    const bool pending = state_->ssl && SSL_pending(state_->ssl.get()) > 0;
    if (closed_ || left.count() <= 0) break;
    if (!pending && !readable(state_->socket, static_cast<int>(left.count()))) break;
    const ssize_t got = state_->ssl ? SSL_read(state_->ssl.get(), piece, sizeof piece)
                                    : ::recv(state_->socket, piece, sizeof piece, 0);
    if (got <= 0) {
      closed_ = true;
    } else {
      buffer_.append(piece, static_cast<std::size_t>(got));
    }
  }
  return std::exchange(buffer_, {});
}

bool TestPeer::start_tls(bool server, const TestCertificate* certificate, const std::string& sni) {
  state_->context.reset(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX_set_security_level(state_->context.get(), 0);  // so that weak certificates can be shown
  if (at_most_tls12_) SSL_CTX_set_max_proto_version(state_->context.get(), TLS1_2_VERSION);
  if (server && !protocol_.empty()) {
    SSL_CTX_set_alpn_select_cb(
        state_->context.get(),
        [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
           unsigned int offered_size, void* self) {
          const std::string& wanted = static_cast<TestPeer*>(self)->protocol_;
          const std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
          if (list.substr(1) != wanted) return SSL_TLSEXT_ERR_ALERT_FATAL;
          *chosen = offered + 1;
          *size = static_cast<unsigned char>(wanted.size());
          return SSL_TLSEXT_ERR_OK;
        },
        this);
  }
  if (certificate != nullptr) use(state_->context.get(), *certificate);
  SSL_CTX_set_verify(state_->context.get(), server ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     [](int, X509_STORE_CTX*) { return 1; });
  if (server && !stapled_.empty()) staple_in(state_->context.get(), stapled_);
  state_->ssl.reset(SSL_new(state_->context.get()));
  SSL_set_fd(state_->ssl.get(), state_->socket);
  if (!sni.empty()) {
    SSL_ctrl(state_->ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(sni.c_str()));
  }
  if (!server && !protocol_.empty()) {
    const std::string wire = std::string(1, static_cast<char>(protocol_.size())) + protocol_;
    SSL_set_alpn_protos(state_->ssl.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                        static_cast<unsigned>(wire.size()));
  }
  if (state_->earlier) SSL_set_session(state_->ssl.get(), state_->earlier.get());
  const int result = server ? SSL_accept(state_->ssl.get()) : SSL_connect(state_->ssl.get());
  ERR_clear_error();
  return result == 1;
}

void TestPeer::resume(const TestPeer& earlier) {
  state_->earlier.reset(SSL_get1_session(earlier.state_->ssl.get()));
}

bool TestPeer::resumed() const { return SSL_session_reused(state_->ssl.get()) == 1; }

std::string TestPeer::spoken() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(state_->ssl.get(), &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

std::string TestPeer::asked_for() const {
  const char* name = SSL_get_servername(state_->ssl.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string() : std::string(name);
}

std::string TestPeer::shown_names() const {
  X509* shown = SSL_get0_peer_certificate(state_->ssl.get());
  if (shown == nullptr) return {};
  xmpp::CertificateFacts facts;
  net::read_names(shown, facts);
  std::string names;
  for (const std::string& name : facts.dns_names) names += (names.empty() ? "" : ",") + name;
  return names;
}

std::string TestPeer::secure(const std::string& from, const std::string& to,
                             const TestCertificate* certificate) {
  send(stream_header(from, to));
  std::string came = read_until("</stream:features>");
  if (came.find("starttls") == std::string::npos) return came;
  send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  came = read_until("/>");
  if (came.find("proceed") == std::string::npos) return came;
  if (!start_tls(false, certificate)) return "handshake failed";
  send(stream_header(from, to));
  return read_until("</stream:features>");
}

std::string TestPeer::log_in(const std::string& from, const std::string& to,
                             const TestCertificate& certificate) {
  return log_in_from(secure(from, to, &certificate), from, to);
}

std::string TestPeer::log_in_over_tls(const std::string& from, const std::string& to) {
  send(stream_header(from, to));
  return log_in_from(read_until("</stream:features>"), from, to);
}

std::string TestPeer::log_in_from(std::string came, const std::string& from,
                                  const std::string& to) {
  if (came.find("EXTERNAL") == std::string::npos) return came;
  send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>" +
       to_base64(as_bytes(from)) + "</auth>");
  came = read_until("/>");
  if (came.find("<success") == std::string::npos) return came;
  send(stream_header(from, to));
  return read_until("</stream:features>");
}

std::string stream_header(const std::string& from, const std::string& to, const std::string& id) {
  return "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
         "xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback' "
         "from='" +
         from + "' to='" + to + "'" + (id.empty() ? "" : " id='" + id + "'") + " version='1.0'>";
}

TestServer::TestServer(std::uint16_t port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  CHECK(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(::listen(socket_, 16) == 0);
  socklen_t size = sizeof address;
  CHECK(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

TestServer::~TestServer() { ::close(socket_); }

std::unique_ptr<TestPeer> TestServer::accept(int milliseconds) {
  if (!readable(socket_, milliseconds)) return nullptr;
  return std::make_unique<TestPeer>(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC));
}

std::uint16_t free_port() { return TestServer().port(); }

}  // namespace guard::edge
