// What stands in a certificate: its names and the digest of its key. For this folder and its tests.
#pragma once

#include "guard/net/openssl_handles.h"
#include "guard/xmpp/certificate_match.h"

namespace guard::net {

// read_names fills in names and key digest. A name with an octet that has no place in it (NUL) is
// left out.
void read_names(X509* leaf, xmpp::CertificateFacts& facts);

}  // namespace guard::net
