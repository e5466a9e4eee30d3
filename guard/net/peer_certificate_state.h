// PeerCertificate::State: the certificates themselves. For this folder only.
#pragma once

#include <string>

#include "guard/net/openssl_handles.h"
#include "guard/net/peer_certificate.h"

namespace guard::net {

struct PeerCertificate::State {
  CertificateOwner leaf;    // never null
  CertificateStack others;  // as they came, the leaf among them for a client; may be null
  std::string stapled{};    // the OCSP response that a server sent along, DER; empty without one
};

// shown_by takes what the peer of a finished handshake showed.
[[nodiscard]] PeerCertificate shown_by(SSL* ssl);

}  // namespace guard::net
