#include "guard/base/cms_envelope.h"

#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include "guard/base/signer_for_test.h"

namespace guard {
namespace {

const std::string kText("<message>\0 \xff secret</message>", 30);

std::expected<Recipients, Recipients::Fault> recipients(const std::vector<std::string>& all) {
  return Recipients::make(all);
}

std::string opened(const std::string& envelope, const SignerForTest& by, bool with_certificate) {
  const auto text = open_envelope(envelope, by.key, with_certificate ? by.certificate : "");
  return text ? *text : "closed: " + text.error().what;
}

TEST(CmsEnvelope, EachRecipientOpensItAndNobodyElse) {
  const SignerForTest anna = SignerForTest::made("anna");
  const SignerForTest bert = SignerForTest::rsa("bert", 2048);
  const SignerForTest eve = SignerForTest::made("eve");
  const SignerForTest mallory = SignerForTest::rsa("mallory", 2048);
  const auto made = recipients({anna.certificate, bert.certificate});
  ASSERT_TRUE(made.has_value()) << made.error().what;
  const auto sealed = made->seal(kText);
  ASSERT_TRUE(sealed.has_value()) << sealed.error();
  EXPECT_FALSE(sealed->contains("secret"));
  EXPECT_LE(sealed->size(), kText.size() + Recipients::kOverhead);
  for (const bool with_certificate : {true, false}) {
    EXPECT_EQ(opened(*sealed, anna, with_certificate), kText);
    EXPECT_EQ(opened(*sealed, bert, with_certificate), kText);
    EXPECT_TRUE(opened(*sealed, eve, with_certificate).starts_with("closed: it does not open"));
    EXPECT_TRUE(opened(*sealed, mallory, with_certificate).starts_with("closed: it does not open"));
  }
  EXPECT_NE(made->seal(kText).value(), *sealed) << "a key of its own for each";
}

TEST(CmsEnvelope, NoOctetOfItCanBeChanged) {
  const SignerForTest anna = SignerForTest::made("anna");
  const auto made = recipients({anna.certificate});
  ASSERT_TRUE(made.has_value());
  const std::string sealed = made->seal(kText).value();
  // The header says whom it is for, in words that do not all decide: the text and its tag do.
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 0x04);
    const std::string text = opened(changed, anna, false);
    EXPECT_TRUE(text.starts_with("closed: ") || text == kText) << at;
    EXPECT_TRUE(at + 40 < sealed.size() || text.starts_with("closed: ")) << at;
  }
  for (std::size_t size = 0; size < sealed.size(); size += 7) {
    EXPECT_TRUE(opened(sealed.substr(0, size), anna, false).starts_with("closed: ")) << size;
  }
  EXPECT_EQ(opened("", anna, false), "closed: it is no envelope");
}

TEST(CmsEnvelope, CertificatesThatNothingCanBeSealedToAreNamed) {
  const SignerForTest anna = SignerForTest::made("anna");
  const auto fault = [&](const std::vector<std::string>& all) {
    const auto made = recipients(all);
    return made ? "none" : std::to_string(made.error().which) + ": " + made.error().what;
  };
  EXPECT_EQ(fault({anna.certificate}), "none");
  EXPECT_EQ(fault({}), "0: there is no certificate");
  EXPECT_TRUE(fault({anna.certificate, "nonsense"}).starts_with("1: it holds no certificate"));
  EXPECT_TRUE(fault({anna.key}).starts_with("0: it holds no certificate"));
  EXPECT_EQ(fault({anna.certificate + SignerForTest::made("b").certificate}),
            "0: it holds more than one certificate");
  EXPECT_EQ(fault({anna.certificate, anna.certificate}), "1: the certificate is there twice");
  EXPECT_EQ(fault({SignerForTest::rsa("small", 1024).certificate}),
            "0: its RSA key has 1024 bits: expected 2048 to 8192");
  EXPECT_EQ(fault({SignerForTest::of_type("ED25519", "signs").certificate}),
            "0: its key cannot be sealed to: expected RSA or EC");
  EXPECT_EQ(fault({SignerForTest::made("signs", 1, "digitalSignature").certificate}),
            "0: its key is not for keyAgreement");
  EXPECT_EQ(fault({SignerForTest::made("agrees", 1, "keyAgreement").certificate}), "none");
  // At the bound, and one past it.
  std::vector<std::string> many;
  for (std::size_t i = 0; i < Recipients::kMost; ++i) {
    many.push_back(SignerForTest::made("officer " + std::to_string(i)).certificate);
  }
  EXPECT_EQ(fault(many), "none");
  many.push_back(anna.certificate);
  EXPECT_EQ(fault(many), "16: there are more than 16 certificates");
}

TEST(CmsEnvelope, AKeyThatIsNotTheCertificatesIsSaid) {
  const SignerForTest anna = SignerForTest::made("anna");
  const SignerForTest bert = SignerForTest::made("bert");
  const std::string sealed = recipients({anna.certificate})->seal(kText).value();
  EXPECT_EQ(open_envelope(sealed, bert.key, anna.certificate).error().what,
            "the key is not the certificate's");
  const auto unread = open_envelope(sealed, "no key", "");
  EXPECT_TRUE(unread.error().what.starts_with("the key cannot be read"));
  EXPECT_TRUE(unread.error().bad_key);
}

}  // namespace
}  // namespace guard
