// Certificates with subjectDirectoryAttributes, made with libcrypto, so that none has to be kept.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "guard/base/bytes.h"
#include "guard/base/hex.h"
#include "labels/der_writer_for_test.h"

namespace labels::test {

inline const std::string kClearanceType = "0603550437";  // 2.5.4.55, as an element

// attribute writes an Attribute with these values.
inline std::string attribute(const std::string& type, const std::string& values) {
  return sequence(type + set(values));
}

struct CertificateOctets {
  guard::Bytes der;
  std::string pem;
};

// A self-signed certificate with these subjectDirectoryAttributes, or without the extension.
inline CertificateOctets certificate(const std::vector<std::string>& extensions) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  X509_set_pubkey(x509.get(), key.get());
  for (const std::string& hex : extensions) {
    const guard::Bytes octets = *guard::from_hex(hex);
    const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> data(
        ASN1_OCTET_STRING_new(), ASN1_OCTET_STRING_free);
    ASN1_OCTET_STRING_set(data.get(), octets.data(), static_cast<int>(octets.size()));
    X509_EXTENSION* extension =
        X509_EXTENSION_create_by_NID(nullptr, NID_subject_directory_attributes, 0, data.get());
    X509_add_ext(x509.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(x509.get(), key.get(), nullptr);
  CertificateOctets made;
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509.get(), &der);
  made.der.assign(der, der + size);
  OPENSSL_free(der);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_X509(bio.get(), x509.get());
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  made.pem.assign(text, static_cast<std::size_t>(length));
  return made;
}

inline CertificateOctets with_attributes(const std::string& attributes) {
  return certificate({sequence(attributes)});
}

}  // namespace labels::test
