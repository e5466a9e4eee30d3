#include "guard/supervisor/site.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

const std::string kSite = R"(<?xml version="1.0"?>
<guard xmlns="urn:xmpp-guard:site:1">
  <policy file="policy.xml"/>
  <log directory="/var/lib/guard"/>
  <limits streams="100" depth="16"/>
  <edge side="high" network-namespace="/run/netns/high">
    <listen address="10.77.1.1" port="5269"/>
    <certificates directory="certificates/high"/>
    <trust file="trust-high.pem"/>
    <dialback secret-file="dialback-high.secret"/>
  </edge>
  <edge side="low">
    <listen address="::1" port="5270"/>
    <certificates directory="/etc/guard/low"/>
    <trust file="trust-low.pem"/>
    <dialback secret-file="dialback-low.secret"/>
  </edge>
  <peer name="high-server"><address ip="10.77.1.2" port="5269"/></peer>
  <peer name="inbound-only"/>
</guard>
)";

TEST(Site, ReadsWhatIsThere) {
  const auto site = parse_site("/etc/guard/guard.xml", kSite);
  ASSERT_TRUE(site) << site.error().to_string();
  EXPECT_EQ(site->policy, "/etc/guard/policy.xml");
  EXPECT_EQ(site->log, "/var/lib/guard");
  EXPECT_EQ(site->edge(Side::kHigh).network_namespace, "/run/netns/high");
  EXPECT_EQ(site->edge(Side::kHigh).certificates, "/etc/guard/certificates/high");
  EXPECT_EQ(site->edge(Side::kLow).listen.at(0).address, "::1");
  EXPECT_EQ(site->edge(Side::kLow).listen.at(0).port, 5270);
  EXPECT_FALSE(site->edge(Side::kLow).network_namespace);
  EXPECT_EQ(site->peers.at("high-server").addresses.at(0).address, "10.77.1.2");
  EXPECT_TRUE(site->peers.at("inbound-only").addresses.empty());
}

TEST(Site, ReadsTrustRevocationAndDirectTls) {
  std::string text = replaced(kSite, "<trust file=\"trust-low.pem\"/>",
                              "<trust file=\"trust-low.pem\"/><revocation tolerate-hours=\"2\">"
                              "<list file=\"one.crl\"/><list file=\"/two.crl\"/></revocation>");
  text = replaced(text, "port=\"5270\"", "port=\"5270\" tls=\"direct\"");
  const std::string own =
      "<peer name=\"inbound-only\"><address ip=\"10.77.1.3\" port=\"5270\" tls=\"direct\"/>"
      "<address ip=\"10.77.1.3\" port=\"5269\" tls=\"starttls\"/><trust file=\"own.pem\"/>"
      "<revocation><list file=\"own.crl\"/></revocation></peer>";
  text = replaced(text, "<peer name=\"inbound-only\"/>", own);
  const auto site = parse_site("/etc/guard/guard.xml", text);
  ASSERT_TRUE(site) << site.error().to_string();
  EXPECT_FALSE(site->edge(Side::kHigh).revocation);
  const auto& revocation = site->edge(Side::kLow).revocation;
  ASSERT_TRUE(revocation);
  EXPECT_EQ(revocation->tolerate_seconds, 7200U);
  EXPECT_EQ(revocation->files,
            (std::vector<std::filesystem::path>{"/etc/guard/one.crl", "/two.crl"}));
  EXPECT_TRUE(site->edge(Side::kLow).listen.at(0).direct_tls);
  EXPECT_FALSE(site->edge(Side::kHigh).listen.at(0).direct_tls);
  const PeerSite& peer = site->peers.at("inbound-only");
  EXPECT_TRUE(peer.addresses.at(0).direct_tls);
  EXPECT_FALSE(peer.addresses.at(1).direct_tls);
  EXPECT_EQ(peer.trust, "/etc/guard/own.pem");
  ASSERT_TRUE(peer.revocation);
  EXPECT_EQ(peer.revocation->tolerate_seconds, 0U);
}

