// Certificates are made here, with libcrypto, so that none has to be kept.
#include "labels/clearance_certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "guard/base/hex.h"
#include "labels/clearance_der.h"
#include "labels/der_writer_for_test.h"

namespace labels {
namespace {

using test::sequence;
using test::set;
using test::tlv;

const std::string kClearance = sequence(
    "0603883701"
    "03020348");
const std::string kAttributeType = "0603550437";  // 2.5.4.55

std::string attribute(const std::string& type, const std::string& values) {
  return sequence(type + set(values));
}

struct Octets {
  guard::Bytes der;
  std::string pem;
};

// A self-signed certificate with these subjectDirectoryAttributes, or without the extension.
Octets certificate(const std::vector<std::string>& extensions) {
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
  Octets made;
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

Octets with_attributes(const std::string& attributes) {
  return certificate({sequence(attributes)});
}

std::string found(guard::BytesView octets) {
  const auto der = clearance_in_certificate(octets);
  return der ? guard::to_hex(*der) : der.error().what;
}

TEST(ClearanceInCertificate, IsFoundInDerAndInPem) {
  const Octets made = with_attributes(attribute(kAttributeType, kClearance));
  EXPECT_EQ(found(made.der), kClearance);
  EXPECT_EQ(found(guard::as_bytes(made.pem)), kClearance);
  EXPECT_EQ(found(guard::as_bytes("some text\n" + made.pem)), kClearance);
  EXPECT_TRUE(is_certificate(made.der));
  EXPECT_TRUE(is_certificate(guard::as_bytes(made.pem)));
  EXPECT_FALSE(is_certificate(*guard::from_hex(kClearance)));
  EXPECT_TRUE(read_clearance_der(*clearance_in_certificate(made.der)).has_value());
}

TEST(ClearanceInCertificate, IsFoundUnderTheOldTypeAndBesideOthers) {
  EXPECT_EQ(found(with_attributes(attribute("060455010537", kClearance)).der), kClearance);
  EXPECT_EQ(found(with_attributes(attribute("0603550406", "13024742") +
                                  attribute(kAttributeType, kClearance))
                      .der),
            kClearance);
}

TEST(ClearanceInCertificate, MustBeThereOnce) {
  EXPECT_EQ(found(certificate({}).der), "a certificate without subjectDirectoryAttributes");
  EXPECT_EQ(found(with_attributes(attribute("0603550406", "13024742")).der),
            "subjectDirectoryAttributes without a clearance");
  EXPECT_EQ(found(with_attributes("").der), "subjectDirectoryAttributes without a clearance");
  const std::string one = attribute(kAttributeType, kClearance);
  EXPECT_EQ(found(with_attributes(one + one).der),
            "subjectDirectoryAttributes with two clearances");
  EXPECT_EQ(found(certificate({sequence(one), sequence(one)}).der),
            "a certificate with two subjectDirectoryAttributes");
}

TEST(ClearanceInCertificate, HasNothingBehindTheAttributes) {
  const std::string one = sequence(attribute(kAttributeType, kClearance));
  EXPECT_EQ(found(certificate({one}).der), kClearance);
  EXPECT_NE(found(certificate({one + "0500"}).der).find("malformed (trailing-bytes"),
            std::string::npos);
}

TEST(ClearanceInCertificate, HasExactlyOneValue) {
  EXPECT_EQ(found(with_attributes(attribute(kAttributeType, "")).der),
            "subjectDirectoryAttributes that are malformed (truncated at octet 11)");
  EXPECT_NE(found(with_attributes(attribute(kAttributeType, kClearance + kClearance)).der)
                .find("trailing-bytes"),
            std::string::npos);
}

TEST(ClearanceInCertificate, IsFoundInAnAttributeCertificate) {
  const auto attribute_certificate = [](const std::string& attributes, const std::string& issuer) {
    return sequence(sequence("020101" + sequence("") + issuer + sequence("06032b6570") + "020105" +
                             sequence("") + sequence(attributes)) +
                    sequence("06032b6570") + "030100");
  };
  const std::string one = attribute(kAttributeType, kClearance);
  const guard::Bytes der = *guard::from_hex(attribute_certificate(one, tlv("a0", "")));
  EXPECT_EQ(found(der), kClearance);
  EXPECT_EQ(found(*guard::from_hex(attribute_certificate(one, sequence("")))), kClearance);
  EXPECT_EQ(found(*guard::from_hex(attribute_certificate(one, tlv("a0", "")) + "00")),
            "neither a certificate nor an attribute certificate");
  EXPECT_EQ(found(*guard::from_hex(attribute_certificate("", tlv("a0", "")))),
            "an attribute certificate without a clearance");
  EXPECT_EQ(found(*guard::from_hex(attribute_certificate(one, "0500"))),
            "neither a certificate nor an attribute certificate");
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio(bio.get(), "ATTRIBUTE CERTIFICATE", "", der.data(), static_cast<long>(der.size()));
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  EXPECT_EQ(found(guard::as_bytes({text, static_cast<std::size_t>(length)})), kClearance);
}

TEST(ClearanceInCertificate, WhatIsNoCertificateIsRefused) {
  EXPECT_EQ(found({}), "neither a certificate nor an attribute certificate");
  EXPECT_EQ(found(*guard::from_hex("3003020101")),
            "neither a certificate nor an attribute certificate");
  EXPECT_EQ(found(guard::as_bytes("-----BEGIN CERTIFICATE-----\nMQ\n")),
            "no certificate in the PEM text");
  EXPECT_EQ(found(guard::as_bytes(
                "-----BEGIN PUBLIC KEY-----\nMQYCAQQGASk=\n-----END PUBLIC KEY-----\n")),
            "no certificate in the PEM text");
  Octets made = with_attributes(attribute(kAttributeType, kClearance));
  made.der.push_back(0);
  EXPECT_EQ(found(made.der), "octets behind the certificate");
  made.der.resize(made.der.size() - 2);
  EXPECT_EQ(found(made.der), "neither a certificate nor an attribute certificate");
}

TEST(ClearanceInCertificate, IsNotSoughtInMoreThan64KiB) {
  EXPECT_EQ(found(guard::Bytes(kMaxCertificate, 0x30)),
            "neither a certificate nor an attribute certificate");
  EXPECT_EQ(found(guard::Bytes(kMaxCertificate + 1, 0x30)), "65537 octets");
}

}  // namespace
}  // namespace labels
