// Requests for label catalogs: the guard answers itself, and nothing of them crosses.
#include <gtest/gtest.h>

#include "guard/filter/hops.h"
#include "guard/filter/judge_fixture.h"
#include "guard/filter/label_writer.h"

namespace guard::filter {
namespace {

using wire::Outcome;

const std::string kCatalogs = "urn:xmpp:sec-label:catalog:2";

std::string asks(const std::string& attributes, const std::string& to = "low.example",
                 const std::string& type = "get") {
  return "<iq from='ann@high.example/desk' to='" + to + "' id='m1' type='" + type +
         "'><catalog xmlns='" + kCatalogs + "'" + attributes + "/></iq>";
}

class JudgeCatalog : public JudgeFixture {
 protected:
  [[nodiscard]] std::string item(const std::string& classification, const std::string& background,
                                 const std::string& base64) const {
    return "<item selector=\"" + classification + "\">" +
           our_label("TEST " + classification, background, "#FFFFFF", base64) + "</item>";
  }
  [[nodiscard]] std::string answer(const std::string& from, const std::string& of,
                                   const std::string& items) const {
    const std::string head = "<iq from=\"" + from +
                             "\" id=\"m1\" to=\"ann@high.example/desk\" type=\"result\"><catalog "
                             "to=\"" +
                             of + "\" xmlns=\"" + kCatalogs + "\"";
    return head + (items.empty() ? "/></iq>" : ">" + items + "</catalog></iq>");
  }
  wire::Judgement expect_answered(const std::string& stanza, const std::string& bytes) {
    wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, "catalog-answered") << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, Outcome::kRefuseWithReply);
    EXPECT_EQ(judgement.bytes, bytes);
    EXPECT_EQ(judgement.pair, (wire::DomainPair{"low.example", "high.example"}));
    EXPECT_EQ(judgement.contingency, "");
    EXPECT_EQ(judgement.exchange, wire::Exchange{});
    return judgement;
  }

  std::string items_ =
      item("UNCLASSIFIED", "#008000", open_) + item("RESTRICTED", "#4F81BD", restricted_);
};

TEST_F(JudgeCatalog, IsAnsweredWithTheLabelsThatPass) {
  const wire::Judgement judgement = expect_answered(
      asks(" to='bob@LOW.example'"), answer("low.example", "bob@low.example", items_));
  EXPECT_EQ(judgement.finding.rule, "down-catalog");
  EXPECT_EQ(judgement.far_peer, kLow);
  EXPECT_EQ(judgement.finding.marking, "TEST UNCLASSIFIED");  // of the request
  EXPECT_TRUE(judgement.finding.facts.starts_with(
      "{\"stage\":\"catalog\",\"catalog\":\"low.example\",\"labels\":2,\"v\":1,"))
      << judgement.finding.facts;
}

TEST_F(JudgeCatalog, IsForWhomTheRequestIsToWhereItNamesNobody) {
  expect_answered(asks(""), answer("low.example", "low.example", items_));
  expect_answered(asks("", "Bob@low.example/tent"),
                  answer("bob@low.example/tent", "low.example", items_));
}

TEST_F(JudgeCatalog, HoldsExactlyTheLabelsThatCross) {
  const std::string catalog = judge(asks("")).bytes;
  for (const std::string& label : {open_, restricted_, secret_}) {
    const bool crosses = judge(labelled(label)).outcome == Outcome::kForward;
    EXPECT_EQ(catalog.find(">" + label + "<") != std::string::npos, crosses);
  }
}

// Another peer's domain, whether the asker may see it or not, its own, and one that is not there.
TEST_F(JudgeCatalog, OfAnotherPeerIsRefusedLikeThatOfNobody) {
  for (const char* of : {"nowhere.example", "hidden.example", "x@hidden.example", "high.example",
                         "other-high.example", "sub.low.example"}) {
    SCOPED_TRACE(of);
    const wire::Judgement judgement = judge(asks(std::string(" to='") + of + "'"));
    EXPECT_EQ(judgement.finding.reason, "payload-jid-foreign");
    EXPECT_EQ(judgement.outcome, Outcome::kRefuseWithReply);
    EXPECT_EQ(judgement.bytes,
              "<iq from=\"low.example\" id=\"m1\" to=\"ann@high.example/desk\" type=\"error\">"
              "<error type=\"cancel\"><service-unavailable "
              "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></iq>");
  }
  EXPECT_EQ(judge(asks(" to='@low.example'")).finding.reason, "payload-jid-malformed");
  EXPECT_EQ(judge(asks(" to=''")).finding.reason, "payload-jid-malformed");
}

