// The table of wrong certificates, as values. Every one has its allowed twin.
#include "guard/net/trust.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <functional>
#include <string>
#include <vector>

#include "guard/net/openssl_handles.h"
#include "guard/net/peer_certificate_state.h"
#include "guard/net/test_pki.h"

namespace guard::net {
namespace {

using xmpp::CertificateFault;

constexpr std::int64_t kSecond = 1'000'000;

// shown gives the certificates as if a peer had shown them.
PeerCertificate shown(const TestCertificate& certificate, const std::string& stapled = {}) {
  const BioOwner bio(
      BIO_new_mem_buf(certificate.chain.data(), static_cast<int>(certificate.chain.size())));
  auto state = std::make_shared<PeerCertificate::State>();
  state->leaf.reset(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  state->others.reset(sk_X509_new_null());
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    sk_X509_push(state->others.get(), next);
  }
  state->stapled = stapled;
  return PeerCertificate(std::move(state));
}

std::unique_ptr<Trust> trust_in(const TrustTexts& texts) {
  auto made = Trust::make(texts);
  EXPECT_TRUE(made) << made.error();
  return std::move(*made);
}

std::string word_of(const TrustVerdict& verdict) {
  return verdict.facts.chain_valid ? "good" : std::string(to_string(verdict.facts.chain_fault));
}

class Judge : public ::testing::Test {
 protected:
  Judge() : pki_("authority") { texts_.authorities = pki_.authority(); }

  // word says what the certificate is worth in that role.
  std::string word(const TestCertificate& certificate, CertificateUse use, long later = 0) {
    const UtcTime at{now_utc().microseconds + later * kSecond};
    return word_of(trust_in(texts_)->judge(shown(certificate), use, at));
  }
  std::string word(const TestCertificateSpec& spec, CertificateUse use) {
    return word(pki_.issue(spec), use);
  }

