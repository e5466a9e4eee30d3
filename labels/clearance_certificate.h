// ClearanceCertificate: the clearance attribute of a certificate.
//
// SPEC: RFC 5280 4.2.1.8 (subjectDirectoryAttributes), RFC 5913 (the clearance attribute in it),
// RFC 5755 4 (attribute certificates). libcrypto is used to take a certificate apart, no more: that
// the certificate is valid, and whose it is, its user must know.
#pragma once

#include <expected>
#include <string>

#include "guard/base/bytes.h"

namespace labels {

// CertificateError says what is wrong, in words.
struct CertificateError {
  std::string what;
  std::string expected;
};

// is_certificate says whether the octets begin as a PEM block of a certificate or attribute
// certificate does, or are a DER SEQUENCE that a clearance cannot be (its first field is a
// SEQUENCE). For telling formats apart.
[[nodiscard]] bool is_certificate(guard::BytesView octets);

// clearance_in_certificate finds the DER of the one clearance in an X.509 certificate or a version
// 2 attribute certificate, PEM (the first block of either kind) or DER with nothing behind it, of
// at most kMaxCertificate octets. The attribute is 2.5.4.55, or 2.5.1.5.55 in older ones. Errors:
// not a certificate, no clearance attribute, more than one, more or less than one value.
inline constexpr std::size_t kMaxCertificate = 65'536;
[[nodiscard]] std::expected<guard::Bytes, CertificateError> clearance_in_certificate(
    guard::BytesView octets);

// clearance_in_attributes finds the same in the value of the extension subjectDirectoryAttributes:
// AttributesSyntax ::= SEQUENCE OF Attribute, in DER, nothing behind it.
[[nodiscard]] std::expected<guard::Bytes, CertificateError> clearance_in_attributes(
    guard::BytesView octets);

}  // namespace labels
