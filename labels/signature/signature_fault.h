// SignatureFault: why a signature on a security policy's file was not accepted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace labels::signature {

// SignatureReason has stable names.
enum class SignatureReason : std::uint8_t {
  kUnsigned,       // no signature, where one is demanded
  kTooLarge,       // the document or the signature
  kNotXml,         // not well-formed, or with a document type
  kNotCms,         // not a detached CMS SignedData, or bytes behind it
  kMoreThanOne,    // more than one signature
  kPlace,          // a signature that is not a child of the document's element
  kStructure,      // a part too many, too few, or unknown
  kReference,      // what is signed is not the whole document
  kTransform,      // not exactly "enveloped" and a canonicalisation
  kAlgorithm,      // a digest or signature algorithm that is weak or unknown
  kNoCertificate,  // the signer's is not there, or cannot be read
  kWeakKey,        // below RSA 2048, or none of P-256, P-384, P-521, Ed25519
  kCertificate,    // not from a trust anchor, not valid at that time, or not for signing
  kDigest,         // the document is not the one that was signed
  kSignature,      // not made with the signer's key
  kVerifier,       // the verifying program could not be run
};

// to_string gives the stable name, e.g. "certificate-refused".
[[nodiscard]] std::string_view to_string(SignatureReason reason);
// signature_reason is the inverse of to_string; kVerifier for any other text.
[[nodiscard]] SignatureReason signature_reason(std::string_view name);

struct SignatureFault {
  SignatureReason reason = SignatureReason::kUnsigned;
  std::string what;

  bool operator==(const SignatureFault&) const = default;
};

}  // namespace labels::signature
