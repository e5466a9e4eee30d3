// What a peer's certificate says and whether its chain holds. For this folder only.
#pragma once

#include "guard/net/openssl_handles.h"
#include "guard/xmpp/certificate_match.h"

namespace guard::net {

// chain_holds verifies `leaf`, with the intermediates `others` (may be null), up to an authority of
// `trust`, now, for the given X509_PURPOSE.
[[nodiscard]] bool chain_holds(X509_STORE* trust, X509* leaf, STACK_OF(X509) * others, int purpose);

// read_names fills in names and key digest. A name with an octet that has no place in it (NUL) is
// left out.
void read_names(X509* leaf, xmpp::CertificateFacts& facts);

}  // namespace guard::net