TEST_F(JudgeCatalog, INVISIBLE) {
  for (const char* to : {"hidden.example", "nowhere.example", "other-high.example"}) {
    const wire::Judgement judgement = judge(asks("", to));
    EXPECT_EQ(judgement.outcome, Outcome::kCloseStream) << to;
    EXPECT_EQ(judgement.condition, wire::StreamCondition::kHostUnknown) << to;
    EXPECT_EQ(judgement.bytes, "");
  }
}

TEST_F(JudgeCatalog, DENY_BY_DEFAULT) {
  std::string text(test::kPolicy);
  const std::string ns = "namespace=\"" + kCatalogs + "\"";
  text.replace(text.find(ns), ns.size(), "namespace=\"urn:xmpp:sec-label:catalog:1\"");
  Judge closed(test::load(text), Side::kHigh, {});
  const wire::Judgement judgement = closed.judge(&context_, {1, 1, asks("", "bob@low.example")});
  EXPECT_EQ(judgement.finding.reason, "element-not-allowed");
  // As of any blocked request.
  const auto blocked = judge(
      "<iq from='ann@high.example/desk' to='bob@low.example' id='m1' type='get'>"
      "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
  EXPECT_EQ(judgement.bytes, blocked.bytes);
}

// Peers ask, and nothing else: what they say of catalogs has no way across, whatever the rules say.
TEST_F(JudgeCatalog, CrossesInNoForm) {
  Judge open(test::load(test::open_policy()), Side::kHigh, {});
  const auto judged = [&](const std::string& stanza) {
    return open.judge(&context_, {1, 1, stanza});
  };
  EXPECT_EQ(judged(asks("")).finding.reason, "catalog-answered");
  const std::string of = " to='low.example'";
  const wire::Judgement set = judged(asks(of, "low.example", "set"));
  EXPECT_EQ(set.finding.reason, "element-unknown");
  EXPECT_EQ(set.outcome, Outcome::kRefuseWithReply);
  const wire::Judgement result = judged(asks(of, "low.example", "result"));
  EXPECT_EQ(result.finding.reason, "element-unknown");
  EXPECT_EQ(result.outcome, Outcome::kRefuseSilently);
  // What the guard itself has answered, brought by a peer.
  std::string full = judged(asks("")).bytes;
  full.replace(full.find("from=\"low.example\""), 18, "from=\"high.example\"");
  full.replace(full.find("ann@high.example/desk"), 21, "bob@low.example");
  EXPECT_EQ(judged(full).finding.reason, "schema");
  EXPECT_EQ(judged(full).outcome, Outcome::kRefuseSilently);
  EXPECT_EQ(judged(asks(" name='x'")).finding.reason, "schema");
}

TEST_F(JudgeCatalog, IsInThePolicyOfItsAsker) {
  std::string text = test::translating_policy();
  // What low would get has to have a translation: RESTRICTED has none.
  Judge keeping(test::load(text), Side::kHigh, {});
  EXPECT_EQ(keeping.judge(&context_, {1, 1, asks("")}).bytes,
            answer("low.example", "low.example", item("UNCLASSIFIED", "#008000", open_)));
  const std::string high = "side=\"high\"";
  text.insert(text.find(high), "labels='translate' ");
  const policy::Policy policy = test::load(text);
  Judge translating(policy, Side::kHigh, {});
  const std::string bytes = translating.judge(&context_, {1, 1, asks("")}).bytes;
  const labels::SecurityPolicy& own = *policy.own_policy(kHigh);
  labels::Label green(own.id());
  ASSERT_TRUE(green.set_classification(10));
  EXPECT_EQ(bytes, answer("low.example", "low.example",
                          "<item selector=\"GREEN\">" + write_label(own, green) + "</item>"));
  // And with that one a message crosses.
  const wire::Judgement sent =
      translating.judge(&context_, {1, 2, labelled(to_base64(labels::encode_ess(green)))});
  EXPECT_EQ(sent.outcome, Outcome::kForward) << sent.finding.reason;
}

TEST_F(JudgeCatalog, ThatHasNoRoomIsRefused) {
  const auto judged = [&](std::uint32_t octets) {
    Judge judge(policy_, Side::kHigh, {.stanza_bytes = octets});
    return judge.judge(&context_, {1, 1, asks("")});
  };
  // Half of the limit is for the items.
  const auto room = static_cast<std::uint32_t>(2 * items_.size());
  EXPECT_EQ(judged(room).finding.reason, "catalog-answered");
  EXPECT_EQ(judged(room - 1).finding.reason, "catalog-too-large");
  EXPECT_EQ(judged(room - 1).bytes.find("catalog"), std::string::npos);
}

TEST_F(JudgeCatalog, GoesToAnotherGuardWithACount) {
  std::string text(test::kPolicy);
  text.insert(text.find("authentication="), "guard='yes' ");
  Judge judge(test::load(text), Side::kHigh, {});
  std::string stanza = asks("");
  append_hops(stanza, 3);
  const auto taken = take_hops(judge.judge(&context_, {1, 1, stanza}).bytes);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->count, 1U);
  EXPECT_EQ(taken->rest, answer("low.example", "low.example", items_));
}

