// Authorities and signers for tests: keys and certificates made on the spot.
#pragma once

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "guard/base/bytes.h"
#include "labels/signature/openssl_ptr.h"
#include "labels/signature/trust_anchors.h"

namespace labels::signature::test {

inline constexpr std::int64_t kNow = 1'767'225'600;  // 2026-01-01
inline constexpr std::int64_t kYear = 365 * 86'400;

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyFree>;

struct Identity {
  KeyPtr key;
  CertificatePtr certificate;
};

inline void must(bool happened) {
  if (!happened) throw std::runtime_error("OpenSSL does not make test material");
}

inline KeyPtr p256() { return KeyPtr(EVP_EC_gen("P-256")); }
inline KeyPtr p224() { return KeyPtr(EVP_EC_gen("P-224")); }
inline KeyPtr rsa(unsigned bits) { return KeyPtr(EVP_RSA_gen(bits)); }
inline KeyPtr ed25519() { return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

struct Wish {
  std::string name = "Signer";
  std::int64_t not_before = kNow - kYear;
  std::int64_t not_after = kNow + kYear;
  std::string key_usage = "critical,digitalSignature";
  std::string extended_key_usage = "";
  bool authority = false;
};

inline void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// issue makes a certificate for `key`, signed by `issuer`, or by itself where there is none.
inline Identity issue(KeyPtr key, const Wish& wish, const Identity* issuer = nullptr) {
  static long serial = 1;
  Identity made{.key = std::move(key), .certificate = CertificatePtr(X509_new())};
  X509* one = made.certificate.get();
  X509_set_version(one, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(one), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(one), wish.not_before);
  ASN1_TIME_set(X509_getm_notAfter(one), wish.not_after);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(one), "CN", MBSTRING_UTF8,
                             guard::as_bytes(wish.name).data(), -1, -1, 0);
  X509* by = issuer == nullptr ? one : issuer->certificate.get();
  X509_set_issuer_name(one, X509_get_subject_name(by));
  X509_set_pubkey(one, made.key.get());
  add_extension(one, by, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  add_extension(one, by, NID_subject_key_identifier, "hash");
  add_extension(one, by, NID_authority_key_identifier, "keyid:always");
  add_extension(one, by, NID_key_usage, wish.key_usage);
  if (!wish.extended_key_usage.empty()) {
    add_extension(one, by, NID_ext_key_usage, wish.extended_key_usage);
  }
  EVP_PKEY* signing_key = issuer == nullptr ? made.key.get() : issuer->key.get();
  const bool own_digest = EVP_PKEY_get_base_id(signing_key) == EVP_PKEY_ED25519;
  must(X509_sign(one, signing_key, own_digest ? nullptr : EVP_sha256()) > 0);
  return made;
}

inline Identity authority(std::string name = "Authority") {
  return issue(
      p256(),
      {.name = std::move(name), .key_usage = "critical,keyCertSign,cRLSign", .authority = true});
}

inline std::string pem(const X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(out.get(), certificate) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

inline TrustAnchors anchors(const Identity& identity) {
  auto made = TrustAnchors::from_pem(pem(identity.certificate.get()));
  must(made.has_value());
  return *std::move(made);
}

}  // namespace labels::signature::test
