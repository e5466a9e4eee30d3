// From what a peer sends to what the recorder is told, row by row.
#include "guard/filter/judge.h"

#include <gtest/gtest.h>

#include <optional>

#include "guard/base/sha256.h"
#include "guard/filter/test_policy.h"
#include "schemas/xerces_platform.h"

namespace guard::filter {
namespace {

using wire::Outcome;
using wire::StreamCondition;

constexpr PeerIndex kHigh = 0;
constexpr PeerIndex kOtherHigh = 1;
constexpr PeerIndex kLow = 2;
constexpr PeerIndex kHidden = 3;

class JudgeTest : public ::testing::Test {
 protected:
  JudgeTest()
      : policy_(test::load()),
        judge_(policy_, Lane::kHighToLow, {}),
        open_(test::base64_label(policy_, "UNCLASSIFIED")),
        restricted_(test::base64_label(policy_, "RESTRICTED")),
        secret_(test::base64_label(policy_, "SECRET")) {
    context_ = {.peer = kHigh,
                .pairs = {{"high.example", "hidden.example"},
                          {"high.example", "low.example"},
                          {"high.example", "nowhere.example"},
                          {"high.example", "other-high.example"},
                          {"unclaimed.example", "low.example"}}};
  }

  wire::Judgement judge(const std::string& stanza) {
    return judge_.judge(&context_, {1, 1, stanza});
  }

  // A chat message with this content, from ann to bob.
  static std::string chat(const std::string& content, const std::string& more = "") {
    return "<message from='ann@high.example/desk' to='bob@low.example' id='m1' type='chat'" + more +
           ">" + content + "</message>";
  }
  std::string labelled(const std::string& base64) {
    return chat("<body>hello</body>" + test::label_element(base64));
  }

  void expect_refused_with(const std::string& stanza, const std::string& reason,
                           const std::string& condition) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, reason) << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, Outcome::kRefuseWithReply) << stanza;
    const std::string kind = stanza.substr(1, stanza.find(' ') - 1);
    EXPECT_EQ(judgement.bytes,
              "<" + kind +
                  " from=\"bob@low.example\" id=\"m1\" to=\"ann@high.example/desk\" "
                  "type=\"error\"><error type=" +
                  condition + " xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></" + kind +
                  ">");
    EXPECT_EQ(judgement.pair, (wire::DomainPair{"low.example", "high.example"}));
    EXPECT_EQ(judgement.contingency, "");
    EXPECT_EQ(judgement.far_peer, wire::kNoPeer);
  }
  void expect_silent(const std::string& stanza, const std::string& reason) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, reason) << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, Outcome::kRefuseSilently) << stanza;
    EXPECT_EQ(judgement.bytes, "");
    EXPECT_EQ(judgement.contingency, "");
  }
  void expect_closed(const std::string& stanza, const std::string& reason,
                     StreamCondition condition) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, reason) << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, Outcome::kCloseStream) << stanza;
    EXPECT_EQ(judgement.condition, condition) << stanza;
    EXPECT_EQ(judgement.bytes, "");
    EXPECT_EQ(judgement.contingency, "");
  }
  wire::Judgement expect_forwarded(const std::string& stanza, const std::string& bytes) {
    wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, "allowed") << stanza;
    EXPECT_TRUE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, Outcome::kForward) << stanza;
    EXPECT_EQ(judgement.bytes, bytes);
    EXPECT_EQ(judgement.far_peer, kLow);
    EXPECT_EQ(judgement.pair, (wire::DomainPair{"high.example", "low.example"}));
    return judgement;
  }
  [[nodiscard]] std::string our_label(const std::string& marking, const std::string& background,
                                      const std::string& foreground,
                                      const std::string& base64) const {
    return "<securitylabel xmlns=\"urn:xmpp:sec-label:0\"><displaymarking bgcolor=\"" + background +
           "\" fgcolor=\"" + foreground + "\">" + marking +
           "</displaymarking><label><esssecuritylabel xmlns=\"urn:xmpp:sec-label:ess:0\">" +
           base64 + "</esssecuritylabel></label></securitylabel>";
  }

  static constexpr const char* kUniform = "\"modify\"><policy-violation";
  static constexpr const char* kBlockedIq = "\"cancel\"><service-unavailable";
  static constexpr const char* kHead =
      "<message from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\" type=\"chat\">";

  schemas::XercesPlatform xerces_;
  policy::Policy policy_;
  Judge judge_;
  StreamContext context_;
  std::string open_;
  std::string restricted_;
  std::string secret_;
};

