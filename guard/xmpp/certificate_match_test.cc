#include "guard/xmpp/certificate_match.h"

#include <gtest/gtest.h>

#include "guard/xmpp/peer_lookup.h"

namespace guard::xmpp {
namespace {

CertificateFacts with_dns(std::string name) {
  CertificateFacts facts{.presented = true, .chain_valid = true};
  facts.dns_names.push_back(std::move(name));
  return facts;
}

CertificateFacts with_srv(std::string name) {
  CertificateFacts facts{.presented = true, .chain_valid = true};
  facts.srv_names.push_back(std::move(name));
  return facts;
}

CertificateFacts with_address(std::string name) {
  CertificateFacts facts{.presented = true, .chain_valid = true};
  facts.xmpp_addrs.push_back(std::move(name));
  return facts;
}

TEST(NamesDomain, TakesTheThreeKindsOfName) {
  EXPECT_TRUE(names_domain(with_dns("low.example"), "low.example", false));
  EXPECT_TRUE(names_domain(with_dns("LOW.Example"), "low.example", false));
  EXPECT_TRUE(names_domain(with_dns("xn--bcher-kva.example"),
                           "b\xC3\xBC"
                           "cher.example",
                           false));
  EXPECT_TRUE(names_domain(with_srv("_xmpp-server.low.example"), "low.example", false));
  EXPECT_TRUE(names_domain(with_address("low.example"), "low.example", false));
  EXPECT_TRUE(names_domain(with_address("b\xC3\xBC"
                                        "cher.example"),
                           "b\xC3\xBC"
                           "cher.example",
                           false));
}

TEST(NamesDomain, RefusesEveryOtherName) {
  using namespace std::string_literals;
  EXPECT_FALSE(names_domain(CertificateFacts{}, "low.example", true));
  EXPECT_FALSE(names_domain(with_dns("low.example.evil"), "low.example", false));
  EXPECT_FALSE(names_domain(with_dns("a.low.example"), "low.example", false));
  EXPECT_FALSE(names_domain(with_dns("example"), "low.example", false));
  EXPECT_FALSE(names_domain(with_dns(""), "low.example", false));
  EXPECT_FALSE(names_domain(with_dns("low.example\0.evil"s), "low.example", false));
  EXPECT_FALSE(names_domain(with_srv("_xmpp-client.low.example"), "low.example", false));
  EXPECT_FALSE(names_domain(with_srv("low.example"), "low.example", false));
  EXPECT_FALSE(names_domain(with_address("admin@low.example"), "low.example", false));
  EXPECT_FALSE(names_domain(with_address("low.example/x"), "low.example", false));
  EXPECT_FALSE(names_domain(with_dns(""), "", false));
}

TEST(NamesDomain, WildcardsAreOffUnlessTheyAreOn) {
  EXPECT_FALSE(names_domain(with_dns("*.low.example"), "chat.low.example", false));
  EXPECT_TRUE(names_domain(with_dns("*.low.example"), "chat.low.example", true));
  EXPECT_FALSE(names_domain(with_dns("*.low.example"), "low.example", true));
  EXPECT_FALSE(names_domain(with_dns("*.low.example"), "a.chat.low.example", true));
  EXPECT_FALSE(names_domain(with_dns("c*.low.example"), "chat.low.example", true));
  EXPECT_FALSE(names_domain(with_dns("*.example"), "low.example", true));
  EXPECT_FALSE(names_domain(with_dns("*"), "low", true));
  EXPECT_FALSE(names_domain(with_srv("_xmpp-server.*.low.example"), "chat.low.example", true));
}

TEST(ProvesDomain, WantsChainNameVersionAndPin) {
  const PeerDemands demands;
  TlsFacts tls{.version = TlsVersion::kTls12, .certificate = with_dns("low.example")};
  EXPECT_TRUE(proves_domain(tls, demands, "low.example"));
  EXPECT_FALSE(proves_domain(tls, demands, "high.example"));

  PeerDemands newer = demands;
  newer.minimum_tls = TlsVersion::kTls13;
  EXPECT_FALSE(proves_domain(tls, newer, "low.example"));
  tls.version = TlsVersion::kTls13;
  EXPECT_TRUE(proves_domain(tls, newer, "low.example"));

  PeerDemands pinned = demands;
  pinned.pinned_keys = {Digest{1}, Digest{2}};
  EXPECT_FALSE(meets_floor(tls, pinned));
  tls.certificate.key_sha256 = Digest{3};
  EXPECT_FALSE(proves_domain(tls, pinned, "low.example"));
  tls.certificate.key_sha256 = Digest{2};
  EXPECT_TRUE(proves_domain(tls, pinned, "low.example"));

  tls.certificate.chain_valid = false;
  EXPECT_FALSE(proves_domain(tls, demands, "low.example"));
  EXPECT_TRUE(meets_floor(tls, pinned));  // a pin says nothing about the chain
  tls.certificate.chain_valid = true;
  tls.certificate.presented = false;
  EXPECT_FALSE(proves_domain(tls, demands, "low.example"));
  EXPECT_FALSE(meets_floor(tls, pinned));
}

TEST(CertificateFaultOf, SaysWhatIsWrongFirst) {
  CertificateFacts facts = with_dns("*.low.example");
  facts.dns_names.emplace_back("low.example");
  EXPECT_FALSE(certificate_fault(facts, "low.example", false));
  EXPECT_FALSE(certificate_fault(facts, "chat.low.example", true));
  EXPECT_EQ(certificate_fault(facts, "chat.low.example", false), CertificateFault::kWildcard);
  EXPECT_EQ(certificate_fault(facts, "high.example", false), CertificateFault::kName);
  facts.chain_valid = false;
  facts.chain_fault = CertificateFault::kExpired;
  EXPECT_EQ(certificate_fault(facts, "low.example", false), CertificateFault::kExpired);
  facts.presented = false;
  EXPECT_EQ(certificate_fault(facts, "low.example", false), CertificateFault::kMissing);
  EXPECT_EQ(certificate_fault({}, "low.example", true), CertificateFault::kMissing);
}

}  // namespace
}  // namespace guard::xmpp
