// The Signature element of a document: where it stands, and that it has exactly the parts that are
// accepted.
//
// SPEC: W3C XML Signature 1.1, 4. Nothing of it is believed yet.
#pragma once

#include <expected>
#include <string>
#include <vector>
#include <xercesc/dom/DOM.hpp>

#include "guard/base/bytes.h"
#include "labels/signature/signature_fault.h"

namespace labels::signature {

inline constexpr const char* kDsigNamespace = "http://www.w3.org/2000/09/xmldsig#";

// SignatureElement borrows from the document.
struct SignatureElement {
  xercesc::DOMElement* element = nullptr;
  bool is_rsa = false;                          // else ECDSA
  std::string digest = {};                      // "SHA256", "SHA384" or "SHA512", of the document
  guard::Bytes digest_value = {};               // of that digest's length
  std::vector<guard::Bytes> certificates = {};  // DER, 1 to kMaxCertificates
};

// find_signature returns the one signature of a document. Errors: kNotXml (a document type),
// kUnsigned, kMoreThanOne, kPlace, kStructure, kReference, kTransform, kAlgorithm, kNoCertificate,
// kTooLarge.
[[nodiscard]] std::expected<SignatureElement, SignatureFault> find_signature(
    const xercesc::DOMDocument& document);

}  // namespace labels::signature
