#include "guard/supervisor/credentials.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <fstream>
#include <memory>
#include <optional>

namespace guard::supervisor {
namespace {

// A throw-away certificate and its key, signed by another or by itself. Memory is left to the
// end of the test program: these are a few small objects.
struct Made {
  X509* certificate;
  EVP_PKEY* key;
};

struct Wish {
  std::string dns = "low.example";
  std::string usage = "serverAuth,clientAuth";
  long from_seconds = -60;
  long to_seconds = 3600;
  bool authority = false;
};

void extend(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
}

Made make(const Wish& wish, const Made* issuer = nullptr) {
  Made made{X509_new(), EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  X509_set_version(made.certificate, 2);
  static long serial = 1;
  ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.certificate), wish.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(made.certificate), wish.to_seconds);
  X509_set_pubkey(made.certificate, made.key);
  const std::string name = "test " + std::to_string(serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* signer = issuer == nullptr ? made.certificate : issuer->certificate;
  X509_set_issuer_name(made.certificate, X509_get_subject_name(signer));
  extend(made.certificate, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!wish.dns.empty()) extend(made.certificate, NID_subject_alt_name, "DNS:" + wish.dns);
  if (!wish.usage.empty()) extend(made.certificate, NID_ext_key_usage, wish.usage);
  X509_sign(made.certificate, issuer == nullptr ? made.key : issuer->key, EVP_sha256());
  return made;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string certificate_pem(const Made& made) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, made.certificate);
  return text_of(bio);
}

std::string key_pem(const Made& made) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, made.key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio);
}

std::string encrypted_key_pem(const Made& made) {
  BIO* bio = BIO_new(BIO_s_mem());
  unsigned char password[] = "secret";
  PEM_write_bio_PrivateKey(bio, made.key, EVP_aes_128_cbc(), password, 6, nullptr, nullptr);
  return text_of(bio);
}

class Credentials : public testing::Test {
 protected:
  Credentials() {
    char name[] = "/tmp/guard-credentials-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~Credentials() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  // What is wrong with the folder; empty where nothing is.
  std::string fault() {
    const auto loaded = load_credentials(folder_, now_utc());
    return loaded ? "" : loaded.error().to_string();
  }
  std::string fault_of(const Wish& wish) {
    const Made made = make(wish);
    write("a.pem", certificate_pem(made) + key_pem(made));
    return fault();
  }

  std::filesystem::path folder_;
};

TEST_F(Credentials, ReadsLeafChainAndKey) {
  const Made authority = make({.dns = "", .usage = "", .authority = true});
  const Made leaf = make({.dns = "LOW.example"}, &authority);
  write("low.pem", certificate_pem(leaf) + certificate_pem(authority) + key_pem(leaf));
  write("notes.txt", "not looked at");
  const auto loaded = load_credentials(folder_, now_utc());
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  ASSERT_EQ(loaded->size(), 1U);
  EXPECT_TRUE(names(loaded->at(0), "low.example"));
  EXPECT_FALSE(names(loaded->at(0), "sub.low.example"));
  EXPECT_EQ(loaded->at(0).pem.chain, certificate_pem(leaf) + certificate_pem(authority));
  EXPECT_EQ(loaded->at(0).pem.key, key_pem(leaf));
}

TEST_F(Credentials, RefusesWhatIsNotThere) {
  EXPECT_NE(fault().find("holds no *.pem file"), std::string::npos);
  write("a.pem", "nothing");
  EXPECT_NE(fault().find("holds no certificate"), std::string::npos);
  EXPECT_FALSE(load_credentials(folder_ / "missing", now_utc()));
}

TEST_F(Credentials, RefusesAForeignAMissingAndAnEncryptedKey) {
  const Made one = make({});
  const Made two = make({});
  write("a.pem", certificate_pem(one) + key_pem(two));
  EXPECT_NE(fault().find("not that of the first certificate"), std::string::npos);
  write("a.pem", certificate_pem(one));
  EXPECT_NE(fault().find("no readable private key"), std::string::npos);
  write("a.pem", certificate_pem(one) + encrypted_key_pem(one));
  EXPECT_NE(fault().find("no readable private key"), std::string::npos);
}

TEST_F(Credentials, RefusesWhatPeersWouldRefuse) {
  EXPECT_EQ(fault_of({}), "");
  EXPECT_NE(fault_of({.dns = ""}).find("no dNSName"), std::string::npos);
  EXPECT_NE(fault_of({.usage = "serverAuth"}).find("both uses"), std::string::npos);
  EXPECT_NE(fault_of({.usage = "clientAuth"}).find("both uses"), std::string::npos);
  EXPECT_NE(fault_of({.to_seconds = -1}).find("expired"), std::string::npos);
  EXPECT_NE(fault_of({.from_seconds = 600}).find("not valid before"), std::string::npos);
}

TEST_F(Credentials, RefusesTwoCertificatesForOneDomain) {
  const Made one = make({});
  const Made two = make({});
  write("a.pem", certificate_pem(one) + key_pem(one));
  write("b.pem", certificate_pem(two) + key_pem(two));
  EXPECT_NE(fault().find("b.pem: names low.example, as"), std::string::npos);
}

TEST_F(Credentials, KnowsWhomTheOtherSideWouldBelieve) {
  const Made authority = make({.dns = "", .usage = "", .authority = true});
  const Made stranger = make({.dns = "", .usage = "", .authority = true});
  const Made leaf = make({}, &authority);
  write("a.pem", certificate_pem(leaf) + key_pem(leaf));
  const auto loaded = load_credentials(folder_, now_utc());
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(accepted_by(loaded->at(0), certificate_pem(authority)));
  EXPECT_TRUE(accepted_by(loaded->at(0), certificate_pem(stranger) + certificate_pem(authority)));
  EXPECT_FALSE(accepted_by(loaded->at(0), certificate_pem(stranger)));
}

TEST_F(Credentials, TrustHoldsAuthoritiesOnly) {
  const Made authority = make({.dns = "", .usage = "", .authority = true});
  EXPECT_TRUE(check_trust("trust.pem", certificate_pem(authority)));
  EXPECT_FALSE(check_trust("trust.pem", ""));
  EXPECT_FALSE(check_trust("trust.pem", certificate_pem(authority) + key_pem(authority)));
}

}  // namespace
}  // namespace guard::supervisor
