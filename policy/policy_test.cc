#include "policy/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "policy/test_policy.h"

namespace policy::test {
namespace {

// The first fault of a content that must have one.
Fault fault_of(PolicyContent content) {
  auto made = Policy::make(std::move(content));
  if (made) {
    ADD_FAILURE() << "no fault was found";
    return {};
  }
  EXPECT_EQ(made.error().size(), 1U);
  return made.error().front();
}

void expect_fault(PolicyContent content, const std::string& what) {
  const Fault fault = fault_of(std::move(content));
  EXPECT_NE(fault.what.find(what), std::string::npos) << fault.what;
}

Rule& first_rule(PolicyContent& content) { return content.direction(kHighToLow).rules.front(); }

TEST(Policy, GoodOnesAreMade) {
  EXPECT_TRUE(Policy::make(full()));
  EXPECT_TRUE(Policy::make(empty()));
  EXPECT_TRUE(Policy::make(PolicyContent(security_policy())));
}

TEST(Policy, LimitsAtAndPastTheirBounds) {
  for (const LimitBounds& bounds : limit_bounds()) {
    EXPECT_LE(bounds.floor, Limits{}.*bounds.field);
    EXPECT_GE(bounds.ceiling, Limits{}.*bounds.field);
    for (const std::uint32_t value : {bounds.floor, bounds.ceiling}) {
      PolicyContent content = full();
      content.limits.*bounds.field = value;
      EXPECT_TRUE(Policy::make(std::move(content))) << bounds.attribute;
    }
    for (const std::uint32_t value : {bounds.floor - 1, bounds.ceiling + 1}) {
      PolicyContent content = full();
      content.limits.*bounds.field = value;
      expect_fault(std::move(content), std::string(bounds.attribute));
    }
  }
}

TEST(Policy, NamesAreUnique) {
  PolicyContent content = full();
  content.labels[1].name = "open";
  expect_fault(content, "label \"open\" is declared twice");
  content = full();
  content.peers[2].name = "low";
  expect_fault(content, "peer \"low\" is declared twice");
  content = full();
  content.direction(kLowToHigh).rules.front().id = "down-chat";  // in another direction, too
  expect_fault(content, "rule \"down-chat\" is declared twice");
}

TEST(Policy, NamesAreNames) {
  for (const std::string& good : {std::string("a"), std::string("7.b_c-D"), std::string(64, 'x')}) {
    PolicyContent content = full();
    first_rule(content).id = good;
    EXPECT_TRUE(Policy::make(std::move(content))) << good;
  }
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a b"),
                                 std::string("\xC3\xA4"), std::string(65, 'x')}) {
    PolicyContent content = full();
    first_rule(content).id = bad;
    expect_fault(std::move(content), "is not a name");
  }
}

TEST(Policy, EveryRuleHasAReason) {
  for (const char* bad : {"", " ", "\t\n"}) {
    PolicyContent content = full();
    first_rule(content).reason = bad;
    expect_fault(std::move(content), "has no reason text");
  }
}

TEST(Policy, LabelsAndClearancesAreUnderTheSecurityPolicy) {
  PolicyContent content(security_policy("2.999.7"));
  content.labels = empty().labels;
  content.labels.pop_back();
  expect_fault(content, "label \"open\" is under another security policy");
  content.labels.clear();
  content.peers = {empty().peers.front()};
  content.peers[0].receive.reset();
  expect_fault(content, "the clearance of \"high\" is under another security policy");
}

TEST(Policy, DomainsAreInNormalForm) {
  for (const char* good : {"a.example", "xn.example", "b\xC3\xBC\x63her.example", "10.1.2.3"}) {
    PolicyContent content = full();
    content.peers[kOther].domains[0].domain = good;
    EXPECT_TRUE(Policy::make(std::move(content))) << good;
  }
  for (const char* bad : {"Low.example", "xn--bcher-kva.example"}) {
    PolicyContent content = full();
    content.peers[kOther].domains[0].domain = bad;
    expect_fault(std::move(content), "is not in normal form");
  }
  for (const char* bad : {"", "a..example", "a.example.", "a b", "a@b", "\xFF"}) {
    PolicyContent content = full();
    content.peers[kOther].domains[0].domain = bad;
    expect_fault(std::move(content), "is not a domain");
  }
}

