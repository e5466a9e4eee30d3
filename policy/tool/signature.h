// signature: detached CMS signatures (RFC 5652) over what a policy means: its digest, and that of
// its report.
//
// Whether signatures are demanded, and from whom, is decided by whoever keeps the list of signers,
// never by the files that are signed.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "guard/base/sha256.h"

namespace policy::tool {

// statement is the text that is signed:
//   "xmpp-guard policy signature 1\npolicy <digest, hex>\n", and "report <SHA-256, hex>\n" where
//   there is a report.
[[nodiscard]] std::string statement(const guard::Digest& policy, const guard::Digest* report);

// sign gives a detached signature in PEM. The certificate and its key are PEM; the key's password,
// if it has one, is asked for on the terminal by OpenSSL. The error says what failed.
[[nodiscard]] std::expected<std::string, std::string> sign(const std::string& signed_text,
                                                           const std::string& certificate,
                                                           const std::string& key);

// Signer is one of the list that made a signature.
struct Signer {
  std::string subject;
  std::string fingerprint;  // SHA-256 of the certificate's public key, hex
};

// verify gives the signers of one signature. They must be among `list` (certificates in PEM, one
// after the other, trusted as they are: no chain is built) and valid now. The error says why the
// signature does not count.
[[nodiscard]] std::expected<std::vector<Signer>, std::string> verify(const std::string& signed_text,
                                                                     const std::string& signature,
                                                                     const std::string& list);

}  // namespace policy::tool
