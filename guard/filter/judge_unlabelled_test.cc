// What carries no label cannot carry text, not even where the policy allows everything; each class
// of stanza has its twin that crosses.
#include <gtest/gtest.h>

#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using wire::Outcome;

const std::string kSecret = "TOP-SECRET-words";

class Unlabelled : public ::testing::Test {
 protected:
  wire::Judgement judge(const std::string& stanza) {
    return judge_.judge(&context_, {1, 1, stanza});
  }
  static std::string stanza(const std::string& kind, const std::string& type,
                            const std::string& content, const std::string& more = "") {
    return "<" + kind + " from='ann@high.example/desk' to='bob@low.example' id='m1'" +
           (type.empty() ? "" : " type='" + type + "'") + more + ">" + content + "</" + kind + ">";
  }
  static std::string written(const std::string& kind, const std::string& type,
                             const std::string& content) {
    const std::string head = "<" + kind +
                             " from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\"" +
                             (type.empty() ? "" : " type=\"" + type + "\"");
    return content.empty() ? head + "/>" : head + ">" + content + "</" + kind + ">";
  }
  void expect_crosses(const std::string& kind, const std::string& type, const std::string& content,
                      const std::string& as, const std::string& more = "") {
    const wire::Judgement judgement = judge(stanza(kind, type, content, more));
    EXPECT_EQ(judgement.finding.reason, "allowed") << content;
    EXPECT_EQ(judgement.bytes, written(kind, type, as));
  }
  // It is refused, and nothing of it comes back in the reply either.
  void expect_refused(const std::string& kind, const std::string& type, const std::string& content,
                      const std::string& reason) {
    const wire::Judgement judgement = judge(stanza(kind, type, content));
    EXPECT_EQ(judgement.finding.reason, reason) << content;
    EXPECT_NE(judgement.outcome, Outcome::kForward) << content;
    EXPECT_EQ(judgement.bytes.find(kSecret), std::string::npos);
  }

  schemas::XercesPlatform xerces_;
  policy::Policy policy_ = test::load(test::open_policy());
  Judge judge_{policy_, Side::kHigh, {}};
  StreamContext context_{.peer = 0, .pairs = {{"high.example", "low.example"}}};
};

std::string in(const std::string& ns, const std::string& content, const std::string& name = "x") {
  return "<" + name + " xmlns='http://jabber.org/protocol/" + ns + "'>" + content + "</" + name +
         ">";
}

std::string out(const std::string& ns, const std::string& content, const std::string& name = "x") {
  const std::string head = "<" + name + " xmlns=\"http://jabber.org/protocol/" + ns + "\"";
  return content.empty() ? head + "/>" : head + ">" + content + "</" + name + ">";
}

// ---------------------------------------------------------------- presence

TEST_F(Unlabelled, OccupantsCrossWithTheirPlaceInTheRoomAlone) {
  expect_crosses(
      "presence", "",
      in("muc#user", "<item nick='" + kSecret + "' jid='" + kSecret +
                         "@high.example' affiliation='owner' role='moderator'><actor nick='" +
                         kSecret + "'/><reason>" + kSecret + "</reason><continue thread='" +
                         kSecret + "'/></item><status code='110'/>"),
      out("muc#user", "<item affiliation=\"owner\" role=\"moderator\"/><status code=\"110\"/>"));
}

TEST_F(Unlabelled, PresenceHoldsNoInvitationsPasswordsAndWordsOfItsOwn) {
  const std::string reason = "<reason>" + kSecret + "</reason>";
  for (const std::string& content :
       {"<invite to='ann@high.example'>" + reason + "</invite>",
        "<decline to='ann@high.example'>" + reason + "</decline>",
        "<destroy>" + reason + "</destroy>", "<password>" + kSecret + "</password>"}) {
    expect_refused("presence", "", in("muc#user", content), "element-unknown");
  }
  expect_refused("presence", "", in("muc#user", "<status code='999'/>"), "value-not-allowed");
  expect_refused("presence", "", in("muc#user", "<item role='none'/><item role='none'/>"),
                 "element-repeated");
  expect_crosses("presence", "", in("muc", "<history seconds='1'/>"),
                 out("muc", "<history seconds=\"1\"/>"));
  expect_refused("presence", "", in("muc", "<password>" + kSecret + "</password>"),
                 "element-unknown");
  // The twin with a label of its own: a message.
  const std::string invitation =
      in("muc#user", "<invite to='ann@high.example'>" + reason + "</invite>");
  expect_refused("message", "", invitation, "label-missing");
  EXPECT_NE(judge(stanza("message", "",
                         invitation + test::label_element(test::base64_label(policy_, "SECRET"))))
                .bytes.find(kSecret),
            std::string::npos);
}

