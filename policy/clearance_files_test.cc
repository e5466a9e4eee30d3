// Clearances that a policy takes from files.
#include "policy/clearance_files.h"

#include <gtest/gtest.h>

#include <map>

#include "policy/test_files.h"

namespace policy::test {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

std::string clearance(const std::string& from, const std::string& to) {
  return "<clearance xmlns='urn:xmpp-guard:label:1' policy='EXAMPLE'><classifications from='" +
         from + "' to='" + to + "'/></clearance>";
}

ClearanceSource source_of(const Files& files) {
  return [&files](std::string_view name) -> std::expected<NamedText, std::string> {
    const auto found = files.find(name);
    if (found == files.end()) return std::unexpected(std::string("no such file"));
    return NamedText{"/etc/guard/" + found->first, found->second};
  };
}

std::string with(const std::string& peers_clearance, const std::string& domains_clearance = "") {
  return "<policy name='t' xmlns='urn:xmpp-guard:policy:1'>\n<security-policy file='spif.xml'/>\n"
         "<peer name='h' side='high'><domain name='h.example'>" +
         domains_clearance + "</domain>\n<connection authentication='external' tls='1.3'/>\n" +
         peers_clearance + "</peer></policy>";
}

std::expected<Policy, std::vector<guard::FileError>> load_with(const std::string& text,
                                                               const Files& files) {
  const schemas::XercesPlatform platform;
  return load({.name = "p.xml", .text = text}, example_spif, source_of(files));
}

// The names of the classifications that h.example may send.
std::string may_send(const std::string& text, const Files& files) {
  const auto policy = load_with(text, files);
  if (!policy) return policy.error().front().to_string();
  const auto* standing = policy->standing(guard::Side::kHigh, "h.example");
  std::string names;
  for (const labels::Classification& each : policy->security_policy().classifications()) {
    if (standing->send != nullptr && standing->send->holds(each.lacv)) {
      names += each.name + " ";
    }
  }
  return names;
}

TEST(ClearanceFile, SaysWhatThePeerMaySee) {
  const Files files{{"h.xml", clearance("UNCLASSIFIED", "RESTRICTED")}};
  EXPECT_EQ(may_send(with("<clearance file='h.xml'/>"), files), "UNCLASSIFIED RESTRICTED ");
  EXPECT_EQ(may_send(with("<clearance for='send' file='h.xml'/>"), files),
            "UNCLASSIFIED RESTRICTED ");
  EXPECT_EQ(may_send(with("<clearance for='receive' file='h.xml'/>"), files), "");
}

TEST(ClearanceFile, InEveryFormatThatGuardLabelReads) {
  // The DER of RFC 5755: policy 2.999.1, classList with bits 1 (unclassified) and 2
  // (restricted).
  const Files files{{"h.hex", "30090603883701 03020560"}};
  EXPECT_EQ(may_send(with("<clearance file='h.hex'/>"), files), "UNCLASSIFIED RESTRICTED ");
}

TEST(ClearanceFile, TheNarrowestWins) {
  const Files files{{"h.xml", clearance("UNCLASSIFIED", "CONFIDENTIAL")},
                    {"d.xml", clearance("UNCLASSIFIED", "SECRET")}};
  const std::string listed = "<classifications from='RESTRICTED' to='SECRET'/>";
  EXPECT_EQ(may_send(with("<clearance file='h.xml'>" + listed + "</clearance>"), files),
            "RESTRICTED CONFIDENTIAL ");
  EXPECT_EQ(may_send(with("<clearance file='h.xml'/>", "<clearance file='d.xml'/>"), files),
            "UNCLASSIFIED RESTRICTED CONFIDENTIAL ");
  EXPECT_EQ(may_send(with("<clearance file='d.xml'/>", "<clearance file='h.xml'/>"), files),
            "UNCLASSIFIED RESTRICTED CONFIDENTIAL ");
}

TEST(ClearanceFile, WhatIsWrongIsSaidAtTheElementAndInTheFile) {
  const Files files{{"bad.xml", clearance("UNCLASSIFIED", "PURPLE")},
                    {"other.hex", "300906032a0304 03020560"},
                    {"empty", ""}};
  const auto complaint = [&](const std::string& file) {
    const auto loaded = load_with(with("<clearance file='" + file + "'/>"), files);
    return loaded ? "" : loaded.error().front().to_string();
  };
  EXPECT_EQ(complaint("none.xml").substr(0, 67),
            "p.xml:5:29: clearance file \"none.xml\": cannot be read: no such file");
  EXPECT_NE(complaint("bad.xml").find("/etc/guard/bad.xml:1:"), std::string::npos)
      << complaint("bad.xml");
  EXPECT_NE(complaint("bad.xml").find("PURPLE"), std::string::npos);
  EXPECT_NE(complaint("other.hex").find("is under the security policy 1.2.3.4"), std::string::npos)
      << complaint("other.hex");
  EXPECT_NE(complaint("empty").find("/etc/guard/empty"), std::string::npos) << complaint("empty");
}

// README.md, clearance, says why: every clearance is asked about labels of the governing policy.
TEST(ClearanceFile, UnderAPeersOwnPolicyItIsRefusedByName) {
  const schemas::XercesPlatform platform;
  const Files files{
      {"home.xml",
       "<clearance xmlns='urn:xmpp-guard:label:1' policy='BRAVO NATIONAL'><classification "
       "name='HOME OFFICE'/></clearance>"},
      {"home.hex", "300906038837 3c 03020560"},
      {"ours.xml", clearance("UNCLASSIFIED", "SECRET")}};
  const auto loaded = [&](const std::string& file) {
    std::string text = with("<clearance file='" + file + "'/>");
    text.replace(text.find("<peer "), 6,
                 "<peer-policy name='own' file='bravo.xml'/><peer label-policy='own' ");
    return load(
        {.name = "p.xml", .text = text},
        [](std::string_view name) -> std::expected<NamedText, std::string> {
          if (name == "spif.xml") return example_spif(name);
          return NamedText{"bravo.xml", contents(kPair + "../star/bravo.xml")};
        },
        source_of(files));
  };
  for (const std::string file : {"home.xml", "home.hex"}) {
    const auto policy = loaded(file);
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().front().to_string(),
              "p.xml:5:29: clearance file \"" + file +
                  "\": is under the security policy of a peer, BRAVO NATIONAL (2.999.60), and "
                  "nothing is judged under that, expected a readable clearance under the security "
                  "policy that governs, EXAMPLE (2.999.1), by a path relative to this file");
  }
  EXPECT_TRUE(loaded("ours.xml"));  // the peer may well have one under the governing policy
}

