// What an OCSP response that a server has stapled says of its certificate (RFC 6960, RFC 6066). For
// this folder only.
#pragma once

#include <string>

#include "guard/net/openssl_handles.h"

namespace guard::net {

// says_revoked says whether the response is one that counts (signed by the issuer, or by whom the
// issuer has named for it; of a certificate in `store`; in time now) and calls `leaf` revoked.
// Everything else is no answer: a response can only refuse.
[[nodiscard]] bool says_revoked(const std::string& response, X509* leaf, X509* issuer,
                                STACK_OF(X509) * chain, X509_STORE* store);

}  // namespace guard::net