TEST_F(Unlabelled, StatusCrossesInOneLanguageThatIsNotNamed) {
  expect_crosses("presence", "", "<status xml:lang='en'>here</status>", "<status>here</status>",
                 " xml:lang='de'");
  expect_refused("presence", "", "<status>a</status><status xml:lang='en'>b</status>",
                 "element-repeated");
}

TEST_F(Unlabelled, ReasonsAreBounded) {
  const std::string label = test::label_element(test::base64_label(policy_, "SECRET"));
  const auto reason = [&](std::size_t size) {
    return stanza("message", "",
                  in("muc#user", "<invite to='ann@high.example'><reason>" + std::string(size, 'x') +
                                     "</reason></invite>") +
                      label);
  };
  EXPECT_EQ(judge(reason(1'024)).finding.reason, "allowed");
  EXPECT_EQ(judge(reason(1'025)).finding.reason, "schema");
}

// ---------------------------------------------------------------- iq

TEST_F(Unlabelled, QueriesAskAndSayNothing) {
  for (const std::string ns : {"disco#info", "disco#items"}) {
    expect_crosses("iq", "get", in(ns, "", "query"), out(ns, "", "query"));
    const std::string node =
        "<query xmlns='http://jabber.org/protocol/" + ns + "' node='" + kSecret + "'/>";
    expect_refused("iq", "get", node, "attribute-unknown");
    expect_refused("iq", "result", node, "attribute-unknown");
  }
  expect_refused("iq", "get", in("disco#info", "<feature var='urn:xmpp:ping'/>", "query"),
                 "element-unknown");
  expect_refused("iq", "get", in("disco#items", "<item jid='high.example'/>", "query"),
                 "element-unknown");
}

TEST_F(Unlabelled, AnswersToQueriesAreClosedLists) {
  expect_crosses(
      "iq", "result",
      in("disco#info",
         "<identity category='client' type='pc' name='" + kSecret +
             "' xml:lang='en'/><identity category='client' type='pc'/><identity category='" +
             kSecret + "' type='pc'/><identity category='client' type='" + kSecret +
             "'/><feature var='" + kSecret + "'/><feature var='" + kSecret +
             "2'/><feature var='urn:xmpp:ping'/>",
         "query"),
      out("disco#info",
          "<identity category=\"client\" type=\"pc\"/><feature var=\"urn:xmpp:ping\"/>", "query"));
  expect_crosses("iq", "result", in("disco#info", "<feature var='" + kSecret + "'/>", "query"),
                 out("disco#info", "", "query"));
  expect_crosses("iq", "result",
                 in("disco#info",
                    "<x xmlns='jabber:x:data' type='result'><field var='" + kSecret + "'><value>" +
                        kSecret + "</value></field></x><feature var='urn:xmpp:ping'/>",
                    "query"),
                 out("disco#info", "<feature var=\"urn:xmpp:ping\"/>", "query"));
  expect_crosses("iq", "result",
                 in("disco#items", "<item jid='a@high.example' name='" + kSecret + "'/>", "query"),
                 out("disco#items", "<item jid=\"a@high.example\"/>", "query"));
  expect_refused("iq", "result",
                 in("disco#items", "<item jid='a@high.example' node='" + kSecret + "'/>", "query"),
                 "attribute-unknown");
}

// A stock server answers with its services; only the names in the policy are no text.
TEST_F(Unlabelled, ListsOfServicesHoldWhatThePolicyNames) {
  std::string text = test::open_policy();
  const std::string own = "<domain name='high.example'/>";
  ASSERT_NE(text.find(own), std::string::npos);
  text.replace(text.find(own), own.size(),
               own +
                   "<domain name=\"rooms.high.example\"/>"
                   "<domain name=\"field.example\" match=\"subdomains\"/>");
  Judge judge(test::load(text), Side::kHigh, {});
  std::string content;
  for (const std::string& domain : std::vector<std::string>{
           "rooms.high.example", "pubsub.high.example", "x." + kSecret + ".field.example",
           "field.example", "other-high.example", "hidden.example", "nowhere.example"}) {
    content += "<item jid='" + domain + "'/>";
  }
  const auto items =
      judge.judge(&context_, {1, 1, stanza("iq", "result", in("disco#items", content, "query"))});
  EXPECT_EQ(items.finding.reason, "allowed");
  EXPECT_EQ(
      items.bytes,
      written("iq", "result", out("disco#items", "<item jid=\"rooms.high.example\"/>", "query")));
  // In what is no answer such a name is still one too many.
  const auto delayed = judge.judge(&context_, {1, 2,
                                               stanza("presence", "",
                                                      "<delay xmlns='urn:xmpp:delay' "
                                                      "stamp='2026-01-31T10:00:00Z' "
                                                      "from='rooms.high.example'/>")});
  EXPECT_EQ(delayed.finding.reason, "payload-jid-foreign");
}

TEST_F(Unlabelled, AddressesInAnAnswerAreBounded) {
  const auto items = [](int count) {
    std::string content;
    for (int i = 0; i < count; ++i) {
      content += "<item jid='r" + std::to_string(i) + "@high.example'/>";
    }
    return in("disco#items", content, "query");
  };
  EXPECT_EQ(judge(stanza("iq", "result", items(64))).finding.reason, "allowed");
  EXPECT_EQ(judge(stanza("iq", "result", items(65))).finding.reason, "element-repeated");
}

// ---------------------------------------------------------------- messages without a label

TEST_F(Unlabelled, SignalsHaveNoLanguageAndNoText) {
  const std::string state = in("chatstates", "", "active");
  expect_crosses("message", "chat", state, out("chatstates", "", "active"), " xml:lang='en'");
  expect_refused("message", "chat", state + "<body>" + kSecret + "</body>", "label-missing");
  expect_refused("message", "chat", state + kSecret, "schema");
  expect_refused("message", "chat", state + "<thread>two words</thread>", "value-not-allowed");
}

TEST_F(Unlabelled, SubjectChangesHoldNothingButTheSubject) {
  const std::string subject = "<subject>the topic</subject>";
  expect_crosses("message", "groupchat", subject, subject);
  expect_refused("message", "groupchat", subject + "<body>" + kSecret + "</body>", "label-missing");
  expect_refused("message", "groupchat",
                 subject + in("muc#user", "<invite><reason>" + kSecret + "</reason></invite>"),
                 "label-missing");
}

TEST_F(Unlabelled, ErrorsAreACondition) {
  const std::string condition = "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
  const std::string text =
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" + kSecret + "</text>";
  for (const std::string kind : {"message", "presence", "iq"}) {
    expect_crosses(kind, "error", "<error type='cancel'>" + condition + text + "</error>",
                   "<error type=\"cancel\"><item-not-found "
                   "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error>");
    if (kind == "message") continue;  // judge_error_test
    expect_refused(kind, "error",
                   "<error type='cancel'>" + condition + "</error>" +
                       test::label_element(test::base64_label(policy_, "UNCLASSIFIED")),
                   "label-on-error");
  }
}

// ---------------------------------------------------------------- values

TEST_F(Unlabelled, LanguagesAreLanguageTags) {
  const std::string label = test::label_element(test::base64_label(policy_, "SECRET"));
  const auto message = [&](const std::string& language) {
    return stanza("message", "chat", "<body xml:lang='" + language + "'>b</body>" + label,
                  " xml:lang='" + language + "'");
  };
  EXPECT_NE(judge(message("DE-at")).bytes.find("xml:lang=\"de-at\"><body xml:lang=\"de-at\">"),
            std::string::npos);
  EXPECT_EQ(judge(message("two words")).finding.reason, "value-not-allowed");
  EXPECT_EQ(
      judge(stanza("presence", "", "<show>away</show>", " xml:lang='two words'")).finding.reason,
      "value-not-allowed");
}

TEST_F(Unlabelled, AddressesInThePayloadAreOfTheTwoDomains) {
  const std::string label = test::label_element(test::base64_label(policy_, "SECRET"));
  const auto payloads = [](const std::string& jid) {
    return std::vector<std::string>{
        in("muc#user", "<item jid='" + jid + "'/>"),
        in("muc#user", "<item><actor jid='" + jid + "'/></item>"),
        in("muc#user", "<invite from='" + jid + "'/>"),
        in("muc#user", "<invite to='" + jid + "'/>"),
        in("muc#user", "<decline from='" + jid + "'/>"),
        in("muc#user", "<destroy jid='" + jid + "'/>"),
        "<delay xmlns='urn:xmpp:delay' stamp='2026-01-31T10:00:00Z' from='" + jid + "'/>",
        "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='" + jid + "'/>"};
  };
  const auto reason = [&](const std::string& payload) {
    return judge(stanza("message", "chat", "<body>b</body>" + payload + label)).finding.reason;
  };
  for (const std::string jid : {"a@high.example/x", "low.example", "example"}) {
    for (const std::string& payload : payloads(jid)) EXPECT_EQ(reason(payload), "allowed");
  }
  for (const std::string& jid : {"a@" + kSecret + ".example", kSecret + ".high.example"}) {
    for (const std::string& payload : payloads(jid)) {
      EXPECT_EQ(reason(payload), "payload-jid-foreign");
    }
    expect_refused("presence", "", payloads(jid)[6], "payload-jid-foreign");
    expect_refused("message", "chat", payloads(jid)[7], "payload-jid-foreign");
    expect_crosses(
        "iq", "result",
        in("disco#items", "<item jid='" + jid + "'/><item jid='high.example'/>", "query"),
        out("disco#items", "<item jid=\"high.example\"/>", "query"));
  }
}

}  // namespace
}  // namespace guard::filter
