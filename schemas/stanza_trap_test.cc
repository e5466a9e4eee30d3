// StanzaReader against the traps of XML and of Xerces: what RFC 6120 section 11.1 bans is refused
// here even where the framer let it pass, one stanza never changes the rules for the next, and
// neither memory nor time grows with what peers invent.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include "guard/base/sanitized.h"
#include "schemas/reader.h"

namespace schemas {
namespace {

std::string outcome(StanzaReader& reader, std::string_view stanza) {
  const auto root = reader.read_stanza(stanza);
  return root ? "accepted" : std::string(to_string(root.error().fault));
}

class StanzaTrap : public testing::Test {
 protected:
  std::string outcome(std::string_view stanza) { return schemas::outcome(reader_, stanza); }
  std::string body(std::string_view text) {
    return outcome("<message><body>" + std::string(text) + "</body></message>");
  }

  StanzaReader reader_;
};

TEST_F(StanzaTrap, DisablesDoctypesInTheProcess) {
  const char* value = std::getenv("XERCES_DISABLE_DTD");
  ASSERT_NE(value, nullptr);
  EXPECT_STREQ(value, "1");
}

TEST_F(StanzaTrap, DeclarationsNeverReachXerces) {
  EXPECT_EQ(outcome("<?xml version='1.0'?><message/>"), "restricted-xml");
  EXPECT_EQ(outcome("<?xml version='1.1'?><message/>"), "restricted-xml");
  // In XML 1.1 U+0085 is a line end and &#1; is a character: neither rule has come to stay.
  EXPECT_EQ(body("&#1;"), "not-well-formed");
  const auto root = reader_.read_stanza("<message><body>a\xC2\x85z</body></message>");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)->elements()[0]->text(), "a\xC2\x85z");
}

TEST_F(StanzaTrap, RestrictedXml) {
  EXPECT_EQ(outcome("<!DOCTYPE message><message/>"), "restricted-xml");
  EXPECT_EQ(outcome("<!DOCTYPE m [<!ENTITY e 'x'>]><message/>"), "restricted-xml");
  EXPECT_EQ(outcome("<message><!-- c --></message>"), "restricted-xml");
  EXPECT_EQ(outcome("<message/><!-- c -->"), "restricted-xml");
  EXPECT_EQ(outcome("<message><?pi x?></message>"), "restricted-xml");
  EXPECT_EQ(body("<!ELEMENT x ANY>"), "restricted-xml");
  EXPECT_EQ(body("&nbsp;"), "restricted-xml");
  EXPECT_EQ(outcome("<message id='&e;'/>"), "restricted-xml");
}

TEST_F(StanzaTrap, TextThatLooksRestrictedIsText) {
  EXPECT_EQ(body("<![CDATA[<!-- <?xml version='1.1'?> <!DOCTYPE x> ]]>"), "accepted");
  EXPECT_EQ(body("&lt;!-- --&gt; ?&gt;"), "accepted");
  EXPECT_EQ(outcome("<message id='?>--&gt;'/>"), "accepted");
  EXPECT_EQ(outcome("<message id='>'/>"), "accepted");
}

TEST_F(StanzaTrap, PredefinedEntitiesPassHoweverMany) {
  // Xerces' own limit counts these as expansions.
  const auto root =
      reader_.read_stanza("<message><body>&lt;&gt;&amp;&apos;&quot;</body></message>");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)->elements()[0]->text(), "<>&'\"");
  std::string many;
  while (many.size() < 262'000) many += "&lt;";
  EXPECT_EQ(body(many), "accepted");
}

TEST_F(StanzaTrap, CharacterReferences) {
  EXPECT_EQ(body("&#x41;&#66;&#9;&#10;&#13;&#x10FFFD;"), "accepted");
  for (const std::string_view reference :
       {"&#0;", "&#x1;", "&#xB;", "&#x1F;", "&#xD800;", "&#xDFFF;", "&#x110000;",
        "&#99999999999999999999;", "&#x;", "&#;", "&#x41", "&"}) {
    EXPECT_EQ(body(reference), "not-well-formed") << reference;
  }
}