TEST(Site, RefusesRevocationThatGoesWithNoTrustAndTooMuchTolerance) {
  const std::string lists = "<revocation><list file=\"own.crl\"/></revocation>";
  const std::string bare = "<peer name=\"inbound-only\"/>";
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, bare, "<peer name=\"p\">" + lists + "</peer>")));
  const std::string trust = "<peer name=\"p\"><trust file=\"own.pem\"/>";
  EXPECT_TRUE(parse_site("g.xml", replaced(kSite, bare, trust + lists + "</peer>")));
  for (const char* hours : {"0", "720"}) {
    const std::string tolerant =
        replaced(lists, "n>", "n tolerate-hours=\"" + std::string(hours) + "\">");
    EXPECT_TRUE(parse_site("g.xml", replaced(kSite, bare, trust + tolerant + "</peer>"))) << hours;
  }
  for (const char* hours : {"-1", "721", "x"}) {
    const std::string tolerant =
        replaced(lists, "n>", "n tolerate-hours=\"" + std::string(hours) + "\">");
    EXPECT_FALSE(parse_site("g.xml", replaced(kSite, bare, trust + tolerant + "</peer>"))) << hours;
  }
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, bare, trust + "<revocation/></peer>")));
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "port=\"5270\"", "port=\"5270\" tls=\"none\"")));
}

TEST(Site, RefusesANameWhereAnAddressBelongs) {
  const auto site = parse_site("guard.xml", replaced(kSite, "10.77.1.2", "xmpp.example"));
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().line, 18U);
  EXPECT_NE(site.error().to_string().find("guard.xml:18:"), std::string::npos);
  EXPECT_NE(site.error().expected.find("IPv4 or IPv6"), std::string::npos);
}

TEST(Site, RefusesUnknownElementsAndAttributes) {
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "<log ", "<logs ")));
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "port=\"5270\"", "prot=\"5270\"")));
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "site:1", "site:2")));
}

std::expected<Site, FileError> with_metrics(const std::string& attributes) {
  return parse_site("/etc/guard/guard.xml",
                    replaced(kSite, "  <limits", "  <metrics " + attributes + "/>\n  <limits"));
}

TEST(Site, ReadsWhereMetricsAreServed) {
  EXPECT_FALSE(parse_site("g.xml", kSite)->metrics) << "off unless asked for";
  const auto socket = with_metrics("listen=\"unix:metrics.sock\" group=\"prometheus\"");
  ASSERT_TRUE(socket) << socket.error().to_string();
  EXPECT_FALSE(socket->metrics->address);
  EXPECT_EQ(socket->metrics->socket, "/etc/guard/metrics.sock");
  EXPECT_EQ(socket->metrics->group, "prometheus");
  const auto four = with_metrics("listen=\"127.0.0.1:9469\"");
  ASSERT_TRUE(four);
  EXPECT_EQ(four->metrics->address, (wire::Endpoint{"127.0.0.1", 9469, false}));
  const auto six = with_metrics("listen=\"[::1]:65535\"");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->metrics->address, (wire::Endpoint{"::1", 65535, false}));
}

TEST(Site, MetricsAreServedToThisHostOnly) {
  for (const char* place :
       {"10.77.1.2:9469", "0.0.0.0:9469", "[::]:9469", "localhost:9469", "127.0.0.1", "127.0.0.1:0",
        "127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1.evil:80", ":9469", "unix:", "[::1]", "9469"}) {
    const auto site = with_metrics("listen=\"" + std::string(place) + "\"");
    ASSERT_FALSE(site) << place;
    EXPECT_EQ(site.error().line, 5U);
  }
  EXPECT_FALSE(with_metrics("listen=\"127.0.0.1:9469\" group=\"prometheus\""));
}

TEST(Site, PortsHaveBounds) {
  EXPECT_TRUE(parse_site("g.xml", replaced(kSite, "\"5270\"", "\"65535\"")));
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "\"5270\"", "\"65536\"")));
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "\"5270\"", "\"0\"")));
}

TEST(Site, RefusesTwoEdgesOfOneSide) {
  const auto site = parse_site("g.xml", replaced(kSite, "side=\"low\"", "side=\"high\""));
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().line, 12U);
}

