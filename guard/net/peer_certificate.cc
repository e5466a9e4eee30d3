#include "guard/net/peer_certificate.h"

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

PeerCertificate shown_by(SSL* ssl) {
  X509* leaf = SSL_get0_peer_certificate(ssl);
  if (leaf == nullptr || X509_up_ref(leaf) != 1) return {};
  auto state = std::make_shared<PeerCertificate::State>();
  state->leaf.reset(leaf);
  if (STACK_OF(X509)* others = SSL_get_peer_cert_chain(ssl)) {
    state->others.reset(X509_chain_up_ref(others));
  }
  return PeerCertificate(std::move(state));
}

}  // namespace guard::net
