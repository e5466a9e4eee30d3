#include "guard/supervisor/plan.h"

#include <gtest/gtest.h>

#include "guard/base/signer_for_test.h"
#include "guard/supervisor/test_plan.h"
#include "guard/wire/codec.h"

namespace guard::supervisor {
namespace {

TEST_F(PlanTest, TheExampleIsWhole) {
  const auto made = plan();
  ASSERT_TRUE(made) << faults();
  const auto& high = made->edges[0];
  EXPECT_EQ(high.side, Side::kHigh);
  ASSERT_EQ(high.near_peers.size(), 1U);
  EXPECT_EQ(high.near_peers[0].name, "high-server");
  EXPECT_EQ(high.near_peers[0].addresses.at(0).address, "10.77.1.1");
  ASSERT_EQ(high.far_peers.size(), 1U);
  EXPECT_TRUE(high.sees(high.near_peers[0], high.far_peers[0].index));
  EXPECT_EQ(high.views.size(), 1U);
  EXPECT_EQ(high.certificates.size(), 1U);
  EXPECT_EQ(made->certificates[0].directory, folder_.path() / "certificates-high");
  EXPECT_EQ(made->certificates[1].credentials.size(), 1U);
  EXPECT_EQ(made->filters[1].side, Side::kLow);
  EXPECT_EQ(made->recorder.peers.size(), 2U);
  EXPECT_EQ(made->recorder.policy_digest.size(), 32U);
}

// INVARIANT(ONE_POLICY_PER_RECORD): another policy, SPIF or site file is another digest.
TEST_F(PlanTest, ONE_POLICY_PER_RECORD_DigestsCoverTheFiles) {
  const auto before = plan();
  ASSERT_TRUE(before);
  folder_.write("spif.xml", example("spif.xml") + "\n");
  const auto spif = plan();
  ASSERT_TRUE(spif);
  EXPECT_NE(spif->recorder.policy_digest, before->recorder.policy_digest);
  EXPECT_EQ(spif->recorder.configuration_digest, before->recorder.configuration_digest);
  site_ += "\n";
  const auto site = plan();
  ASSERT_TRUE(site);
  EXPECT_NE(site->recorder.configuration_digest, before->recorder.configuration_digest);
}

// The filters read the octets that guardd has read.
TEST_F(PlanTest, ClearanceFilesGoToTheFiltersAndIntoTheDigest) {
  const std::string clearance =
      "<clearance xmlns=\"urn:xmpp-guard:label:1\" policy=\"EXAMPLE\">"
      "<classification name=\"UNCLASSIFIED\"/></clearance>";
  folder_.write("policy.xml", replaced(example("policy.xml"), "<clearance>",
                                       "<clearance file=\"own/clearance.xml\">"));
  EXPECT_NE(faults().find("policy.xml:42:"), std::string::npos) << faults();
  EXPECT_NE(faults().find("clearance file \"own/clearance.xml\": cannot be read"),
            std::string::npos);
  std::filesystem::create_directory(folder_.path() / "own");
  folder_.write("own/clearance.xml", clearance);
  const auto before = plan();
  ASSERT_TRUE(before) << faults();
  for (const wire::FilterConfiguration& filter : before->filters) {
    ASSERT_EQ(filter.clearances.size(), 1U);
    EXPECT_EQ(filter.clearances[0].name, "own/clearance.xml");
    EXPECT_EQ(filter.clearances[0].text, clearance);
  }
  folder_.write("own/clearance.xml", clearance + "\n");
  const auto after = plan();
  ASSERT_TRUE(after);
  EXPECT_NE(before->recorder.policy_digest, after->recorder.policy_digest);
}

TEST_F(PlanTest, ThePeersLimitsGoToItsEdge) {
  folder_.write("policy.xml",
                replaced(example("policy.xml"), "tls=\"1.2\"/>",
                         "tls=\"1.2\"/><limits stanza-bytes=\"20000\" stanzas-per-second=\"50\" "
                         "burst=\"100\" octets-per-second=\"5000\" octets-burst=\"6000\"/>"));
  const auto made = plan();
  ASSERT_TRUE(made) << faults();
  const wire::NearPeer& high = made->edges[0].near_peers.at(0);
  EXPECT_EQ(high.stanza_bytes, 20'000U);
  EXPECT_EQ(high.stanza_rate, (wire::Rate{.per_second = 50, .burst = 100}));
  EXPECT_EQ(high.octet_rate, (wire::Rate{.per_second = 5000, .burst = 6000}));
  const wire::NearPeer& low = made->edges[1].near_peers.at(0);
  EXPECT_EQ(low.stanza_bytes, 0U);
  EXPECT_EQ(low.stanza_rate, wire::Rate{});
  EXPECT_EQ(low.octet_rate, wire::Rate{});
}

TEST_F(PlanTest, HowStreamsAreUsedGoesToTheEdge) {
  struct Use {
    const char* words;
    bool guard;
    wire::StreamUse streams;
  };
  for (const Use& use : {Use{"", false, wire::StreamUse::kOwn},
                         Use{" streams=\"own\"", false, wire::StreamUse::kOwn},
                         Use{" streams=\"shared\"", false, wire::StreamUse::kShared},
                         Use{" streams=\"both-ways\"", false, wire::StreamUse::kBothWays},
                         Use{" guard=\"yes\"", true, wire::StreamUse::kBothWays},
                         Use{" guard=\"yes\" streams=\"own\"", true, wire::StreamUse::kOwn}}) {
    folder_.write("policy.xml", replaced(example("policy.xml"), "tls=\"1.2\"/>",
                                         "tls=\"1.2\"" + std::string(use.words) + "/>"));
    const auto made = plan();
    ASSERT_TRUE(made) << faults();
    EXPECT_EQ(made->edges[0].near_peers.at(0).guard, use.guard) << use.words;
    EXPECT_EQ(made->edges[0].near_peers.at(0).streams, use.streams) << use.words;
    EXPECT_FALSE(made->edges[1].near_peers.at(0).guard);
    EXPECT_EQ(made->edges[1].near_peers.at(0).streams, wire::StreamUse::kOwn);
  }
}

// Policies have U-labels, certificates A-labels.
TEST_F(PlanTest, CertificatesNameDomainsInALabels) {
  folder_.write("policy.xml", replaced(example("policy.xml"), "<domain name=\"low.example\"/>",
                                       "<domain name=\"b\xC3\xBC"
                                       "cher.example\"/>"));
  EXPECT_NE(faults().find("no certificate names xn--bcher-kva.example"), std::string::npos);
  show(high_, "certificates-high/low.pem", {"xn--bcher-kva.example"});
  EXPECT_EQ(faults(), "");
  // The other side's peers may see it, so one certificate may name it beside another of theirs.
  show(high_, "certificates-high/low.pem", {"xn--bcher-kva.example", "other.example"});
  EXPECT_NE(faults().find("shows other.example"), std::string::npos);
}

// As the edge shows it: a wildcard stands for one label.
TEST_F(PlanTest, AWildcardCertificateCoversADomain) {
  show(high_, "certificates-high/low.pem", {"*.example"});
  EXPECT_EQ(faults(), "");
  show(high_, "certificates-high/low.pem", {"*.low.example"});
  EXPECT_NE(faults().find("no certificate names low.example"), std::string::npos);
}

TEST_F(PlanTest, PeersStandInBothFiles) {
  site_ = replaced(site_, "<peer name=\"low-server\">", "<peer name=\"lost-server\">");
  const std::string text = faults();
  EXPECT_NE(text.find("peer \"lost-server\" is not in the policy"), std::string::npos) << text;
  EXPECT_NE(text.find("peer \"low-server\" has no place here"), std::string::npos) << text;
}

TEST_F(PlanTest, NoPeerIsThisGuard) {
  const std::string place = "<address ip=\"10.77.1.1\" port=\"5269\"/>";
  site_ = replaced(site_, place, "<address ip=\"10.77.1.2\" port=\"5269\"/>");
  EXPECT_NE(
      faults().find("peer \"high-server\" is at 10.77.1.2 port 5269, where this guard itself"),
      std::string::npos)
      << faults();
  site_ = replaced(site_, "10.77.1.2\" port=\"5269\"/>\n  </peer>",
                   "10.77.1.2\" port=\"5270\"/>\n  </peer>");
  EXPECT_EQ(faults(), "") << "another port is another server";
  // The other edge's listener is this guard, too, as long as both see one network.
  site_ = replaced(site_, "10.77.1.2\" port=\"5270\"/>\n  </peer>",
                   "10.77.2.2\" port=\"5269\"/>\n  </peer>");
  EXPECT_NE(faults().find("is at 10.77.2.2 port 5269"), std::string::npos);
  site_ = replaced(site_, "<edge side=\"high\"", "<edge side=\"high\" network-namespace=\"/proc\"");
  EXPECT_EQ(faults(), "") << "another network";
}

TEST_F(PlanTest, AListenerAtEveryAddressIsAtTheLoopbackOne) {
  site_ = replaced(site_, "<listen address=\"10.77.1.2\" port=\"5269\"/>",
                   "<listen address=\"0.0.0.0\" port=\"5270\"/>");
  EXPECT_EQ(faults(), "");
  site_ = replaced(site_, "<address ip=\"10.77.1.1\" port=\"5269\"/>\n  </peer>",
                   "<address ip=\"127.0.0.1\" port=\"5270\"/>\n  </peer>");
  EXPECT_NE(faults().find("is at 127.0.0.1 port 5270"), std::string::npos) << faults();
}

TEST_F(PlanTest, NoServerStandsOnBothSides) {
  site_ = replaced(
      site_, "<address ip=\"10.77.2.1\" port=\"5269\"/>",
      "<address ip=\"2001:db8::9\" port=\"5269\"/><address ip=\"10.77.1.1\" port=\"5269\"/>");
  EXPECT_NE(faults().find("peer \"low-server\" is at an address of \"high-server\""),
            std::string::npos)
      << faults();
  EXPECT_NE(faults().find("guard.xml:"), std::string::npos);
  site_ = replaced(site_, "<address ip=\"10.77.1.1\" port=\"5269\"/>\n  </peer>\n  <peer",
                   "<address ip=\"2001:0db8:0::9\" port=\"5269\"/>\n  </peer>\n  <peer");
  EXPECT_NE(faults().find("is at an address of"), std::string::npos) << "in another spelling";
  site_ = replaced(site_, "<edge side=\"low\"", "<edge side=\"low\" network-namespace=\"/proc\"");
  EXPECT_EQ(faults(), "") << "the same address in another network is another server";
}

TEST_F(PlanTest, FAIL_CLOSED_ASecurityPolicyThatMustBeSignedAndIsNot) {
  folder_.write("anchors.pem", high_.authority());
  site_ = replaced(site_, "<policy file=\"policy.xml\"/>",
                   "<policy file=\"policy.xml\" spif-anchors=\"anchors.pem\"/>");
  EXPECT_NE(faults().find("spif.xml: "), std::string::npos) << faults();
}

TEST_F(PlanTest, ASecurityPolicyThatIsNotThereIsSaidOnce) {
  std::filesystem::remove(folder_.path() / "spif.xml");
  const std::string found = faults();
  EXPECT_NE(found.find("spif.xml: No such file or directory, expected a readable Open XML SPIF"),
            std::string::npos)
      << found;
}

// INVARIANT(WHO_DECIDES_WHAT)
TEST_F(PlanTest, WHO_DECIDES_WHAT_TheSiteRaisesNoLimit) {
  const std::string edge = "<edge side=\"high\"";
  const std::string good = site_;
  site_ = replaced(good, edge, "<limits handshake-seconds=\"5\"/>" + edge);
  EXPECT_EQ(faults(), "");
  site_ = replaced(good, edge, "<limits handshake-seconds=\"600\"/>" + edge);
  EXPECT_NE(faults().find("above the policy's bound"), std::string::npos);
}

TEST_F(PlanTest, EachFarDomainNeedsACertificate) {
  show(high_, "certificates-high/low.pem", {"other.example"});
  EXPECT_NE(faults().find("no certificate names low.example"), std::string::npos);
}

// An edge that has been taken over must hold no key that the other side believes.
TEST_F(PlanTest, TheSidesShareNoAuthority) {
  show(low_, "certificates-high/low.pem", {"low.example"});
  EXPECT_NE(faults().find("is accepted by the trust store of side low"), std::string::npos);
}

// INVARIANT(INVISIBLE): a certificate shows all its names to everyone who sees one of them.
TEST_F(PlanTest, INVISIBLE_ACertificateShowsNoHiddenDomain) {
  show(high_, "certificates-high/low.pem", {"low.example", "hidden.example"});
  EXPECT_NE(faults().find("shows hidden.example to peer \"high-server\""), std::string::npos)
      << faults();
}

TEST_F(PlanTest, FilesMustBeThereAndWhole) {
  folder_.write("dialback-low.secret", "0123456789abcde");
  EXPECT_NE(faults().find("dialback-low.secret: has 15 octets"), std::string::npos);
  folder_.write("dialback-low.secret", "fedcba9876543210");
  EXPECT_EQ(faults(), "");
  folder_.write("trust-low.pem", "");
  EXPECT_NE(faults().find("trust-low.pem: holds no certificate"), std::string::npos);
  std::filesystem::remove(folder_.path() / "spif.xml");
  EXPECT_NE(faults().find("spif.xml"), std::string::npos);
}

TEST_F(PlanTest, TheKeyOfTheLogIsOfTheRightKind) {
  site_ = replaced(site_, "xmpp-guard/log\"/>", "xmpp-guard/log\" key-file=\"log.pem\"/>");
  EXPECT_NE(faults().find("log.pem"), std::string::npos);
  folder_.write("log.pem", "no key");
  EXPECT_NE(faults().find("log.pem: holds no readable key"), std::string::npos) << faults();
  // The key of RFC 8032 7.1, TEST 1.
  folder_.write("log.pem",
                "-----BEGIN PRIVATE KEY-----\n"
                "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                "-----END PRIVATE KEY-----\n");
  EXPECT_EQ(faults(), "");
}

TEST_F(PlanTest, ThoseWhoSignAPruneAreEnoughAndHandedToTheRecorder) {
  EXPECT_EQ(plan()->recorder.prune_require, 0U);
  const std::string good = site_;
  site_ = replaced(good, "xmpp-guard/log\"/>", "xmpp-guard/log\" prune-require=\"2\"/>");
  EXPECT_NE(faults().find("prune-require without prune-signers"), std::string::npos) << faults();
  site_ = replaced(good, "xmpp-guard/log\"/>",
                   "xmpp-guard/log\" prune-signers=\"two.pem\" prune-require=\"2\"/>");
  EXPECT_NE(faults().find("two.pem"), std::string::npos);
  const auto anna = SignerForTest::made("Anna");
  const auto bert = SignerForTest::made("Bert");
  // The same key twice is one.
  folder_.write("two.pem", anna.certificate + anna.certificate);
  EXPECT_NE(faults().find("two.pem: holds certificates of 1 signers"), std::string::npos);
  folder_.write("two.pem", anna.certificate + bert.certificate + bert.key);
  EXPECT_NE(faults().find("two.pem: holds a private key"), std::string::npos);
  folder_.write("two.pem", anna.certificate + bert.certificate);
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(plan()->recorder.prune_require, 2U);
  EXPECT_EQ(plan()->recorder.prune_signers, anna.certificate + bert.certificate);
}

TEST_F(PlanTest, ANamespaceMustExist) {
  const std::string good = site_;
  site_ = replaced(good, "<edge side=\"low\"", "<edge side=\"low\" network-namespace=\"/nowhere\"");
  EXPECT_NE(faults().find("/nowhere: does not exist"), std::string::npos);
  site_ = replaced(good, "<edge side=\"low\"",
                   "<edge side=\"low\" network-namespace=\"/proc/self/ns/net\"");
  EXPECT_EQ(faults(), "");
}

TEST_F(PlanTest, PeersMayHaveAuthoritiesAndListsOfTheirOwn) {
  const net::TestPki own("the peer's own");
  folder_.write("own.pem", own.authority());
  folder_.write("own.crl", own.list({}));
  folder_.write("low.crl", low_.list_pem({}));
  site_ =
      replaced(site_, "<trust file=\"trust-low.pem\"/>",
               "<trust file=\"trust-low.pem\"/><revocation><list file=\"low.crl\"/></revocation>");
  site_ = replaced(site_, "<address ip=\"10.77.2.1\" port=\"5269\"/>",
                   "<address ip=\"10.77.2.1\" port=\"5269\"/><trust file=\"own.pem\"/>"
                   "<revocation tolerate-hours=\"1\"><list file=\"own.crl\"/></revocation>");
  const auto made = plan();
  ASSERT_TRUE(made) << faults();
  const auto& low = made->edges[1];
  EXPECT_TRUE(low.trust.revocation);
  EXPECT_EQ(low.trust.lists.size(), 1U);
  ASSERT_EQ(low.near_peers.size(), 1U);
  ASSERT_EQ(low.near_peers[0].trust.size(), 1U);
  EXPECT_EQ(low.near_peers[0].trust[0].authorities, own.authority());
  EXPECT_EQ(low.near_peers[0].trust[0].tolerate_seconds, 3600U);
  EXPECT_EQ(made->revocations.size(), 2U);
  EXPECT_TRUE(made->edges[0].near_peers[0].trust.empty());
  folder_.write("own.crl", "nonsense");
  EXPECT_NE(faults().find("own.crl"), std::string::npos);
}

TEST_F(PlanTest, RefusesACertificateThatAPeerOfTheOtherSideTrusts) {
  folder_.write("own.pem", high_.authority());
  site_ = replaced(site_, "<address ip=\"10.77.2.1\" port=\"5269\"/>",
                   "<address ip=\"10.77.2.1\" port=\"5269\"/><trust file=\"own.pem\"/>");
  EXPECT_NE(faults().find("is accepted by the trust store of peer \"low-server\""),
            std::string::npos);
}

TEST_F(PlanTest, WarnsOfAListThatIsTooOldAndStartsAllTheSame) {
  net::TestListSpec spec;
  spec.next_update = -60;
  folder_.write("low.crl", low_.list(spec));
  site_ =
      replaced(site_, "<trust file=\"trust-low.pem\"/>",
               "<trust file=\"trust-low.pem\"/><revocation><list file=\"low.crl\"/></revocation>");
  const auto made = plan();
  ASSERT_TRUE(made) << faults();
  EXPECT_NE(made->summary.find("warning: revocation-list-stale"), std::string::npos);
  folder_.write("low.crl", low_.list({}));
  const auto good = plan();
  ASSERT_TRUE(good);
  EXPECT_EQ(good->summary.find("warning"), std::string::npos);
}

// A filter is told its policy and security policies in one frame.
TEST_F(PlanTest, APolicyThatDoesNotFitIntoAFrameIsRefused) {
  const auto small = plan();
  ASSERT_TRUE(small) << faults();
  const std::size_t size = wire::encode_configuration(small->filters[0]).size();
  const std::string policy = example("policy.xml");
  const auto padded = [&](std::size_t more) {
    folder_.write("policy.xml", policy + std::string(more, '\n'));
  };
  padded(wire::kMaxConfiguration - size);
  const auto full = plan();
  ASSERT_TRUE(full) << faults();
  std::string frame;  // it would fail a CHECK
  wire::append_frame(frame, wire::Configure{wire::encode_configuration(full->filters[0])});
  padded(wire::kMaxConfiguration - size + 1);
  EXPECT_NE(
      faults().find(
          "policy.xml: what a filter (policy, security policies, clearances, officers) would be "
          "told"),
      std::string::npos)
      << faults();
}

// INVARIANT(NO_OTHER_PATH): an edge that has been taken over must not reach the numbers of both
// sides.
TEST_F(PlanTest, NO_OTHER_PATH_MetricsAreNotServedWhereAnEdgeIs) {
  const std::string bare = site_;
  site_ = replaced(bare, "<edge side=\"high\"",
                   "<metrics listen=\"127.0.0.1:9469\"/><edge side=\"high\"");
  EXPECT_NE(faults().find("in the network of the edge of side high"), std::string::npos);
  EXPECT_NE(faults().find("in the network of the edge of side low"), std::string::npos);
  site_ =
      replaced(bare, "<edge side=\"high\"", "<metrics listen=\"unix:m.sock\"/><edge side=\"high\"");
  EXPECT_EQ(faults(), "");
  site_ = replaced(replaced(bare, "<edge side=\"high\"",
                            "<metrics listen=\"127.0.0.1:9469\"/><edge side=\"high\" "
                            "network-namespace=\"/run/netns/a\""),
                   "<edge side=\"low\"", "<edge side=\"low\" network-namespace=\"/run/netns/b\"");
  EXPECT_EQ(faults().find("metrics"), std::string::npos) << faults();
}

// ---------------------------------------------------------------- within a side

class NeighboursTest : public PlanTest {
 protected:
  NeighboursTest() {
    std::string text = example("policy.xml");
    const std::size_t peer = text.find("<peer ");
    text.insert(peer,
                "<peer name=\"annex\" side=\"high\"><domain name=\"annex.example\"/>"
                "<connection authentication=\"external\" tls=\"1.2\"/><clearance>"
                "<classification name=\"UNCLASSIFIED\"/></clearance></peer>");
    const std::size_t end = text.find("<direction ");
    text.insert(end,
                "<direction from=\"high\" to=\"high\"><allow id=\"next\" reason=\"test\">"
                "<message types=\"chat\" parts=\"body\"/></allow></direction>");
    folder_.write("policy.xml", text);
    site_ = replaced(site_, "<peer ", "<peer name=\"annex\"/><peer ");
    show(low_, "certificates-low/annex.pem", {"annex.example"});
  }
};

TEST_F(NeighboursTest, TheEdgeOfTheirSideIsToldThatTheySeeEachOther) {
  show(high_, "certificates-high/high.pem", {"high.example"});
  show(high_, "certificates-high/annex.pem", {"annex.example"});
  EXPECT_EQ(faults(), "");
  const auto made = plan();
  ASSERT_TRUE(made);
  const wire::EdgeConfiguration& high = made->edges[0];
  EXPECT_TRUE(high.within);
  EXPECT_FALSE(made->edges[1].within);
  ASSERT_EQ(high.near_peers.size(), 2U);
  EXPECT_TRUE(high.sees(high.near_peers[0], high.near_peers[1].index));
  EXPECT_TRUE(high.sees(high.near_peers[1], high.near_peers[0].index));
}

TEST_F(NeighboursTest, EachOfThemNeedsACertificateForTheOther) {
  show(high_, "certificates-high/high.pem", {"high.example"});
  EXPECT_NE(faults().find("no certificate names annex.example"), std::string::npos);
}

}  // namespace
}  // namespace guard::supervisor
