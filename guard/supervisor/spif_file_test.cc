#include "guard/supervisor/spif_file.h"

#include <gtest/gtest.h>
#include <openssl/cms.h>

#include "guard/supervisor/test_folder.h"
#include "labels/signature/signer_for_test.h"

namespace guard::supervisor {
namespace {

namespace signing = labels::signature;

constexpr UtcTime kNow{signing::test::kNow * 1'000'000};

class SpifFile : public testing::Test {
 protected:
  SpifFile() {
    folder_.write("spif.xml", "<SPIF/>");
    folder_.write("anchors.pem", signing::test::pem(authority_.certificate.get()));
  }
  // Writes spif.xml.p7s: a CMS signature over `text` by somebody whom `issuer` has certified.
  void sign(const std::string& text, const signing::test::Identity& issuer) {
    const auto signer = issue(signing::test::p256(), {}, &issuer);
    const signing::BioPtr in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const signing::CmsPtr cms(CMS_sign(signer.certificate.get(), signer.key.get(), nullptr,
                                       in.get(), CMS_BINARY | CMS_DETACHED));
    unsigned char* der = nullptr;
    const int size = i2d_CMS_ContentInfo(cms.get(), &der);
    ASSERT_GT(size, 0);
    folder_.write("spif.xml.p7s",
                  std::string(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
    OPENSSL_free(der);
  }
  std::string read(bool trusted) const {
    std::optional<SpifTrust> trust;
    if (trusted) trust = {folder_.path() / "anchors.pem", "/nowhere/guard-spif-verify"};
    const auto text = read_spif_file(folder_.path() / "spif.xml", trust, kNow);
    return text ? *text : "refused: " + text.error();
  }

  TestFolder folder_;
  signing::test::Identity authority_ = signing::test::authority();
};

TEST_F(SpifFile, IsReadAsItIsWhereNothingIsDemanded) { EXPECT_EQ(read(false), "<SPIF/>"); }

TEST_F(SpifFile, IsReadWithAGoodSignatureBesideIt) {
  sign("<SPIF/>", authority_);
  EXPECT_EQ(read(true), "<SPIF/>");
}

TEST_F(SpifFile, FAIL_CLOSED_IsRefusedWithoutASignatureWhereOneIsDemanded) {
  EXPECT_EQ(read(true).substr(0, 8), "refused:");
}

TEST_F(SpifFile, IsRefusedWhenItIsNotWhatWasSigned) {
  sign("<SPIF />", authority_);
  EXPECT_NE(read(true).find("spif.xml: "), std::string::npos);
}

TEST_F(SpifFile, IsRefusedWhenSomebodyElseSigned) {
  sign("<SPIF/>", signing::test::authority("Another"));
  EXPECT_EQ(read(true).substr(0, 8), "refused:");
}

TEST_F(SpifFile, IsRefusedWithASignatureThatNothingCanCheck) {
  sign("<SPIF/>", authority_);
  EXPECT_EQ(read(false).substr(0, 8), "refused:");
}

TEST_F(SpifFile, IsRefusedWithoutItsAnchors) {
  sign("<SPIF/>", authority_);
  std::filesystem::remove(folder_.path() / "anchors.pem");
  EXPECT_NE(read(true).find("anchors.pem"), std::string::npos);
}

}  // namespace
}  // namespace guard::supervisor
