#include "guard/leaf/certificate_request.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "guard/supervisor/test_folder.h"

namespace guard::leaf {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_REQ* request) const { X509_REQ_free(request); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owner = std::unique_ptr<T, Free>;

Owner<X509_REQ> request_of(const KeyAndRequest& made) {
  const Owner<BIO> bio(BIO_new_mem_buf(made.request.data(), static_cast<int>(made.request.size())));
  return Owner<X509_REQ>(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
}

Owner<EVP_PKEY> key_of(const KeyAndRequest& made) {
  const Owner<BIO> bio(BIO_new_mem_buf(made.key.data(), static_cast<int>(made.key.size())));
  return Owner<EVP_PKEY>(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

// What `openssl req -text` would print.
std::string printed(const KeyAndRequest& made) {
  const Owner<BIO> out(BIO_new(BIO_s_mem()));
  X509_REQ_print_ex(out.get(), request_of(made).get(), 0, 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string content(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(CertificateRequest, NamesEachDomainTwiceAndAsksForBothUses) {
  const KeyAndRequest made = make_request({"low.example", "rooms.low.example"}, KeyKind::kP256);
  const std::string text = printed(made);
  for (const char* part :
       {"CN=low.example", "DNS:low.example", "DNS:rooms.low.example", "_xmpp-server.low.example",
        "_xmpp-server.rooms.low.example",
        "TLS Web Server Authentication, TLS Web Client Authentication", "Digital Signature"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
  const auto request = request_of(made);
  const auto key = key_of(made);
  ASSERT_TRUE(request && key);
  EXPECT_EQ(X509_REQ_verify(request.get(), key.get()), 1);  // it is this key's
}

TEST(CertificateRequest, HasTheKeyThatWasAskedFor) {
  const auto bits = [](KeyKind kind) {
    return EVP_PKEY_get_bits(key_of(make_request({"a.example"}, kind)).get());
  };
  EXPECT_EQ(bits(KeyKind::kP256), 256);
  EXPECT_EQ(bits(KeyKind::kP384), 384);
  EXPECT_EQ(key_kind_of("p-384"), KeyKind::kP384);
  EXPECT_EQ(key_kind_of("rsa-3072"), KeyKind::kRsa3072);
  EXPECT_EQ(key_kind_of("rsa-1024"), std::nullopt);
  const auto one = make_request({"a.example"}, KeyKind::kP256);
  EXPECT_NE(one.key, make_request({"a.example"}, KeyKind::kP256).key);
}

// A name of 64 octets is a common name, one of 65 is not.
TEST(CertificateRequest, HasNoCommonNameThatIsTooLong) {
  const std::string at = std::string(56, 'a') + ".example";
  ASSERT_EQ(at.size(), 64U);
  EXPECT_TRUE(has(printed(make_request({at}, KeyKind::kP256)), "CN=" + at));
  const std::string past = "a" + at;
  const std::string text = printed(make_request({past}, KeyKind::kP256));
  EXPECT_FALSE(has(text, "CN="));
  EXPECT_TRUE(has(text, "DNS:" + past));
}

TEST(RequestFiles, AreNewAndTheKeyIsItsOwnersAlone) {
  const supervisor::TestFolder folder;
  const auto directory = folder.path() / "requests";
  const KeyAndRequest made{"the key\n", "the request\n"};
  const auto files = write_request(directory, "low.example", made);
  ASSERT_TRUE(files);
  EXPECT_EQ(content(files->key), made.key);
  EXPECT_EQ(content(files->request), made.request);
  struct stat about{};
  ASSERT_EQ(::stat(files->key.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);

  // Nothing is overwritten, whichever of the two is there; and nothing is left half done.
  const auto again = write_request(directory, "low.example", {"other", "other"});
  ASSERT_FALSE(again);
  EXPECT_EQ(content(files->key), made.key);
  std::filesystem::remove(files->key);
  EXPECT_FALSE(write_request(directory, "low.example", {"other", "other"}));
  EXPECT_FALSE(std::filesystem::exists(files->key));
  EXPECT_EQ(content(files->request), made.request);
}

TEST(RequestFiles, DoNotFollowALink) {
  const supervisor::TestFolder folder;
  std::filesystem::create_symlink("elsewhere", folder.path() / "low.example.key");
  EXPECT_FALSE(write_request(folder.path(), "low.example", {"key", "request"}));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
}

TEST(RequestFiles, WantADirectory) {
  const supervisor::TestFolder folder;
  folder.write("file", "x");
  const auto failed = write_request(folder.path() / "file", "low.example", {"key", "request"});
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().to_string().find("file"), std::string::npos);
}

}  // namespace
}  // namespace guard::leaf