// ---------------------------------------------------------------- what crosses

TEST_F(JudgeTest, LabelledMessageCrossesWrittenAnew) {
  const wire::Judgement judgement = expect_forwarded(
      labelled(open_), kHead + std::string("<body>hello</body>") +
                           our_label("TEST UNCLASSIFIED", "#008000", "#FFFFFF", open_) +
                           "</message>");
  EXPECT_EQ(judgement.ticket, 1U);
  EXPECT_EQ(judgement.input, Sha256().digest(as_bytes(labelled(open_))));
  EXPECT_EQ(judgement.finding.from, "ann@high.example/desk");
  EXPECT_EQ(judgement.finding.to, "bob@low.example");
  EXPECT_EQ(judgement.finding.kind, "message");
  EXPECT_EQ(judgement.finding.type, "chat");
  EXPECT_EQ(judgement.finding.stanza_id, "m1");
  EXPECT_EQ(to_base64(as_bytes(judgement.finding.label)), open_);
  EXPECT_EQ(judgement.finding.marking, "TEST UNCLASSIFIED");
  EXPECT_EQ(judgement.finding.rule, "down-chat");
  EXPECT_NE(judgement.finding.facts.find("\"kind\":\"message\""), std::string::npos);
  EXPECT_EQ(judgement.contingency,
            "<message from=\"bob@low.example\" id=\"m1\" to=\"ann@high.example/desk\" "
            "type=\"error\"><error type=\"wait\"><remote-server-timeout "
            "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></message>");
}

// Named after REGENERATED.
TEST_F(JudgeTest, RegeneratedNothingOfTheSpellingCrosses) {
  const std::string one = judge(labelled(restricted_)).bytes;
  ASSERT_NE(one, "");
  std::string spaced = restricted_;
  spaced.insert(4, "\n   ");
  const std::string other =
      "<message xmlns='jabber:server' xmlns:unused='urn:x'\n type=\"chat\" id='m&#49;' "
      "to='BOB@Low.Example' from='Ann@HIGH.example/desk' >\n  <s:securitylabel "
      "xmlns:s='urn:xmpp:sec-label:0'>\n <s:label> <e:esssecuritylabel "
      "xmlns:e='urn:xmpp:sec-label:ess:0'>\n" +
      spaced +
      " </e:esssecuritylabel>\n</s:label>"
      "<s:displaymarking bgcolor='blue'>ANYTHING</s:displaymarking></s:securitylabel>\n"
      "<body><![CDATA[hel]]>&#x6c;o</body>\n</message>";
  EXPECT_EQ(judge(other).bytes, one);
}

TEST_F(JudgeTest, OnlyWhatTheRuleKeepsCrosses) {
  expect_forwarded(
      chat("<active xmlns='http://jabber.org/protocol/chatstates'/><body>b</body>"
           "<origin-id xmlns='urn:xmpp:sid:0' id='o'/><request xmlns='urn:xmpp:receipts'/>"
           "<no-store xmlns='urn:xmpp:hints'/>" +
           test::label_element(open_)),
      kHead + std::string("<body>b</body><request xmlns=\"urn:xmpp:receipts\"/>") +
          our_label("TEST UNCLASSIFIED", "#008000", "#FFFFFF", open_) +
          "<origin-id xmlns=\"urn:xmpp:sid:0\" id=\"o\"/></message>");
}

