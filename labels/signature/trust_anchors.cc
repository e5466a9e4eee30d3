#include "labels/signature/trust_anchors.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "labels/signature/openssl_ptr.h"

namespace labels::signature {
namespace {

using Reason = SignatureReason;

std::unexpected<SignatureFault> fault(Reason reason, std::string what) {
  ERR_clear_error();
  return std::unexpected(SignatureFault{reason, std::move(what)});
}

std::string subject_of(const X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

// X509_get_key_usage gives all bits where there is no such extension.
bool is_for_signing(X509* certificate) {
  constexpr std::uint32_t kSigning = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
  if ((X509_get_key_usage(certificate) & kSigning) == 0) return false;
  const std::unique_ptr<EXTENDED_KEY_USAGE, decltype(&EXTENDED_KEY_USAGE_free)> usages(
      static_cast<EXTENDED_KEY_USAGE*>(
          X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)),
      EXTENDED_KEY_USAGE_free);
  if (usages == nullptr) return X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1) < 0;
  constexpr std::string_view kDocumentSigning = "1.3.6.1.5.5.7.3.36";  // SPEC: RFC 9336
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    const ASN1_OBJECT* usage = sk_ASN1_OBJECT_value(usages.get(), i);
    const int nid = OBJ_obj2nid(usage);
    if (nid == NID_email_protect || nid == NID_code_sign || nid == NID_anyExtendedKeyUsage) {
      return true;
    }
    std::array<char, 64> dotted{};
    OBJ_obj2txt(dotted.data(), static_cast<int>(dotted.size()), usage, 1);
    if (kDocumentSigning == dotted.data()) return true;
  }
  return false;
}

}  // namespace

struct TrustAnchors::Store {
  StorePtr store{X509_STORE_new()};
};

TrustAnchors::TrustAnchors(std::unique_ptr<Store> store) : store_(std::move(store)) {}
TrustAnchors::TrustAnchors(TrustAnchors&&) noexcept = default;
TrustAnchors& TrustAnchors::operator=(TrustAnchors&&) noexcept = default;
TrustAnchors::~TrustAnchors() = default;

std::expected<TrustAnchors, SignatureFault> TrustAnchors::from_pem(std::string_view pem) {
  auto store = std::make_unique<Store>();
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  int count = 0;
  for (;;) {
    const CertificatePtr one(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (one == nullptr) break;
    if (X509_STORE_add_cert(store->store.get(), one.get()) != 1) {
      return fault(Reason::kNoCertificate, "a trust anchor that cannot be used");
    }
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return fault(Reason::kNoCertificate, "a trust anchor that cannot be read");
  if (count == 0) return fault(Reason::kNoCertificate, "no trust anchor, expected PEM");
  return TrustAnchors(std::move(store));
}

std::expected<void, SignatureFault> check_key(const X509* certificate) {
  constexpr int kMinRsa = 2'048;
  constexpr int kMaxRsa = 16'384;
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  const int type = key == nullptr ? NID_undef : EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_ED25519) return {};
  if (type == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits >= kMinRsa && bits <= kMaxRsa) return {};
    return fault(Reason::kWeakKey, "an RSA key of " + std::to_string(bits) + " bits");
  }
  if (type == EVP_PKEY_EC) {
    std::array<char, 64> group{};
    std::size_t size = 0;
    EVP_PKEY_get_group_name(key, group.data(), group.size(), &size);
    const int nid = OBJ_txt2nid(group.data());
    if (nid == NID_X9_62_prime256v1 || nid == NID_secp384r1 || nid == NID_secp521r1) return {};
  }
  return fault(Reason::kWeakKey, "a key that is none of RSA, P-256, P-384, P-521 and Ed25519");
}

std::expected<std::string, SignatureFault> TrustAnchors::check(X509* signer,
                                                               STACK_OF(X509) * others,
                                                               std::int64_t at) const {
  if (auto checked = check_key(signer); !checked) return std::unexpected(checked.error());
  const std::string subject = subject_of(signer);
  if (!is_for_signing(signer)) {
    return fault(Reason::kCertificate, subject + ": not for signing documents");
  }
  constexpr int kLevel = 2;  // of OpenSSL: keys of 112 bits, no digest that is weaker
  constexpr int kDepth = 8;
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (context == nullptr ||
      X509_STORE_CTX_init(context.get(), store_->store.get(), signer, others) != 1) {
    return fault(Reason::kCertificate, subject + ": cannot be judged");
  }
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, at);
  X509_VERIFY_PARAM_set_auth_level(rules, kLevel);
  X509_VERIFY_PARAM_set_depth(rules, kDepth);
  // An anchor need not sign itself: the signer's own certificate may be one.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_X509_STRICT);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    return fault(Reason::kCertificate, subject + ": " + X509_verify_cert_error_string(error));
  }
  return subject;
}

}  // namespace labels::signature
