// CmsSignature: detached CMS signatures (SPEC: RFC 5652) over a text, as `openssl cms -sign -binary
// -outform PEM` makes them too.
//
// Whether signatures are demanded, and from whom, is decided by whoever keeps the list of signers,
// never by the files that are signed. Who controls the input: whoever hands a signature over.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace guard {

// sign_cms gives a detached signature in PEM. The certificate and its key are PEM; the key's
// password, if it has one, is asked for on the terminal by OpenSSL. The error says what failed.
[[nodiscard]] std::expected<std::string, std::string> sign_cms(const std::string& signed_text,
                                                               const std::string& certificate,
                                                               const std::string& key);

// Signer is one of the list that made a signature.
struct Signer {
  std::string subject;
  std::string fingerprint;  // SHA-256 of the certificate's public key, hex
};

// SignatureFault is why a signature does not count.
struct SignatureFault {
  std::string what;
  bool malformed = false;  // signature or list are none at all, whatever they are asked about
};

// verify_cms gives the signers of one signature. They must be among `list` (certificates in PEM,
// one after the other, trusted as they are: no chain is built) and valid now.
[[nodiscard]] std::expected<std::vector<Signer>, SignatureFault> verify_cms(
    const std::string& signed_text, const std::string& signature, const std::string& list);

}  // namespace guard