  TestPki pki_;
  TrustTexts texts_;
};

struct Row {
  const char* name;
  std::function<void(TestCertificateSpec&)> change;
  const char* as_client;
  const char* as_server;
};

TEST_F(Judge, TableOfWrongCertificates) {
  using Spec = TestCertificateSpec;
  const std::vector<Row> rows = {
      {"good", [](Spec&) {}, "good", "good"},
      {"expired", [](Spec& s) { s.not_after = -60; }, "expired", "expired"},
      {"not yet valid", [](Spec& s) { s.not_before = 60; }, "not-yet-valid", "not-yet-valid"},
      {"RSA of 1,024 bits", [](Spec& s) { s.key = "RSA-1024"; }, "weak", "weak"},
      {"RSA of 2,048 bits", [](Spec& s) { s.key = "RSA-2048"; }, "good", "good"},
      {"P-192", [](Spec& s) { s.key = "P-192"; }, "weak", "weak"},
      {"P-384", [](Spec& s) { s.key = "P-384"; }, "good", "good"},
      {"SHA-1", [](Spec& s) { s.sha1 = true; }, "weak", "weak"},
      {"for servers only", [](Spec& s) { s.client_usage = false; }, "usage", "good"},
      {"for clients only", [](Spec& s) { s.server_usage = false; }, "good", "usage"},
      {"for neither",
       [](Spec& s) {
         s.client_usage = s.server_usage = false;
         s.other_usage = "emailProtection";
       },
       "usage", "usage"},
      {"for anything", [](Spec& s) { s.client_usage = s.server_usage = false; }, "good", "good"},
  };
  for (const Row& row : rows) {
    TestCertificateSpec spec;
    spec.dns_names = {"near.lab"};
    row.change(spec);
    EXPECT_EQ(word(spec, CertificateUse::kClient), row.as_client) << row.name;
    EXPECT_EQ(word(spec, CertificateUse::kServer), row.as_server) << row.name;
  }
}

TEST_F(Judge, ServerUsageAloneWillDoWhereThatIsSaid) {
  TestCertificateSpec spec;
  spec.dns_names = {"near.lab"};
  spec.client_usage = false;
  EXPECT_EQ(word(spec, CertificateUse::kEither), "good");
  spec.server_usage = false;
  spec.other_usage = "emailProtection";
  EXPECT_EQ(word(spec, CertificateUse::kEither), "usage");
}

TEST_F(Judge, NothingShownIsMissing) {
  const auto verdict = trust_in(texts_)->judge({}, CertificateUse::kClient, now_utc());
  EXPECT_FALSE(verdict.facts.presented);
  EXPECT_EQ(word_of(verdict), "missing");
}

TEST_F(Judge, OtherAuthorityIsUnknown) {
  EXPECT_EQ(word(TestPki("other").issue("near.lab"), CertificateUse::kClient), "unknown-authority");
  // Of the same name, with another key.
  EXPECT_NE(word(TestPki("authority").issue("near.lab"), CertificateUse::kClient), "good");
  texts_.authorities.clear();
  EXPECT_EQ(word(pki_.issue("near.lab"), CertificateUse::kClient), "unknown-authority");
}

TEST_F(Judge, AuthorityBelowAnotherIsTrustedByItself) {
  const TestPki below("below", pki_);
  const TestCertificate certificate = below.issue("near.lab");
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
  texts_.authorities = below.authority();
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
  EXPECT_EQ(word(pki_.issue("near.lab"), CertificateUse::kClient), "unknown-authority");
}

// A pinned certificate: the peer's own, in the place of an authority.
TEST_F(Judge, CertificateMayBeTrustedItself) {
  const TestPki nobody("nobody");
  const TestCertificate certificate = nobody.issue("near.lab");
  texts_.authorities = certificate.chain;
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
  EXPECT_EQ(word(nobody.issue("near.lab"), CertificateUse::kClient), "unknown-authority");
  texts_.revocation = true;
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good") << "nobody else is asked";
}

TEST_F(Judge, ExpiredAuthorityIsExpired) {
  TestAuthoritySpec old;
  old.not_after = -60;
  const TestPki expired("expired", old);
  texts_.authorities = expired.authority();
  EXPECT_EQ(word(expired.issue("near.lab"), CertificateUse::kClient), "expired");
}

TEST_F(Judge, NameConstraintsBind) {
  TestAuthoritySpec bound;
  bound.permitted = "permitted;DNS:near.lab";
  const TestPki pki("bound", bound);
  texts_.authorities = pki.authority();
  EXPECT_EQ(word(pki.issue("rooms.near.lab"), CertificateUse::kClient), "good");
  EXPECT_EQ(word(pki.issue("other.lab"), CertificateUse::kClient), "name-constraint");
  // An SRVName is no way around them.
  TestCertificateSpec spec;
  spec.dns_names = {"near.lab"};
  spec.srv_domains = {"other.lab"};
  const auto verdict =
      trust_in(texts_)->judge(shown(pki.issue(spec)), CertificateUse::kClient, now_utc());
  EXPECT_TRUE(verdict.facts.chain_valid);
  EXPECT_TRUE(verdict.facts.srv_names.empty());
  texts_.authorities = pki_.authority();
  const auto free =
      trust_in(texts_)->judge(shown(pki_.issue(spec)), CertificateUse::kClient, now_utc());
  EXPECT_EQ(free.facts.srv_names, (std::vector<std::string>{"_xmpp-server.other.lab"}));
}

TEST_F(Judge, RevokedIsRefusedAndItsNeighbourIsNot) {
  const TestCertificate revoked = pki_.issue("near.lab");
  const TestCertificate good = pki_.issue("near.lab");
  TestListSpec list;
  list.revoked = {revoked};
  texts_.revocation = true;
  texts_.lists = {pki_.list(list)};
  for (const auto use : {CertificateUse::kClient, CertificateUse::kServer}) {
    EXPECT_EQ(word(revoked, use), "revoked");
    EXPECT_EQ(word(good, use), "good");
  }
}

TEST_F(Judge, ListsMustBeThereWhereTheyCount) {
  const TestCertificate certificate = pki_.issue("near.lab");
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
  texts_.revocation = true;
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "crl-missing");
  texts_.lists = {TestPki("other").list({})};
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "crl-missing");
  texts_.lists = {TestPki("authority").list({})};  // of the same name, with another key
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "crl-missing");
  texts_.lists = {pki_.list({})};
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
}

