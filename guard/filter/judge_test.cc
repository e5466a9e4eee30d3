// What crosses, and what rules and content do about the rest, from stanza to judgement.
#include <gtest/gtest.h>

#include "guard/base/sha256.h"
#include "guard/filter/judge_fixture.h"
#include "policy/facts_json.h"

namespace guard::filter {
namespace {

using wire::Outcome;
using wire::StreamCondition;

using JudgeTest = JudgeFixture;

// ---------------------------------------------------------------- what crosses

TEST_F(JudgeTest, LabelledMessageCrossesWrittenAnew) {
  const wire::Judgement judgement = expect_forwarded(
      labelled(open_), kHead + std::string("<body>hello</body>") +
                           our_label("TEST UNCLASSIFIED", "#008000", "#FFFFFF", open_) +
                           "</message>");
  EXPECT_EQ(judgement.ticket, 1U);
  EXPECT_EQ(judgement.peer, kHigh);
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

TEST_F(JudgeTest, ErrorElementsStandInErrorsOnly) {
  const std::string error =
      "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  expect_refused_with(chat("<body>b</body>" + error + test::label_element(open_)),
                      "element-unknown", kUniform);
  expect_silent("<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type='result'>" +
                    error + "</iq>",
                "element-unknown");
  expect_silent(
      "<presence from='ann@high.example/desk' to='bob@low.example'>" + error + "</presence>",
      "element-unknown");
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
  const auto facts = [&](const std::string& content) { return judge(chat(content)).finding.facts; };
  const auto begins = [](const std::string& stage) {
    return "{\"stage\":\"" + stage + "\",\"v\":1,\"lane\":";
  };
  EXPECT_TRUE(facts("<unknown/>").starts_with(begins("schema")));
  EXPECT_TRUE(facts("<securitylabel xmlns='urn:xmpp:sec-label:0'><label><x/></label>"
                    "</securitylabel>")
                  .starts_with(begins("label")));
  EXPECT_TRUE(judge("<message from='ann@high.example' to='@low.example'/>")
                  .finding.facts.starts_with(begins("address")));
  EXPECT_TRUE(facts("<error type='cancel'/>").starts_with(begins("content")));
  EXPECT_TRUE(facts("<body>1</body><body>2</body>" + test::label_element(open_))
                  .starts_with(begins("write")));
  // The twin: judged, and the policy's facts alone, which can be read again.
  const std::string judged = judge(labelled(secret_)).finding.facts;
  EXPECT_TRUE(judged.starts_with("{\"v\":1,\"lane\":"));
  EXPECT_TRUE(policy::from_json(policy_, judged));
  EXPECT_FALSE(policy::from_json(policy_, facts("<unknown/>")));
}

TEST_F(JudgeTest, TheRecordSaysWhatWasDropped) {
  const std::string stanza = chat(
      "<body>b</body><no-store xmlns='urn:xmpp:hints'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
      "<no-copy xmlns='urn:xmpp:hints'/>" +
      test::label_element(open_));
  EXPECT_NE(judge(stanza).finding.facts.find(
                "\"dropped\":[\"urn:xmpp:chat-markers:0\",\"urn:xmpp:hints\"]"),
            std::string::npos)
      << judge(stanza).finding.facts;
  EXPECT_EQ(judge(labelled(open_)).finding.facts.find("dropped"), std::string::npos);
}

// ---------------------------------------------------------------- replies

TEST_F(JudgeTest, OutputAboveTheLimitIsRefused) {
  const auto body = [&](std::size_t size) {
    return chat("<body>" + std::string(size, '>') + "</body>" + test::label_element(open_));
  };
  EXPECT_EQ(judge(body(65'000)).finding.reason, "allowed");
  expect_refused_with(body(66'000), "too-long-written", kUniform);
}

TEST_F(JudgeTest, IdsThatNoStanzaMayHaveAreNotEchoed) {
  const auto stanza = [](const std::string& id) {
    return "<message from='ann@high.example' to='bob@low.example' id='" + id +
           "' type='chat'><body>b</body></message>";
  };
  EXPECT_EQ(judge(stanza(std::string(256, 'x'))).outcome, Outcome::kRefuseWithReply);
  EXPECT_EQ(judge(stanza(std::string(257, 'x'))).outcome, Outcome::kRefuseSilently);
  EXPECT_EQ(judge(stanza(std::string(257, 'x'))).finding.reason, "schema");
  EXPECT_EQ(judge("<iq from='ann@high.example' to='bob@low.example' type='get' id='" +
                  std::string(100'000, 'x') + "'><ping xmlns='urn:xmpp:ping'/></iq>")
                .outcome,
            Outcome::kRefuseSilently);
}

TEST_F(JudgeTest, SignalsAreNeverAnswered) {
  const std::string state = "<active xmlns='http://jabber.org/protocol/chatstates'/>";
  expect_silent(chat(state + "<thread>t</thread>"), "part-not-allowed");
  const wire::Judgement judgement = judge(chat(state));
  EXPECT_EQ(judgement.outcome, Outcome::kForward);
  EXPECT_EQ(judgement.contingency, "");
}

TEST_F(JudgeTest, RefusedJoinsAreForbiddenAndLabelledOnesDropped) {
  const std::string join = "<x xmlns='http://jabber.org/protocol/muc'/>";
  const auto presence = [](const std::string& content) {
    return "<presence from='ann@high.example/desk' to='bob@low.example' id='m1'>" + content +
           "</presence>";
  };
  const std::string forbidden = "\"auth\"><forbidden";
  Judge open(test::load(test::open_policy()), Side::kHigh, {});
  const StreamContext context{.peer = 0, .pairs = {{"high.example", "low.example"}}};
  EXPECT_EQ(open.judge(&context, {1, 1, presence(join)}).outcome, Outcome::kForward);
  EXPECT_NE(open.judge(&context, {1, 1, presence(join + "<x xmlns='urn:unknown'/>")})
                .bytes.find(forbidden),
            std::string::npos);
  expect_refused_with(presence(join + "<x xmlns='urn:unknown'/>"), "schema", forbidden);
  expect_silent(presence("<x xmlns='urn:unknown'/>"), "schema");
  const std::string label = test::label_element(open_);
  expect_silent(presence(join + label), "label-on-presence");
  expect_silent(presence(join + label + "<x xmlns='urn:unknown'/>"), "schema");
}

// A label that was written before is not written instead of the one that was judged.
TEST_F(JudgeTest, EachMessageLeavesWithItsOwnLabel) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(judge(labelled(open_)).bytes.find(open_), std::string::npos);
    EXPECT_NE(judge(labelled(restricted_)).bytes.find(restricted_), std::string::npos);
    EXPECT_NE(judge(labelled(restricted_)).bytes.find("TEST RESTRICTED"), std::string::npos);
  }
}

// ---------------------------------------------------------------- the other lane

TEST_F(JudgeTest, LowToHighHidesTheStateOfTheHighSide) {
  Judge up(policy_, Side::kLow, {});
  EXPECT_TRUE(up.may_send(kLow));
  EXPECT_TRUE(up.may_send(kHidden));
  EXPECT_FALSE(up.may_send(kHigh));
  EXPECT_FALSE(up.may_send(4));
  EXPECT_FALSE(up.may_send(wire::kNoPeer));
  const StreamContext low{.peer = kLow, .pairs = {{"low.example", "high.example"}}};
  const wire::Judgement message = up.judge(
      &low,
      offer_up("<message from='bob@low.example' to='ann@high.example' type='chat'><body>b</body>" +
               test::label_element(restricted_) + "</message>"));
  EXPECT_EQ(message.outcome, Outcome::kForward);
  EXPECT_EQ(message.far_peer, kHigh);
  EXPECT_EQ(message.contingency, "");
  const wire::Judgement request =
      up.judge(&low, offer_up("<iq from='bob@low.example' to='ann@high.example' id='1' type='get'>"
                              "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>"));
  EXPECT_NE(request.contingency.find("service-unavailable"), std::string::npos);
  const wire::Judgement secret = up.judge(
      &low,
      offer_up("<message from='bob@low.example' to='ann@high.example' type='chat'><body>b</body>" +
               test::label_element(secret_) + "</message>"));
  EXPECT_EQ(secret.far_peer, kHigh);  // for the record
  EXPECT_EQ(secret.finding.reason, "sender-clearance");
}

TEST(CrashOnRequest, OnlyWhereTheConfigurationSaysSo) {
  const schemas::XercesPlatform xerces;
  const policy::Policy policy = test::load();
  const StreamContext context{.peer = kHigh, .pairs = {{"high.example", "low.example"}}};
  const wire::Offer offer{1, 1,
                          "<message from='a@high.example' to='b@low.example'><body>" +
                              std::string(kCrashRequest) + "</body></message>"};
  Judge plain(policy, Side::kHigh, {});
  EXPECT_EQ(plain.judge(&context, offer).finding.reason, "label-missing");
  if (!can_crash_on_request()) GTEST_SKIP() << "this build cannot crash on request";
  Judge crashing(policy, Side::kHigh, {.crash_on_request = true});
  EXPECT_DEATH(static_cast<void>(crashing.judge(&context, offer)), "");
}

// An invitation and a private message are one element, and two things to a policy.
TEST_F(JudgeTest, InvitationsAreToldFromPrivateMessages) {
  const auto named = [&](const std::string& content) {
    const std::string facts =
        judge(chat("<body>b</body><x xmlns='http://jabber.org/protocol/muc#user'>" + content +
                   "</x>"))
            .finding.facts;
    const std::size_t at = facts.find("muc#user\",\"") + 11;
    return facts.substr(at, facts.find('"', at) - at);
  };
  EXPECT_EQ(named(""), "x");
  EXPECT_EQ(named("<invite to='eve@low.example'/>"), "invite");
  EXPECT_EQ(named("<decline to='eve@low.example'/>"), "decline");
  EXPECT_EQ(named("<decline to='e@low.example'/><invite to='e@low.example'/>"), "invite");
}

}  // namespace
}  // namespace guard::filter