TEST_F(JudgeTest, SignalsPresenceAndRequestsCrossAsTheirImpliedLabel) {
  const wire::Judgement signal = expect_forwarded(
      chat("<paused xmlns='http://jabber.org/protocol/chatstates'/>"),
      kHead + std::string("<paused xmlns=\"http://jabber.org/protocol/chatstates\"/></message>"));
  EXPECT_EQ(signal.finding.rule, "down-signals");
  EXPECT_EQ(signal.finding.marking, "TEST UNCLASSIFIED");
  EXPECT_EQ(signal.finding.label, "");
  const wire::Judgement presence = expect_forwarded(
      "<presence from='ann@high.example/desk' to='bob@low.example'><status>busy</status>"
      "<show>away</show><c xmlns='http://jabber.org/protocol/caps' node='n' ver='v'/></presence>",
      "<presence from=\"ann@high.example/desk\" to=\"bob@low.example\"><show>away</show>"
      "</presence>");
  EXPECT_EQ(presence.finding.type, "available");
  EXPECT_EQ(presence.contingency, "");
  const wire::Judgement ping = expect_forwarded(
      "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type='get'>"
      "<ping xmlns='urn:xmpp:ping'/></iq>",
      "<iq from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\" type=\"get\">"
      "<ping xmlns=\"urn:xmpp:ping\"/></iq>");
  EXPECT_NE(ping.contingency.find("remote-server-timeout"), std::string::npos);
}

TEST_F(JudgeTest, AnswersCrossForRequestsThatTheOtherDirectionAllows) {
  const std::string head = "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type=";
  const std::string query = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
  const wire::Judgement result = judge(head + "'result'>" + query + "</iq>");
  EXPECT_EQ(result.outcome, Outcome::kForward);
  EXPECT_EQ(result.bytes,
            "<iq from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\" type=\"result\">"
            "<query xmlns=\"http://jabber.org/protocol/disco#info\"/></iq>");
  EXPECT_EQ(result.contingency, "");
  // The twin: no low peer may ask for items.
  expect_silent(head + "'result'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
                "no-rule");
  const wire::Judgement error =
      judge(head + "'error'>" + query +
            "<error type='auth'><text "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>secret words</text><not-allowed "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  EXPECT_EQ(error.bytes,
            "<iq from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\" type=\"error\">"
            "<error type=\"cancel\"><not-allowed "
            "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></iq>");
}

TEST_F(JudgeTest, ErrorsAreRebuilt) {
  const std::string error =
      "<message from='ann@high.example/desk' to='bob@low.example' id='m1' type='error'>"
      "<body>their words</body><error type='cancel' code='404' by='x.example'><item-not-found "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>more</text></error></message>";
  const wire::Judgement judgement =
      expect_forwarded(error,
                       "<message from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\" "
                       "type=\"error\"><error type=\"cancel\"><item-not-found "
                       "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></message>");
  EXPECT_EQ(judgement.finding.marking, "");
  EXPECT_EQ(judgement.contingency, "");
  expect_silent("<message from='ann@high.example/desk' to='bob@low.example' type='error'/>",
                "payload-missing");
}

TEST_F(JudgeTest, EquivalentLabelsAreStripped) {
  // Under a policy that nobody here knows: 2.999.77.
  const std::string foreign =
      to_base64(labels::encode_ess(labels::Label(*labels::Oid::from_dotted("2.999.77"))));
  const auto with = [&](const std::string& equivalents) {
    return chat(
        "<body>b</body><securitylabel xmlns='urn:xmpp:sec-label:0'><label>"
        "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" +
        open_ + "</esssecuritylabel></label>" + equivalents + "</securitylabel>");
  };
  const auto equivalent = [](const std::string& base64) {
    return "<equivalentlabel><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" + base64 +
           "</esssecuritylabel></equivalentlabel>";
  };
  expect_forwarded(with(equivalent(foreign)),
                   kHead + std::string("<body>b</body>") +
                       our_label("TEST UNCLASSIFIED", "#008000", "#FFFFFF", open_) + "</message>");
  expect_refused_with(with(equivalent(foreign) + equivalent(foreign)), "equivalent-twice",
                      kUniform);
  expect_refused_with(with(equivalent(secret_)), "receiver-clearance", kUniform);
  expect_refused_with(with(equivalent("!")), "label-base64", kUniform);
}

// ---------------------------------------------------------------- labels that refuse

