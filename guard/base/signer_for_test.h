// SignerForTest: a key and a certificate of its own, made on the spot.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace guard {

struct SignerForTest {
  std::string certificate;  // PEM
  std::string key;          // PEM

  // made gives a signer whose certificate is valid for `days` from now (before, where negative);
  // `usage` is its key usage, if it has one.
  static SignerForTest made(const std::string& name, long days = 1, const char* usage = nullptr) {
    return with_key(EVP_EC_gen("P-256"), name, days, usage);
  }
  static SignerForTest rsa(const std::string& name, unsigned bits) {
    return with_key(EVP_RSA_gen(bits), name, 1, nullptr);
  }
  // of_type gives one whose key is of a type without parameters (ED25519).
  static SignerForTest of_type(const char* type, const std::string& name) {
    return with_key(EVP_PKEY_Q_keygen(nullptr, nullptr, type), name, 1, nullptr);
  }

 private:
  static SignerForTest with_key(EVP_PKEY* made, const std::string& name, long days,
                                const char* usage) {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(made, EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> one(X509_new(), X509_free);
    X509_set_version(one.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one.get()), 1 + static_cast<long>(name.size()));
    X509_gmtime_adj(X509_getm_notBefore(one.get()), -10L * 86'400);
    X509_gmtime_adj(X509_getm_notAfter(one.get()), days * 86'400);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(one.get(), X509_get_subject_name(one.get()));
    X509_set_pubkey(one.get(), key.get());
    if (usage != nullptr) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_key_usage, usage);
      X509_add_ext(one.get(), extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(one.get(), key.get(),
              EVP_PKEY_is_a(key.get(), "ED25519") == 1 ? nullptr : EVP_sha256());
    return {text([&](BIO* out) { PEM_write_bio_X509(out, one.get()); }), text([&](BIO* out) {
              PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
  }

  template <class Write>
  static std::string text(Write write) {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char* octets = nullptr;
    const long size = BIO_get_mem_data(out.get(), &octets);
    return {octets, static_cast<std::size_t>(size)};
  }
};

}  // namespace guard
