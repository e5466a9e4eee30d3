// TrustAnchors: whose signatures on security policies are believed.
//
// SPEC: RFC 5280 6. A trust anchor is a certificate in a PEM file that root owns: that of an
// authority, or the signer's own. Revocation is not looked at: take the anchor away instead.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "labels/signature/signature_fault.h"

namespace labels::signature {

inline constexpr std::size_t kMaxCertificates = 8;  // that come with a signature

class TrustAnchors {
 public:
  // from_pem reads one certificate or more. Errors: kNoCertificate for none, or for text that is
  // not a certificate.
  [[nodiscard]] static std::expected<TrustAnchors, SignatureFault> from_pem(std::string_view pem);

  TrustAnchors(TrustAnchors&&) noexcept;
  TrustAnchors& operator=(TrustAnchors&&) noexcept;
  ~TrustAnchors();

  // check judges the signer's certificate at a moment in seconds since 1970 UTC, with the other
  // certificates that came with the signature to build the chain from: its key is strong enough, it
  // is for signing (keyUsage digitalSignature or nonRepudiation; extendedKeyUsage, where there is
  // one, for documents, e-mail, code or anything), and its chain ends at an anchor, with no digest
  // below SHA-256 in it. Gives the signer's name (RFC 2253). Errors: kWeakKey, kCertificate.
  [[nodiscard]] std::expected<std::string, SignatureFault> check(X509* signer,
                                                                 STACK_OF(X509) * others,
                                                                 std::int64_t at) const;

 private:
  struct Store;
  explicit TrustAnchors(std::unique_ptr<Store> store);

  std::unique_ptr<Store> store_;
};

// check_key accepts RSA from 2,048 to 16,384 bits, ECDSA on P-256, P-384 and P-521, and Ed25519.
// Errors: kWeakKey.
[[nodiscard]] std::expected<void, SignatureFault> check_key(const X509* certificate);

}  // namespace labels::signature