TEST(Policy, DomainsHaveOnePeerAndOneSide) {
  PolicyContent content = full();
  content.peers[kOther].domains[0].domain = "low.example";
  expect_fault(content, "domain \"low.example\" is claimed already by \"low\"");
  content.peers[kOther].domains[0].domain = "high.example";
  expect_fault(content, "domain \"high.example\" is claimed already by \"high\"");

  // Within a side the more exact claim wins; across the sides it is refused.
  content = full();
  content.peers[kOther].domains[0] = {.domain = "example",
                                      .match = guard::DomainMatch::kSubdomains};
  content.peers[kHigh].domains[0].domain = "high.test";
  EXPECT_TRUE(Policy::make(content));
  content.peers[kHigh].domains[0].domain = "high.example";
  expect_fault(content,
               "\"high.example\" of \"high\" (high) belongs to \"example\" of \"other\" (low)");
  content.peers[kHigh].domains[0] = {.domain = "deep.high.example",
                                     .match = guard::DomainMatch::kSubdomains};
  expect_fault(content, "belongs to \"example\" of \"other\" (low)");
  content.peers[kHigh].domains[0].domain = "example";
  content.peers[kLow].domains[0].domain = "low.test";
  expect_fault(content, "domain \"example\" is claimed already");
  content.peers[kHigh].domains[0] = {.domain = "example"};
  expect_fault(content, "belongs to \"example\" of \"other\" (low)");

  content = full();
  content.peers[kOther].domains.push_back(
      {.domain = "other.example", .match = guard::DomainMatch::kSubdomains});
  expect_fault(content, "is claimed with its subdomains too");
}

TEST(Policy, OneDefaultRouteForEachSide) {
  PolicyContent content = full();
  content.peers[kHigh].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  content.peers[kLow].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  EXPECT_TRUE(Policy::make(content));
  content.peers[kOther].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  expect_fault(content, "a second default route on the low side, after that of \"low\"");
}

TEST(Policy, RulesNamePeersOfTheirSides) {
  PolicyContent content = full();
  first_rule(content).from_peers = {kHigh};
  EXPECT_TRUE(Policy::make(content));
  first_rule(content).from_peers = {kLow};
  expect_fault(content, "has peer \"low\" in from-peers, which is on the low side");
  first_rule(content).from_peers = {};
  first_rule(content).to_peers = {kLow, kLow};
  expect_fault(content, "names a peer twice in to-peers");
  first_rule(content).to_peers = {99};
  expect_fault(content, "names a peer that is not there");
}

TEST(Policy, ImpliedLabelsWhereTheyAreNeededAndOnlyThere) {
  for (std::size_t i = 0; i < full().direction(kHighToLow).rules.size(); ++i) {
    PolicyContent content = full();
    Rule& changed = content.direction(kHighToLow).rules[i];
    if (changed.implied_label) {
      changed.implied_label.reset();
      expect_fault(content, "names no implied label");
      changed.implied_label = 7;
      expect_fault(content, "has an implied label that is not there");
    } else {
      changed.implied_label = kOpen;
      expect_fault(content, "has an implied label for a");
    }
  }
}

