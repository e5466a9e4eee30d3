// Detached signatures: a CMS SignedData beside a file, over the file's very octets.
//
// SPEC: RFC 5652 5. `openssl cms -sign -binary -outform DER -in spif.xml -signer … -inkey …` makes
// one. Only libcrypto is needed.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "guard/base/bytes.h"
#include "labels/signature/signature_fault.h"
#include "labels/signature/trust_anchors.h"

namespace labels::signature {

inline constexpr std::size_t kMaxDocument = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kMaxCms = std::size_t{1024} * 1024;

// verify_detached checks a signature, in DER or PEM, over `document`, and its one signer's
// certificate at a moment in seconds since 1970 UTC. Gives the signer's name. Accepted: SHA-256,
// SHA-384 and SHA-512 with RSA (PKCS #1 v1.5) or ECDSA, on keys as in check_key; signed attributes
// or none. Errors: any reason but those of XML.
[[nodiscard]] std::expected<std::string, SignatureFault> verify_detached(
    guard::BytesView document, guard::BytesView signature, const TrustAnchors& anchors,
    std::int64_t at);

}  // namespace labels::signature
