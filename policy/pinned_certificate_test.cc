// The certificates of a peer's pinned keys, and what their clearances let it receive.
#include <gtest/gtest.h>

#include <map>

#include "labels/certificate_for_test.h"
#include "policy/analysis/lint.h"
#include "policy/decide.h"
#include "policy/test_files.h"
#include "policy/test_policy.h"
#include "policy/words.h"

namespace policy::test {
namespace {

namespace made = labels::test;

// A certificate with a key of its own, and the clearance for these classifications: a bit string
// of numbers (DER leaves out the one that says unclassified), under 2.999.1 or another policy.
std::string holding(const std::string& bits, const std::string& under = made::kPolicy) {
  return made::with_attributes(made::attribute(made::kClearanceType, made::sequence(under + bits)))
      .pem;
}
const std::string kUnclassified;             // 1
const std::string kRestricted = "03020560";  // 1 and 2
const std::string kSecret = "03020378";      // 1 to 4

using Files = std::map<std::string, std::string, std::less<>>;

guard::Digest key_of(const std::string& pem) { return guard::read_certificate_file(pem)->key; }
std::string digest_of(const std::string& pem) { return guard::to_hex(key_of(pem)); }

// l is on line 4, its connection on line 5, its clearances on line 6.
std::string text_with(const std::string& pins, const std::string& clearances,
                      const std::string& authentication = "external") {
  return "<policy name='t' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>\n"
         "<peer name='h' side='high'><domain name='h.example'/><connection "
         "authentication='external' tls='1.3'/>\n"
         "<clearance><classifications from='UNCLASSIFIED' to='SECRET'/></clearance></peer>\n"
         "<peer name='l' side='low'><domain name='l.example'/>\n"
         "<connection authentication='" +
         authentication + "' tls='1.3'>" + pins + "</connection>\n" + clearances +
         "</peer>\n"
         "<direction from='high' to='low'><allow id='a' reason='r'><message types='chat' "
         "parts='body'/></allow></direction></policy>";
}
const std::string kUpToSecret = "<classifications from='UNCLASSIFIED' to='SECRET'/></clearance>";
const std::string kReceive = "<clearance for='receive' certificate='yes'>" + kUpToSecret;

std::expected<Policy, std::vector<guard::FileError>> load_with(const Files& files,
                                                               const std::string& text) {
  const schemas::XercesPlatform platform;
  const auto source = [&](std::string_view name) -> std::expected<NamedText, std::string> {
    const auto found = files.find(name);
    if (found == files.end()) return std::unexpected(std::string("no such file"));
    return NamedText{"/etc/guard/" + found->first, found->second};
  };
  return load({.name = "p.xml", .text = text}, example_spif, source);
}

std::string complaint(const Files& files, const std::string& text) {
  const auto loaded = load_with(files, text);
  return loaded ? "" : loaded.error().front().to_string();
}

// The reason for what a message with that label to l.example gets.
Reason reason(const Policy& policy, const char* classification) {
  StanzaFacts facts = chat(kHighToLow, label(classification));
  facts.from.domain = "h.example";
  facts.to.domain = "l.example";
  return decide(policy, facts).reason;
}

TEST(PinnedCertificate, NarrowsWhatItsPeerReceives) {
  const Files files{{"l.pem", holding(kRestricted)}};
  const auto policy = load_with(files, text_with("<pin file='l.pem'/>", kReceive));
  ASSERT_TRUE(policy) << policy.error().front().to_string();
  EXPECT_EQ(reason(*policy, "RESTRICTED"), Reason::kAllowed);
  EXPECT_EQ(reason(*policy, "CONFIDENTIAL"), Reason::kReceiverClearance);
  // The twin: without the certificate the list alone counts.
  const auto without =
      load_with(files, text_with("<pin file='l.pem'/>", "<clearance for='receive'>" + kUpToSecret));
  ASSERT_TRUE(without);
  EXPECT_EQ(reason(*without, "CONFIDENTIAL"), Reason::kAllowed);
  EXPECT_NE(show(*policy).find("may receive: UNCLASSIFIED, RESTRICTED\n      which the clearances "
                               "in the certificates of its pinned keys hold, too"),
            std::string::npos)
      << show(*policy);
}

TEST(PinnedCertificate, WidensNothing) {
  const Files files{{"l.pem", holding(kSecret)}};
  const auto policy =
      load_with(files, text_with("<pin file='l.pem'/>",
                                 "<clearance for='receive' certificate='yes'><classification "
                                 "name='UNCLASSIFIED'/></clearance>"));
  ASSERT_TRUE(policy);
  EXPECT_EQ(reason(*policy, "UNCLASSIFIED"), Reason::kAllowed);
  EXPECT_EQ(reason(*policy, "RESTRICTED"), Reason::kReceiverClearance);
}

// Whichever of its keys the connection shows.
TEST(PinnedCertificate, OfSeveralTheNarrowestCounts) {
  const Files files{{"old.pem", holding(kUnclassified)}, {"new.pem", holding(kSecret)}};
  for (const char* pins : {"<pin file='old.pem'/><pin file='new.pem'/>",
                           "<pin file='new.pem'/><pin file='old.pem'/>"}) {
    const auto policy = load_with(files, text_with(pins, kReceive));
    ASSERT_TRUE(policy) << policy.error().front().to_string();
    EXPECT_EQ(policy->peers()[1].connection.pins.size(), 2U);
    EXPECT_EQ(reason(*policy, "UNCLASSIFIED"), Reason::kAllowed);
    EXPECT_EQ(reason(*policy, "RESTRICTED"), Reason::kReceiverClearance);
  }
}

TEST(PinnedCertificate, PinsItsKey) {
  const Files files{{"l.pem", holding(kSecret)}, {"none.pem", made::certificate({}).pem}};
  const auto policy =
      load_with(files, text_with("<pin file='l.pem'/><pin file='none.pem'/><pin sha256='" +
                                     std::string(64, 'a') + "'/>",
                                 "<clearance>" + kUpToSecret));
  ASSERT_TRUE(policy) << policy.error().front().to_string();
  guard::Digest third;
  third.fill(0xaa);
  EXPECT_EQ(policy->peers()[1].connection.pins,
            (std::vector{key_of(files.at("l.pem")), key_of(files.at("none.pem")), third}));
  EXPECT_EQ(complaint(files, text_with("<pin file='l.pem'/><pin sha256='" +
                                           digest_of(files.at("l.pem")) + "'/>",
                                       "<clearance>" + kUpToSecret)),
            "p.xml:5:148: this pin is here twice, expected each pin once");
}

TEST(PinnedCertificate, OneForBothNarrowsTheStreamThatItSendsAsWell) {
  const Files files{{"l.pem", holding(kRestricted)}};
  for (const char* use : {"", " for='both'"}) {
    const auto policy =
        load_with(files, text_with("<pin file='l.pem'/>", "<clearance" + std::string(use) +
                                                              " certificate='yes'>" + kUpToSecret));
    ASSERT_TRUE(policy);
    const Peer& low = policy->peers()[1];
    EXPECT_TRUE(low.connection.certificate_clearance);
    EXPECT_EQ(*low.receive, up_to_restricted());
    EXPECT_EQ(*low.send, up_to_secret());  // the certificate of each stream says the rest
  }
  const auto receive = load_with(files, text_with("<pin file='l.pem'/>", kReceive));
  ASSERT_TRUE(receive);
  EXPECT_FALSE(receive->peers()[1].connection.certificate_clearance);
}

TEST(PinnedCertificate, FAIL_CLOSED_WhatIsNotKnownIsRefusedWhereItIsAskedFor) {
  const Files files{{"l.pem", holding(kSecret)},
                    {"none.pem", made::certificate({}).pem},
                    {"other.pem", holding(kSecret, "06032a0304")},
                    {"two.pem", holding(kSecret) + holding(kSecret)},
                    {"text", "clearance"}};
  EXPECT_EQ(
      complaint(files, text_with("", kReceive)),
      "p.xml:6:44: what the certificate of peer \"l\" lets it receive cannot be known: none "
      "is pinned, expected <pin file=\"...\"/> in its connection for each certificate that it "
      "may show");
  EXPECT_EQ(
      complaint(files, text_with("<pin file='l.pem'/><pin sha256='" + std::string(64, 'a') + "'/>",
                                 kReceive)),
      "p.xml:5:148: a pinned key without its certificate, whose clearance is to say what peer "
      "\"l\" may receive, expected file, with the certificate of that key");
  EXPECT_EQ(
      complaint(files, text_with("<pin file='none.pem'/>", kReceive)),
      "p.xml:5:71: pinned certificate \"none.pem\": /etc/guard/none.pem: a certificate without "
      "subjectDirectoryAttributes, expected a clearance in them, expected a readable clearance "
      "under the security policy that governs, EXAMPLE (2.999.1), for what peer \"l\" may "
      "receive");
  EXPECT_NE(complaint(files, text_with("<pin file='other.pem'/>", kReceive))
                .find("is under the security policy 1.2.3.4"),
            std::string::npos);
  for (const char* file : {"two.pem", "text", "absent.pem"}) {
    const std::string said =
        complaint(files, text_with("<pin file='" + std::string(file) + "'/>", kReceive));
    EXPECT_TRUE(said.starts_with("p.xml:5:")) << said;
    EXPECT_NE(said.find("expected one certificate, PEM or DER"), std::string::npos) << said;
    EXPECT_EQ(said.find("may receive"), std::string::npos) << "it is said once: " << said;
  }
  for (const char* pin : {"<pin/>",
                          "<pin file='l.pem' sha256='"
                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'/>"}) {
    EXPECT_NE(complaint(files, text_with(pin, kReceive))
                  .find("expected sha256, or file with a certificate"),
              std::string::npos);
  }
}

TEST(PinnedCertificate, ItsPeerProvesItsNameByCertificate) {
  const Files files{{"l.pem", holding(kSecret)}};
  EXPECT_NE(complaint(files, text_with("<pin file='l.pem'/>", kReceive, "dialback"))
                .find("the certificate of a peer that proves its name by dialback does not count"),
            std::string::npos);
  EXPECT_EQ(complaint(files, text_with("<pin file='l.pem'/>", kReceive, "either")), "");
}

TEST(PinnedCertificate, ItsOctetsAreInTheDigestOnce) {
  const std::string text =
      text_with("<pin file='l.pem'/>",
                "<clearance for='send' file='l.pem'/><clearance for='receive' certificate='yes' "
                "file='l.pem'/>");
  const std::string pem = holding(kRestricted);
  const auto policy = load_with({{"l.pem", pem}}, text);
  ASSERT_TRUE(policy) << policy.error().front().to_string();
  const std::string spif = contents(kPair + "spif.xml");
  EXPECT_EQ(policy->digest(), policy_digest(text, std::vector<std::string_view>{spif, pem}));
  EXPECT_EQ(lint(*policy), std::vector<Finding>{});
}

// The kinds of findings about l and its certificates.
std::string kinds(const Files& files, const std::string& pins, const std::string& clearance) {
  const auto policy = load_with(files, text_with(pins, clearance));
  if (!policy) return policy.error().front().to_string();
  std::string text;
  for (const Finding& finding : lint(*policy)) {
    if (finding.kind == "idle-rule") continue;  // it may only send, say
    text += std::to_string(finding.place.line) + " " + finding.kind + "; ";
  }
  return text;
}

TEST(PinnedCertificate, AClearanceOfAnotherCertificateThanThePinnedIsAFinding) {
  const Files files{{"l.pem", holding(kSecret)},
                    {"other.pem", holding(kSecret)},
                    {"list.xml",
                     "<clearance xmlns='urn:xmpp-guard:label:1' policy='EXAMPLE'>"
                     "<classifications from='UNCLASSIFIED' to='SECRET'/></clearance>"}};
  for (const char* use : {"", " for='send'", " for='receive'"}) {
    const std::string clearance = "<clearance" + std::string(use) + " file='l.pem'/>";
    EXPECT_EQ(kinds(files, "", clearance), "4 unpinned-clearance; ") << use;
    EXPECT_EQ(kinds(files, "<pin file='other.pem'/>", clearance), "4 unpinned-clearance; ") << use;
    EXPECT_EQ(kinds(files, "<pin file='l.pem'/><pin file='other.pem'/>", clearance),
              "4 unpinned-clearance; ")
        << use;
    EXPECT_EQ(kinds(files, "<pin file='l.pem'/>", clearance), "") << use;
    EXPECT_EQ(kinds(files, "<pin sha256='" + digest_of(files.at("l.pem")) + "'/>", clearance), "")
        << use;
  }
  EXPECT_EQ(kinds(files, "", "<clearance file='list.xml'/>"), "");
}

}  // namespace
}  // namespace policy::test
