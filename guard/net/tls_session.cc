#include "guard/net/tls_session.h"

#include <openssl/err.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <utility>

#include "guard/base/check.h"
#include "guard/net/certificate_names.h"
#include "guard/net/peer_certificate_state.h"
#include "guard/net/tls_state.h"

namespace guard::net {

namespace {

int bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  auto* pipe = static_cast<Pipe*>(BIO_get_data(bio));
  pipe->out.append(data, size);
  *written = size;
  return 1;
}

int bio_read(BIO* bio, char* data, std::size_t size, std::size_t* got) {
  auto* pipe = static_cast<Pipe*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (pipe->in.empty()) {
    BIO_set_retry_read(bio);
    *got = 0;
    return 0;
  }
  const std::size_t count = std::min(size, pipe->in.size());
  std::memcpy(data, pipe->in.data(), count);
  pipe->in.remove_prefix(count);
  *got = count;
  return 1;
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

// The one object of its kind: OpenSSL wants a method table with its own life.
BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "guard");
    CHECK(made != nullptr);
    BIO_meth_set_write_ex(made, bio_write);
    BIO_meth_set_read_ex(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    BIO_meth_set_create(made, bio_create);
    return made;
  }();
  return method;
}

// failure_word reads OpenSSL's queue of errors. What the peer's own alert says is its word, and
// not told apart.
std::string_view failure_word(bool handshaking) {
  if (!handshaking) return "tls-failed";
  switch (ERR_GET_REASON(ERR_peek_last_error())) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_VERSION_TOO_LOW:
      return "handshake-failed version";
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
      return "handshake-failed cipher";
    case SSL_R_WRONG_CURVE:
    case SSL_R_BAD_ECPOINT:
    case SSL_R_EE_KEY_TOO_SMALL:
    case SSL_R_CA_KEY_TOO_SMALL:
    case SSL_R_CA_MD_TOO_WEAK:
    case SSL_R_WRONG_SIGNATURE_TYPE:
    case SSL_R_WRONG_SIGNATURE_SIZE:
      return "handshake-failed weak-certificate";
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return "handshake-failed alpn";
    default:
      return "handshake-failed";
  }
}

SSL* new_ssl(SSL_CTX* context, Pipe& pipe) {
  SSL* ssl = SSL_new(context);
  CHECK(ssl != nullptr);
  BIO* bio = BIO_new(bio_method());
  CHECK(bio != nullptr);
  BIO_set_data(bio, &pipe);
  SSL_set_bio(ssl, bio, bio);
  return ssl;
}

}  // namespace

TlsSession::TlsSession(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}

TlsSession::~TlsSession() = default;

std::unique_ptr<TlsSession> TlsContext::answer(const TlsServer& how) const {
  auto inner = std::make_unique<TlsSession::Inner>();
  inner->server = how;
  inner->ssl.reset(new_ssl(state_->server.get(), inner->pipe));
  SSL_set_app_data(inner->ssl.get(), &inner->server);
  SSL_set_accept_state(inner->ssl.get());
  const LoadedIdentity* identity = state_->find(how.local);
  // Without one the handshake fails: another domain's certificate would tell of that domain.
  if (identity != nullptr) CHECK(use_identity(inner->ssl.get(), *identity));
  return std::unique_ptr<TlsSession>(new TlsSession(std::move(inner)));
}

std::unique_ptr<TlsSession> TlsContext::begin(const TlsClient& how) const {
  auto inner = std::make_unique<TlsSession::Inner>();
  inner->ssl.reset(new_ssl(state_->client.get(), inner->pipe));
  SSL_set_connect_state(inner->ssl.get());
  // An IP literal is no server name (SPEC: RFC 6066 3); OpenSSL takes any text.
  if (!how.remote.empty() && how.remote.front() != '[') {
    // What the macro SSL_set_tlsext_host_name does, with a cast that we allow.
    SSL_ctrl(inner->ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(how.remote.c_str()));
  }
  // SPEC: RFC 6066 8. What the macro SSL_set_tlsext_status_type does.
  SSL_ctrl(inner->ssl.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, nullptr);
  if (how.direct) {
    CHECK(SSL_set_alpn_protos(inner->ssl.get(), kProtocol.data(), kProtocol.size()) == 0);
  }
  const LoadedIdentity* identity = state_->find(how.local);
  if (identity != nullptr) CHECK(use_identity(inner->ssl.get(), *identity));
  return std::unique_ptr<TlsSession>(new TlsSession(std::move(inner)));
}

void TlsSession::input(std::string_view ciphertext) { inner_->pipe.in = ciphertext; }

TlsState TlsSession::handshake() {
  if (state_ != TlsState::kHandshaking) return state_;
  ERR_clear_error();
  const int result = SSL_do_handshake(inner_->ssl.get());
  if (result == 1) {
    established();
  } else {
    fail_on(result);
  }
  return state_;
}

void TlsSession::established() {
  state_ = TlsState::kEstablished;
  SSL* ssl = inner_->ssl.get();
  version_ =
      SSL_version(ssl) >= TLS1_3_VERSION ? xmpp::TlsVersion::kTls13 : xmpp::TlsVersion::kTls12;
  certificate_ = shown_by(ssl);
}

xmpp::CertificateFacts TlsSession::own() const {
  xmpp::CertificateFacts facts;
  X509* const leaf = SSL_get_certificate(inner_->ssl.get());
  if (leaf == nullptr) return facts;
  facts.presented = facts.chain_valid = true;
  read_names(leaf, facts);
  return facts;
}

void TlsSession::fail_on(int result) {
  switch (SSL_get_error(inner_->ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return;
    case SSL_ERROR_ZERO_RETURN:
      state_ = TlsState::kEnded;
      return;
    default:
      failure_ = failure_word(state_ == TlsState::kHandshaking);
      state_ = TlsState::kFailed;
      ERR_clear_error();
      return;
  }
}

std::size_t TlsSession::read(std::span<char> buffer) {
  CHECK(state_ != TlsState::kHandshaking);
  if (state_ != TlsState::kEstablished) return 0;
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(inner_->ssl.get(), buffer.data(), buffer.size(), &got);
  if (result == 1) return got;
  fail_on(result);
  return 0;
}

void TlsSession::write(std::string_view plaintext) {
  CHECK(state_ == TlsState::kEstablished);
  while (!plaintext.empty()) {
    ERR_clear_error();
    std::size_t written = 0;
    const std::size_t size = std::min(plaintext.size(), kRecord);
    // The BIO takes everything, so this fails only where the session is broken.
    const int result = SSL_write_ex(inner_->ssl.get(), plaintext.data(), size, &written);
    if (result != 1) {
      state_ = TlsState::kFailed;
      ERR_clear_error();
      return;
    }
    plaintext.remove_prefix(written);
  }
}

void TlsSession::close() {
  if (state_ != TlsState::kEstablished && state_ != TlsState::kEnded) return;
  ERR_clear_error();
  SSL_shutdown(inner_->ssl.get());
  ERR_clear_error();
}

void TlsSession::take_output(std::string& out) {
  out.append(inner_->pipe.out);
  inner_->pipe.out.clear();
  if (inner_->pipe.out.capacity() > 1024) std::string().swap(inner_->pipe.out);
}

}  // namespace guard::net
