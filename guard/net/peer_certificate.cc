#include "guard/net/peer_certificate.h"

#include <openssl/x509v3.h>

#include "guard/net/certificate_names.h"
#include "guard/net/peer_certificate_state.h"

namespace guard::net {

xmpp::CertificateFacts PeerCertificate::facts() const {
  xmpp::CertificateFacts facts;
  if (state_ == nullptr) return facts;
  facts.presented = true;
  facts.chain_fault = xmpp::CertificateFault::kChain;
  read_names(state_->leaf.get(), facts);
  return facts;
}

std::string PeerCertificate::directory_attributes(std::size_t most) const {
  if (state_ == nullptr) return {};
  X509* leaf = state_->leaf.get();
  const int at = X509_get_ext_by_NID(leaf, NID_subject_directory_attributes, -1);
  if (at < 0 || X509_get_ext_by_NID(leaf, NID_subject_directory_attributes, at) >= 0) return {};
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_get_ext(leaf, at));
  const auto octets = static_cast<std::size_t>(ASN1_STRING_length(value));
  if (octets > most) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)), octets};
}

namespace {

// A response is a few hundred octets, with its signer's certificate some thousand.
constexpr std::size_t kStapledCeiling = 16384;

std::string stapled_by(SSL* ssl) {
  if (SSL_is_server(ssl) == 1) return {};
  const unsigned char* data = nullptr;
  // What the macro SSL_get_tlsext_status_ocsp_resp does, with a cast that we allow.
  const long size = SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &data);
  if (data == nullptr || size <= 0) return {};
  const auto octets = static_cast<std::size_t>(size);
  if (octets > kStapledCeiling) return {};
  return {reinterpret_cast<const char*>(data), octets};
}

}  // namespace

PeerCertificate shown_by(SSL* ssl) {
  X509* leaf = SSL_get0_peer_certificate(ssl);
  if (leaf == nullptr || X509_up_ref(leaf) != 1) return {};
  auto state = std::make_shared<PeerCertificate::State>();
  state->leaf.reset(leaf);
  if (STACK_OF(X509)* others = SSL_get_peer_cert_chain(ssl)) {
    state->others.reset(X509_chain_up_ref(others));
  }
  state->stapled = stapled_by(ssl);
  return PeerCertificate(std::move(state));
}

}  // namespace guard::net