TEST_F(JudgeTest, LabelsAreRefusedForTheirOwnReasonsAndAnsweredUniformly) {
  const std::string body = "<body>hello</body>";
  const auto in_label = [&](const std::string& inner) {
    return chat(body + "<securitylabel xmlns='urn:xmpp:sec-label:0'>" + inner + "</securitylabel>");
  };
  const std::string ess =
      "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" + open_ + "</esssecuritylabel>";
  expect_refused_with(labelled(secret_), "receiver-clearance", kUniform);
  expect_refused_with(chat(body), "label-missing", kUniform);
  expect_refused_with(in_label("<label/>"), "label-missing", kUniform);
  expect_refused_with(chat(body + test::label_element(open_) + test::label_element(open_)),
                      "label-twice", kUniform);
  expect_refused_with(in_label(""), "label-structure", kUniform);
  expect_refused_with(in_label("<label>" + ess + "</label><label>" + ess + "</label>"),
                      "label-structure", kUniform);
  expect_refused_with(in_label("<label>" + ess + ess + "</label>"), "label-structure", kUniform);
  expect_refused_with(in_label("<label><x xmlns='urn:other:label'>1</x></label>"), "label-format",
                      kUniform);
  expect_refused_with(labelled("MQYCAQMGASk"), "label-base64", kUniform);   // no padding
  expect_refused_with(labelled("MQYCAQQGASl="), "label-base64", kUniform);  // slack bits
  expect_refused_with(labelled("M!YCAQQGASk="), "label-base64", kUniform);
  expect_refused_with(labelled(""), "label-encoding", kUniform);
  expect_refused_with(labelled("MRUCAgD9DA9BcXVhIChvYnNvbGV0ZSk="), "label-encoding", kUniform);
  expect_refused_with(labelled("MQYCAQQGASkA"), "label-encoding", kUniform);  // trailing octet
  expect_refused_with(labelled("MQYCAQQGASk="), "label-policy", kUniform);    // XEP-0258's own
  labels::Label unknown(policy_.security_policy().id());
  ASSERT_TRUE(unknown.set_classification(9));
  expect_refused_with(labelled(to_base64(labels::encode_ess(unknown))), "label-unknown", kUniform);
}

TEST_F(JudgeTest, TheRecordHasTheLabelAsReceived) {
  EXPECT_EQ(to_base64(as_bytes(judge(labelled(secret_)).finding.label)), secret_);
  EXPECT_EQ(judge(labelled(secret_)).finding.marking, "TEST SECRET");
  // Not DER of a label, but what was there.
  EXPECT_EQ(judge(labelled("AAAA")).finding.label, std::string(3, '\0'));
  EXPECT_EQ(judge(labelled("!")).finding.label, "");
}

TEST_F(JudgeTest, SenderAboveItsClearanceIsRefused) {
  context_ = {.peer = kOtherHigh, .pairs = {{"other-high.example", "low.example"}}};
  const auto from_other = [](const std::string& base64) {
    return "<message from='eve@other-high.example' to='bob@low.example' "
           "type='chat'><body>b</body>" +
           test::label_element(base64) + "</message>";
  };
  EXPECT_EQ(judge(from_other(restricted_)).finding.reason, "sender-clearance");
  EXPECT_EQ(judge(from_other(open_)).finding.reason, "allowed");
}

TEST_F(JudgeTest, LabelsInTheWrongPlace) {
  const std::string label = test::label_element(open_);
  expect_silent(
      "<presence from='ann@high.example/desk' to='bob@low.example'>" + label + "</presence>",
      "label-on-presence");
  expect_forwarded(
      "<presence from='ann@high.example/desk' to='bob@low.example' "
      "type='unavailable'><status>bye</status>" +
          label + "</presence>",
      "<presence from=\"ann@high.example/desk\" to=\"bob@low.example\" "
      "type=\"unavailable\"/>");
  const std::string iq = "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type=";
  expect_refused_with(iq + "'get'><ping xmlns='urn:xmpp:ping'/>" + label + "</iq>", "label-on-iq",
                      kBlockedIq);
  expect_silent("<message from='ann@high.example/desk' to='bob@low.example' type='error'>" + label +
                    "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                    "</error></message>",
                "label-on-error");
  // Deeper inside: no schema lets it stand there.
  expect_refused_with(chat("<x xmlns='http://jabber.org/protocol/muc#user'>" + label + "</x>"),
                      "schema", kUniform);
}

// ---------------------------------------------------------------- addresses

