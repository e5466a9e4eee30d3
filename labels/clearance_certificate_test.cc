// The clearance in certificates, which certificate_for_test.h makes.
#include "labels/clearance_certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <memory>
#include <string>

#include "guard/base/hex.h"
#include "labels/certificate_for_test.h"
#include "labels/clearance_der.h"
#include "labels/der_writer_for_test.h"

namespace labels {
namespace {

using test::attribute;
using test::certificate;
using test::kClearanceType;
using test::sequence;
using test::set;
using test::tlv;
using test::with_attributes;

const std::string kClearance = sequence(
    "0603883701"
    "03020348");

std::string found(guard::BytesView octets) {
  const auto der = clearance_in_certificate(octets);
  return der ? guard::to_hex(*der) : der.error().what;
}

TEST(ClearanceInCertificate, IsFoundInDerAndInPem) {
  const auto made = with_attributes(attribute(kClearanceType, kClearance));
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
                                  attribute(kClearanceType, kClearance))
                      .der),
            kClearance);
}

TEST(ClearanceInCertificate, MustBeThereOnce) {
  EXPECT_EQ(found(certificate({}).der), "a certificate without subjectDirectoryAttributes");
  EXPECT_EQ(found(with_attributes(attribute("0603550406", "13024742")).der),
            "subjectDirectoryAttributes without a clearance");
  EXPECT_EQ(found(with_attributes("").der), "subjectDirectoryAttributes without a clearance");
  const std::string one = attribute(kClearanceType, kClearance);
  EXPECT_EQ(found(with_attributes(one + one).der),
            "subjectDirectoryAttributes with two clearances");
  EXPECT_EQ(found(certificate({sequence(one), sequence(one)}).der),
            "a certificate with two subjectDirectoryAttributes");
}

TEST(ClearanceInCertificate, HasNothingBehindTheAttributes) {
  const std::string one = sequence(attribute(kClearanceType, kClearance));
  EXPECT_EQ(found(certificate({one}).der), kClearance);
  EXPECT_NE(found(certificate({one + "0500"}).der).find("malformed (trailing-bytes"),
            std::string::npos);
}

TEST(ClearanceInCertificate, HasExactlyOneValue) {
  EXPECT_EQ(found(with_attributes(attribute(kClearanceType, "")).der),
            "subjectDirectoryAttributes that are malformed (truncated at octet 11)");
  EXPECT_NE(found(with_attributes(attribute(kClearanceType, kClearance + kClearance)).der)
                .find("trailing-bytes"),
            std::string::npos);
}

TEST(ClearanceInCertificate, IsFoundInAnAttributeCertificate) {
  const auto attribute_certificate = [](const std::string& attributes, const std::string& issuer) {
    return sequence(sequence("020101" + sequence("") + issuer + sequence("06032b6570") + "020105" +
                             sequence("") + sequence(attributes)) +
                    sequence("06032b6570") + "030100");
  };
  const std::string one = attribute(kClearanceType, kClearance);
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
  auto made = with_attributes(attribute(kClearanceType, kClearance));
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
