#include "labels/signature/enveloped.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/parsers/XercesDOMParser.hpp>
#include <xercesc/sax/ErrorHandler.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/SecurityManager.hpp>
#include <xsec/dsig/DSIGReference.hpp>
#include <xsec/dsig/DSIGReferenceList.hpp>
#include <xsec/dsig/DSIGSignature.hpp>
#include <xsec/enc/OpenSSL/OpenSSLCryptoX509.hpp>
#include <xsec/enc/XSECCryptoException.hpp>
#include <xsec/framework/XSECException.hpp>
#include <xsec/framework/XSECProvider.hpp>
#include <xsec/utils/XSECBinTXFMInputStream.hpp>
#include <xsec/utils/XSECPlatformUtils.hpp>

#include "guard/base/base64.h"
#include "labels/signature/detached.h"
#include "labels/signature/openssl_ptr.h"
#include "labels/signature/signature_element.h"

namespace labels::signature {
namespace {

using Reason = SignatureReason;

std::unexpected<SignatureFault> fault(Reason reason, std::string what) {
  return std::unexpected(SignatureFault{reason, std::move(what)});
}

// Any message at all refuses the document.
class Strict : public xercesc::ErrorHandler {
 public:
  void warning(const xercesc::SAXParseException& one) override { throw one; }
  void error(const xercesc::SAXParseException& one) override { throw one; }
  void fatalError(const xercesc::SAXParseException& one) override { throw one; }
  void resetErrors() override {}
};

struct Release {
  void operator()(xercesc::DOMDocument* one) const { one->release(); }
};
using DocumentPtr = std::unique_ptr<xercesc::DOMDocument, Release>;

// nullptr where the text is not well-formed, or has a document type.
DocumentPtr parse(std::string_view text) {
  if (text.find("<!DOCTYPE") != std::string_view::npos) return nullptr;
  xercesc::XercesDOMParser parser;
  Strict strict;
  xercesc::SecurityManager limits;
  constexpr XMLSize_t kExpansions = 1'000'000;  // counts the predefined entities too
  limits.setEntityExpansionLimit(kExpansions);
  parser.setErrorHandler(&strict);
  parser.setSecurityManager(&limits);
  parser.setDoNamespaces(true);
  parser.setDoSchema(false);
  parser.setValidationScheme(xercesc::XercesDOMParser::Val_Never);
  parser.setLoadExternalDTD(false);
  parser.setLoadSchema(false);
  parser.setDisableDefaultEntityResolution(true);
  parser.setCreateEntityReferenceNodes(false);
  const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()),
                                          text.size(), "document");
  try {
    parser.parse(source);
    return DocumentPtr(parser.adoptDocument());
  } catch (const xercesc::SAXParseException&) {
    return nullptr;
  } catch (const xercesc::XMLException&) {
    return nullptr;
  }
}

struct Chain {
  CertificatePtr signer;
  CertificatesPtr others;
};

std::optional<Chain> chain_of(const SignatureElement& found) {
  Chain chain{.signer = nullptr, .others = CertificatesPtr(sk_X509_new_null())};
  for (const guard::Bytes& der : found.certificates) {
    const unsigned char* next = der.data();
    CertificatePtr one(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
    if (one == nullptr || next != der.data() + der.size()) return std::nullopt;
    if (chain.signer == nullptr) {
      chain.signer = std::move(one);
    } else {
      sk_X509_push(chain.others.get(), one.release());
    }
  }
  return chain;
}

bool fits(const X509* certificate, bool is_rsa) {
  const int type = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate));
  return type == (is_rsa ? EVP_PKEY_RSA : EVP_PKEY_EC);
}

// The octets that the one reference stands for, after its transforms.
std::string digested(const DSIGReference& reference) {
  const std::unique_ptr<XSECBinTXFMInputStream> in(reference.makeBinInputStream());
  std::string octets;
  std::array<XMLByte, 16'384> block{};
  while (const XMLSize_t size = in->readBytes(block.data(), block.size())) {
    octets.append(reinterpret_cast<const char*>(block.data()), size);
  }
  return octets;
}

