#include "guard/filter/stanza_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "guard/filter/closed_words.h"
#include "guard/wire/repeatable.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"

namespace guard::filter {
namespace {

class Writer : public ::testing::Test {
 protected:
  // Writes every child of the stanza; a fault as its name.
  std::string write(const std::string& stanza, std::string_view regenerated = {}) {
    const auto root = reader_.read_stanza(stanza);
    if (!root) return "not read: " + root.error().message;
    const std::vector<const schemas::Element*> children = (*root)->elements();
    const std::string_view name = (*root)->name;
    const std::string_view* type = (*root)->attribute("type");
    const bool request = type != nullptr && *type == "get";
    const ElementRule& rule = name == "message"    ? message_rule()
                              : name == "presence" ? presence_rule()
                              : request            ? iq_request_rule()
                                                   : iq_result_rule();
    std::string out = "before";
    const auto written = writer_.write(out, {.name = name, .from = from_, .features = features_},
                                       rule, children, regenerated);
    if (!written) {
      EXPECT_EQ(out, "before");
      return std::string(to_string(written.error()));
    }
    // Without the address, which is there for what the payload says of addresses.
    const std::string head = "before<" + std::string(name) + " from=\"" + from_ + "\"";
    EXPECT_TRUE(out.starts_with(head)) << out;
    return "<" + std::string(name) + out.substr(head.size());
  }

  std::string from_ = "high.example";
  std::span<const std::string_view> features_ = words::kFeatures;

