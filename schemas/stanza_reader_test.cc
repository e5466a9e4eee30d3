// StanzaReader: what ordinary servers and clients send has a schema, and nothing else passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "schemas/dropped.h"
#include "schemas/reader.h"

namespace schemas {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kServer = "jabber:server";

// One reader for all tests: what one stanza leaves behind must not change the next.
StanzaReader& reader() {
  static StanzaReader reader;
  return reader;
}

std::string outcome(std::string_view stanza) {
  const auto root = reader().read_stanza(stanza);
  return root ? "accepted" : std::string(to_string(root.error().fault));
}

struct Case {
  const char* name;
  std::string_view stanza;
};

void PrintTo(const Case& each, std::ostream* stream) { *stream << each.name; }

std::string case_name(const testing::TestParamInfo<Case>& each) { return each.param.name; }

class AcceptedStanza : public testing::TestWithParam<Case> {};
class RefusedStanza : public testing::TestWithParam<Case> {};

TEST_P(AcceptedStanza, IsInTheSchema) {
  const auto root = reader().read_stanza(GetParam().stanza);
  EXPECT_TRUE(root) << root.error().message;
  EXPECT_EQ(reader().refused_root(), nullptr);
}

TEST_P(RefusedStanza, IsNotInTheSchema) {
  EXPECT_EQ(outcome(GetParam().stanza), "schema");
  EXPECT_NE(reader().refused_root(), nullptr);
}

const Case kAccepted[] = {
    {"BareMessage", "<message/>"},
    {"Chat",
     "<message from='a@high.example/x' to='b@low.example' id='1' type='chat' xml:lang='en'>"
     "<body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='1'/>"
     "<active xmlns='http://jabber.org/protocol/chatstates'/>"
     "<request xmlns='urn:xmpp:receipts'/></message>"},
    {"AnyOrder",
     "<message><request xmlns='urn:xmpp:receipts'/><subject>s</subject><body>b</body></message>"},
    {"BodiesInLanguages",
     "<message><body xml:lang='en'>hi</body><body xml:lang='de'>hallo</body></message>"},
    {"EmptyLanguage", "<message xml:lang=''><body xml:lang=''/></message>"},
    {"Thread", "<message><thread parent='t0'>t1</thread></message>"},
    {"PrettyPrinted", "<message>\n  <body>b</body>\n</message>"},
    {"OwnNamespace", "<message xmlns='jabber:server'><body/></message>"},
    {"OwnNamespaceSpaced", "<message xmlns = \"jabber:server\"><body/></message>"},
    {"PrefixedChild", "<message><r:request xmlns:r='urn:xmpp:receipts'/></message>"},
    {"PrefixOnStanza", "<message xmlns:r='urn:xmpp:receipts'><r:request/></message>"},
    {"Receipt", "<message><received xmlns='urn:xmpp:receipts' id='1'/></message>"},
    {"ChatStates",
     "<message><composing xmlns='http://jabber.org/protocol/chatstates'/>"
     "<paused xmlns='http://jabber.org/protocol/chatstates'/>"
     "<inactive xmlns='http://jabber.org/protocol/chatstates'/>"
     "<gone xmlns='http://jabber.org/protocol/chatstates'/></message>"},
    {"Labelled",
     "<message><body>b</body><securitylabel xmlns='urn:xmpp:sec-label:0'>"
     "<displaymarking fgcolor='black' bgcolor='#00FF00'>SECRET</displaymarking>"
     "<label><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQQGASk=</esssecuritylabel>"
     "</label><equivalentlabel><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQQGASk="
     "</esssecuritylabel></equivalentlabel></securitylabel></message>"},
    {"LabelledWithSpace",
     "<message><securitylabel xmlns='urn:xmpp:sec-label:0'><label>\n"
     "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>\n MQYC AQQG\nASk=\n</esssecuritylabel>"
     "\n</label></securitylabel></message>"},
    {"EmptyLabel",
     "<message><securitylabel xmlns='urn:xmpp:sec-label:0'><label/></securitylabel></message>"},
    {"TwoLabelsAreTheFiltersToRefuse",
     "<message><securitylabel xmlns='urn:xmpp:sec-label:0'/>"
     "<securitylabel xmlns='urn:xmpp:sec-label:0'/></message>"},
    {"DelayAndStanzaId",
     "<message type='groupchat'><body/><delay xmlns='urn:xmpp:delay' from='r@muc.low.example' "
     "stamp='2026-01-31T23:59:59Z'/><stanza-id xmlns='urn:xmpp:sid:0' id='9' "
     "by='r@muc.low.example'/>"
     "</message>"},
    {"Invitation",
     "<message><x xmlns='http://jabber.org/protocol/muc#user'><invite to='b@low.example'>"
     "<reason>come</reason></invite><password>p</password></x></message>"},
    {"ErrorWithText",
     "<message type='error'><error type='modify' by='low.example' code='406'>"
     "<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
     "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>no</text></error></message>"},
    {"ErrorGone",
     "<iq type='error' id='1'><error type='cancel'>"
     "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:c@low.example</gone></error></iq>"},
    {"BarePresence", "<presence/>"},
    {"Presence",
     "<presence from='a@high.example/x' to='b@low.example'><show>away</show>"
     "<status xml:lang='en'>lunch</status><priority>-5</priority></presence>"},
    {"MucJoin",
     "<presence to='r@muc.low.example/nick'><x xmlns='http://jabber.org/protocol/muc'>"
     "<history maxchars='0' maxstanzas='20' seconds='180' since='2026-01-31T23:59:59Z'/>"
     "<password>p</password></x></presence>"},
    {"MucPresence",
     "<presence><x xmlns='http://jabber.org/protocol/muc#user'>"
     "<item affiliation='member' role='participant' jid='a@high.example/x' nick='n'>"
     "<actor nick='m'/><reason>r</reason></item><status code='110'/></x></presence>"},
    {"Ping", "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"},
    {"Catalog",
     "<iq type='get' id='1'><catalog xmlns='urn:xmpp:sec-label:catalog:2' to='low.example'/></iq>"},
    {"CatalogOfNobody",
     "<iq type='get' id='1'><catalog xmlns='urn:xmpp:sec-label:catalog:2'/></iq>"},
    {"Result", "<iq type='result' id='1'/>"},
    {"DiscoInfo",
     "<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#info' node='n'>"
     "<identity category='server' type='im' name='x' xml:lang='en'/>"
     "<feature var='urn:xmpp:ping'/></query></iq>"},
    {"DiscoItems",
     "<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#items'>"
     "<item jid='muc.low.example' node='n' name='rooms'/></query></iq>"},
};

const Case kRefused[] = {
    {"UnknownElement", "<message><x xmlns='urn:unknown'/></message>"},
    {"UnknownElementOfKnownNamespace", "<message><pong xmlns='urn:xmpp:ping'/></message>"},
    {"PingInMessage", "<message><ping xmlns='urn:xmpp:ping'/></message>"},
    {"CatalogWithItem",
     "<iq type='result' id='1'><catalog "
     "xmlns='urn:xmpp:sec-label:catalog:2'><item/></catalog></iq>"},
    {"CatalogWithName",
     "<iq type='get' id='1'><catalog xmlns='urn:xmpp:sec-label:catalog:2' name='n'/></iq>"},
    {"CatalogInMessage", "<message><catalog xmlns='urn:xmpp:sec-label:catalog:2'/></message>"},
    {"BodyInPresence", "<presence><body>b</body></presence>"},
    {"BodyInIq", "<iq type='get' id='1'><body>b</body></iq>"},
    {"StanzaInStanza", "<message><message/></message>"},
    {"TextInMessage", "<message>hello</message>"},
    {"ElementInBody", "<message><body><b/></body></message>"},
    {"NoNamespaceChild", "<message><x xmlns=''/></message>"},
    {"UnknownType", "<message type='letter'/>"},
    {"TypeInCapitals", "<message type='Chat'/>"},
    {"UnknownAttribute", "<message color='red'/>"},
    {"ForeignAttribute", "<message a:b='c' xmlns:a='urn:a'/>"},
    {"XmlSpace", "<message xml:space='preserve'/>"},
    {"XmlBase", "<message xml:base='http://x.example/'/>"},
    {"UnknownShow", "<presence><show>online</show></presence>"},
    {"PriorityTooHigh", "<presence><priority>128</priority></presence>"},
    {"ReceiptWithoutId", "<message><received xmlns='urn:xmpp:receipts'/></message>"},
    {"ChatStateWithContent",
     "<message><active xmlns='http://jabber.org/protocol/chatstates'>x</active></message>"},
    {"UnknownLabelFormat",
     "<message><securitylabel xmlns='urn:xmpp:sec-label:0'><label><x xmlns='urn:l'/></label>"
     "</securitylabel></message>"},
    {"LabelInBody",
     "<message><body><securitylabel xmlns='urn:xmpp:sec-label:0'/></body></message>"},
    {"LabelInError",
     "<message type='error'><error type='cancel'><securitylabel xmlns='urn:xmpp:sec-label:0'/>"
     "</error></message>"},
    {"ForwardedMessage",
     "<message><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded>"
     "</message>"},
    {"Encrypted", "<message><encrypted xmlns='eu.siacs.conversations.axolotl'/></message>"},
    {"ErrorOfAnApplication",
     "<message type='error'><error type='cancel'><too-long xmlns='urn:app'/></error></message>"},
    {"ErrorWithoutType", "<message type='error'><error/></message>"},
    {"IqWithoutId", "<iq type='get'/>"},
    {"IqWithoutType", "<iq id='1'/>"},
    {"IqOfUnknownPayload", "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>"},
    {"MucStatusOutOfRange",
     "<presence><x xmlns='http://jabber.org/protocol/muc#user'><status code='99'/></x></presence>"},
    {"DelayWithoutStamp", "<message><delay xmlns='urn:xmpp:delay'/></message>"},
    {"MarkerOtherThanRequest",
     "<message><displayed xmlns='urn:xmpp:chat-markers:0' id='1'/></message>"},
};

INSTANTIATE_TEST_SUITE_P(Stanzas, AcceptedStanza, testing::ValuesIn(kAccepted), case_name);
INSTANTIATE_TEST_SUITE_P(Stanzas, RefusedStanza, testing::ValuesIn(kRefused), case_name);

TEST(StanzaTree, HoldsTheStanza) {
  const auto root = reader().read_stanza(
      "<message to='b@low.example' from=\"a@high.example\" type='chat' xml:lang='en'>"
      "<body>a &lt;b&gt; &amp; <![CDATA[<c>]]>&#x1F600;</body><thread>t</thread></message>");
  ASSERT_TRUE(root) << root.error().message;
  const Element& message = **root;
  EXPECT_TRUE(message.is(kServer, "message"));
  ASSERT_EQ(message.attributes.size(), 4U);  // in the order of the document, without xmlns
  EXPECT_EQ(message.attributes[0].name, "to");
  EXPECT_EQ(message.attributes[1].name, "from");
  EXPECT_EQ(message.attributes[3].ns, "http://www.w3.org/XML/1998/namespace");
  EXPECT_EQ(message.attributes[3].value, "en");
  ASSERT_EQ(message.children.size(), 2U);
  const Element* body = message.child(kServer, "body");
  ASSERT_NE(body, nullptr);
  ASSERT_EQ(body->children.size(), 1U);  // CDATA and references are one run of text
  EXPECT_EQ(std::get<std::string_view>(body->children[0]), "a <b> & <c>\xF0\x9F\x98\x80");
  EXPECT_THAT(reader().dropped(), IsEmpty());
}

TEST(StanzaTree, KeepsLongText) {
  std::string body;
  for (int at = 0; at < 20'000; ++at) body += "\xC3\xBC&amp;" + std::to_string(at) + "\n";
  std::string expected;
  for (int at = 0; at < 20'000; ++at) expected += "\xC3\xBC&" + std::to_string(at) + "\n";
  const auto root = reader().read_stanza("<message><body>" + body + "</body></message>");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ((*root)->child(kServer, "body")->text(), expected);
}

TEST(StanzaTree, NormalisesLineEndsAndAttributeSpace) {
  const auto root = reader().read_stanza("<message id='a\tb&#9;'><body>a\r\nb\rc</body></message>");
  ASSERT_TRUE(root);
  EXPECT_EQ(*(*root)->attribute("id"), "a b\t");
  EXPECT_EQ((*root)->child(kServer, "body")->text(), "a\nb\nc");
}

TEST(DroppedElements, AreValidatedAndLeftOut) {
  const auto root = reader().read_stanza(
      "<presence><priority>1</priority>"
      "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/>"
      "<x xmlns='vcard-temp:x:update'><photo>0a</photo></x>"
      "<idle xmlns='urn:xmpp:idle:1' since='2026-01-31T23:59:59Z'/></presence>");
  ASSERT_TRUE(root) << root.error().message;
  ASSERT_EQ((*root)->children.size(), 1U);
  EXPECT_EQ((*root)->elements()[0]->name, "priority");
  EXPECT_THAT(reader().dropped(), ElementsAre("http://jabber.org/protocol/caps",
                                              "vcard-temp:x:update", "urn:xmpp:idle:1"));
  EXPECT_EQ(outcome("<presence/>"), "accepted");
  EXPECT_THAT(reader().dropped(), IsEmpty());
}

TEST(DroppedElements, FromMessages) {
  const auto root = reader().read_stanza(
      "<message><markable xmlns='urn:xmpp:chat-markers:0'/><body>b</body>"
      "<store xmlns='urn:xmpp:hints'/><nick xmlns='http://jabber.org/protocol/nick'>n</nick>"
      "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/></message>");
  ASSERT_TRUE(root) << root.error().message;
  ASSERT_EQ((*root)->children.size(), 1U);
  EXPECT_EQ(reader().dropped().size(), 4U);
}

std::string feature_list(const std::string& content) {
  return "<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#info'>"
         "<feature var='urn:xmpp:ping'/>" +
         content + "</query></iq>";
}

TEST(DroppedElements, FormsFromFeatureLists) {
  const auto root = reader().read_stanza(feature_list(
      "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>"
      "<value>http://jabber.org/network/serverinfo</value></field><field var='admin-addresses'>"
      "<value>mailto:a</value><value>xmpp:b</value></field></x><feature var='jabber:x:data'/>"));
  ASSERT_TRUE(root) << root.error().message;
  const Element* query = (*root)->elements()[0];
  ASSERT_EQ(query->elements().size(), 2U);
  for (const Element* child : query->elements()) EXPECT_EQ(child->name, "feature");
  EXPECT_THAT(reader().dropped(), ElementsAre("jabber:x:data"));
}

TEST(DroppedElements, FormsAnywhereElseAreRefused) {
  const std::string form = "<x xmlns='jabber:x:data' type='result'/>";
  EXPECT_EQ(outcome(feature_list(form)), "accepted");
  EXPECT_EQ(outcome("<message>" + form + "</message>"), "schema");
  EXPECT_EQ(outcome("<iq type='result' id='1'>" + form + "</iq>"), "schema");
  EXPECT_EQ(
      outcome("<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#items'>" +
              form + "</query></iq>"),
      "schema");
  EXPECT_EQ(outcome(feature_list("<x xmlns='jabber:x:data' type='form'/>")), "schema");
  EXPECT_EQ(outcome(feature_list("<x xmlns='jabber:x:data' type='result'>text</x>")), "schema");
  EXPECT_EQ(outcome(feature_list("<x xmlns='jabber:x:data' type='result'><field><x/></field></x>")),
            "schema");
}

TEST(DroppedElements, OfTheWrongShapeAreRefused) {
  EXPECT_EQ(outcome("<presence><c xmlns='http://jabber.org/protocol/caps'/></presence>"), "schema");
  EXPECT_EQ(outcome("<message><store xmlns='urn:xmpp:hints'>x</store></message>"), "schema");
  EXPECT_EQ(outcome("<message><body><store xmlns='urn:xmpp:hints'/></body></message>"), "schema");
}

TEST(RefusedRoot, HasTheStartTagForTheReply) {
  ASSERT_EQ(outcome("<iq from='a@high.example/x' to='low.example' id='7' type='get'>"
                    "<query xmlns='jabber:iq:version'/></iq>"),
            "schema");
  const Element* root = reader().refused_root();
  ASSERT_NE(root, nullptr);
  EXPECT_TRUE(root->is(kServer, "iq"));
  EXPECT_EQ(*root->attribute("from"), "a@high.example/x");
  EXPECT_EQ(*root->attribute("id"), "7");
  EXPECT_TRUE(root->children.empty());
}

TEST(RefusedRoot, EvenWhereItsAttributesAreAtFault) {
  ASSERT_EQ(outcome("<message type='letter' from='a@high.example' to='low.example'/>"), "schema");
  const Element* root = reader().refused_root();
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(*root->attribute("type"), "letter");
  EXPECT_EQ(*root->attribute("from"), "a@high.example");
}

TEST(RefusedRoot, IsNotThereAfterOtherFaults) {
  ASSERT_EQ(outcome("<message type='letter'/>"), "schema");
  ASSERT_EQ(outcome("<!DOCTYPE message><message/>"), "restricted-xml");
  EXPECT_EQ(reader().refused_root(), nullptr);
  ASSERT_EQ(outcome("<message><body></message>"), "not-well-formed");
  EXPECT_EQ(reader().refused_root(), nullptr);
}

TEST(RefusedStanza, SaysWhereInTheTree) {
  const auto root = reader().read_stanza(
      "<message><securitylabel xmlns='urn:xmpp:sec-label:0'><label><x xmlns='urn:l'/></label>"
      "</securitylabel></message>");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().parent_ns, "urn:xmpp:sec-label:0");
  EXPECT_EQ(root.error().parent_name, "label");
  EXPECT_EQ(root.error().line, 1U);
  EXPECT_EQ(root.error().column, 79U);  // in what the peer sent, the splice taken off
}

TEST(StanzaNamespace, IsJabberServerAlone) {
  EXPECT_EQ(outcome("<message xmlns='jabber:client'><body/></message>"), "namespace");
  EXPECT_EQ(outcome("<message xmlns=''/>"), "namespace");
  EXPECT_EQ(outcome("<message xmlns='jabber:server '/>"), "namespace");
  EXPECT_EQ(outcome("<message xmlns='&#106;abber:server'/>"), "accepted");
  EXPECT_EQ(outcome("<s:message xmlns:s='jabber:server'/>"), "namespace");
  EXPECT_EQ(outcome("<stream:features/>"), "namespace");
  EXPECT_EQ(outcome("<db:result>x</db:result>"), "namespace");
  EXPECT_EQ(outcome("<message id='xmlns=' xmlnsx='x'/>"), "schema");  // no declaration in it
}

TEST(StanzaNamespace, UnboundPrefixesAreRefused) {
  EXPECT_EQ(outcome("<message><db:result/></message>"), "not-well-formed");
  EXPECT_EQ(outcome("<message x:y='1'/>"), "not-well-formed");
}

TEST(StanzaKind, IsOneOfThree) {
  EXPECT_EQ(outcome("<features/>"), "unsupported-stanza");
  EXPECT_EQ(outcome("<error type='cancel'/>"), "unsupported-stanza");
  EXPECT_EQ(outcome("<Message/>"), "unsupported-stanza");
  EXPECT_EQ(outcome("<messag/>"), "unsupported-stanza");
}

TEST(StanzaBounds, OfNamesAndAddresses) {
  EXPECT_EQ(outcome("<message id='" + std::string(256, 'i') + "'/>"), "accepted");
  EXPECT_EQ(outcome("<message id='" + std::string(257, 'i') + "'/>"), "schema");
  EXPECT_EQ(outcome("<message to='" + std::string(3071, 'j') + "'/>"), "accepted");
  EXPECT_EQ(outcome("<message to='" + std::string(3072, 'j') + "'/>"), "schema");
  EXPECT_EQ(outcome("<message xml:lang='" + std::string(35, 'l') + "'/>"), "accepted");
  EXPECT_EQ(outcome("<message xml:lang='" + std::string(36, 'l') + "'/>"), "schema");
}

}  // namespace
}  // namespace schemas