TEST(Site, RefusesAPeerThatStandsTwice) {
  EXPECT_FALSE(parse_site("g.xml", replaced(kSite, "inbound-only", "high-server")));
}

// INVARIANT(WHO_DECIDES_WHAT): the site file lowers limits, and never raises one.
TEST(Site, WHO_DECIDES_WHAT_LimitsOnlyGoDown) {
  const auto site = parse_site("g.xml", kSite);
  ASSERT_TRUE(site);
  policy::Limits policy;
  const auto lowered = lower(policy, *site);
  ASSERT_TRUE(lowered);
  EXPECT_EQ(lowered->streams, 100U);
  EXPECT_EQ(lowered->depth, 16U);
  policy.streams = 100;
  EXPECT_TRUE(lower(policy, *site));
  policy.streams = 99;
  const auto raised = lower(policy, *site);
  ASSERT_FALSE(raised);
  EXPECT_EQ(raised.error().line, 5U);
}

TEST(Site, ReadsWhoMayControlIt) {
  const std::string control =
      R"(<control socket="run/guardd.sock" state="/var/lib/guard/state" operators="guard-operators"
                  viewers="1004"/><limits )";
  const auto site = parse_site("/etc/guard/guard.xml", replaced(kSite, "<limits ", control));
  ASSERT_TRUE(site) << site.error().to_string();
  ASSERT_TRUE(site->control);
  EXPECT_EQ(site->control->socket, "/etc/guard/run/guardd.sock");
  EXPECT_EQ(site->control->state, "/var/lib/guard/state");
  EXPECT_EQ(site->control->operators, "guard-operators");
  EXPECT_EQ(site->control->viewers, "1004");
  EXPECT_FALSE(parse_site("/etc/guard/guard.xml", kSite)->control);
}

TEST(Site, SaysWhetherReadingTheLogIsRecorded) {
  const std::string log = "<log directory=\"";
  const std::string control = R"(<control socket="a" state="b" auditors="audit"/><limits )";
  const auto access = [&](const std::string& attribute, bool controlled) {
    std::string text = replaced(kSite, log, "<log " + attribute + " directory=\"");
    if (controlled) text = replaced(text, "<limits ", control);
    return parse_site("/etc/guard/guard.xml", text);
  };
  EXPECT_EQ(access("", true)->control->auditors, "audit");
  EXPECT_EQ(access("", true)->log_access, LogAccessSite::kRecorded);
  EXPECT_EQ(access("access=\"recorded\"", true)->log_access, LogAccessSite::kRecorded);
  EXPECT_EQ(access("access=\"required\"", true)->log_access, LogAccessSite::kRequired);
  EXPECT_EQ(access("access=\"none\"", true)->log_access, LogAccessSite::kNone);
  EXPECT_EQ(access("", false)->log_access, LogAccessSite::kNone);
  EXPECT_EQ(access("access=\"none\"", false)->log_access, LogAccessSite::kNone);
  for (const char* wrong : {"access=\"required\"", "access=\"recorded\""}) {
    const auto refused = access(wrong, false);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().what, "access without <control>");
    EXPECT_EQ(refused.error().line, 4U);
  }
  EXPECT_FALSE(access("access=\"perhaps\"", true));
}

TEST(Site, RefusesControlWithoutAPlaceForItsState) {
  const auto site = parse_site("/etc/guard/guard.xml",
                               replaced(kSite, "<limits ", "<control socket=\"a\"/><limits "));
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().line, 5U);
}

TEST(Site, SaysWhoMustHaveSignedSecurityPolicies) {
  EXPECT_FALSE(parse_site("/etc/guard/guard.xml", kSite)->spif_trust);
  const auto site = parse_site("/etc/guard/guard.xml",
                               replaced(kSite, "<policy file=\"policy.xml\"/>",
                                        "<policy file=\"policy.xml\" spif-anchors=\"a.pem\"/>"));
  ASSERT_TRUE(site) << site.error().to_string();
  ASSERT_TRUE(site->spif_trust);
  EXPECT_EQ(site->spif_trust->anchors, "/etc/guard/a.pem");
}

}  // namespace
}  // namespace guard::supervisor
