#include "guard/base/cms_signature.h"

#include <gtest/gtest.h>

#include "guard/base/signer_for_test.h"

namespace guard {
namespace {

const SignerForTest kAnna = SignerForTest::made("Anna");
const SignerForTest kBert = SignerForTest::made("Bert");

std::string signature(const SignerForTest& by, const std::string& text) {
  const auto made = sign_cms(text, by.certificate, by.key);
  EXPECT_TRUE(made.has_value()) << made.error();
  return made.value_or("");
}

TEST(CmsSignature, NamesItsSigner) {
  const auto found =
      verify_cms("text\n", signature(kBert, "text\n"), kAnna.certificate + kBert.certificate);
  ASSERT_TRUE(found.has_value()) << found.error().what;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().subject, "CN=Bert");
  EXPECT_EQ(found->front().fingerprint.size(), 64U);
}

TEST(CmsSignature, DoesNotCountOverAnotherText) {
  EXPECT_FALSE(verify_cms("text", signature(kAnna, "text\n"), kAnna.certificate).has_value());
}

TEST(CmsSignature, DoesNotCountOfSomebodyWhoIsNotInTheList) {
  EXPECT_FALSE(verify_cms("text", signature(kBert, "text"), kAnna.certificate).has_value());
}

TEST(CmsSignature, DoesNotCountWithACertificateThatIsNotValidNow) {
  const SignerForTest past = SignerForTest::made("Past", -1);
  const auto found = verify_cms("text", signature(past, "text"), past.certificate);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().what, "the certificate of CN=Past is not valid now");
  EXPECT_FALSE(found.error().malformed);
}

TEST(CmsSignature, WhatIsNoSignatureOrNoListIsAnError) {
  EXPECT_TRUE(verify_cms("text", "", kAnna.certificate).error().malformed);
  EXPECT_TRUE(verify_cms("text", "-----BEGIN CMS-----\n", kAnna.certificate).error().malformed);
  EXPECT_TRUE(verify_cms("text", signature(kAnna, "text"), "").error().malformed);
  EXPECT_FALSE(sign_cms("text", kAnna.certificate, kBert.key).has_value());
}

}  // namespace
}  // namespace guard