TEST_F(JudgeTest, ForeignFromClosesTheStream) {
  for (const char* from :
       {"ann@low.example", "ann@evil.example", "ann@sub.high.example", "", "@"}) {
    expect_closed("<message from='" + std::string(from) + "' to='bob@low.example'><body>b</body>" +
                      test::label_element(open_) + "</message>",
                  "from-not-authenticated", StreamCondition::kInvalidFrom);
  }
  // Authenticated as far as the edge says, but no domain of this peer by the policy.
  expect_closed("<message from='ann@unclaimed.example' to='bob@low.example'><body>b</body>" +
                    test::label_element(open_) + "</message>",
                "from-not-of-peer", StreamCondition::kInvalidFrom);
  // Whatever else is wrong with it.
  expect_closed("<message from='ann@evil.example' to='bob@low.example'><unknown/></message>",
                "from-not-authenticated", StreamCondition::kInvalidFrom);
}

// Named after INVISIBLE: not authenticated, no route, no rule and within the side look alike.
TEST_F(JudgeTest, InvisibleDomainsLookLikeThoseThatDoNotExist) {
  const auto to = [&](const std::string& domain, const std::string& content) {
    return "<message from='ann@high.example/desk' to='bob@" + domain + "' type='chat'>" + content +
           "</message>";
  };
  const std::string good = "<body>b</body>" + test::label_element(open_);
  const std::pair<const char*, const char*> rows[] = {{"unknown.example", "pair-not-authenticated"},
                                                      {"nowhere.example", "no-route"},
                                                      {"hidden.example", "not-visible"},
                                                      {"other-high.example", "within-side"}};
  for (const auto& [domain, reason] : rows) {
    for (const std::string& content :
         {good, std::string("<body>b</body>"), std::string("<unknown/>"),
          std::string("<thread>a b</thread>")}) {
      expect_closed(to(domain, content), reason, StreamCondition::kHostUnknown);
    }
  }
  EXPECT_EQ(judge(to("low.example", good)).outcome, Outcome::kForward);
}

TEST_F(JudgeTest, MissingAddressesCloseTheStream) {
  for (const char* stanza :
       {"<message to='bob@low.example'/>", "<message from='ann@high.example'/>", "<message/>",
        "<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<presence><unknown/></presence>"}) {
    expect_closed(stanza, "address-missing", StreamCondition::kImproperAddressing);
  }
}

TEST_F(JudgeTest, MalformedAddresses) {
  const wire::Judgement to = judge(
      "<message from='ann@high.example' to='@low.example' id='m1' type='chat'><body>b</body>"
      "</message>");
  EXPECT_EQ(to.outcome, Outcome::kRefuseWithReply);
  EXPECT_EQ(to.finding.reason, "jid-malformed");
  EXPECT_EQ(to.bytes,
            "<message from=\"low.example\" id=\"m1\" to=\"ann@high.example\" type=\"error\"><error "
            "type=\"modify\"><jid-malformed xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error>"
            "</message>");
  expect_silent("<message from='@high.example' to='bob@low.example'><body>b</body></message>",
                "from-malformed");
  expect_silent("<presence from='ann@high.example' to='bob@low.example/'/>", "jid-malformed");
  // Not told even that its address is malformed: the domain does not exist for this peer.
  expect_closed("<message from='ann@high.example' to='@hidden.example'><body>b</body></message>",
                "not-visible", StreamCondition::kHostUnknown);
}

TEST_F(JudgeTest, StreamWithoutAContextIsNotAuthorized) {
  const wire::Judgement judgement = judge_.judge(nullptr, {5, 9, labelled(open_)});
  EXPECT_EQ(judgement.ticket, 5U);
  EXPECT_EQ(judgement.outcome, Outcome::kCloseStream);
  EXPECT_EQ(judgement.condition, StreamCondition::kNotAuthorized);
  EXPECT_EQ(judgement.finding.reason, "stream-not-authenticated");
}

// ---------------------------------------------------------------- rules

