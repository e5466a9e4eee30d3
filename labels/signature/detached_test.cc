#include "labels/signature/detached.h"

#include <gtest/gtest.h>

#include "labels/signature/signer_for_test.h"

namespace labels::signature {
namespace {

using guard::as_bytes;
using test::Identity;
using test::kNow;
using test::kYear;

constexpr std::string_view kDocument = "<SPIF>\r\nwhatever it says\n</SPIF>\n";

struct Signing {
  const EVP_MD* digest = EVP_sha256();
  unsigned flags = CMS_BINARY | CMS_DETACHED;
  const Identity* second = nullptr;
};

CmsPtr sign(const Identity& signer, const Signing& how = {},
            std::string_view document = kDocument) {
  const BioPtr in(BIO_new_mem_buf(document.data(), static_cast<int>(document.size())));
  const unsigned flags = how.flags | CMS_PARTIAL;
  CmsPtr cms(CMS_sign(nullptr, nullptr, nullptr, in.get(), flags));
  test::must(cms != nullptr);
  for (const Identity* one : {&signer, how.second}) {
    if (one == nullptr) continue;
    test::must(CMS_add1_signer(cms.get(), one->certificate.get(), one->key.get(), how.digest,
                               flags) != nullptr);
  }
  test::must(CMS_final(cms.get(), in.get(), nullptr, how.flags) == 1);
  return cms;
}

guard::Bytes der(const CmsPtr& cms) {
  unsigned char* out = nullptr;
  const int size = i2d_CMS_ContentInfo(cms.get(), &out);
  test::must(size > 0);
  guard::Bytes bytes(out, out + size);
  OPENSSL_free(out);
  return bytes;
}

// The signer's name, or the fault's.
std::string verdict(std::string_view document, guard::BytesView signature,
                    const TrustAnchors& anchors, std::int64_t at = kNow) {
  auto verified = verify_detached(as_bytes(document), signature, anchors, at);
  return verified ? *verified : std::string(to_string(verified.error().reason));
}

class Detached : public testing::Test {
 protected:
  Identity signer(const test::Wish& wish = {}) { return issue(test::p256(), wish, &authority_); }

