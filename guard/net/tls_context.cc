#include "guard/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "guard/base/check.h"
#include "guard/net/certificate_names.h"
#include "guard/net/tls_state.h"

namespace guard::net {

namespace {

// SPEC: RFC 9325 4.2: forward secrecy and authenticated encryption only.
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

BioOwner text_bio(const std::string& text) {
  return BioOwner(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::expected<LoadedIdentity, std::string> load(const TlsIdentity& identity) {
  LoadedIdentity loaded;
  const BioOwner chain = text_bio(identity.chain);
  loaded.leaf.reset(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  if (loaded.leaf == nullptr) return std::unexpected("a certificate is not readable as PEM");
  loaded.others.reset(sk_X509_new_null());
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    if (sk_X509_push(loaded.others.get(), next) == 0) X509_free(next);
  }
  const BioOwner key = text_bio(identity.key);
  // An empty password, so that nothing ever asks a terminal for one.
  char empty[] = "";
  loaded.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, empty));
  if (loaded.key == nullptr) return std::unexpected("a key is not readable as unencrypted PEM");
  if (X509_check_private_key(loaded.leaf.get(), loaded.key.get()) != 1) {
    return std::unexpected("a key does not belong to its certificate");
  }
  ERR_clear_error();
  return loaded;
}

// The chain is judged after the handshake (Trust::judge), by peer.
int accept_any_certificate(X509_STORE_CTX* context, void*) {
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

int choose_by_server_name(SSL* ssl, int*, void*) {
  const auto* how = static_cast<const TlsServer*>(SSL_get_app_data(ssl));
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (how == nullptr || name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const auto* context =
      static_cast<const TlsContext::State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const std::string domain = lower(name);
  if (domain == how->local || !how->may_show || !how->may_show(domain)) {
    return SSL_TLSEXT_ERR_OK;
  }
  const LoadedIdentity* identity = context->find(domain);
  if (identity != nullptr && !use_identity(ssl, *identity)) return SSL_TLSEXT_ERR_ALERT_FATAL;
  return SSL_TLSEXT_ERR_OK;
}

// SPEC: RFC 7301 3.2. With STARTTLS the protocol is agreed already, and ALPN is ignored.
int choose_protocol(SSL* ssl, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  const auto* how = static_cast<const TlsServer*>(SSL_get_app_data(ssl));
  if (how == nullptr || !how->direct) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, size, kProtocol.data(), kProtocol.size(),
                                           offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

bool configure(SSL_CTX* context, TlsContext::State& state) {
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) return false;
  SSL_CTX_set_security_level(context, 2);
  if (SSL_CTX_set_cipher_list(context, kCiphers12) != 1) return false;
  // SPEC: S2. No tickets and no cache: a resumed session would have to prove the peer again.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_num_tickets(context, 0) != 1) return false;
  if (SSL_CTX_set_max_early_data(context, 0) != 1) return false;
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // SPEC: S5: always requested, never a reason to fail the handshake.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, accept_any_certificate, nullptr);
  SSL_CTX_set_app_data(context, &state);
  return true;
}

}  // namespace

const LoadedIdentity* TlsContext::State::find(std::string_view domain) const {
  auto found = by_name.find(domain);
  if (found == by_name.end()) {
    const auto dot = domain.find('.');
    if (dot == std::string_view::npos) return nullptr;
    found = by_name.find("*" + std::string(domain.substr(dot)));
  }
  return found == by_name.end() ? nullptr : &identities[found->second];
}

bool use_identity(SSL* ssl, const LoadedIdentity& identity) {
  return SSL_use_cert_and_key(ssl, identity.leaf.get(), identity.key.get(), identity.others.get(),
                              1) == 1;
}

TlsContext::TlsContext() : state_(std::make_unique<State>()) {}
TlsContext::~TlsContext() = default;

std::expected<std::unique_ptr<TlsContext>, std::string> TlsContext::make(
    const std::vector<TlsIdentity>& identities) {
  std::unique_ptr<TlsContext> made(new TlsContext);
  if (auto taken = made->replace(identities); !taken) return std::unexpected(taken.error());
  State& state = *made->state_;
  state.server.reset(SSL_CTX_new(TLS_server_method()));
  state.client.reset(SSL_CTX_new(TLS_client_method()));
  if (state.server == nullptr || state.client == nullptr || !configure(state.server.get(), state) ||
      !configure(state.client.get(), state)) {
    return std::unexpected("TLS could not be set up");
  }
  // What the macro SSL_CTX_set_tlsext_servername_callback does, with a cast that we allow.
  SSL_CTX_callback_ctrl(state.server.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(choose_by_server_name));
  SSL_CTX_set_alpn_select_cb(state.server.get(), choose_protocol, nullptr);
  return made;
}

std::expected<void, std::string> TlsContext::replace(const std::vector<TlsIdentity>& identities) {
  std::vector<LoadedIdentity> taken;
  std::map<std::string, std::size_t, std::less<>> by_name;
  for (const TlsIdentity& identity : identities) {
    auto loaded = load(identity);
    if (!loaded) return std::unexpected(std::move(loaded.error()));
    xmpp::CertificateFacts facts;
    read_names(loaded->leaf.get(), facts);
    taken.push_back(std::move(*loaded));
    for (const std::string& name : facts.dns_names) {
      by_name.try_emplace(lower(name), taken.size() - 1);
    }
  }
  state_->identities = std::move(taken);
  state_->by_name = std::move(by_name);
  return {};
}

bool TlsContext::has_certificate(std::string_view domain) const {
  return state_->find(domain) != nullptr;
}

}  // namespace guard::net