  schemas::XercesPlatform xerces_;
  schemas::StanzaReader reader_;
  StanzaWriter writer_;
};

// Named after REGENERATED: what crosses depends on what was said, not on how it was spelt.
TEST_F(Writer, RegeneratedEverySpellingGivesTheSameBytes) {
  const std::string canonical =
      "<message><subject>s</subject><body>a&lt;b&amp;c\"d</body>"
      "<composing xmlns=\"http://jabber.org/protocol/chatstates\"/>"
      "<request xmlns=\"urn:xmpp:receipts\"/><delay xmlns=\"urn:xmpp:delay\" "
      "from=\"high.example\" stamp=\"2026-01-31T10:00:00Z\"/>"
      "<origin-id xmlns=\"urn:xmpp:sid:0\" id=\"o1\"/></message>";
  for (const char* spelling :
       {// as it is written
        "<message><subject>s</subject><body>a&lt;b&amp;c\"d</body>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
        "<request xmlns='urn:xmpp:receipts'/><delay xmlns='urn:xmpp:delay' "
        "from='high.example' stamp='2026-01-31T10:00:00Z'/>"
        "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>",
        // other order, prefixes, quotes, white space, references, CDATA, unused declarations
        "<message  xmlns:u = 'urn:unused' xmlns:c=\"http://jabber.org/protocol/chatstates\">\n"
        "  <o:origin-id xmlns:o='urn:xmpp:sid:0' id=\"o&#x31;\"></o:origin-id>\n"
        "  <delay stamp='2026-01-31T11:00:00.25+01:00' xmlns='urn:xmpp:delay' "
        "from='HIGH.example'>somebody was away</delay>\n"
        "  <request xmlns='urn:xmpp:receipts' ></request>\n"
        "  <body><![CDATA[a<b&]]>&#99;&#x22;&#100;</body >\n"
        "  <c:composing/>\n  <subject>&#115;</subject>\n</message>",
        // a prefix for the stanza's own namespace
        "<message xmlns='jabber:server' xmlns:j='jabber:server'><j:body>a&#60;b&#38;c&quot;d"
        "</j:body><j:subject>s</j:subject>"
        "<r:request xmlns:r='urn:xmpp:receipts'/>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'></composing>"
        "<origin-id id='o1' xmlns='urn:xmpp:sid:0'/>"
        "<delay xmlns='urn:xmpp:delay' stamp='2026-01-31T10:00:00' from='high.example'/>"
        "</message>"}) {
    EXPECT_EQ(write(spelling), canonical) << spelling;
  }
}

TEST_F(Writer, WritesAgainWhatItWrote) {
  for (const char* canonical :
       {"<message/>", "<message><body/></message>",
        "<message><body>x</body><body xml:lang=\"de\">y</body><thread parent=\"p\">t</thread>"
        "</message>",
        "<presence><show>away</show><status>gone</status><priority>-5</priority></presence>",
        "<presence><x xmlns=\"http://jabber.org/protocol/muc\"><history maxstanzas=\"0\"/></x>"
        "</presence>",
        "<presence><x xmlns=\"http://jabber.org/protocol/muc#user\"><item affiliation=\"member\" "
        "role=\"participant\"/>"
        "<status code=\"110\"/><status code=\"210\"/></x></presence>",
        "<message><body>a&#xD;b\nc\td</body></message>"}) {
    EXPECT_EQ(write(canonical), canonical);
  }
  for (const char* canonical :
       {"<ping xmlns=\"urn:xmpp:ping\"/>",
        "<query xmlns=\"http://jabber.org/protocol/disco#info\"><identity "
        "category=\"client\" type=\"pc\"/><feature var=\"muc_open\"/>"
        "<feature var=\"urn:xmpp:ping\"/></query>",
        "<query xmlns=\"http://jabber.org/protocol/disco#items\"><item jid=\"a@high.example\"/>"
        "<item jid=\"b@high.example\"/></query>"}) {
    EXPECT_EQ(write("<iq id='1' type='result'>" + std::string(canonical) + "</iq>"),
              "<iq>" + std::string(canonical) + "</iq>");
  }
}

TEST_F(Writer, SortsSiblingsOfOneKind) {
  const std::string sorted =
      "<message><body>0</body><body xml:lang=\"de\">1</body>"
      "<body xml:lang=\"en\">2</body></message>";
  EXPECT_EQ(write("<message><body xml:lang='EN'>2</body><body>0</body><body xml:lang='de'>1</body>"
                  "</message>"),
            sorted);
  EXPECT_EQ(write(sorted), sorted);
}

TEST_F(Writer, RefusesRepetitions) {
  EXPECT_EQ(write("<message><body>1</body><body>2</body></message>"), "element-repeated");
  EXPECT_EQ(write("<message><body xml:lang='en'>1</body><body xml:lang='EN'>2</body></message>"),
            "element-repeated");
  EXPECT_EQ(write("<message><thread>1</thread><thread>2</thread></message>"), "element-repeated");
  const std::string states = " xmlns='http://jabber.org/protocol/chatstates'/>";
  EXPECT_EQ(write("<message><active" + states + "<paused" + states + "</message>"),
            "element-repeated");
  EXPECT_EQ(write("<message><active" + states + "</message>"),
            "<message><active xmlns=\"http://jabber.org/protocol/chatstates\"/></message>");
  EXPECT_EQ(write("<presence><priority>1</priority><priority>1</priority></presence>"),
            "element-repeated");
  EXPECT_EQ(write("<iq id='1' type='result'><query xmlns='http://jabber.org/protocol/disco#info'>"
                  "<feature var='muc_open'/><feature var='muc_open'/></query></iq>"),
            "element-repeated");
}

TEST_F(Writer, BoundsRepetitions) {
  const auto bodies = [](int count) {
    std::string stanza = "<message>";
    for (int i = 0; i < count; ++i) {
      stanza += "<body xml:lang='x-" + std::to_string(i) + "'>b</body>";
    }
    return stanza + "</message>";
  };
  EXPECT_TRUE(write(bodies(16)).starts_with("<message><body"));
  EXPECT_EQ(write(bodies(17)), "element-repeated");
}

TEST_F(Writer, NamesNoFeatureThatCouldNotBeUsedAcross) {
  const std::string shown =
      "<iq id='1' type='result'><query xmlns='http://jabber.org/protocol/disco#info'>"
      "<feature var='urn:xmpp:ping'/><feature var='jabber:iq:version'/>"
      "<feature var='urn:xmpp:sec-label:0'/></query></iq>";
  const std::string query = "<query xmlns=\"http://jabber.org/protocol/disco#info\"";
  const std::string label = "<feature var=\"urn:xmpp:sec-label:0\"/>";
  EXPECT_EQ(write(shown),
            "<iq>" + query + "><feature var=\"urn:xmpp:ping\"/>" + label + "</query></iq>");
  static constexpr std::array<std::string_view, 1> kLabels{"urn:xmpp:sec-label:0"};
  features_ = kLabels;
  EXPECT_EQ(write(shown), "<iq>" + query + ">" + label + "</query></iq>");
  features_ = {};
  EXPECT_EQ(write(shown), "<iq>" + query + "/></iq>");
}

TEST_F(Writer, RefusesValuesWithoutACanonicalSpelling) {
  EXPECT_EQ(write("<message><thread>two words</thread></message>"), "value-not-allowed");
  EXPECT_EQ(write("<message><thread>one</thread></message>"),
            "<message><thread>one</thread></message>");
  EXPECT_EQ(write("<message><origin-id xmlns='urn:xmpp:sid:0' id='a b'/></message>"),
            "value-not-allowed");
  EXPECT_EQ(write("<message><delay xmlns='urn:xmpp:delay' stamp='never'/></message>"),
            "value-not-allowed");
  EXPECT_EQ(write("<message><stanza-id xmlns='urn:xmpp:sid:0' id='a' by='@x'/></message>"),
            "payload-jid-malformed");
}

TEST_F(Writer, PutsRegeneratedTextInItsPlaceAndNeverCopies) {
  const std::string label =
      "<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>THEIRS</displaymarking>"
      "<label/></securitylabel>";
  const std::string stanza = "<message>" + label + "<body>b</body></message>";
  EXPECT_EQ(write(stanza, "<ours/>"), "<message><body>b</body><ours/></message>");
  EXPECT_EQ(write(stanza), "<message><body>b</body></message>");
  EXPECT_EQ(write("<message><body>b</body></message>", "<ours/>"),
            "<message><body>b</body><ours/></message>");
}

TEST(WriterWithoutSchema, RefusesWhatTheVocabularyDoesNotHave) {
  using schemas::Element;
  StanzaWriter writer;
  std::string out;
  const Element unknown{.ns = "urn:unknown", .name = "x", .attributes = {}, .children = {}};
  const Element* children[] = {&unknown};
  EXPECT_EQ(writer.write(out, {.name = "message"}, message_rule(), children).error(),
            ContentFault::kUnknownElement);
  const schemas::Attribute extra[] = {{"", "x", "1"}};
  const Element attribute{.ns = ns::kServer, .name = "body", .attributes = extra, .children = {}};
  children[0] = &attribute;
  EXPECT_EQ(writer.write(out, {.name = "message"}, message_rule(), children).error(),
            ContentFault::kUnknownAttribute);
  const schemas::Child text[] = {std::string_view("x")};
  const Element mixed{.ns = ns::kMucUser, .name = "x", .attributes = {}, .children = text};
  children[0] = &mixed;
  EXPECT_EQ(writer.write(out, {.name = "message"}, message_rule(), children).error(),
            ContentFault::kMixedText);
  EXPECT_EQ(out, "");
}

TEST(WriterHead, WritesAttributesInOrderAndLeavesOutEmptyOnes) {
  std::string out;
  StanzaWriter::write_head(
      out, {.name = "iq", .from = "f", .id = "i", .to = "t", .type = "y", .lang = "en"});
  EXPECT_EQ(out, "<iq from=\"f\" id=\"i\" to=\"t\" type=\"y\" xml:lang=\"en\">");
  out.clear();
  StanzaWriter::write_head(out, {.name = "iq"});
  EXPECT_EQ(out, "<iq>");
}

// What is sent again after a cut is told by the spelling that this writer has.
TEST(WriterHead, SaysWhetherAStanzaMayArriveTwice) {
  const auto repeatable = [](std::string_view name, std::string_view type, std::string_view id) {
    std::string out;
    StanzaWriter::write_head(
        out, {.name = name, .from = "f", .id = id, .to = "t", .type = type, .lang = {}});
    return wire::repeatable(out + "<x type=\"get\"/></" + std::string(name) + ">");
  };
  for (const char* type : {"get", "result", "error"}) EXPECT_TRUE(repeatable("iq", type, "i"));
  EXPECT_FALSE(repeatable("iq", "set", "i"));
  EXPECT_FALSE(repeatable("iq", "set", "\" type=\"get\""));
  EXPECT_FALSE(repeatable("iq", "", "i"));
  EXPECT_TRUE(repeatable("iq", "get", "\" type=\"set\""));
  EXPECT_TRUE(repeatable("message", "chat", "i"));
}

}  // namespace
}  // namespace guard::filter