TEST_F(StanzaTrap, Noncharacters) {
  // The scanner refuses U+FFFE and U+FFFF itself; the others pass it.
  EXPECT_EQ(body("\xEF\xBF\xBE"), "not-well-formed");
  EXPECT_EQ(body("&#xFFFF;"), "not-well-formed");
  EXPECT_EQ(body("\xF0\x9F\xBF\xBE"), "forbidden-text");  // U+1FFFE
  EXPECT_EQ(body("&#x1FFFF;"), "forbidden-text");
  EXPECT_EQ(body("&#x10FFFF;"), "forbidden-text");
  EXPECT_EQ(body("\xEF\xB7\x90"), "forbidden-text");  // U+FDD0
  EXPECT_EQ(outcome("<message id='&#xFDEF;'/>"), "forbidden-text");
  EXPECT_EQ(outcome("<message type='&#xFDEF;'/>"), "forbidden-text");
  EXPECT_EQ(body("\xEF\xB7\x8F\xEF\xB7\xB0"), "accepted");  // U+FDCF, U+FDF0
  EXPECT_EQ(body("\xEF\xBF\xBD"), "accepted");              // U+FFFD
}

TEST_F(StanzaTrap, NotUtf8) {
  EXPECT_EQ(body("Gr\xC3\xBC\xC3\x9F"), "accepted");
  for (const std::string_view octets :
       {"\xFC", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\x80", "\xFF\xFE"}) {
    EXPECT_EQ(body(octets), "bad-encoding");
  }
  EXPECT_EQ(body(std::string_view("\0", 1)), "not-well-formed");
  EXPECT_EQ(body("\x0B"), "not-well-formed");
  EXPECT_EQ(outcome("\xEF\xBB\xBF<message/>"), "not-well-formed");
  EXPECT_EQ(outcome(std::string_view("\0<\0m\0/\0>", 8)), "not-well-formed");
}

TEST_F(StanzaTrap, NotWellFormed) {
  for (const std::string_view stanza : {"",
                                        " ",
                                        "<",
                                        ">",
                                        "</message>",
                                        "<message>",
                                        "<message",
                                        "<message/",
                                        "< message/>",
                                        "<message></messag>",
                                        "<message/></message>",
                                        "<message/><message/>",
                                        "<message/>x",
                                        " <message/>",
                                        "<message/> ",
                                        "x<message/>",
                                        "<message id='1' id='2'/>",
                                        "<message id=1/>",
                                        "<message id='<'/>",
                                        "<message id='1'from='2'/>",
                                        "<1/>",
                                        "<>",
                                        "<message><body>]]></body></message>",
                                        "<message><body><![CDATA[</body></message>",
                                        "<message><![CDATA[x",
                                        "<a:b:c/>x",
                                        "<message xmlns:a='' a:b=''/>",
                                        "<message xmlns:xml='urn:x'/>",
                                        "<message xmlns:xmlns='urn:x'/>",
                                        "<message xmlns:a='urn:x' xmlns:b='urn:x' a:i='' b:i=''/>",
                                        "<message xmlns='jabber:server' xmlns='jabber:server'/>"}) {
    EXPECT_EQ(outcome(stanza), "not-well-formed") << stanza;
  }
}

TEST_F(StanzaTrap, SchemaInstanceNamespace) {
  const std::string xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
  EXPECT_EQ(outcome("<message " + xsi + "/>"), "namespace");
  EXPECT_EQ(outcome("<message " + xsi + " xsi:schemaLocation='jabber:server /etc/passwd'/>"),
            "namespace");
  // The type that the element has anyway, so that the schema has nothing against it.
  EXPECT_EQ(outcome("<message><body " + xsi + " xsi:type='text'>x</body></message>"), "namespace");
  EXPECT_EQ(outcome("<unknown " + xsi + "/>"), "namespace");
  EXPECT_EQ(outcome("<message type='x' " + xsi + "/>"), "namespace");
  // Here the schema is faster.
  EXPECT_EQ(outcome("<message><body " + xsi + " xsi:nil='false'/></message>"), "schema");
  EXPECT_EQ(outcome("<message><body " + xsi + " xsi:nil='true'/></message>"), "schema");
  EXPECT_EQ(outcome("<message><body " + xsi + " xsi:type='jid'>x</body></message>"), "schema");
  // Spelled so that nobody who looks for the octets finds them.
  EXPECT_EQ(outcome("<message xmlns:x='http&#58;//www.w3.org/2001/XMLSchema-instance'/>"),
            "namespace");
}

TEST_F(StanzaTrap, NothingIsLoaded) {
  // Attributes of the name alone, in no namespace, are just unknown attributes.
  EXPECT_EQ(outcome("<message schemaLocation='urn:x /nonexistent.xsd'/>"), "schema");
  EXPECT_EQ(outcome("<message xmlns:xi='http://www.w3.org/2001/XInclude'>"
                    "<xi:include href='/etc/passwd'/></message>"),
            "schema");
}

TEST_F(StanzaTrap, OneRefusalDoesNotSpoilTheNext) {
  const std::string_view good =
      "<message id='1'><body>b</body><request xmlns='urn:xmpp:receipts'/></message>";
  for (const std::string_view bad :
       {"<?xml version='1.1'?><message/>", "<message><body>",
        "<message><x xmlns='urn:x'/></message>", "<message type='x'/>",
        "<message><body>&#1;</body></message>", "<message><body>&e;</body></message>",
        "<message xmlns='urn:x'/>",
        "<message xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>", "<message a:b=''/>",
        "<message xmlns:request='urn:x'><request:y/></message>"}) {
    EXPECT_NE(outcome(bad), "accepted") << bad;
    EXPECT_EQ(outcome(good), "accepted") << "after " << bad;
  }
}

std::string nested(std::size_t depth) {
  std::string stanza = "<message>";
  for (std::size_t at = 1; at < depth; ++at) stanza += "<a>";
  for (std::size_t at = 1; at < depth; ++at) stanza += "</a>";
  return stanza + "</message>";
}

TEST(StanzaLimit, Octets) {
  StanzaReader reader({.bytes = 10'000, .depth = 32, .elements = 1'024});
  const std::string head = "<message><body>";
  const std::string tail = "</body></message>";
  const std::string fits(10'000 - head.size() - tail.size(), 'x');
  EXPECT_EQ(outcome(reader, head + fits + tail), "accepted");
  EXPECT_EQ(outcome(reader, head + fits + "x" + tail), "limit");
}

TEST(StanzaLimit, Elements) {
  StanzaReader reader({.bytes = 262'144, .depth = 32, .elements = 10});
  std::string bodies;
  for (int at = 0; at < 9; ++at) bodies += "<body/>";
  EXPECT_EQ(outcome(reader, "<message>" + bodies + "</message>"), "accepted");
  EXPECT_EQ(outcome(reader, "<message>" + bodies + "<body/></message>"), "limit");
}

TEST(StanzaLimit, Depth) {
  // No valid stanza is deeper than 5; the limit is seen by lowering it.
  const std::string_view labelled =
      "<message><securitylabel xmlns='urn:xmpp:sec-label:0'><label>"
      "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'/></label></securitylabel></message>";
  StanzaReader four({.bytes = 262'144, .depth = 4, .elements = 1'024});
  EXPECT_EQ(outcome(four, labelled), "accepted");
  StanzaReader three({.bytes = 262'144, .depth = 3, .elements = 1'024});
  EXPECT_EQ(outcome(three, labelled), "limit");
}

TEST(StanzaLimit, Attributes) {
  StanzaReader reader;
  std::string attributes;
  for (int at = 0; at < 96; ++at) attributes += " xmlns:a" + std::to_string(at) + "='urn:a'";
  EXPECT_EQ(outcome(reader, "<message" + attributes + "/>"), "accepted");
  EXPECT_EQ(outcome(reader, "<message" + attributes + " id='1'/>"), "limit");
}

double seconds_to_refuse(StanzaReader& reader, const std::string& stanza) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(reader.read_stanza(stanza));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(StanzaLimit, HostileShapesTakeLittleTime) {
  StanzaReader reader;
  std::string attributes = "<message";
  while (attributes.size() < 250'000)
    attributes += " a" + std::to_string(attributes.size()) + "=''";
  EXPECT_LT(seconds_to_refuse(reader, attributes + "/>"), 0.5);
  EXPECT_LT(seconds_to_refuse(reader, nested(37'000)), 0.5);
  EXPECT_LT(seconds_to_refuse(reader, std::string(262'144, '<')), 0.5);
  std::string quotes = "<message ";
  while (quotes.size() < 250'000) quotes += "'\"";
  EXPECT_LT(seconds_to_refuse(reader, quotes), 0.5);
  std::string sections = "<message><body>";
  while (sections.size() < 250'000) sections += "<![CDATA[]]>";
  EXPECT_LT(seconds_to_refuse(reader, sections), 0.5);
}

// Names that peers invent stay in Xerces' pools; the reader is made anew before that shows.
class InventedNames : public testing::Test {
 protected:
  // Reads 100,000 stanzas (fewer under a sanitizer) and returns how much longer the last tenth took
  // than the first.
  template <typename MakeStanza>
  double slowdown(MakeStanza make) {
    using Clock = std::chrono::steady_clock;
    constexpr int kStanzas = guard::kSanitized ? 40'000 : 100'000;
    Clock::duration first{};
    Clock::duration last{};
    for (int at = 0; at < kStanzas; ++at) {
      const std::string stanza = make(std::to_string(at));
      const auto begin = Clock::now();
      const bool refused = !reader_.read_stanza(stanza);
      const auto took = Clock::now() - begin;
      if (at < kStanzas / 10) first += took;
      if (at >= kStanzas - kStanzas / 10) last += took;
      EXPECT_TRUE(refused);
      most_ = std::max(most_, reader_.live_bytes());
    }
    return std::chrono::duration<double>(last) / std::chrono::duration<double>(first);
  }

  void expect_bounded() {
    // One stanza may pass the threshold before the next one renews.
    EXPECT_LT(most_, begin_ + StanzaReader::kMaxGrowth + 300'000);
    EXPECT_GT(reader_.renewals(), 1U);
  }

  StanzaReader reader_;
  std::size_t begin_ = reader_.live_bytes();
  std::size_t most_ = 0;
};

TEST_F(InventedNames, OfElements) {
  EXPECT_LT(slowdown([](const std::string& n) { return "<message><x" + n + "/></message>"; }), 5.0);
  expect_bounded();
}

TEST_F(InventedNames, OfNamespaces) {
  EXPECT_LT(slowdown([](const std::string& n) {
              return "<message><x xmlns='urn:" + n + "'/></message>";
            }),
            5.0);
  expect_bounded();
}

TEST_F(InventedNames, OfPrefixesAndAttributes) {
  EXPECT_LT(slowdown([](const std::string& n) {
              return "<message xmlns:p" + n + "='urn:x' p" + n + ":a" + n + "='1'/>";
            }),
            5.0);
  expect_bounded();
}

TEST_F(InventedNames, AfterARenewalTheRulesAreTheSame) {
  for (int at = 0; reader_.renewals() < 2; ++at) {
    ASSERT_LT(at, 100'000);
    const std::string n = std::to_string(at);
    EXPECT_EQ(outcome(reader_, "<message><x xmlns='urn:" + n + "'/></message>"), "schema");
  }
  EXPECT_EQ(outcome(reader_, "<message><body>b</body></message>"), "accepted");
  EXPECT_EQ(outcome(reader_, "<message type='x'/>"), "schema");
  EXPECT_EQ(outcome(reader_, "<message xmlns='jabber:client'/>"), "namespace");
}

TEST_F(InventedNames, OrdinaryTrafficNeverRenews) {
  for (int at = 0; at < 20'000; ++at) {
    const std::string n = std::to_string(at);
    ASSERT_EQ(outcome(reader_, "<message id='" + n + "'><body>b" + n + "</body></message>"),
              "accepted");
  }
  EXPECT_EQ(reader_.renewals(), 0U);
}

}  // namespace
}  // namespace schemas
