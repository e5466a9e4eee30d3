#include "labels/signature/detached.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <memory>
#include <string_view>
#include <utility>

#include "labels/signature/openssl_ptr.h"

namespace labels::signature {
namespace {

using Reason = SignatureReason;

std::unexpected<SignatureFault> fault(Reason reason, std::string what) {
  ERR_clear_error();
  return std::unexpected(SignatureFault{reason, std::move(what)});
}

BioPtr reader(guard::BytesView bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

CmsPtr from_der(guard::BytesView der) {
  const unsigned char* next = der.data();
  CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &next, static_cast<long>(der.size())));
  return next == der.data() + der.size() ? std::move(cms) : nullptr;
}

struct OpensslText {
  void operator()(void* text) const { OPENSSL_free(text); }
};

// SPEC: RFC 7468 8 and 9.
CmsPtr from_pem(guard::BytesView pem) {
  const BioPtr in = reader(pem);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(in.get(), &name, &header, &data, &size) != 1) return nullptr;
  const std::unique_ptr<char, OpensslText> name_owner(name);
  const std::unique_ptr<char, OpensslText> header_owner(header);
  const std::unique_ptr<unsigned char, OpensslText> data_owner(data);
  const std::string_view label(name);
  const bool is_cms = (label == "CMS" || label == "PKCS7") && *header == '\0';
  if (!is_cms || BIO_eof(in.get()) != 1 || size < 0) return nullptr;
  return from_der({data, static_cast<std::size_t>(size)});
}

CmsPtr parse(guard::BytesView signature) {
  return guard::as_text(signature).starts_with("-----BEGIN ") ? from_pem(signature)
                                                              : from_der(signature);
}

bool is_strong_digest(int nid) {
  return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

// The signature algorithm names RSA or ECDSA, alone or with the very digest that is named.
std::expected<void, SignatureFault> check_algorithms(CMS_SignerInfo* signer) {
  X509_ALGOR* digest = nullptr;
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, &algorithm);
  const ASN1_OBJECT* digest_id = nullptr;
  const ASN1_OBJECT* algorithm_id = nullptr;
  X509_ALGOR_get0(&digest_id, nullptr, nullptr, digest);
  X509_ALGOR_get0(&algorithm_id, nullptr, nullptr, algorithm);
  const int digest_nid = OBJ_obj2nid(digest_id);
  if (!is_strong_digest(digest_nid)) {
    return fault(Reason::kAlgorithm, "a digest that is none of SHA-256, SHA-384, SHA-512");
  }
  const int nid = OBJ_obj2nid(algorithm_id);
  int with_digest = NID_undef;
  int with_key = NID_undef;
  const bool both = OBJ_find_sigid_algs(nid, &with_digest, &with_key) == 1;
  const bool is_rsa = nid == NID_rsaEncryption || (both && with_key == NID_rsaEncryption);
  const bool is_ecdsa = both && with_key == NID_X9_62_id_ecPublicKey;
  if (!is_rsa && !is_ecdsa) {
    return fault(Reason::kAlgorithm, "a signature algorithm that is neither RSA nor ECDSA");
  }
  if (both && with_digest != digest_nid) {
    return fault(Reason::kAlgorithm, "a signature algorithm for another digest");
  }
  return {};
}

std::expected<CMS_SignerInfo*, SignatureFault> only_signer(CMS_ContentInfo* cms) {
  if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || CMS_is_detached(cms) != 1) {
    return fault(Reason::kNotCms, "not a detached CMS SignedData");
  }
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms);
  const int count = sk_CMS_SignerInfo_num(signers);
  if (count < 1) return fault(Reason::kUnsigned, "a CMS SignedData without a signer");
  if (count > 1) return fault(Reason::kMoreThanOne, std::to_string(count) + " signers");
  return sk_CMS_SignerInfo_value(signers, 0);
}

std::expected<X509*, SignatureFault> certificate_of(CMS_SignerInfo* signer,
                                                    STACK_OF(X509) * certificates) {
  const int count = certificates == nullptr ? 0 : sk_X509_num(certificates);
  if (count > static_cast<int>(kMaxCertificates)) {
    return fault(Reason::kTooLarge, std::to_string(count) + " certificates");
  }
  for (int i = 0; i < count; ++i) {
    X509* one = sk_X509_value(certificates, i);
    if (CMS_SignerInfo_cert_cmp(signer, one) == 0) return one;
  }
  return fault(Reason::kNoCertificate, "the signer's certificate is not with the signature");
}

}  // namespace

std::expected<std::string, SignatureFault> verify_detached(guard::BytesView document,
                                                           guard::BytesView signature,
                                                           const TrustAnchors& anchors,
                                                           std::int64_t at) {
  if (document.size() > kMaxDocument) return fault(Reason::kTooLarge, "the document");
  if (signature.size() > kMaxCms) return fault(Reason::kTooLarge, "the signature");
  const CmsPtr cms = parse(signature);
  if (cms == nullptr) return fault(Reason::kNotCms, "not a CMS structure, or bytes behind it");
  const auto signer = only_signer(cms.get());
  if (!signer) return std::unexpected(signer.error());
  if (auto checked = check_algorithms(*signer); !checked) {
    return std::unexpected(checked.error());
  }
  const CertificatesPtr certificates(CMS_get1_certs(cms.get()));
  const auto certificate = certificate_of(*signer, certificates.get());
  if (!certificate) return std::unexpected(certificate.error());
  auto name = anchors.check(*certificate, certificates.get(), at);
  if (!name) return name;
  CMS_SignerInfo_set1_signer_cert(*signer, *certificate);
  // Signed attributes hold the document's digest, so that the two faults can be told apart.
  const bool has_attributes = CMS_signed_get_attr_count(*signer) >= 0;
  if (has_attributes && CMS_SignerInfo_verify(*signer) != 1) {
    return fault(Reason::kSignature, "not made with the signer's key");
  }
  // Through a filter that does nothing: of a bare memory BIO CMS_verify makes a copy, and loses it
  // where the list of digest algorithms holds one that it does not know (OpenSSL 3.0).
  const BioPtr content(BIO_push(BIO_new(BIO_f_null()), reader(document).release()));
  // The certificate has been judged above, by rules of our own.
  constexpr unsigned kFlags = CMS_BINARY | CMS_DETACHED | CMS_NO_SIGNER_CERT_VERIFY;
  if (CMS_verify(cms.get(), nullptr, nullptr, content.get(), nullptr, kFlags) != 1) {
    return has_attributes
               ? fault(Reason::kDigest, "the document is not the one that was signed")
               : fault(Reason::kSignature, "another document, or not made with the signer's key");
  }
  return name;
}

}  // namespace labels::signature
