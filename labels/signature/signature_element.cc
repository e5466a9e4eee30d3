#include "labels/signature/signature_element.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLString.hpp>

#include "guard/base/base64.h"
#include "labels/signature/trust_anchors.h"

namespace labels::signature {
namespace {

using Reason = SignatureReason;
using xercesc::DOMElement;
using xercesc::DOMNode;

std::unexpected<SignatureFault> fault(Reason reason, std::string what) {
  return std::unexpected(SignatureFault{reason, std::move(what)});
}

std::string utf8(const XMLCh* text) {
  if (text == nullptr) return {};
  const xercesc::TranscodeToStr transcoded(text, "UTF-8");
  return {reinterpret_cast<const char*>(transcoded.str()), transcoded.length()};
}

std::string attribute(const DOMElement& element, const char* name) {
  const xercesc::TranscodeFromStr wide(reinterpret_cast<const XMLByte*>(name),
                                       std::string_view(name).size(), "UTF-8");
  return utf8(element.getAttribute(wide.str()));
}

bool is(const DOMNode& node, std::string_view name) {
  return utf8(node.getNamespaceURI()) == kDsigNamespace && utf8(node.getLocalName()) == name;
}

bool is_declaration(const DOMNode& one) {
  return utf8(one.getNamespaceURI()) == "http://www.w3.org/2000/xmlns/";
}

// The element has these attributes and no other but declarations of namespaces.
bool has_only(const DOMElement& element, std::initializer_list<std::string_view> names) {
  const xercesc::DOMNamedNodeMap* attributes = element.getAttributes();
  for (XMLSize_t i = 0; i < attributes->getLength(); ++i) {
    const DOMNode& one = *attributes->item(i);
    if (is_declaration(one)) continue;
    if (one.getNamespaceURI() != nullptr) return false;
    if (std::ranges::find(names, utf8(one.getNodeName())) == names.end()) return false;
  }
  return true;
}

// The child elements, where there is nothing else but white space; nullopt otherwise.
std::optional<std::vector<DOMElement*>> children(const DOMElement& element) {
  std::vector<DOMElement*> found;
  for (DOMNode* one = element.getFirstChild(); one != nullptr; one = one->getNextSibling()) {
    if (one->getNodeType() == DOMNode::ELEMENT_NODE) {
      found.push_back(static_cast<DOMElement*>(one));
    } else if (one->getNodeType() != DOMNode::TEXT_NODE ||
               utf8(one->getNodeValue()).find_first_not_of(" \t\r\n") != std::string::npos) {
      return std::nullopt;
    }
  }
  return found;
}

// The child elements, where they are exactly those; an empty list otherwise.
std::vector<DOMElement*> exactly(const DOMElement& element,
                                 std::initializer_list<std::string_view> names) {
  auto found = children(element);
  if (!found || found->size() != names.size()) return {};
  const bool fit = std::ranges::equal(
      *found, names, [](const DOMElement* one, auto name) { return is(*one, name); });
  return fit ? *std::move(found) : std::vector<DOMElement*>{};
}

// The octets of an element that holds nothing but base64, white space allowed in it.
std::optional<guard::Bytes> base64_of(const DOMElement& element) {
  std::string text;
  for (DOMNode* one = element.getFirstChild(); one != nullptr; one = one->getNextSibling()) {
    if (one->getNodeType() != DOMNode::TEXT_NODE) return std::nullopt;
    text += utf8(one->getNodeValue());
  }
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  auto octets = guard::from_base64(text);
  if (!octets) return std::nullopt;
  return *std::move(octets);
}

// The Algorithm of an element that has nothing else; empty otherwise.
std::string algorithm_of(const DOMElement& element) {
  const auto inside = children(element);
  if (!inside || !inside->empty() || !has_only(element, {"Algorithm"})) return {};
  return attribute(element, "Algorithm");
}

bool is_canonicalisation(std::string_view uri) {
  constexpr std::array<std::string_view, 3> kAccepted{
      "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11",
      "http://www.w3.org/2001/10/xml-exc-c14n#"};
  return std::ranges::find(kAccepted, uri) != kAccepted.end();
}

struct Digest {
  std::string_view uri;
  std::string_view name;
  std::size_t octets;
};

constexpr std::array<Digest, 3> kDigests{
    {{"http://www.w3.org/2001/04/xmlenc#sha256", "SHA256", 32},
     {"http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA384", 48},
     {"http://www.w3.org/2001/04/xmlenc#sha512", "SHA512", 64}}};

struct Method {
  std::string_view uri;
  bool is_rsa;
};

constexpr std::array<Method, 6> kMethods{
    {{"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", true},
     {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", true},
     {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", true},
     {"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", false},
     {"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", false},
     {"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", false}}};

std::expected<void, SignatureFault> read_transforms(const DOMElement& transforms) {
  constexpr std::string_view kEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
  const auto both = exactly(transforms, {"Transform", "Transform"});
  if (both.empty() || !has_only(transforms, {})) {
    return fault(Reason::kTransform, "not exactly two transforms");
  }
  if (algorithm_of(*both[0]) != kEnveloped) {
    return fault(Reason::kTransform, "the first transform is not enveloped-signature");
  }
  if (!is_canonicalisation(algorithm_of(*both[1]))) {
    return fault(Reason::kTransform,
                 "the second transform is not a canonicalisation without comments");
  }
  return {};
}

std::expected<void, SignatureFault> read_reference(const DOMElement& reference,
                                                   SignatureElement& found) {
  const auto parts = exactly(reference, {"Transforms", "DigestMethod", "DigestValue"});
  if (parts.empty() || !has_only(reference, {"URI", "Id"})) {
    return fault(Reason::kStructure, "a Reference with other parts");
  }
  if (!reference.hasAttribute(u"URI") || !attribute(reference, "URI").empty()) {
    return fault(Reason::kReference, "a reference to something else than the whole document");
  }
  if (auto read = read_transforms(*parts[0]); !read) return read;
  const auto digest = std::ranges::find(kDigests, algorithm_of(*parts[1]), &Digest::uri);
  if (digest == kDigests.end()) {
    return fault(Reason::kAlgorithm, "a digest that is none of SHA-256, SHA-384, SHA-512");
  }
  auto value = base64_of(*parts[2]);
  if (!value || value->size() != digest->octets || !has_only(*parts[2], {})) {
    return fault(Reason::kStructure, "a digest value of another size, or not base64");
  }
  found.digest = digest->name;
  found.digest_value = *std::move(value);
  return {};
}

std::expected<void, SignatureFault> read_signed_info(const DOMElement& signed_info,
                                                     SignatureElement& found) {
  const auto parts = children(signed_info);
  if (!parts || parts->size() < 3 || !is(*(*parts)[0], "CanonicalizationMethod") ||
      !is(*(*parts)[1], "SignatureMethod") || !has_only(signed_info, {"Id"})) {
    return fault(Reason::kStructure, "a SignedInfo with other parts");
  }
  if (!is_canonicalisation(algorithm_of(*(*parts)[0]))) {
    return fault(Reason::kAlgorithm, "not a canonicalisation without comments");
  }
  const auto method = std::ranges::find(kMethods, algorithm_of(*(*parts)[1]), &Method::uri);
  if (method == kMethods.end()) {
    return fault(Reason::kAlgorithm,
                 "a signature method that is none of RSA and ECDSA with "
                 "SHA-256, SHA-384 or SHA-512");
  }
  found.is_rsa = method->is_rsa;
  if (parts->size() > 3 || !is(*(*parts)[2], "Reference")) {
    return fault(Reason::kReference, "not exactly one Reference");
  }
  return read_reference(*(*parts)[2], found);
}

std::expected<void, SignatureFault> read_key_info(const DOMElement& key_info,
                                                  SignatureElement& found) {
  const auto data = exactly(key_info, {"X509Data"});
  if (data.empty() || !has_only(key_info, {"Id"}) || !has_only(*data[0], {})) {
    return fault(Reason::kNoCertificate, "a KeyInfo that is not one X509Data");
  }
  const auto parts = children(*data[0]);
  if (!parts || parts->empty()) return fault(Reason::kNoCertificate, "an X509Data without any");
  if (parts->size() > kMaxCertificates) {
    return fault(Reason::kTooLarge, std::to_string(parts->size()) + " certificates");
  }
  for (const DOMElement* one : *parts) {
    auto der = base64_of(*one);
    if (!is(*one, "X509Certificate") || !has_only(*one, {}) || !der || der->empty()) {
      return fault(Reason::kNoCertificate, "an X509Data with something else than certificates");
    }
    found.certificates.push_back(*std::move(der));
  }
  return {};
}

// Every element of the signature namespace stands in the one Signature.
std::expected<DOMElement*, SignatureFault> only_signature(const xercesc::DOMDocument& document) {
  const xercesc::TranscodeFromStr ns(reinterpret_cast<const XMLByte*>(kDsigNamespace),
                                     std::string_view(kDsigNamespace).size(), "UTF-8");
  const xercesc::DOMNodeList* all = document.getElementsByTagNameNS(ns.str(), u"Signature");
  const DOMElement* root = document.getDocumentElement();
  if (root == nullptr) return fault(Reason::kNotXml, "no element");
  if (all->getLength() > 1) {
    return fault(Reason::kMoreThanOne, std::to_string(all->getLength()) + " signatures");
  }
  if (all->getLength() == 0) return fault(Reason::kUnsigned, "no signature");
  auto* one = static_cast<DOMElement*>(all->item(0));
  if (one->getParentNode() != root) {
    return fault(Reason::kPlace, "the signature is not a child of the document's element");
  }
  const XMLSize_t everywhere = document.getElementsByTagNameNS(ns.str(), u"*")->getLength();
  if (everywhere != one->getElementsByTagNameNS(ns.str(), u"*")->getLength() + 1) {
    return fault(Reason::kPlace, "a part of a signature outside it");
  }
  return one;
}

}  // namespace

std::expected<SignatureElement, SignatureFault> find_signature(
    const xercesc::DOMDocument& document) {
  if (document.getDoctype() != nullptr) return fault(Reason::kNotXml, "a document type");
  const auto element = only_signature(document);
  if (!element) return std::unexpected(element.error());
  SignatureElement found{.element = *element};
  const auto parts = exactly(**element, {"SignedInfo", "SignatureValue", "KeyInfo"});
  if (parts.empty() || !has_only(**element, {"Id"}) || !has_only(*parts[1], {"Id"})) {
    return fault(Reason::kStructure,
                 "a signature of something else than SignedInfo, SignatureValue and KeyInfo");
  }
  if (auto read = read_signed_info(*parts[0], found); !read) return std::unexpected(read.error());
  if (const auto value = base64_of(*parts[1]); !value || value->empty()) {
    return fault(Reason::kStructure, "a signature value that is not base64");
  }
  if (auto read = read_key_info(*parts[2], found); !read) return std::unexpected(read.error());
  return found;
}

}  // namespace labels::signature