  Identity authority_ = test::authority();
  TrustAnchors anchors_ = test::anchors(authority_);
};

TEST_F(Detached, AcceptedFromTheAuthority) {
  EXPECT_EQ(verdict(kDocument, der(sign(signer())), anchors_), "CN=Signer");
}

TEST_F(Detached, AcceptedWithEveryStrongDigestAndRsa) {
  for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    EXPECT_EQ(verdict(kDocument, der(sign(signer(), {.digest = digest})), anchors_), "CN=Signer");
  }
  const Identity by_rsa = issue(test::rsa(2'048), {.name = "RSA"}, &authority_);
  EXPECT_EQ(verdict(kDocument, der(sign(by_rsa)), anchors_), "CN=RSA");
}

TEST_F(Detached, AcceptedWithoutSignedAttributes) {
  const Signing plain{.flags = CMS_BINARY | CMS_DETACHED | CMS_NOATTR};
  EXPECT_EQ(verdict(kDocument, der(sign(signer(), plain)), anchors_), "CN=Signer");
  EXPECT_EQ(verdict("<SPIF/>", der(sign(signer(), plain)), anchors_), "signature");
}

TEST_F(Detached, AcceptedInPem) {
  const guard::Bytes cms = der(sign(signer()));
  const BioPtr out(BIO_new(BIO_s_mem()));
  test::must(PEM_write_bio(out.get(), "CMS", "", cms.data(), std::ssize(cms)) > 0);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  const std::string pem(text, static_cast<std::size_t>(size));
  EXPECT_EQ(verdict(kDocument, as_bytes(pem), anchors_), "CN=Signer");
  EXPECT_EQ(verdict(kDocument, as_bytes(pem + "more"), anchors_), "not-cms");
}

TEST_F(Detached, AcceptedFromAnIntermediateThatComesAlong) {
  const Identity middle = issue(
      test::p256(),
      {.name = "Middle", .key_usage = "critical,keyCertSign,digitalSignature", .authority = true},
      &authority_);
  const Identity leaf = issue(test::p256(), {}, &middle);
  const CmsPtr cms = sign(leaf);
  EXPECT_EQ(verdict(kDocument, der(cms), anchors_), "certificate-refused");
  test::must(CMS_add1_cert(cms.get(), middle.certificate.get()) == 1);
  EXPECT_EQ(verdict(kDocument, der(cms), anchors_), "CN=Signer");
}

TEST_F(Detached, AcceptedFromAnEd25519Authority) {
  const Identity other = issue(
      test::ed25519(), {.name = "Ed", .key_usage = "critical,keyCertSign", .authority = true});
  const guard::Bytes cms = der(sign(issue(test::p256(), {}, &other)));
  EXPECT_EQ(verdict(kDocument, cms, test::anchors(other)), "CN=Signer");
  EXPECT_EQ(verdict(kDocument, cms, anchors_), "certificate-refused");
}

TEST_F(Detached, TheSignersOwnCertificateMayBeTheAnchor) {
  const Identity one = signer();
  EXPECT_EQ(verdict(kDocument, der(sign(one)), test::anchors(one)), "CN=Signer");
  EXPECT_EQ(verdict(kDocument, der(sign(signer())), test::anchors(one)), "certificate-refused");
}

TEST_F(Detached, AnotherDocument) {
  const guard::Bytes cms = der(sign(signer()));
  EXPECT_EQ(verdict("<SPIF>\nwhatever it says\n</SPIF>\n", cms, anchors_), "digest");
  EXPECT_EQ(verdict("", cms, anchors_), "digest");
}

TEST_F(Detached, EveryOctetOfTheSignatureCounts) {
  guard::Bytes cms = der(sign(signer()));
  cms.back() ^= 1U;  // the signature's value stands last
  EXPECT_EQ(verdict(kDocument, cms, anchors_), "signature");
}

TEST_F(Detached, AnotherKey) {
  const Identity liar = signer();
  // Another certificate of the same issuer and serial number, with another key.
  const Identity claimed = signer();
  ASN1_INTEGER_set(X509_get_serialNumber(claimed.certificate.get()),
                   ASN1_INTEGER_get(X509_get0_serialNumber(liar.certificate.get())));
  test::must(X509_sign(claimed.certificate.get(), authority_.key.get(), EVP_sha256()) > 0);
  const CmsPtr bare = sign(liar, {.flags = CMS_BINARY | CMS_DETACHED | CMS_NOCERTS});
  EXPECT_EQ(verdict(kDocument, der(bare), anchors_), "no-certificate");
  test::must(CMS_add1_cert(bare.get(), claimed.certificate.get()) == 1);
  EXPECT_EQ(verdict(kDocument, der(bare), anchors_), "signature");
}

TEST_F(Detached, UntrustedIssuer) {
  const Identity other = test::authority();  // of the same name
  EXPECT_EQ(verdict(kDocument, der(sign(issue(test::p256(), {}, &other))), anchors_),
            "certificate-refused");
  EXPECT_EQ(verdict(kDocument, der(sign(issue(test::p256(), {}))), anchors_),
            "certificate-refused");
}

TEST_F(Detached, ExpiredAndNotYetValid) {
  const guard::Bytes cms = der(sign(signer()));
  EXPECT_EQ(verdict(kDocument, cms, anchors_, kNow + kYear - 1), "CN=Signer");
  EXPECT_EQ(verdict(kDocument, cms, anchors_, kNow + kYear + 1), "certificate-refused");
  EXPECT_EQ(verdict(kDocument, cms, anchors_, kNow - kYear), "CN=Signer");
  EXPECT_EQ(verdict(kDocument, cms, anchors_, kNow - kYear - 1), "certificate-refused");
}

TEST_F(Detached, WeakDigestAndWeakKeys) {
  EXPECT_EQ(verdict(kDocument, der(sign(signer(), {.digest = EVP_sha1()})), anchors_), "algorithm");
  EXPECT_EQ(verdict(kDocument, der(sign(signer(), {.digest = EVP_sha224()})), anchors_),
            "algorithm");
  const Identity small = issue(test::rsa(1'024), {}, &authority_);
  EXPECT_EQ(verdict(kDocument, der(sign(small)), anchors_), "weak-key");
  const Identity curve = issue(test::p224(), {}, &authority_);
  EXPECT_EQ(verdict(kDocument, der(sign(curve)), anchors_), "weak-key");
}

TEST_F(Detached, KeysForOtherThings) {
  const auto usage = [&](std::string key_usage, std::string extended) {
    return verdict(kDocument,
                   der(sign(signer({.key_usage = std::move(key_usage),
                                    .extended_key_usage = std::move(extended)}))),
                   anchors_);
  };
  EXPECT_EQ(usage("keyAgreement", ""), "certificate-refused");
  EXPECT_EQ(usage("nonRepudiation", ""), "CN=Signer");
  EXPECT_EQ(usage("digitalSignature", "serverAuth,clientAuth"), "certificate-refused");
  EXPECT_EQ(usage("digitalSignature", "serverAuth,emailProtection"), "CN=Signer");
  EXPECT_EQ(usage("digitalSignature", "1.3.6.1.5.5.7.3.36"), "CN=Signer");
}

TEST_F(Detached, TwoSigners) {
  const Identity one = signer();
  const Identity other = signer({.name = "Other"});
  EXPECT_EQ(verdict(kDocument, der(sign(one, {.second = &other})), anchors_),
            "more-than-one-signature");
}

TEST_F(Detached, NotADetachedSignature) {
  EXPECT_EQ(verdict(kDocument, {}, anchors_), "not-cms");
  EXPECT_EQ(verdict(kDocument, as_bytes("-----BEGIN CMS-----\nzzz"), anchors_), "not-cms");
  const Signing attached{.flags = CMS_BINARY};
  EXPECT_EQ(verdict(kDocument, der(sign(signer(), attached)), anchors_), "not-cms");
  guard::Bytes longer = der(sign(signer()));
  longer.push_back(0);
  EXPECT_EQ(verdict(kDocument, longer, anchors_), "not-cms");
  longer.resize(kMaxCms + 1);
  EXPECT_EQ(verdict(kDocument, longer, anchors_), "too-large");
}

TEST_F(Detached, EveryTruncationIsRefused) {
  const guard::Bytes cms = der(sign(signer()));
  for (std::size_t size = 0; size < cms.size(); ++size) {
    EXPECT_EQ(verdict(kDocument, guard::BytesView(cms).first(size), anchors_), "not-cms") << size;
  }
}

TEST(TrustAnchorsTest, NothingOrNonsenseIsRefused) {
  EXPECT_FALSE(TrustAnchors::from_pem("").has_value());
  EXPECT_FALSE(TrustAnchors::from_pem("no certificate").has_value());
  const std::string good = test::pem(test::authority().certificate.get());
  EXPECT_TRUE(TrustAnchors::from_pem(good).has_value());
  EXPECT_TRUE(TrustAnchors::from_pem(good + test::pem(test::authority().certificate.get())));
  EXPECT_FALSE(TrustAnchors::from_pem(good + "-----BEGIN CERTIFICATE-----\nMIIB\n").has_value());
  EXPECT_FALSE(TrustAnchors::from_pem("-----BEGIN CERTIFICATE-----\nMIIB\n" + good).has_value());
}

TEST(SignatureReasons, NamesAreDistinctAndRead) {
  for (int i = 0; i <= static_cast<int>(SignatureReason::kVerifier); ++i) {
    const auto reason = static_cast<SignatureReason>(i);
    EXPECT_EQ(signature_reason(to_string(reason)), reason);
  }
  EXPECT_EQ(signature_reason("nonsense"), SignatureReason::kVerifier);
}

}  // namespace
}  // namespace labels::signature
