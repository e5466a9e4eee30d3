#include "policy/loader.h"

#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/test_files.h"
#include "policy/test_policy.h"
#include "schemas/xerces_platform.h"

namespace policy::test {
namespace {

// A good policy, in lines, so that each test can change one of them.
const std::vector<std::string> kGood = {
    /* 1 */ "<policy name='t' xmlns='urn:xmpp-guard:policy:1'>",
    /* 2 */ "<security-policy file='spif.xml'/>",
    /* 3 */ "<limits stanza-bytes='20000' depth='10'/>",
    /* 4 */ "<label name='open' classification='UNCLASSIFIED'>",
    /* 5 */ "<category tag-set='Releasable to' tag='Nations' value='ALPHA'/>",
    /* 6 */ "</label>",
    /* 7 */ "<peer name='h' side='high'><domain name='h.example'/>",
    /* 8 */ "<connection authentication='either' tls='1.3'>",
    /* 9 */ "<pin sha256='0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF'/>",
    /* 10 */ "</connection><clearance for='send'>",
    /* 11 */ "<classifications from='UNCLASSIFIED' to='CONFIDENTIAL'/>",
    /* 12 */ "<category tag-set='Releasable to' value='ALPHA'/>",
    /* 13 */ "<category tag-set='Releasable to' value='BRAVO'/>",
    /* 14 */ "</clearance>",
    /* 15 */ "<default-label label='open'/></peer>",
    /* 16 */ "<peer name='l' side='low'>",
    /* 17 */ "<domain name='l.example' match='subdomains'/>",
    /* 18 */ "<default-route/><connection authentication='dialback' tls='1.2'/>",
    /* 19 */ "<clearance><classification name='RESTRICTED'/>",
    /* 20 */ "<categories tag-set='Caveats'/></clearance></peer>",
    /* 21 */ "<direction from='high' to='low' refusals='silent'>",
    /* 22 */ "<allow id='a' reason='r' from-peers='h' to-peers='l'>",
    /* 23 */ "<message types='chat  normal' parts='body' others='strip' max-octets='9000'>",
    /* 24 */ "<extension namespace='urn:xmpp:receipts' element='request'/></message></allow>",
    /* 25 */ "<allow id='b' reason='r'>",
    /* 26 */ "<iq types='get' namespace='urn:xmpp:ping' implied-label='open'/></allow>",
    /* 27 */ "<refuse id='c' reason='r'><subject-change/></refuse>",
    /* 28 */ "</direction>",
    /* 29 */ "</policy>"};

std::string text(const std::vector<std::string>& lines) {
  std::string joined;
  for (const std::string& line : lines) joined += line + "\n";
  return joined;
}

// What is said of kGood with one line changed: "line:column: what, expected", one for each fault.
std::vector<std::string> complaints(std::size_t line, const std::string& changed) {
  std::vector<std::string> lines = kGood;
  lines[line - 1] = changed;
  const auto loaded = load_text(text(lines));
  std::vector<std::string> said;
  if (loaded) return said;
  for (const guard::FileError& error : loaded.error()) said.push_back(error.to_string());
  return said;
}

std::string complaint(std::size_t line, const std::string& changed) {
  const std::vector<std::string> said = complaints(line, changed);
  if (said.size() != 1) return "(" + std::to_string(said.size()) + " complaints)";
  return said.front();
}

TEST(Loader, GoodPolicy) {
  const auto loaded = load_text(text(kGood));
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  EXPECT_EQ(loaded->name(), "t");
  EXPECT_EQ(loaded->content().spif, "spif.xml");
  EXPECT_EQ(loaded->limits().stanza_bytes, 20'000U);
  EXPECT_EQ(loaded->limits().depth, 10U);
  EXPECT_EQ(loaded->limits().attributes, Limits{}.attributes);
  ASSERT_EQ(loaded->peers().size(), 2U);

  const Peer& high = loaded->peers()[0];
  EXPECT_EQ(high.name, "h");
  EXPECT_EQ(high.side, guard::Side::kHigh);
  EXPECT_EQ(high.connection.authentication, Authentication::kEither);
  EXPECT_EQ(high.connection.tls, TlsFloor::kTls13);
  ASSERT_EQ(high.connection.pins.size(), 1U);
  EXPECT_EQ(high.connection.pins[0][31], 0xEF);
  ASSERT_TRUE(high.send);
  EXPECT_FALSE(high.receive);
  EXPECT_EQ(high.send->classifications(), (std::vector<std::uint16_t>{1, 2, 3}));
  ASSERT_EQ(high.send->categories().size(), 1U);
  EXPECT_EQ(high.send->categories()[0].values().size(), 2U);
  EXPECT_EQ(high.default_label, 0U);

  const Peer& low = loaded->peers()[1];
  EXPECT_EQ(low.connection.authentication, Authentication::kDialback);
  EXPECT_EQ(low.connection.tls, TlsFloor::kTls12);
  ASSERT_TRUE(low.send && low.receive);
  EXPECT_EQ(low.receive->categories()[0].values().size(), 3U);
  EXPECT_EQ(loaded->peer_of(guard::Side::kLow, "a.l.example"), 1U);
  EXPECT_EQ(loaded->peer_of(guard::Side::kLow, "elsewhere.example"), 1U);

  const Direction& down = loaded->content().direction(kHighToLow);
  EXPECT_FALSE(down.answers_refusals);
  EXPECT_TRUE(loaded->content().direction(kLowToHigh).answers_refusals);
  ASSERT_EQ(down.rules.size(), 3U);
  EXPECT_EQ(down.rules[0].verdict, Verdict::kAllow);
  EXPECT_EQ(down.rules[0].place.line, 22U);
  EXPECT_TRUE(down.rules[0].types == TypeSet(StanzaType::kChat, StanzaType::kNormal));
  EXPECT_EQ(down.rules[0].others, Others::kStrip);
  EXPECT_EQ(down.rules[0].max_octets, 9'000U);
  EXPECT_EQ(down.rules[0].elements, (std::vector<ElementName>{{"urn:xmpp:receipts", "request"}}));
  EXPECT_EQ(down.rules[1].about, StanzaClass::kRequest);
  EXPECT_EQ(down.rules[1].implied_label, 0U);
  EXPECT_EQ(down.rules[2].verdict, Verdict::kRefuse);
}

TEST(Loader, References) {
  EXPECT_EQ(complaint(15, "<default-label label='x'/></peer>"),
            "p.xml:15:27: no label is called \"x\", expected one of: open");
  EXPECT_EQ(complaint(26, "<iq types='get' namespace='urn:xmpp:ping' implied-label='x'/></allow>"),
            "p.xml:26:62: no label is called \"x\", expected one of: open");
  EXPECT_EQ(complaint(22, "<allow id='a' reason='r' to-peers='l x'>"),
            "p.xml:22:41: rule \"a\" names a peer \"x\" in to-peers that is not declared, expected "
            "one of: l");
  EXPECT_EQ(complaint(22, "<allow id='a' reason='r' to-peers='h'>"),
            "p.xml:22:39: rule \"a\" has peer \"h\" in to-peers, which is on the high side, "
            "expected a peer of the low side");
  EXPECT_EQ(complaint(22, "<allow id='a' reason='r' to-peers='l l'>"),
            "p.xml:22:41: rule \"a\" names a peer twice in to-peers, expected each peer once");
}

// The words are those of labels/named.h; here it matters that they stand at the right place.
TEST(Loader, NamesOfTheSecurityPolicy) {
  const auto starts = [](const std::string& text, const std::string& with) {
    EXPECT_TRUE(text.starts_with(with)) << text;
  };
  starts(complaint(4, "<label name='open' classification='NONE'>"), "p.xml:4:42: ");
  starts(complaint(5, "<category tag-set='None' value='ALPHA'/>"), "p.xml:5:41: ");
  starts(complaint(5, "<category tag-set='Releasable to' tag='None' value='ALPHA'/>"),
         "p.xml:5:61: ");
  starts(complaint(5, "<category tag-set='Releasable to' value='DELTA'/>"), "p.xml:5:50: ");
  starts(complaint(11, "<classifications from='SECRET' to='RESTRICTED'/>"), "p.xml:11:49: ");
  starts(complaint(11, "<classification name='NONE'/>"), "p.xml:11:30: ");
  starts(complaint(13, "<category tag-set='Releasable to' value='ALPHA'/>"), "p.xml:10:");  // twice
  starts(complaint(12, "<category tag-set='Handling' value='Exercise'/>"), "p.xml:12:48: ");
  starts(complaint(11, ""), "p.xml:10:");  // no classification at all
}

TEST(Loader, TwiceIsOnceTooOften) {
  const std::vector<std::string> twice = complaints(16, "<peer name='h' side='low'>");
  ASSERT_EQ(twice.size(), 2U);
  EXPECT_EQ(
      twice[0],
      "p.xml:16:27: peer \"h\" is declared twice (line 7), expected a name that is used once");
  EXPECT_TRUE(twice[1].starts_with("p.xml:22:54: rule \"a\" names a peer \"l\"")) << twice[1];
  EXPECT_EQ(
      complaint(25, "<allow id='a' reason='r'>"),
      "p.xml:25:26: rule \"a\" is declared twice (line 22), expected a name that is used once");
  EXPECT_EQ(complaint(17, "<domain name='h.example'/>"),
            "p.xml:17:27: domain \"h.example\" is claimed already by \"h\" (line 7), expected one "
            "peer for each domain");
  EXPECT_EQ(
      complaint(17, "<domain name='example' match='subdomains'/>"),
      "p.xml:7:54: domain \"h.example\" of \"h\" (high) belongs to \"example\" of \"l\" (low) "
      "(line 17), expected domains that only one side claims");
  EXPECT_EQ(complaint(9, "<pin sha256='" + std::string(64, 'a') + "'/><pin sha256='" +
                             std::string(64, 'A') + "'/>"),
            "p.xml:9:161: this pin is here twice, expected each pin once");
  EXPECT_EQ(
      complaint(14,
                "</clearance><clearance for='send'><classification name='SECRET'/></clearance>"),
      "p.xml:14:35: peer \"h\" has this clearance twice, expected one clearance for both, or "
      "one with for=\"send\" and one with for=\"receive\"");
  EXPECT_EQ(complaint(28, "</direction><direction from='high' to='low'></direction>"),
            "p.xml:28:45: the direction high-to-low is here twice, expected once at most");
  EXPECT_EQ(complaint(28, "</direction><direction from='low' to='high'></direction>"),
            "(0 complaints)");
}

TEST(Loader, DefaultRouteTwiceOnASide) {
  EXPECT_EQ(complaint(20,
                      "<categories tag-set='Caveats'/></clearance></peer>"
                      "<peer name='m' side='low'><default-route/>"
                      "<connection authentication='external' tls='1.2'/></peer>"),
            "p.xml:20:93: a second default route on the low side, after that of \"l\" (line 18), "
            "expected one at most");
  EXPECT_EQ(complaint(20,
                      "<categories tag-set='Caveats'/></clearance></peer>"
                      "<peer name='m' side='high'><default-route/>"
                      "<connection authentication='external' tls='1.2'/></peer>"),
            "(0 complaints)");
}

TEST(Loader, DomainsAndLimits) {
  EXPECT_EQ(complaint(17, "<domain name='L.example' match='subdomains'/>"),
            "p.xml:17:46: domain \"L.example\" is not in normal form, expected \"l.example\"");
  EXPECT_EQ(complaint(3, "<limits stanza-bytes='9999'/>"),
            "p.xml:3:30: stanza-bytes is 9999, expected 10000 to 1048576");
  EXPECT_EQ(complaint(3, "<limits stanza-bytes='10000'/>"), "(0 complaints)");
  EXPECT_EQ(complaint(3, "<limits stanza-bytes='+10000'/>"),
            "p.xml:3:32: stanza-bytes is +10000, expected 10000 to 1048576");
}

TEST(Loader, DirectionsWithinASide) {
  const auto loaded = load_text(
      "<policy name='t' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
      "<direction from='high' to='high' refusals='silent'/>"
      "<direction from='low' to='low'><refuse id='r' reason='r'><error/></refuse></direction>"
      "<direction from='high' to='low'/><direction from='low' to='high'/></policy>");
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  EXPECT_FALSE(loaded->content().direction(guard::Lane::kHighToHigh).answers_refusals);
  EXPECT_EQ(loaded->content().direction(guard::Lane::kLowToLow).rules.size(), 1U);
  EXPECT_TRUE(loaded->content().direction(kHighToLow).rules.empty());
  // Rule ids are unique among all four, peers those of the side, each direction is there once.
  EXPECT_EQ(
      complaint(28,
                "</direction><direction from='low' to='low'><refuse id='a' reason='r'>"
                "<error/></refuse></direction>"),
      "p.xml:28:70: rule \"a\" is declared twice (line 22), expected a name that is used once");
  EXPECT_EQ(
      complaint(28,
                "</direction><direction from='low' to='low'><refuse id='r' reason='r' "
                "to-peers='h'><error/></refuse></direction>"),
      "p.xml:28:83: rule \"r\" has peer \"h\" in to-peers, which is on the high side, expected "
      "a peer of the low side");
  EXPECT_EQ(complaint(28,
                      "</direction><direction from='low' to='low'/>"
                      "<direction from='low' to='low'/>"),
            "p.xml:28:77: the direction low-to-low is here twice, expected once at most");
}

TEST(Loader, RefuseIqWithAnElementAndNoNamespace) {
  EXPECT_EQ(complaint(27, "<refuse id='c' reason='r'><iq types='get' element='ping'/></refuse>"),
            "p.xml:27:59: an element without its namespace, expected namespace");
  EXPECT_EQ(complaint(27, "<refuse id='c' reason='r'><iq types='get'/></refuse>"),
            "(0 complaints)");
}

// What the schema refuses is said in the schema reader's words; the place is what matters here.
TEST(Loader, WhatTheSchemaRefuses) {
  const std::pair<std::size_t, const char*> cases[] = {
      {1, "<policy xmlns='urn:xmpp-guard:policy:1'>"},
      {2, ""},
      {7, "<peer name='h' side='middle'><domain name='h.example'/>"},
      {7, "<peer name='h h' side='high'><domain name='h.example'/>"},
      {8, "<connection authentication='none' tls='1.3'>"},
      {8, "<connection authentication='external' tls='1.1'>"},
      {8, "<connection tls='1.3'>"},
      {9, "<pin sha256='0123'/>"},
      {22, "<allow id='a'>"},
      {22, "<allow id='a' reason=''>"},
      {22, "<allow reason='r'>"},
      {22, "<allow id='a' reason='r' to-peers=''>"},
      {23, "<message types='' parts='body'>"},
      {23, "<message types='get' parts='body'>"},
      {23, "<message types='chat'>"},
      {23, "<message types='chat' parts='show'>"},
      {23, "<message types='chat' parts='body' implied-label='open'>"},
      {26, "<iq types='get' namespace='urn:xmpp:ping'/></allow>"},
      {26, "<iq types='result' namespace='urn:xmpp:ping' implied-label='open'/></allow>"},
      {26, "<iq types='get' implied-label='open'/></allow>"},
      {26, "<presence types='available unavailable'/></allow>"},
      {26, "<signal types='chat'/></allow>"},
      {26, "<subject-change/></allow>"},
      {27, "<refuse id='c' reason='r'><presence types='available' implied-label='open'/></refuse>"},
      {27, "<refuse id='c' reason='r'/>"},
      {27, "<permit id='c' reason='r'><error/></permit>"},
  };
  for (const auto& [line, changed] : cases) {
    const std::vector<std::string> said = complaints(line, changed);
    ASSERT_EQ(said.size(), 1U) << changed;
    // An element that is missing is noticed at the one that stands in its place.
    const std::string here = "p.xml:" + std::to_string(line) + ":";
    const std::string next = "p.xml:" + std::to_string(line + 1) + ":";
    EXPECT_TRUE(said[0].starts_with(here) || said[0].starts_with(next))
        << changed << " " << said[0];
  }
  EXPECT_EQ(complaint(26, "<presence types='available unavailable' implied-label='open'/></allow>"),
            "(0 complaints)");
}

TEST(Loader, AllReferenceFaultsAtOnce) {
  std::vector<std::string> lines = kGood;
  lines[14] = "<default-label label='x'/></peer>";
  lines[21] = "<allow id='a' reason='r' to-peers='x'>";
  lines[2] = "<limits depth='1'/>";
  const auto loaded = load_text(text(lines));
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 3U);
  EXPECT_EQ(loaded.error()[0].line, 3U);
  EXPECT_EQ(loaded.error()[1].line, 15U);
  EXPECT_EQ(loaded.error()[2].line, 22U);
}

TEST(Loader, SpifThatIsNotThereOrIsBad) {
  EXPECT_EQ(complaint(2, "<security-policy file='none.xml'/>"),
            "p.xml:2:35: security policy \"none.xml\" cannot be read: no such file, expected a "
            "readable Open XML SPIF, by a path relative to this file");
  const schemas::XercesPlatform platform;
  const auto loaded = load({.name = "p.xml", .text = text(kGood)},
                           [](std::string_view) -> std::expected<NamedText, std::string> {
                             return NamedText{.name = "dir/bad.xml", .text = "<x/>"};
                           });
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().front().file, "dir/bad.xml");
}

// A label of this policy cannot stand for what the SPIF puts under another one.
TEST(Loader, DefaultLabelWhereTheSpifNamesAnotherPolicy) {
  const auto with = [](std::string_view default_policy, std::string_view last_of_peer) {
    const schemas::XercesPlatform platform;
    std::vector<std::string> lines = kGood;
    lines[14] = last_of_peer;
    const auto loaded = load({.name = "p.xml", .text = text(lines)}, [&](std::string_view name) {
      auto spif = example_spif(name);
      spif->text.insert(spif->text.find("<securityClassifications"), default_policy);
      return spif;
    });
    return loaded ? "accepted" : loaded.error().front().to_string();
  };
  const std::string label = "<default-label label='open'/></peer>";
  EXPECT_EQ(with("<defaultSecurityPolicyId name='EXAMPLE' id='2.999.1'/>", label), "accepted");
  EXPECT_EQ(with("<defaultSecurityPolicyId name='OTHER' id='2.999.9'/>", "</peer>"), "accepted");
  EXPECT_EQ(with("<defaultSecurityPolicyId name='OTHER' id='2.999.9'/>", label),
            "p.xml:15:30: peer \"h\" has a default label, and the security policy puts what has no "
            "label under \"OTHER\" (2.999.9), expected no default-label");
}

TEST(Loader, NotXml) {
  for (const char* bad : {"", " ", "x", "<policy", "<!DOCTYPE policy><policy/>", "\xFF\xFE"}) {
    const auto loaded = load_text(bad);
    ASSERT_FALSE(loaded) << bad;
    EXPECT_EQ(loaded.error().front().file, "p.xml");
  }
}

TEST(Loader, EmptyPolicyIsGoodAndAllowsNothing) {
  const auto loaded = load_text(
      "<policy name='t' xmlns='urn:xmpp-guard:policy:1'><security-policy "
      "file='spif.xml'/></policy>");
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(decide(*loaded, chat(kHighToLow, label("UNCLASSIFIED"))).allowed());
}

}  // namespace
}  // namespace policy::test
