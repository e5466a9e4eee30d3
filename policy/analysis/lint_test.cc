// Every kind of finding, with its line; and that a policy without the fault has none.
#include "policy/analysis/lint.h"

#include <gtest/gtest.h>

#include "policy/test_files.h"

namespace policy::test {
namespace {

const std::vector<std::string> kGood = {
    /* 1 */ "<policy name='t' xmlns='urn:xmpp-guard:policy:1'>",
    /* 2 */ "<security-policy file='spif.xml'/>",
    /* 3 */ "<label name='open' classification='UNCLASSIFIED'/>",
    /* 4 */ "",
    /* 5 */ "<peer name='h' side='high'><domain name='h.example'/>",
    /* 6 */ "<connection authentication='external' tls='1.3'/>",
    /* 7 */ "<clearance><classifications from='UNCLASSIFIED' to='SECRET'/></clearance></peer>",
    /* 8 */ "",
    /* 9 */ "<peer name='l' side='low'>",
    /* 10 */ "<domain name='l.example'/>",
    /* 11 */ "<connection authentication='external' tls='1.3'/>",
    /* 12 */ "<clearance><classifications from='UNCLASSIFIED' to='RESTRICTED'/></clearance>",
    /* 13 */ "</peer>",
    /* 14 */ "",
    /* 15 */ "<direction from='high' to='low'>",
    /* 16 */ "",
    /* 17 */ "<allow id='chat' reason='r'><message types='chat' parts='body'/></allow>",
    /* 18 */ "<allow id='seen' reason='r'><presence types='available unavailable'",
    /* 19 */ " implied-label='open'/></allow>",
    /* 20 */ "",
    /* 21 */ "</direction></policy>"};

// "line kind", the notes in brackets, of the policy with one line changed.
std::string with(std::size_t line, const std::string& changed) {
  std::string text;
  for (std::size_t i = 0; i < kGood.size(); ++i) {
    text += (i + 1 == line ? changed : kGood[i]) + "\n";
  }
  const auto loaded = load_text(text);
  if (!loaded) return loaded.error().front().to_string();
  std::string all;
  for (const Finding& finding : lint(*loaded)) {
    EXPECT_FALSE(finding.what.empty());
    const std::string kind = finding.note ? "(" + finding.kind + ")" : finding.kind;
    all += (all.empty() ? "" : ", ") + std::to_string(finding.place.line) + " " + kind;
  }
  return all;
}

const std::string kConnection = "<connection authentication='external' tls='1.3'/>";
std::string classifications(const std::string& to) {
  return "<clearance><classifications from='UNCLASSIFIED' to='" + to + "'/></clearance>";
}

TEST(Lint, FindsNothingWhereThereIsNothing) { EXPECT_EQ(with(0, ""), ""); }

TEST(Lint, OfRules) {
  EXPECT_EQ(with(16, "<refuse id='x' reason='r'><message types='chat'/></refuse>"),
            "17 unreachable-rule");
  // Before all others it takes the place of the first; behind it, it never decides.
  const std::string again = "<allow id='x' reason='r'><message types='chat' parts='body'/></allow>";
  EXPECT_EQ(with(16, again), "17 unreachable-rule");
  EXPECT_EQ(with(20, again), "20 unreachable-rule");
  EXPECT_EQ(with(20, "<allow id='x' reason='r'><message types='normal' parts='body'/></allow>"),
            "");
  // No label that it could cross with is granted to both.
  EXPECT_EQ(with(3, "<label name='open' classification='SECRET'/>"), "18 idle-rule");
  // What it refuses would be refused without it.
  EXPECT_EQ(with(16, "<refuse id='x' reason='r'><message types='headline'/></refuse>"),
            "16 (redundant-rule)");
  EXPECT_EQ(with(16, "<refuse id='x' reason='r' from-users='ann'><message types='chat'/></refuse>"),
            "");
}

TEST(Lint, OfPeers) {
  EXPECT_EQ(with(8, "<peer name='x' side='low'>" + kConnection + classifications("RESTRICTED") +
                        "</peer>"),
            "8 unused-peer");
  EXPECT_EQ(with(17,
                 "<allow id='chat' reason='r' to-peers='l'><message types='chat' parts='body'/>"
                 "</allow>"),
            "");
  EXPECT_EQ(
      with(8, "<peer name='x' side='low'><domain name='x.example'/>" + kConnection + "</peer>"),
      "8 no-clearance");
  EXPECT_EQ(with(12, kGood[11] + "<default-label label='open'/>"), "");
  EXPECT_EQ(with(3,
                 "<label name='open' classification='UNCLASSIFIED'/><label name='high' "
                 "classification='SECRET'/>"),
            "3 unused-label");
}

// No rule joins it with anybody.
TEST(Lint, OfAPeerThatNobodyMaySee) {
  std::string text;
  for (std::size_t i = 0; i < kGood.size(); ++i) {
    std::string line = kGood[i];
    if (i + 1 == 8) {
      line = "<peer name='x' side='low'><domain name='x.example'/>" + kConnection +
             classifications("RESTRICTED") + "</peer>";
    }
    if (const std::size_t at = line.find("reason='r'"); at != std::string::npos) {
      line.insert(at, "to-peers='l' ");
    }
    text += line + "\n";
  }
  const auto loaded = load_text(text);
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  const std::vector<Finding> found = lint(*loaded);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "unused-peer");
  EXPECT_EQ(found[0].place.line, 8U);
  EXPECT_EQ(found[0].what, "no rule lets anything pass from or to peer \"x\"");
}

TEST(Lint, OfDefaultLabels) {
  const auto with_default = [](const std::string& label) {
    return with(4,
                "<label name='high' classification='SECRET'/><peer name='x' side='low'><domain "
                "name='x.example'/>" +
                    kConnection + classifications("RESTRICTED") + "<default-label label='" + label +
                    "'/></peer>");
  };
  EXPECT_EQ(with_default("high"), "4 idle-default-label");
  EXPECT_EQ(with_default("open"), "4 unused-label");
}

TEST(Lint, OfDates) {
  const auto dates = [](const std::string& text) { return with(9, kGood[8] + text); };
  EXPECT_EQ(dates("<active from='2026-01-01' until='2026-02-01'/>"), "");
  EXPECT_EQ(dates("<active from='2026-01-01' until='2026-02-01'/>\n"
                  "<blocked reason='r' from='2025-12-01' until='2026-03-01'/>"),
            "9 contradicting-dates, 18 idle-rule, 19 idle-rule");
  EXPECT_EQ(dates("<active from='2026-01-01' until='2026-02-01'/>\n"
                  "<blocked reason='r' until='2026-01-01'/>"),
            "10 contradicting-dates");
  EXPECT_EQ(dates("<active from='2026-01-01' until='2026-02-01'/>\n"
                  "<blocked reason='r' from='2026-02-01'/>"),
            "10 contradicting-dates");
  EXPECT_EQ(dates("<active from='2026-01-01' until='2026-02-01'/>\n"
                  "<blocked reason='r' until='2026-01-02'/>"),
            "");
}

TEST(Lint, OfClearancesOfDomains) {
  const auto domain = [](const std::string& clearance) {
    return with(10,
                "<domain name='l.example'/><domain name='x.l.example'>" + clearance + "</domain>");
  };
  EXPECT_EQ(domain(classifications("UNCLASSIFIED")), "");
  EXPECT_EQ(domain("<clearance for='send'><classification name='SECRET'/></clearance>"),
            "10 empty-clearance");
  EXPECT_EQ(domain("<clearance for='send'><classifications from='UNCLASSIFIED' to='RESTRICTED'/>"
                   "</clearance>"),
            "10 idle-clearance");
  EXPECT_EQ(domain("<clearance for='receive'><classifications from='RESTRICTED' to='SECRET'/>"
                   "</clearance>"),
            "10 (wide-clearance)");
}

TEST(Lint, OfRoutes) {
  const auto route = [](const std::string& to) {
    return with(8, "<peer name='x' side='low'><default-route/>" + kConnection +
                       classifications(to) + "</peer>");
  };
  EXPECT_EQ(route("RESTRICTED"), "");
  EXPECT_EQ(route("SECRET"), "8 wide-default-route");
}

TEST(Lint, OfDomainsWithinAnothers) {
  EXPECT_EQ(with(8, "<peer name='x' side='low'><domain name='deep.y.example'/>" + kConnection +
                        classifications("RESTRICTED") +
                        "</peer>\n<peer name='y' side='low'><domain name='y.example' "
                        "match='subdomains'/><domain name='own.y.example'/>" +
                        kConnection + classifications("RESTRICTED") + "</peer>"),
            "8 (overlapping-domains)");
}

TEST(Lint, OfGroupsAndPeerPolicies) {
  EXPECT_EQ(with(14, "<group name='g' peers='l'/>"), "14 (unused-group)");
  EXPECT_EQ(with(15,
                 "<group name='g' peers='l'/><direction from='high' to='low'><refuse id='x' "
                 "reason='r' to-groups='g' from-users='ann'><message types='chat'/></refuse>"),
            "");
  // Of peer policies: translation_test.cc; of certificates: pinned_certificate_test.cc.
}

}  // namespace
}  // namespace policy::test