// Whether those octets have the digest that was signed, reckoned here once more: they are what is
// read, so that nothing may lie between.
bool has_digest(const std::string& octets, const SignatureElement& found) {
  guard::Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  const EVP_MD* algorithm = EVP_get_digestbyname(found.digest.c_str());
  if (algorithm == nullptr ||
      EVP_Digest(octets.data(), octets.size(), digest.data(), &size, algorithm, nullptr) != 1) {
    return false;
  }
  digest.resize(size);
  return digest == found.digest_value;
}

// The provider makes signatures, and does not release them by itself.
struct ReleaseSignature {
  XSECProvider* provider = nullptr;
  void operator()(DSIGSignature* one) const { provider->releaseSignature(one); }
};

std::expected<std::string, SignatureFault> check(xercesc::DOMDocument& document,
                                                 const SignatureElement& found) {
  XSECProvider provider;
  const std::unique_ptr<DSIGSignature, ReleaseSignature> signature(
      provider.newSignatureFromDOM(&document, found.element),
      ReleaseSignature{.provider = &provider});
  signature->load();
  OpenSSLCryptoX509 certificate;
  const std::string base64 = guard::to_base64(found.certificates.front());
  certificate.loadX509Base64Bin(base64.data(), static_cast<unsigned>(base64.size()));
  signature->setSigningKey(certificate.clonePublicKey());
  if (!signature->verifySignatureOnly()) {
    return fault(Reason::kSignature, "not made with the signer's key");
  }
  const DSIGReferenceList* references = signature->getReferenceList();
  if (references->getSize() != 1) return fault(Reason::kReference, "not exactly one Reference");
  std::string octets = digested(*references->item(0));
  if (!signature->verify() || !has_digest(octets, found)) {
    return fault(Reason::kDigest, "the document is not the one that was signed");
  }
  return octets;
}

}  // namespace

XmlSecurity::XmlSecurity() {
  // Xerces reads it when a parser is made; there is no other switch for document types.
  setenv("XERCES_DISABLE_DTD", "1", 1);
  xercesc::XMLPlatformUtils::Initialize();
  XSECPlatformUtils::Initialise();
}

XmlSecurity::~XmlSecurity() {
  XSECPlatformUtils::Terminate();
  xercesc::XMLPlatformUtils::Terminate();
}

std::expected<VerifiedDocument, SignatureFault> XmlSecurity::verify(std::string_view text,
                                                                    const TrustAnchors& anchors,
                                                                    std::int64_t at) const {
  if (text.size() > kMaxDocument) return fault(Reason::kTooLarge, "the document");
  try {
    const DocumentPtr document = parse(text);
    if (document == nullptr) return fault(Reason::kNotXml, "not well-formed");
    const auto found = find_signature(*document);
    if (!found) return std::unexpected(found.error());
    const auto chain = chain_of(*found);
    if (!chain) return fault(Reason::kNoCertificate, "a certificate that cannot be read");
    auto signer = anchors.check(chain->signer.get(), chain->others.get(), at);
    if (!signer) return std::unexpected(signer.error());
    if (!fits(chain->signer.get(), found->is_rsa)) {
      return fault(Reason::kAlgorithm, "a signature method for another kind of key");
    }
    auto octets = check(*document, *found);
    if (!octets) return std::unexpected(octets.error());
    return VerifiedDocument{.text = *std::move(octets), .signer = *std::move(signer)};
  } catch (const XSECException& error) {
    return fault(Reason::kStructure, "refused by the XML signature library");
  } catch (const XSECCryptoException& error) {
    return fault(Reason::kSignature, "refused by the XML signature library");
  } catch (const xercesc::DOMException& error) {
    return fault(Reason::kStructure, "refused by the XML library");
  } catch (const xercesc::XMLException& error) {
    return fault(Reason::kNotXml, "refused by the XML library");
  }
}

}  // namespace labels::signature
