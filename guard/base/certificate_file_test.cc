#include "guard/base/certificate_file.h"

#include <gtest/gtest.h>

#include "guard/base/hex.h"

namespace guard {
namespace {

const std::string kCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBQjCB9aADAgECAhQMnrfkUKkNSo+JbjDML2CW/UFl4jAFBgMrZXAwFjEUMBIG\n"
    "A1UEAwwLbG93LmV4YW1wbGUwIBcNMjYxMTIzMTkxNTI4WhgPMjEyNjEwMzAxOTE1\n"
    "MjhaMBYxFDASBgNVBAMMC2xvdy5leGFtcGxlMCowBQYDK2VwAyEAr5o5M+cXBK8W\n"
    "dQVdP7fEjS28PWfIdBBZNrjW+oYTIqOjUzBRMB0GA1UdDgQWBBTr+9opxNy/QpCh\n"
    "kKpG+xWEexqdojAfBgNVHSMEGDAWgBTr+9opxNy/QpChkKpG+xWEexqdojAPBgNV\n"
    "HRMBAf8EBTADAQH/MAUGAytlcANBAMakq8UGmPL3ruT149WD8QotpsyHpmgU5Zj/\n"
    "LBXDuftxiIBBG2/I+Es/qudRuR/ZnH9xXWPEx2khd42ISyOQ7AI=\n"
    "-----END CERTIFICATE-----\n";
// As `openssl x509 -pubkey | openssl pkey -pubin -outform der | sha256sum` says.
constexpr std::string_view kKey =
    "88ed4b9951b82c3cb3b96dad749b0f1a67b433c79fe73aee623b32c9950004fa";

std::string fault(const std::string& text) {
  const auto read = read_certificate_file(text);
  return read ? "" : read.error();
}

TEST(CertificateFile, GivesTheDigestOfTheKeyAndTheOctets) {
  const auto pem = read_certificate_file("some words\n" + kCertificate);
  ASSERT_TRUE(pem) << pem.error();
  EXPECT_EQ(to_hex(pem->key), kKey);
  const auto der = read_certificate_file(std::string(as_text(pem->der)));
  ASSERT_TRUE(der) << der.error();
  EXPECT_EQ(der->key, pem->key);
  EXPECT_EQ(der->der, pem->der);
}

TEST(CertificateFile, IsOneCertificateAndNothingElse) {
  EXPECT_EQ(fault(kCertificate + kCertificate), "it holds more than one certificate");
  EXPECT_TRUE(fault("").starts_with("it holds no certificate"));
  EXPECT_TRUE(fault("-----BEGIN CERTIFICATE-----\n").starts_with("it holds no certificate"));
  EXPECT_TRUE(fault(kCertificate.substr(0, 200)).starts_with("it holds no certificate"));
  const auto pem = read_certificate_file(kCertificate);
  ASSERT_TRUE(pem);
  const std::string der(as_text(pem->der));
  EXPECT_EQ(fault(der + der), "something follows the certificate");
  EXPECT_TRUE(fault(der.substr(0, der.size() - 1)).starts_with("it holds no certificate"));
}

TEST(CertificateFile, HasAMebibyteAtMost) {
  const std::string words = std::string((1U << 20) - kCertificate.size() - 1, ' ') + "\n";
  EXPECT_EQ(fault(words + kCertificate), "");
  EXPECT_EQ(fault(" " + words + kCertificate), "it is too large");
}

}  // namespace
}  // namespace guard