TEST(ClearanceFile, WithoutASourceThereIsNone) {
  const auto loaded = load_text(with("<clearance file='h.xml'/>"));
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().front().what.find("no files here"), std::string::npos);
}

TEST(ClearanceFile, ItsOctetsAreInTheDigestOnce) {
  const std::string text = with("<clearance file='h.xml'/>", "<clearance file='h.xml'/>");
  Files files{{"h.xml", clearance("UNCLASSIFIED", "SECRET")}};
  const auto before = load_with(text, files);
  ASSERT_TRUE(before) << before.error().front().to_string();
  const std::string spif = contents(kPair + "spif.xml");
  EXPECT_EQ(before->digest(),
            policy_digest(text, std::vector<std::string_view>{spif, files.at("h.xml")}));
  files.at("h.xml") += " ";
  const auto after = load_with(text, files);
  ASSERT_TRUE(after);
  EXPECT_NE(before->digest(), after->digest());
}

TEST(ClearanceFile, TheirNumberIsBounded) {
  const schemas::XercesPlatform platform;
  const auto policy = load_text(with(""));
  ASSERT_TRUE(policy);
  std::size_t asked = 0;
  ClearanceFiles files({policy->security_policy()},
                       [&](std::string_view) -> std::expected<NamedText, std::string> {
                         ++asked;
                         return NamedText{"c.xml", clearance("SECRET", "SECRET")};
                       });
  for (std::size_t i = 0; i < ClearanceFiles::kMostFiles; ++i) {
    ASSERT_TRUE(files.read(std::to_string(i)));
  }
  EXPECT_EQ(asked, ClearanceFiles::kMostFiles);
  EXPECT_TRUE(files.read("0"));
  EXPECT_FALSE(files.read("one more"));
  EXPECT_EQ(asked, ClearanceFiles::kMostFiles);
}

}  // namespace
}  // namespace policy::test