TEST(Policy, RulesThatContradictThemselves) {
  const auto with = [](StanzaClass about, auto change) {
    PolicyContent content = full();
    for (Rule& each : content.direction(kHighToLow).rules) {
      if (each.about == about) change(each);
    }
    return content;
  };
  expect_fault(with(StanzaClass::kMessage, [](Rule& r) { r.types = {}; }), "has no types");
  expect_fault(with(StanzaClass::kMessage, [](Rule& r) { r.types.add(StanzaType::kGet); }),
               "has a type that a message cannot have");
  expect_fault(with(StanzaClass::kMessage, [](Rule& r) { r.parts.add(Part::kShow); }),
               "has part show, which a message cannot have");
  expect_fault(with(StanzaClass::kMessage, [](Rule& r) { r.elements = {{"", "x"}}; }),
               "has an element without a namespace");
  expect_fault(
      with(StanzaClass::kMessage, [](Rule& r) { r.elements = {{std::string(513, 'x'), ""}}; }),
      "has an element without a namespace, or with one of more than 512 octets");
  expect_fault(with(StanzaClass::kRequest, [](Rule& r) { r.elements.clear(); }),
               "allows an iq and names no payload");
  expect_fault(with(StanzaClass::kRequest, [](Rule& r) { r.others = Others::kStrip; }),
               "strips the payload of an iq");
  expect_fault(with(StanzaClass::kSubjectChange, [](Rule& r) { r.parts = {}; }),
               "allows a subject change without its subject");
  expect_fault(with(StanzaClass::kError, [](Rule& r) { r.elements = {{"urn:x", ""}}; }),
               "lists elements of an error");
  expect_fault(
      with(StanzaClass::kPresence, [](Rule& r) { r.types = TypeSet(StanzaType::kAvailable); }),
      "allows available presence without unavailable");
  EXPECT_TRUE(Policy::make(
      with(StanzaClass::kPresence, [](Rule& r) { r.types = TypeSet(StanzaType::kUnavailable); })));
  expect_fault(with(StanzaClass::kMessage, [](Rule& r) { r.about = StanzaClass::kAnswer; }),
               "is about iq answers");
}

TEST(Policy, RulesThatRefuseSayNoMore) {
  PolicyContent content = full();
  content.direction(kHighToLow)
      .rules.push_back(rule("no", Verdict::kRefuse, StanzaClass::kPresence,
                            TypeSet(StanzaType::kAvailable, StanzaType::kUnavailable)));
  EXPECT_TRUE(Policy::make(content));
  Rule& last = content.direction(kHighToLow).rules.back();
  last.types = TypeSet(StanzaType::kUnavailable);
  expect_fault(content, "refuses unavailable presence without available");
  last.types = TypeSet(StanzaType::kSubscribe);
  last.others = Others::kStrip;
  expect_fault(content, "refuses, and says what only a rule that allows can say");
  last.others = Others::kRefuse;
  last.max_octets = 1;
  expect_fault(content, "refuses, and says what only a rule that allows can say");
}

TEST(Policy, FaultsAreInTheOrderOfTheFileAndBounded) {
  PolicyContent content = full();
  for (std::uint32_t i = 0; i < 200; ++i) {
    Rule bad = allow_chat("bad" + std::to_string(i));
    bad.reason = "";
    bad.place = {.line = 1000 - i, .column = 1};
    content.direction(kLowToHigh).rules.push_back(bad);
  }
  const auto made = Policy::make(std::move(content));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().size(), Policy::kMaxFaults);
  EXPECT_TRUE(
      std::ranges::is_sorted(made.error(), {}, [](const Fault& f) { return f.place.line; }));
}

TEST(Policy, PeerOf) {
  PolicyContent content = full();
  content.peers[kLow].domains.push_back(
      {.domain = "sub.test", .match = guard::DomainMatch::kSubdomains});
  content.peers[kOther].domains.push_back({.domain = "x.sub.test"});
  content.peers[kLow].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  const Policy policy = make(std::move(content));
  using enum guard::Side;
  EXPECT_EQ(policy.peer_of(kHigh, "high.example"), test::kHigh);
  EXPECT_EQ(policy.peer_of(kLow, "high.example"), std::nullopt);
  EXPECT_EQ(policy.peer_of(kLow, "sub.test"), test::kLow);
  EXPECT_EQ(policy.peer_of(kLow, "a.b.sub.test"), test::kLow);
  EXPECT_EQ(policy.peer_of(kLow, "x.sub.test"), test::kOther);
  EXPECT_EQ(policy.peer_of(kHigh, "x.sub.test"), std::nullopt);
  EXPECT_EQ(policy.peer_of(kLow, "elsewhere.test"), test::kLow);
  EXPECT_EQ(policy.peer_of(kHigh, "elsewhere.test"), std::nullopt);
  EXPECT_EQ(policy.peer_of(kLow, ""), std::nullopt);
  EXPECT_EQ(policy.domains(kLow).find("x.sub.test"), test::kOther);
  EXPECT_EQ(policy.domains(kHigh).find("x.sub.test"), std::nullopt);
}