TEST_F(JudgeTest, WhatNoRuleAllowsIsRefused) {
  const std::string iq = "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type=";
  expect_refused_with(iq + "'get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
                      "element-not-allowed", kBlockedIq);
  expect_refused_with(iq + "'set'><ping xmlns='urn:xmpp:ping'/></iq>", "no-rule", kBlockedIq);
  expect_silent("<presence from='ann@high.example/desk' to='bob@low.example' type='subscribe'/>",
                "no-rule");
  expect_silent(
      "<message from='ann@high.example/desk' to='bob@low.example' type='headline'>"
      "<body>b</body></message>",
      "label-missing");
  // From a room: answering would throw its occupant out.
  expect_silent(
      "<message from='room@high.example/nick' to='bob@low.example/x' type='groupchat'>"
      "<body>b</body></message>",
      "label-missing");
  expect_refused_with(
      "<message from='ann@high.example/desk' to='bob@low.example' id='m1' "
      "type='groupchat'><body>b</body></message>",
      "label-missing", kUniform);
}

TEST_F(JudgeTest, RequestsHaveOnePayload) {
  const std::string iq = "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type=";
  expect_refused_with(iq + "'get'/>", "payload-missing", kBlockedIq);
  expect_refused_with(iq + "'get'><ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/></iq>",
                      "element-repeated", kBlockedIq);
}

// ---------------------------------------------------------------- content

TEST_F(JudgeTest, WhatTheSchemasDoNotHaveIsRefused) {
  const std::string label = test::label_element(open_);
  expect_refused_with(chat("<body>b</body><unknown xmlns='urn:unknown'/>" + label), "schema",
                      kUniform);
  expect_refused_with(chat("<body>b</body>stray text" + label), "schema", kUniform);
  expect_refused_with(chat("<body>b</body>" + label, " unknown='1'"), "schema", kUniform);
  expect_refused_with(
      "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type='set'>"
      "<x xmlns='urn:unknown'/></iq>",
      "schema", kBlockedIq);
  expect_silent(
      "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type='result'>"
      "<x xmlns='urn:unknown'/></iq>",
      "schema");
  expect_silent(
      "<presence from='ann@high.example/desk' to='bob@low.example'>"
      "<x xmlns='urn:unknown'/></presence>",
      "schema");
  expect_silent("<message from='ann@high.example/desk' to='bob@low.example' type='nonsense'/>",
                "type-unknown");
}

TEST_F(JudgeTest, WhatHasNoCanonicalSpellingIsRefused) {
  const std::string label = test::label_element(open_);
  expect_refused_with(chat("<body>1</body><body>2</body>" + label), "element-repeated", kUniform);
  expect_refused_with(chat("<body>1</body><thread>a b</thread>" + label), "value-not-allowed",
                      kUniform);
  const wire::Judgement id = judge(
      "<message from='ann@high.example' to='bob@low.example' id='a b' type='chat'><body>b</body>" +
      label + "</message>");
  EXPECT_EQ(id.finding.reason, "value-not-allowed");
  EXPECT_EQ(id.outcome, Outcome::kRefuseWithReply);
}

TEST_F(JudgeTest, SomebodyWhoGoesIsAlwaysSeenToGo) {
  const std::string bare =
      "<presence from=\"ann@high.example/desk\" to=\"bob@low.example\" type=\"unavailable\"/>";
  const std::string head =
      "<presence from='ann@high.example/desk' to='bob@low.example' type='unavailable'";
  expect_forwarded(head + "/>", bare);
  expect_forwarded(head + "><x xmlns='urn:unknown'/></presence>", bare);
  expect_forwarded(head + " id='a b'/>", bare);
  // But not past addresses, nor past a rule.
  expect_closed("<presence from='ann@evil.example' to='bob@low.example' type='unavailable'/>",
                "from-not-authenticated", StreamCondition::kInvalidFrom);
}

TEST_F(JudgeTest, TheRecordSaysHowFarItCame) {
  EXPECT_EQ(judge("<x/>").finding.facts, "{\"stage\":\"frame\",\"octets\":4}");
  EXPECT_EQ(judge("<message><u:x/></message>").finding.facts,
            "{\"stage\":\"parse\",\"octets\":25}");
  EXPECT_EQ(judge("<message/>").finding.facts, "{\"stage\":\"address\",\"octets\":10}");
  EXPECT_TRUE(judge(chat("<unknown/>")).finding.facts.starts_with("{\"v\":1,\"lane\":"))
      << judge(chat("<unknown/>")).finding.facts;
}

