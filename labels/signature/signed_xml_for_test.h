// sign_xml: signs documents for tests, well or badly. Needs an XmlSecurity that is alive.
#pragma once

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <xercesc/dom/DOM.hpp>
#include <xercesc/framework/MemBufFormatTarget.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/parsers/XercesDOMParser.hpp>
#include <xercesc/util/TransService.hpp>
#include <xsec/dsig/DSIGKeyInfoX509.hpp>
#include <xsec/dsig/DSIGReference.hpp>
#include <xsec/dsig/DSIGSignature.hpp>
#include <xsec/enc/OpenSSL/OpenSSLCryptoKeyEC.hpp>
#include <xsec/enc/OpenSSL/OpenSSLCryptoKeyRSA.hpp>
#include <xsec/framework/XSECProvider.hpp>

#include "guard/base/base64.h"
#include "labels/signature/signer_for_test.h"

namespace labels::signature::test {

inline constexpr const char* kMore = "http://www.w3.org/2001/04/xmldsig-more#";
inline constexpr const char* kC14n = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
inline constexpr const char* kC14nComments =
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
inline constexpr const char* kC14n11 = "http://www.w3.org/2006/12/xml-c14n11";
inline constexpr const char* kExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";

struct SignXml {
  std::string canonicalisation = kExclusive;
  std::string transform = kExclusive;  // empty: none after the enveloped one
  bool enveloped = true;
  std::string method = std::string(kMore) + "ecdsa-sha256";
  std::string digest = "http://www.w3.org/2001/04/xmlenc#sha256";
  std::string uri = "";
  int references = 1;
  const X509* also = nullptr;  // a second certificate
};

class Wide {
 public:
  explicit Wide(std::string_view text)
      : text_(reinterpret_cast<const XMLByte*>(text.data()), text.size(), "UTF-8") {}
  [[nodiscard]] const XMLCh* get() const { return text_.str(); }

 private:
  xercesc::TranscodeFromStr text_;
};

inline std::string base64_of(const X509* certificate) {
  unsigned char* out = nullptr;
  const int size = i2d_X509(certificate, &out);
  must(size > 0);
  const std::string text = guard::to_base64({out, static_cast<std::size_t>(size)});
  OPENSSL_free(out);
  return text;
}

// EcKey signs in the place of the library, whose own function leaks (2.0.4); the leak checker would
// fail the tests for it. SPEC: RFC 4050 3.3, r and s of the same length, one behind the other.
class EcKey : public OpenSSLCryptoKeyEC {
 public:
  explicit EcKey(EVP_PKEY* key) : OpenSSLCryptoKeyEC(key), key_(key) {}

  unsigned int signBase64SignatureDSA(unsigned char* hash, unsigned int hash_size, char* out,
                                      unsigned int out_size) const override {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new(key_, nullptr), EVP_PKEY_CTX_free);
    guard::Bytes der(256);
    std::size_t size = der.size();
    must(EVP_PKEY_sign_init(context.get()) == 1 &&
         EVP_PKEY_sign(context.get(), der.data(), &size, hash, hash_size) == 1);
    const unsigned char* next = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
        d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(size)), ECDSA_SIG_free);
    must(signature != nullptr);
    const int half = (EVP_PKEY_get_bits(key_) + 7) / 8;
    guard::Bytes both(static_cast<std::size_t>(half) * 2);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), both.data(), half);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), both.data() + half, half);
    const std::string text = guard::to_base64(both);
    must(text.size() < out_size);
    text.copy(out, text.size());
    out[text.size()] = '\0';
    return static_cast<unsigned>(text.size());
  }

 private:
  EVP_PKEY* key_;
};

inline XSECCryptoKey* key_of(const Identity& signer) {
  if (EVP_PKEY_get_base_id(signer.key.get()) == EVP_PKEY_RSA) {
    return new OpenSSLCryptoKeyRSA(signer.key.get());
  }
  return new EcKey(signer.key.get());
}

inline std::string written(xercesc::DOMDocument& document) {
  auto* implementation = static_cast<xercesc::DOMImplementationLS*>(
      xercesc::DOMImplementationRegistry::getDOMImplementation(u"LS"));
  xercesc::DOMLSSerializer* serializer = implementation->createLSSerializer();
  xercesc::DOMLSOutput* output = implementation->createLSOutput();
  xercesc::MemBufFormatTarget target;
  output->setByteStream(&target);
  serializer->write(&document, output);
  output->release();
  serializer->release();
  return {reinterpret_cast<const char*>(target.getRawBuffer()), target.getLen()};
}

struct ReleaseMade {
  XSECProvider* provider = nullptr;
  void operator()(DSIGSignature* one) const { provider->releaseSignature(one); }
};

// sign_xml returns the document with a Signature, in the prefix ds, as its element's last child.
inline std::string sign_xml(std::string_view text, const Identity& signer,
                            const SignXml& how = {}) {
  xercesc::XercesDOMParser parser;
  parser.setDoNamespaces(true);
  const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()),
                                          text.size(), "document");
  parser.parse(source);
  xercesc::DOMDocument* document = parser.getDocument();
  XSECProvider provider;
  const std::unique_ptr<DSIGSignature, ReleaseMade> signature(provider.newSignature(),
                                                              ReleaseMade{.provider = &provider});
  signature->setDSIGNSPrefix(u"ds");
  signature->setPrettyPrint(false);
  xercesc::DOMElement* element = signature->createBlankSignature(
      document, Wide(how.canonicalisation).get(), Wide(how.method).get());
  document->getDocumentElement()->appendChild(element);
  if (how.uri == "#x") document->getDocumentElement()->setAttribute(u"Id", u"x");
  for (int i = 0; i < how.references; ++i) {
    DSIGReference* reference = signature->createReference(
        Wide(how.uri == "#x" ? "" : how.uri).get(), Wide(how.digest).get());
    if (how.enveloped) reference->appendEnvelopedSignatureTransform();
    if (!how.transform.empty()) {
      reference->appendCanonicalizationTransform(Wide(how.transform).get());
    }
  }
  DSIGKeyInfoX509* data = signature->appendX509Data();
  data->appendX509Certificate(Wide(base64_of(signer.certificate.get())).get());
  if (how.also != nullptr) data->appendX509Certificate(Wide(base64_of(how.also)).get());
  signature->setSigningKey(key_of(signer));
  signature->sign();
  if (how.uri == "#x") {
    auto* reference = static_cast<xercesc::DOMElement*>(
        element->getElementsByTagNameNS(u"http://www.w3.org/2000/09/xmldsig#", u"Reference")
            ->item(0));
    reference->setAttribute(u"URI", u"#x");
  }
  return written(*document);
}

}  // namespace labels::signature::test