TEST(Policy, VisibleWhereAnyRuleLetsAnythingPass) {
  const Policy policy = make(full());
  EXPECT_TRUE(policy.visible(kHigh, kLow));
  EXPECT_TRUE(policy.visible(kLow, kHigh));
  EXPECT_FALSE(policy.visible(kHigh, kOther));
  EXPECT_FALSE(policy.visible(kOther, kHigh));
  EXPECT_FALSE(policy.visible(kLow, kOther));
  EXPECT_FALSE(policy.visible(kLow, 99));
  EXPECT_FALSE(policy.visible(99, kLow));

  PolicyContent one = empty();
  one.direction(kHighToLow).rules = {allow_chat("only")};
  EXPECT_TRUE(make(one).visible(kLow, kHigh)) << "one direction is enough for both";
  EXPECT_TRUE(make(one).visible(kOther, kHigh)) << "no peers named: all";
  auto& rules = one.direction(kHighToLow).rules;
  Rule refuse = rule("no", Verdict::kRefuse, StanzaClass::kMessage, rules[0].types);
  refuse.to_peers = {kLow};
  rules.insert(rules.begin(), refuse);
  EXPECT_FALSE(make(one).visible(kLow, kHigh));
  EXPECT_TRUE(make(one).visible(kOther, kHigh));
  rules[0].elements = {{"urn:x", ""}};
  EXPECT_TRUE(make(one).visible(kLow, kHigh)) << "refuses only some";
  rules[0].elements.clear();
  rules[0].types = TypeSet(StanzaType::kChat);
  EXPECT_TRUE(make(one).visible(kLow, kHigh)) << "refuses only some";
}

// Lookup does not depend on the number of peers; the bound is generous, for slow machines, and counts
// this process's time alone, for busy ones.
TEST(Policy, HundredThousandDomains) {
  PolicyContent content = empty();
  for (int p = 0; p < 10'000; ++p) {
    Peer peer = test::peer("p" + std::to_string(p), guard::Side::kLow,
                           "p" + std::to_string(p) + ".test", up_to_restricted());
    for (int d = 0; d < 9; ++d) {
      peer.domains.push_back(
          {.domain = "d" + std::to_string(d) + ".p" + std::to_string(p) + ".test",
           .match = d % 2 == 0 ? guard::DomainMatch::kExact : guard::DomainMatch::kSubdomains});
    }
    content.peers.push_back(std::move(peer));
  }
  const std::clock_t start = std::clock();
  const Policy policy = make(std::move(content));
  const std::clock_t made = std::clock();
  for (std::uint32_t p = 0; p < 10'000; ++p) {
    const std::string name = ".p" + std::to_string(p) + ".test";
    EXPECT_EQ(policy.peer_of(guard::Side::kLow, "d0" + name), 3 + p);
    EXPECT_EQ(policy.peer_of(guard::Side::kLow, "x.d1" + name), 3 + p);
    EXPECT_EQ(policy.peer_of(guard::Side::kLow, "x.d0" + name), std::nullopt);
    EXPECT_EQ(policy.peer_of(guard::Side::kHigh, "d0" + name), std::nullopt);
  }
  const std::clock_t looked_up = std::clock();
  EXPECT_LT(made - start, 10 * CLOCKS_PER_SEC);
  EXPECT_LT(looked_up - made, 2 * CLOCKS_PER_SEC);
}

TEST(PolicyDigest, DependsOnEveryTextAndWhereItEnds) {
  using Texts = std::vector<std::string_view>;
  const auto digest = [](std::string_view policy, const Texts& spifs) {
    return policy_digest(policy, spifs);
  };
  EXPECT_EQ(digest("a", {"b"}), digest("a", {"b"}));
  EXPECT_NE(digest("a", {"b"}), digest("a", {"c"}));
  EXPECT_NE(digest("a", {"b"}), digest("b", {"a"}));
  EXPECT_NE(digest("ab", {"c"}), digest("a", {"bc"}));
  EXPECT_NE(digest("a", {"b"}), digest("a", {"b", ""}));
}

}  // namespace
}  // namespace policy::test
