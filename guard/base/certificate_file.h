// CertificateFile: one X.509 certificate (SPEC: RFC 5280), as somebody has put it into a file.
//
// Who controls the input: whoever wrote the file. That the certificate is valid, and whose it is,
// its user must know.
#pragma once

#include <expected>
#include <string>

#include "guard/base/bytes.h"
#include "guard/base/sha256.h"

namespace guard {

struct CertificateFile {
  Bytes der;
  Digest key{};  // SHA-256 of the SubjectPublicKeyInfo: what a pin is
};

// read_certificate_file takes PEM or DER, at most a mebibyte, with exactly one certificate. The
// error says what is wrong, "it holds no certificate".
[[nodiscard]] std::expected<CertificateFile, std::string> read_certificate_file(
    const std::string& text);

}  // namespace guard
