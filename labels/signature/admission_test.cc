// Whole files through admit, with the program guard-spif-verify, the openssl command and a
// security policy that is read in the end.
#include "labels/signature/admission.h"

#include <gtest/gtest.h>
#include <link.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "labels/samples_for_test.h"
#include "labels/signature/signer_for_test.h"
#include "labels/signature/verifier_process.h"
#include "labels/spif.h"

namespace labels::signature {
namespace {

using test::Identity;
using test::kNow;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "admission.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(std::string_view name) const { return path_ / name; }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(std::string_view name) const {
    std::ifstream file(path(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

 private:
  std::filesystem::path path_;
};

std::string key_pem(const Identity& identity) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  test::must(PEM_write_bio_PrivateKey(out.get(), identity.key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

class Admission : public testing::Test {
 protected:
  Admission() {
    folder_.write("anchors.pem", test::pem(authority_.certificate.get()));
    folder_.write("signer.pem", test::pem(signer_.certificate.get()));
    folder_.write("signer.key", key_pem(signer_));
    folder_.write("spif.xml", text_);
  }

  [[nodiscard]] Demand demand() const {
    return {.anchors_file = folder_.path("anchors.pem"),
            .anchors = test::pem(authority_.certificate.get()),
            .verifier = GUARD_SPIF_VERIFY,
            .at = kNow};
  }

  // A detached signature, made by the command that the README gives.
  [[nodiscard]] guard::Bytes by_command() const {
    const std::string command = "cd " + folder_.path("") +
                                " && openssl cms -sign -binary -md sha256 -outform DER "
                                "-in spif.xml -signer signer.pem -inkey signer.key -out spif.p7s";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl cms");
    const std::string signature = folder_.read("spif.p7s");
    return {signature.begin(), signature.end()};
  }

  std::string verdict(std::string_view text, const std::optional<guard::Bytes>& detached,
                      const std::optional<Demand>& wanted) {
    const auto admitted = admit(text, detached, wanted);
    return admitted ? "by " + admitted->signer : std::string(to_string(admitted.error().reason));
  }

  Folder folder_;
  Identity authority_ = test::authority();
  Identity signer_ = issue(test::p256(), {}, &authority_);
  std::string text_ = labels::test::sample_text("national");
};

TEST_F(Admission, UnsignedOnlyWithoutATrustAnchor) {
  EXPECT_EQ(verdict(text_, std::nullopt, std::nullopt), "by ");
  EXPECT_EQ(verdict(text_, std::nullopt, demand()), "unsigned");
}

TEST_F(Admission, DetachedByTheCommandOfTheReadme) {
  const guard::Bytes signature = by_command();
  EXPECT_EQ(verdict(text_, signature, demand()), "by CN=Signer");
  EXPECT_EQ(verdict(text_ + " ", signature, demand()), "digest");
  EXPECT_EQ(verdict(text_, signature, std::nullopt), "certificate-refused");
}

TEST_F(Admission, AnchorsThatCannotBeRead) {
  Demand wanted = demand();
  wanted.anchors = "";
  EXPECT_EQ(verdict(text_, by_command(), wanted), "no-certificate");
  wanted = demand();
  wanted.anchors_file = folder_.path("none.pem");
  EXPECT_EQ(verdict(text_, std::nullopt, wanted), "verifier");
}

TEST_F(Admission, AVerifierThatDoesNotAnswer) {
  Demand wanted = demand();
  for (const char* program : {"/nonexistent", "/bin/true", "/bin/false", "/bin/cat"}) {
    wanted.verifier = program;
    EXPECT_EQ(verdict(text_, std::nullopt, wanted), "verifier") << program;
  }
}

TEST_F(Admission, FilesThatAreNotXml) {
  EXPECT_EQ(verdict("", std::nullopt, demand()), "not-xml");
  EXPECT_EQ(verdict("<!DOCTYPE a><a/>", std::nullopt, demand()), "not-xml");
}

TEST_F(Admission, EnvelopedIsReadAsItWasSigned) {
  const std::string command = std::string(GUARD_SIGN_FOR_TEST) + " " + folder_.path("signer.pem") +
                              " " + folder_.path("signer.key") + " < " + folder_.path("spif.xml") +
                              " > " + folder_.path("signed.xml");
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::string signed_text = folder_.read("signed.xml");
  const auto refused = load_spif("signed.xml", signed_text);
  EXPECT_FALSE(refused.has_value()) << "a signature inside a file must not pass unread";
  const auto admitted = admit(signed_text, std::nullopt, demand());
  ASSERT_TRUE(admitted.has_value()) << admitted.error().what;
  EXPECT_EQ(admitted->signer, "CN=Signer");
  const auto policy = load_spif("signed.xml", admitted->text);
  ASSERT_TRUE(policy.has_value()) << policy.error().to_string();
  EXPECT_EQ(policy->name(), "EXAMPLE NATIONAL");
  std::string tampered = signed_text;
  tampered.replace(tampered.find("phrase=\"SECRET\""), 15, "phrase=\"PUBLIC\"");
  EXPECT_EQ(verdict(tampered, std::nullopt, demand()), "digest");
}

TEST_F(Admission, NoSharedXercesInThisProcess) {
  std::vector<std::string> names;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* list) {
        static_cast<std::vector<std::string>*>(list)->emplace_back(object->dlpi_name);
        return 0;
      },
      &names);
  EXPECT_GT(names.size(), 3U);
  for (const std::string& name : names) {
    for (const char* unwanted : {"xerces", "xml-security", "curl", "gnutls", "ldap"}) {
      EXPECT_EQ(name.find(unwanted), std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace labels::signature
