// Invariants: what holds is proven, what does not is refuted by a stanza that decide() lets pass.
#include "policy/analysis/prove_bed.h"

namespace policy::test {
namespace {

TEST(Prove, NothingAbove) {
  const Policy policy = make(full());
  expect_proven(policy, NothingAbove{.classification = "RESTRICTED", .to_peers = {kLow}});
  expect_proven(policy, NothingAbove{.classification = "UNCLASSIFIED", .to_peers = {kOther}});
  EXPECT_EQ(refuted(policy, NothingAbove{.classification = "UNCLASSIFIED", .to_peers = {kLow}}),
            "message of type normal from somebody@high.example/desk (high) to "
            "somebody@low.example/desk (low) labelled EXAMPLE RESTRICTED is allowed by rule "
            "\"down-chat\"");
}

// Also by the label that a rule or a peer gives to what has none.
TEST(Prove, NothingAboveLooksAtDefaultAndImpliedLabels) {
  const NothingAbove what{.classification = "CONFIDENTIAL", .to_peers = {kHigh}};
  PolicyContent content = full();
  content.peers[kLow].send = up_to_secret();
  content.peers[kLow].default_label = kClosed;
  EXPECT_NE(refuted(make(content), what).find("default label EXAMPLE SECRET"), std::string::npos);
  content.peers[kLow].send = clearance({"UNCLASSIFIED", "SECRET"});
  content.direction(kLowToHigh).rules.erase(content.direction(kLowToHigh).rules.begin());
  expect_proven(make(content), NothingAbove{.classification = "SECRET", .to_peers = {kHigh}});
  for (Rule& rule : content.direction(kLowToHigh).rules) {
    if (rule.about == StanzaClass::kPresence) rule.implied_label = kClosed;
    if (rule.about == StanzaClass::kSignal || rule.about == StanzaClass::kSubjectChange) {
      rule.from.users = {"nobody"};
    }
  }
  EXPECT_NE(refuted(make(content), what), "");
}

// A domain behind a peer may be cleared for less; the peer's others are not.
TEST(Prove, NothingAboveLooksAtEveryDomain) {
  PolicyContent content = full();
  content.peers[kLow].domains[0].receive = clearance({"UNCLASSIFIED"});
  const NothingAbove what{.classification = "UNCLASSIFIED", .to_peers = {kLow}};
  expect_proven(make(content), what);
  content.peers[kLow].domains.push_back({.domain = "second.example"});
  EXPECT_NE(refuted(make(content), what).find("@second.example"), std::string::npos);
}

TEST(Prove, PeersThatAreNeverThereTogetherExchangeNothing) {
  const NothingAbove what{.classification = "UNCLASSIFIED", .to_peers = {kLow}};
  PolicyContent content = full();
  const guard::UtcTime noon{.microseconds = 86'400'000'000};
  content.peers[kHigh].active = Period{.from = {}, .until = noon};
  EXPECT_NE(refuted(make(content), what), "");
  content.peers[kLow].active = Period{.from = noon, .until = {}};
  expect_proven(make(content), what);
}

// The time that is asked for, where both take part then; else one at which they do.
TEST(Prove, TheTimeOfACounterExample) {
  const NothingAbove what{.classification = "UNCLASSIFIED", .to_peers = {kLow}};
  PolicyContent content = full();
  const guard::UtcTime noon{.microseconds = 86'400'000'000};
  const guard::UtcTime later{.microseconds = 2 * noon.microseconds};
  EXPECT_EQ(refutation(make(content), invariant(what), noon)->facts.at, noon);
  content.peers[kHigh].active = Period{.from = later, .until = {}};
  EXPECT_EQ(refutation(make(content), invariant(what), noon)->facts.at, later);
}

TEST(Prove, NothingReaches) {
  PolicyContent content = full();
  content.peers[kHigh].domains.push_back(
      {.domain = "secret.example", .match = guard::DomainMatch::kSubdomains});
  const Policy open = make(content);
  NothingReaches what{.from_peers = {kLow}, .domain = "secret.example", .subdomains = false};
  EXPECT_NE(refuted(open, what).find("@secret.example"), std::string::npos);
  what.domain = "deep.secret.example";
  EXPECT_NE(refuted(open, what).find("@deep.secret.example"), std::string::npos);
  what.domain = "elsewhere.example";
  expect_proven(open, what);
  what.from_peers = {kOther};
  what.domain = "secret.example";
  expect_proven(open, what);

  what = {.from_peers = {kLow}, .domain = "example", .subdomains = true};
  EXPECT_NE(refuted(open, what), "");
  what.subdomains = false;
  expect_proven(open, what);
}

// A refused pair may still get an error or an answer: those reach the domain, too.
TEST(Prove, NothingReachesLooksAtErrorsAndAnswers) {
  PolicyContent content = full();
  std::erase_if(content.direction(kLowToHigh).rules,
                [](const Rule& rule) { return rule.about != StanzaClass::kError; });
  std::erase_if(content.direction(kHighToLow).rules,
                [](const Rule& rule) { return rule.about != StanzaClass::kRequest; });
  const NothingReaches what{.from_peers = {kLow}, .domain = "high.example", .subdomains = false};
  EXPECT_NE(refuted(make(content), what).find("iq answer"), std::string::npos);
  content.direction(kHighToLow).rules.clear();
  EXPECT_NE(refuted(make(content), what).find("error of type error"), std::string::npos);
  content.direction(kLowToHigh).rules.clear();
  expect_proven(make(content), what);
}

TEST(Prove, OnlyLabelled) {
  PolicyContent content = full();
  const OnlyLabelled messages{.lane = kHighToLow, .classes = {StanzaClass::kMessage}};
  expect_proven(make(content), messages);
  EXPECT_NE(
      refuted(make(content), OnlyLabelled{.lane = kHighToLow, .classes = {StanzaClass::kSignal}})
          .find("\"down-signals\""),
      std::string::npos);
  content.peers[kLow].default_label = kOpen;
  expect_proven(make(content), messages);
  content.peers[kHigh].default_label = kClosed;  // not granted to the low side
  expect_proven(make(content), messages);
  content.peers[kHigh].default_label = kOpen;
  EXPECT_NE(refuted(make(content), messages).find("default label"), std::string::npos);
}

TEST(Prove, OnlyIq) {
  PolicyContent content = full();
  const OnlyIq ping{.lane = kLowToHigh, .payloads = {{"urn:xmpp:ping", ""}}};
  expect_proven(make(content), ping);
  EXPECT_NE(refuted(make(content), OnlyIq{.lane = kLowToHigh, .payloads = {{"urn:x", ""}}})
                .find("with urn:xmpp:ping"),
            std::string::npos);
  EXPECT_NE(
      refuted(make(content), OnlyIq{.lane = kLowToHigh, .payloads = {{"urn:xmpp:ping", "ping"}}}),
      "");
  content.direction(kLowToHigh).rules.push_back(allow_iq("version", "jabber:iq:version"));
  EXPECT_NE(refuted(make(content), ping).find("iq of type get"), std::string::npos);
  // The answer of the other direction's request crosses, too.
  content.direction(kLowToHigh).rules.pop_back();
  content.direction(kHighToLow).rules.push_back(allow_iq("version", "jabber:iq:version"));
  EXPECT_NE(refuted(make(content), ping).find("iq answer of type result"), std::string::npos);
}

TEST(Prove, APolicyWhoseInvariantsFailIsRefused) {
  PolicyContent content = full();
  content.invariants = {
      invariant(NothingAbove{.classification = "RESTRICTED", .to_peers = {kLow}})};
  EXPECT_TRUE(Policy::make(content));
  content.peers[kLow].receive = up_to_secret();
  const auto made = Policy::make(content);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().front().what,
            "invariant \"i\" does not hold: message of type normal from "
            "somebody@high.example/desk (high) to somebody@low.example/desk (low) labelled "
            "EXAMPLE CONFIDENTIAL is allowed by rule \"down-chat\"");
}

TEST(Prove, InvariantsThatContradictThemselves) {
  const auto complaint = [](decltype(Invariant::what) what, std::string reason = "r") {
    PolicyContent content = full();
    content.invariants = {invariant(std::move(what))};
    content.invariants[0].reason = std::move(reason);
    const auto made = Policy::make(std::move(content));
    return made ? std::string() : made.error().front().what;
  };
  EXPECT_EQ(complaint(NothingAbove{.classification = "X", .to_peers = {kLow}}),
            "invariant \"i\" names a classification \"X\" that the security policy does not have");
  EXPECT_EQ(complaint(NothingAbove{.classification = "SECRET", .to_peers = {}}),
            "invariant \"i\" is about no peer");
  EXPECT_EQ(complaint(NothingAbove{.classification = "SECRET", .to_peers = {kLow}}, " "),
            "invariant \"i\" has no reason text");
  EXPECT_EQ(complaint(NothingAbove{.classification = "SECRET", .to_peers = {kLow, 99}}),
            "invariant \"i\" names a peer that is not there");
  EXPECT_EQ(complaint(NothingReaches{.from_peers = {kLow}, .domain = "A.example"}),
            "invariant \"i\" names a domain \"A.example\" that is not in normal form");
  EXPECT_EQ(complaint(OnlyLabelled{.lane = kHighToLow, .classes = {}}),
            "invariant \"i\" is about no class of messages");
  EXPECT_EQ(complaint(NothingAbove{.classification = "SECRET", .to_peers = {kLow}}), "");
}

}  // namespace
}  // namespace policy::test
