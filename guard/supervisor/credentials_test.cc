#include "guard/supervisor/credentials.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "guard/net/test_pki.h"
#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

using net::TestCertificate;
using net::TestCertificateSpec;
using net::TestPki;

std::string both(const TestCertificate& made) { return made.chain + made.key; }

std::string encrypted(const std::string& key_pem) {
  BIO* in = BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO* out = BIO_new(BIO_s_mem());
  const unsigned char password[] = "secret";
  PEM_write_bio_PrivateKey(out, key, EVP_aes_128_cbc(), password, 6, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(in);
  BIO_free(out);
  EVP_PKEY_free(key);
  return text;
}

class Credentials : public testing::Test {
 protected:
  // What is wrong with the folder; empty where nothing is.
  std::string fault() {
    const auto loaded = load_credentials(folder_.path(), now_utc());
    return loaded ? "" : loaded.error().to_string();
  }
  std::string fault_of(const TestCertificateSpec& spec) {
    folder_.write("a.pem", both(pki_.issue(spec)));
    return fault();
  }

  TestFolder folder_;
  TestPki pki_{"authority"};
};

TEST_F(Credentials, ReadsLeafChainAndKey) {
  const TestCertificate leaf = pki_.issue("LOW.example");
  folder_.write("low.pem", leaf.chain + pki_.authority() + leaf.key);
  folder_.write("notes.txt", "not looked at");
  const auto loaded = load_credentials(folder_.path(), now_utc());
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  ASSERT_EQ(loaded->size(), 1U);
  EXPECT_TRUE(names(loaded->at(0), "low.example"));
  EXPECT_FALSE(names(loaded->at(0), "sub.low.example"));
  EXPECT_EQ(loaded->at(0).pem.chain, leaf.chain + pki_.authority());
  EXPECT_EQ(loaded->at(0).pem.key, leaf.key);
}

TEST_F(Credentials, RefusesWhatIsNotThere) {
  EXPECT_NE(fault().find("holds no *.pem file"), std::string::npos);
  folder_.write("a.pem", "nothing");
  EXPECT_NE(fault().find("holds no certificate"), std::string::npos);
  EXPECT_FALSE(load_credentials(folder_.path() / "missing", now_utc()));
}

TEST_F(Credentials, RefusesAForeignAMissingAndAnEncryptedKey) {
  const TestCertificate one = pki_.issue("low.example");
  const TestCertificate two = pki_.issue("low.example");
  folder_.write("a.pem", one.chain + two.key);
  EXPECT_NE(fault().find("not that of the first certificate"), std::string::npos);
  folder_.write("a.pem", one.chain);
  EXPECT_NE(fault().find("no readable private key"), std::string::npos);
  folder_.write("a.pem", one.chain + encrypted(one.key));
  EXPECT_NE(fault().find("no readable private key"), std::string::npos);
}

TEST_F(Credentials, RefusesWhatPeersWouldRefuse) {
  const TestCertificateSpec good{.dns_names = {"low.example"}};
  EXPECT_EQ(fault_of(good), "");
  TestCertificateSpec bad = good;
  bad.dns_names.clear();
  EXPECT_NE(fault_of(bad).find("no dNSName"), std::string::npos);
  bad = good;
  bad.client_usage = false;
  EXPECT_NE(fault_of(bad).find("both uses"), std::string::npos);
  bad = good;
  bad.server_usage = false;
  EXPECT_NE(fault_of(bad).find("both uses"), std::string::npos);
  bad = good;
  bad.not_after = -1;
  EXPECT_NE(fault_of(bad).find("expired"), std::string::npos);
  bad = good;
  bad.not_before = 600;
  EXPECT_NE(fault_of(bad).find("not valid before"), std::string::npos);
}

TEST_F(Credentials, RefusesTwoCertificatesForOneDomain) {
  folder_.write("a.pem", both(pki_.issue("low.example")));
  folder_.write("b.pem", both(pki_.issue("low.example")));
  EXPECT_NE(fault().find("b.pem: names low.example, as"), std::string::npos);
}

TEST_F(Credentials, KnowsWhomTheOtherSideWouldBelieve) {
  const TestPki stranger("stranger");
  folder_.write("a.pem", both(pki_.issue("low.example")));
  const auto loaded = load_credentials(folder_.path(), now_utc());
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(accepted_by(loaded->at(0), pki_.authority()));
  EXPECT_TRUE(accepted_by(loaded->at(0), stranger.authority() + pki_.authority()));
  EXPECT_FALSE(accepted_by(loaded->at(0), stranger.authority()));
}

TEST_F(Credentials, TrustHoldsAuthoritiesOnly) {
  EXPECT_TRUE(check_trust("trust.pem", pki_.authority()));
  EXPECT_FALSE(check_trust("trust.pem", ""));
  EXPECT_FALSE(check_trust("trust.pem", pki_.authority() + pki_.issue("low.example").key));
}

}  // namespace
}  // namespace guard::supervisor