// A label that was written before is not written instead of the one that was judged.
TEST_F(JudgeTest, EachMessageLeavesWithItsOwnLabel) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(judge(labelled(open_)).bytes.find(open_), std::string::npos);
    EXPECT_NE(judge(labelled(restricted_)).bytes.find(restricted_), std::string::npos);
    EXPECT_NE(judge(labelled(restricted_)).bytes.find("TEST RESTRICTED"), std::string::npos);
  }
}

// ---------------------------------------------------------------- an edge that lies

TEST_F(JudgeTest, FramesAgain) {
  const std::string good = labelled(open_);
  expect_closed(good + good, "frame-trailing-bytes", StreamCondition::kNotWellFormed);
  expect_closed("<?xml version='1.1'?>" + good, "frame-processing-instruction",
                StreamCondition::kRestrictedXml);
}

TEST_F(JudgeTest, MarkupThatRfc6120BansClosesTheStream) {
  const std::pair<std::string, StreamCondition> rows[] = {
      {chat("<!-- x -->"), StreamCondition::kRestrictedXml},
      {chat("<?php x ?>"), StreamCondition::kRestrictedXml},
      {chat("<!DOCTYPE x>"), StreamCondition::kRestrictedXml},
      {chat("<body>&custom;</body>"), StreamCondition::kRestrictedXml},
      {chat("<body>&#0;</body>"), StreamCondition::kNotWellFormed},
      {chat("<body>&#xFFFE;</body>"), StreamCondition::kNotWellFormed},
      {chat("<body>\xc0\xaf</body>"), StreamCondition::kUnsupportedEncoding},
      {chat("<body>x</bodi>"), StreamCondition::kNotWellFormed},
      {chat("<u:body>x</u:body>"), StreamCondition::kNotWellFormed},
      {chat("", " type='chat'"), StreamCondition::kNotWellFormed},
      {chat("", " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"),
       StreamCondition::kInvalidNamespace},
      {chat("", " xmlns='jabber:client'"), StreamCondition::kInvalidNamespace},
      {"<s:message xmlns:s='jabber:server'/>", StreamCondition::kUnsupportedStanzaType},
      {"<other/>", StreamCondition::kUnsupportedStanzaType},
      {"", StreamCondition::kUnsupportedStanzaType},
      {"<message", StreamCondition::kNotWellFormed},
  };
  for (const auto& [stanza, condition] : rows) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.outcome, Outcome::kCloseStream) << stanza;
    EXPECT_EQ(judgement.condition, condition) << stanza << ' ' << judgement.finding.reason;
    EXPECT_EQ(judgement.bytes, "");
  }
  // And the next one is judged as if nothing had been.
  EXPECT_EQ(judge(labelled(open_)).outcome, Outcome::kForward);
}

TEST_F(JudgeTest, LimitsCloseTheStream) {
  std::string body = "<body>" + std::string(400, 'x') + "</body>";
  const auto at = [&](std::size_t size) {
    std::string stanza = chat(body);
    return chat("<body>" + std::string(400 + size - stanza.size(), 'x') + "</body>");
  };
  ASSERT_EQ(at(1000).size(), 1000U);
  Judge limited(policy_, Lane::kHighToLow, {.stanza_bytes = 1000, .depth = 4});
  EXPECT_EQ(limited.judge(&context_, {1, 1, at(1000)}).finding.reason, "label-missing");
  const wire::Judgement large = limited.judge(&context_, {1, 1, at(1001)});
  EXPECT_EQ(large.finding.reason, "frame-too-many-bytes");
  EXPECT_EQ(large.outcome, Outcome::kCloseStream);
  EXPECT_EQ(large.condition, StreamCondition::kPolicyViolation);
  const wire::Judgement deep = limited.judge(&context_, {1, 1, chat("<a><b><c><d/></c></b></a>")});
  EXPECT_EQ(deep.finding.reason, "frame-too-deep");
  EXPECT_EQ(deep.condition, StreamCondition::kPolicyViolation);
}