// ---------------------------------------------------------------- that there are catalogs

class JudgeFeatures : public JudgeFixture {
 protected:
  // An answer of the high server, or of somebody there, about what it can do.
  std::string shown(Judge& judge, const std::string& features,
                    const std::string& from = "high.example") {
    const wire::Judgement judgement =
        judge.judge(&context_, {1, 1,
                                "<iq from='" + from +
                                    "' to='bob@low.example' id='m1' type='result'>"
                                    "<query xmlns='http://jabber.org/protocol/disco#info'>" +
                                    features + "</query></iq>"});
    EXPECT_EQ(judgement.finding.reason, "allowed");
    const std::string& bytes = judgement.bytes;
    const std::size_t begin = bytes.find("disco#info\"") + 11;
    return bytes.substr(begin, bytes.find("</iq>") - begin);
  }
  static std::string feature(const std::string& var) { return "<feature var=\"" + var + "\"/>"; }

  std::string all_ = feature("urn:xmpp:receipts") + feature("urn:xmpp:sec-label:0") +
                     feature("muc_open") + feature("jabber:iq:version");
};

TEST_F(JudgeFeatures, AreThoseThatTheRulesCarry) {
  // Of the test policy: low may chat with high under labels, and ask what it can do.
  EXPECT_EQ(shown(judge_, all_), ">" + feature("urn:xmpp:sec-label:0") + "</query>");
  Judge open(test::load(test::open_policy()), Side::kHigh, {});
  EXPECT_EQ(shown(open, all_, "ann@high.example/desk"),
            ">" + feature("muc_open") + feature("urn:xmpp:receipts") +
                feature("urn:xmpp:sec-label:0") + "</query>");
}

TEST_F(JudgeFeatures, SayThatTheGuardHasCatalogsOfADomain) {
  Judge open(test::load(test::open_policy()), Side::kHigh, {});
  const std::string catalogs = ">" + feature(kCatalogs) + "</query>";
  EXPECT_EQ(shown(open, ""), catalogs);
  EXPECT_EQ(shown(open, feature(kCatalogs)), catalogs);  // once
  // Of addresses in it only who says so himself, and where the rules let nobody ask, nobody.
  EXPECT_EQ(shown(open, "", "ann@high.example/desk"), "/>");
  EXPECT_EQ(shown(open, feature(kCatalogs), "ann@high.example/desk"), catalogs);
  EXPECT_EQ(shown(judge_, feature(kCatalogs)), "/>");
}

}  // namespace
}  // namespace guard::filter
