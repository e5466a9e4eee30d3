// Enveloped signatures: an XML signature inside a security policy's file, over all of it.
//
// SPEC: W3C XML Signature 1.1, 6.6.4 (enveloped signature transform); Canonical XML 1.0 and 1.1,
// Exclusive XML Canonicalization 1.0, all without comments.
//
// What is read afterwards is what was signed: the octets that were digested, not the file. So
// nothing in the file can be taken for signed that is not (signature wrapping).
//
// Apache Santuario (libxml-security-c) does the canonicalisation and the check, on top of Debian's
// shared Xerces, which brings curl and a TLS stack along: only guard-spif-verify links this.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "labels/signature/signature_fault.h"
#include "labels/signature/trust_anchors.h"
#include "labels/signature/verified_document.h"

namespace labels::signature {

// XmlSecurity starts Xerces and Santuario, without document types, networks or other files, and
// stops them. One for each process, made in main before any thread.
class XmlSecurity {
 public:
  XmlSecurity();
  ~XmlSecurity();
  XmlSecurity(const XmlSecurity&) = delete;
  XmlSecurity& operator=(const XmlSecurity&) = delete;

  // verify checks the one signature of a document, a child of the document's element, at a moment
  // in seconds since 1970 UTC. Accepted: one Reference to the whole document (URI=""), with exactly
  // two transforms, enveloped-signature and a canonicalisation without comments; SHA-256, SHA-384
  // or SHA-512; RSA (PKCS #1 v1.5) or ECDSA with them (Santuario has no Ed25519); the signer's
  // certificate, perhaps more of its chain, in one X509Data, and nothing else. The text given back
  // is canonical XML in UTF-8, without the signature.
  [[nodiscard]] std::expected<VerifiedDocument, SignatureFault> verify(std::string_view text,
                                                                       const TrustAnchors& anchors,
                                                                       std::int64_t at) const;
};

}  // namespace labels::signature