TEST_F(Judge, EveryAuthorityOfTheChainNeedsAList) {
  const TestPki below("below", pki_);
  const TestCertificate certificate = below.issue("near.lab");
  texts_.revocation = true;
  texts_.lists = {below.list({})};
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "crl-missing");
  texts_.lists.push_back(pki_.list({}));
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
  TestListSpec list;
  list.revoked = {{below.authority(), ""}};
  texts_.lists = {below.list({}), pki_.list(list)};
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "revoked");
}

TEST_F(Judge, StaleListIsRefusedUnlessTolerated) {
  const TestCertificate certificate = pki_.issue("near.lab");
  const TestCertificate revoked = pki_.issue("near.lab");
  TestListSpec list;
  list.next_update = -10;
  list.revoked = {revoked};
  texts_.revocation = true;
  texts_.lists = {pki_.list(list)};
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "crl-stale");
  texts_.tolerate_seconds = 100;
  EXPECT_EQ(word(certificate, CertificateUse::kClient), "good");
  EXPECT_EQ(word(revoked, CertificateUse::kClient), "revoked") << "it counts as long as it is kept";
  EXPECT_EQ(word(certificate, CertificateUse::kClient, 200), "crl-stale");
}

// SPEC: RFC 6066 8, RFC 6960: a response that came along can only refuse.
TEST_F(Judge, StapledResponseIsHeardWhereRevocationCounts) {
  const TestCertificate certificate = pki_.issue("near.lab");
  const auto stapled = [&](const std::string& response) {
    return word_of(
        trust_in(texts_)->judge(shown(certificate, response), CertificateUse::kServer, now_utc()));
  };
  const std::string revoked = pki_.status(certificate, true);
  EXPECT_EQ(stapled(revoked), "good") << "nobody asked";
  texts_.revocation = true;
  EXPECT_EQ(stapled(pki_.status(certificate, false)), "crl-missing") << "it replaces no list";
  texts_.lists = {pki_.list({})};
  EXPECT_EQ(stapled(revoked), "revoked");
  EXPECT_EQ(stapled(pki_.status(certificate, false)), "good");
  // What does not count: too old, of another certificate, of another authority, no response.
  EXPECT_EQ(stapled(pki_.status(certificate, true, true)), "good");
  EXPECT_EQ(stapled(pki_.status(pki_.issue("near.lab"), true)), "good");
  EXPECT_EQ(stapled(TestPki("authority").status(certificate, true)), "good");
  EXPECT_EQ(stapled("nonsense"), "good");
  EXPECT_EQ(stapled(revoked.substr(0, revoked.size() - 1)), "good");
}

TEST_F(Judge, VerdictSaysUntilWhenItHolds) {
  TestCertificateSpec spec;
  spec.dns_names = {"near.lab"};
  spec.not_after = 1000;
  const PeerCertificate certificate = shown(pki_.issue(spec));
  const UtcTime now = now_utc();
  const auto seconds = [now](const TrustVerdict& verdict) {
    return verdict.until ? (verdict.until->microseconds - now.microseconds) / kSecond : -1;
  };
  const auto own = trust_in(texts_)->judge(certificate, CertificateUse::kClient, now);
  EXPECT_NEAR(static_cast<double>(seconds(own)), 1000, 3);
  TestListSpec list;
  list.next_update = 100;
  texts_.revocation = true;
  texts_.tolerate_seconds = 50;
  texts_.lists = {pki_.list(list)};
  const auto listed = trust_in(texts_)->judge(certificate, CertificateUse::kClient, now);
  EXPECT_NEAR(static_cast<double>(seconds(listed)), 150, 3);
  // Past nextUpdate, tolerated: judged again when that ends.
  const UtcTime later{now.microseconds + 120 * kSecond};
  const auto late = trust_in(texts_)->judge(certificate, CertificateUse::kClient, later);
  EXPECT_TRUE(late.facts.chain_valid);
  EXPECT_NEAR(static_cast<double>(seconds(late)), 150, 3);
}

TEST(Trust, SaysWhatCannotBeRead) {
  TrustTexts texts;
  texts.lists = {"nonsense"};
  EXPECT_FALSE(Trust::make(texts));
  texts.lists = {TestPki("authority").list({})};
  EXPECT_TRUE(Trust::make(texts));
}

}  // namespace
}  // namespace guard::net