// Named after FAIL_CLOSED: no prefix, no damage of a good stanza ever crosses as something else.
TEST_F(JudgeTest, FailClosedOnEveryDamagedStanza) {
  const std::string good = labelled(open_);
  const std::string written = judge(good).bytes;
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(judge(good.substr(0, size)).outcome, Outcome::kForward);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string damaged = good;
    damaged[at] = '<';
    const wire::Judgement judgement = judge(damaged);
    EXPECT_TRUE(judgement.outcome != Outcome::kForward || judgement.bytes == written) << damaged;
    EXPECT_FALSE(judgement.finding.reason.empty());
  }
}

// Named after DENY_BY_DEFAULT.
TEST_F(JudgeTest, DenyByDefaultAPolicyWithoutRulesForwardsNothing) {
  std::string text = test::kPolicy;
  text.erase(text.find("<direction from=\"high\""),
             text.find("</policy>") - text.find("<direction from=\"high\""));
  Judge empty(test::load(text.c_str()), Lane::kHighToLow, {});
  const std::string stanzas[] = {
      labelled(open_),
      chat("<active xmlns='http://jabber.org/protocol/chatstates'/>"),
      "<presence from='ann@high.example/desk' to='bob@low.example'/>",
      "<presence from='ann@high.example/desk' to='bob@low.example' type='unavailable'/>",
      "<iq from='ann@high.example/desk' to='bob@low.example' id='1' type='get'>"
      "<ping xmlns='urn:xmpp:ping'/></iq>",
      "<iq from='ann@high.example/desk' to='bob@low.example' id='1' type='result'/>"};
  for (const std::string& stanza : stanzas) {
    const wire::Judgement judgement = empty.judge(&context_, {1, 1, stanza});
    EXPECT_EQ(judgement.outcome, Outcome::kCloseStream) << stanza;
    EXPECT_EQ(judgement.condition, StreamCondition::kHostUnknown) << stanza;
  }
}

// ---------------------------------------------------------------- the other lane

TEST_F(JudgeTest, LowToHighHidesTheStateOfTheHighSide) {
  Judge up(policy_, Lane::kLowToHigh, {});
  EXPECT_TRUE(up.may_send(kLow));
  EXPECT_TRUE(up.may_send(kHidden));
  EXPECT_FALSE(up.may_send(kHigh));
  EXPECT_FALSE(up.may_send(4));
  EXPECT_FALSE(up.may_send(wire::kNoPeer));
  const StreamContext low{.peer = kLow, .pairs = {{"low.example", "high.example"}}};
  const wire::Judgement message = up.judge(
      &low, {1, 1,
             "<message from='bob@low.example' to='ann@high.example' type='chat'><body>b</body>" +
                 test::label_element(restricted_) + "</message>"});
  EXPECT_EQ(message.outcome, Outcome::kForward);
  EXPECT_EQ(message.far_peer, kHigh);
  EXPECT_EQ(message.contingency, "");
  const wire::Judgement request =
      up.judge(&low, {1, 1,
                      "<iq from='bob@low.example' to='ann@high.example' id='1' type='get'>"
                      "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>"});
  EXPECT_NE(request.contingency.find("service-unavailable"), std::string::npos);
  const wire::Judgement secret = up.judge(
      &low, {1, 1,
             "<message from='bob@low.example' to='ann@high.example' type='chat'><body>b</body>" +
                 test::label_element(secret_) + "</message>"});
  EXPECT_EQ(secret.finding.reason, "sender-clearance");
}

TEST(CrashOnRequest, OnlyWhereTheConfigurationSaysSo) {
  const schemas::XercesPlatform xerces;
  const policy::Policy policy = test::load();
  const StreamContext context{.peer = kHigh, .pairs = {{"high.example", "low.example"}}};
  const wire::Offer offer{1, 1,
                          "<message from='a@high.example' to='b@low.example'><body>" +
                              std::string(kCrashRequest) + "</body></message>"};
  Judge plain(policy, Lane::kHighToLow, {});
  EXPECT_EQ(plain.judge(&context, offer).finding.reason, "label-missing");
  if (!can_crash_on_request()) GTEST_SKIP() << "this build cannot crash on request";
  Judge crashing(policy, Lane::kHighToLow, {.crash_on_request = true});
  EXPECT_DEATH(static_cast<void>(crashing.judge(&context, offer)), "");
}

}  // namespace
}  // namespace guard::filter
