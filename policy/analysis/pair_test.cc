// Traffic within a side, as the analysis sees it: pairs of domains of different peers.
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "policy/analysis/difference.h"
#include "policy/analysis/explain.h"
#include "policy/analysis/lint.h"
#include "policy/analysis/matrix.h"
#include "policy/analysis/prove_bed.h"
#include "policy/words.h"

namespace policy::test {
namespace {

// Four low peers that are alike in everything, and a rule that joins each to each.
PolicyContent alike() {
  PolicyContent content = empty();
  content.peers.erase(content.peers.begin() + kOther);
  for (const char* name : {"two", "three", "four"}) {
    content.peers.push_back(
        peer(name, guard::Side::kLow, std::string(name) + ".example", up_to_restricted()));
  }
  content.direction(kLowToLow).rules = {allow_chat("each")};
  return content;
}

// "from>to" for each pair, by its domains; "-" for a receiver that the policy has no route to.
std::vector<std::string> pairs_of(Policies policies, guard::Lane lane) {
  std::vector<std::string> found;
  pairs(policies, lane, domain_classes(policies, near_side(lane)),
        domain_classes(policies, far_side(lane)),
        [&](const DomainClass& from, const DomainClass& to) {
          std::string text = from.domain + ">" + to.domain;
          for (std::size_t i = 0; i < policies.size(); ++i) {
            text += to.standing[i] == nullptr ? "-" : "+";
          }
          found.push_back(text);
          return true;
        });
  return found;
}

using Texts = std::vector<std::string>;

TEST(Pairs, OfPeersThatAreAlikeAreOfTwoOfThem) {
  const Policy policy = make(alike());
  const std::array<const Policy*, 1> one = {&policy};
  ASSERT_EQ(domain_classes(one, guard::Side::kLow).size(), 1U);
  EXPECT_EQ(pairs_of(one, kLowToLow), Texts{"low.example>two.example+"});
  EXPECT_TRUE(pairs_of(one, kHighToHigh).empty());
  const DomainClass all = domain_classes(one, guard::Side::kLow).front();
  EXPECT_EQ(not_to_itself(kLowToLow, all, all), " (not to itself)");
  EXPECT_EQ(not_to_itself(kLowToHigh, all, domain_classes(one, guard::Side::kHigh).front()), "");
}

// Several domains of one peer, of different clearances, and a default route.
TEST(Pairs, OfAPeersOwnDomainsAndOfDefaultRoutesThereAreNone) {
  PolicyContent content = within();
  content.peers[kLow].domains.push_back(
      {.domain = "narrow.example", .receive = clearance({"UNCLASSIFIED"})});
  content.peers[kOther].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  const Policy policy = make(std::move(content));
  const std::array<const Policy*, 1> one = {&policy};
  Texts found = pairs_of(one, kLowToLow);
  std::ranges::sort(found);
  EXPECT_EQ(found, (Texts{"low.example>other.example+", "narrow.example>other.example+",
                          "other.example>low.example+", "other.example>narrow.example+"}));
  const auto high = pairs_of(one, kLowToHigh);
  EXPECT_EQ(high.size(), 4U);  // what nobody claims is a class of its own
}

TEST(Pairs, OfTwoPoliciesAreOneForEachSetThatHasARoute) {
  PolicyContent before = alike();
  PolicyContent after = alike();
  after.peers[1].domains[0].domain = "two.example";  // two peers have changed their domains
  after.peers[2].domains[0].domain = "low.example";
  const Policy old = make(before);
  const Policy now = make(after);
  const std::array<const Policy*, 2> same = {&old, &old};
  EXPECT_EQ(pairs_of(same, kLowToLow), Texts{"low.example>two.example++"});
  const std::array<const Policy*, 2> both = {&old, &now};
  EXPECT_EQ(pairs_of(both, kLowToLow), Texts{"low.example>two.example++"});
  // One of them has both domains now: from one to the other there is a route before only.
  after = alike();
  after.peers[1].domains.push_back(after.peers[2].domains[0]);
  after.peers[2].domains[0].domain = "new.example";
  const Policy moved = make(after);
  const std::array<const Policy*, 2> three = {&old, &moved};
  Texts found = pairs_of(three, kLowToLow);
  std::ranges::sort(found);
  EXPECT_NE(std::ranges::find(found, "low.example>two.example+-"), found.end())
      << joined_with(found, " ");
  EXPECT_NE(std::ranges::find(found, "low.example>three.example++"), found.end())
      << joined_with(found, " ");
  EXPECT_NE(std::ranges::find(found, "low.example>new.example-+"), found.end())
      << joined_with(found, " ");
  const Difference difference = policy::difference(old, moved);
  EXPECT_EQ(difference.verdict, Comparison::kIncomparable);
  EXPECT_EQ(policy::difference(moved, moved).verdict, Comparison::kEquivalent);
}

// Invariants are about all four lanes.
TEST(ProveWithin, NothingAboveLooksWithinASide) {
  const NothingAbove what{.classification = "UNCLASSIFIED", .to_peers = {kOther}};
  expect_proven(make(full()), what);
  EXPECT_NE(refuted(make(within()), what)
                .find("labelled EXAMPLE RESTRICTED is allowed by rule "
                      "\"low-chat\""),
            std::string::npos);
  expect_proven(make(within()), NothingAbove{.classification = "RESTRICTED", .to_peers = {kOther}});
  PolicyContent content = alike();
  const NothingAbove four{.classification = "UNCLASSIFIED", .to_peers = {4}};
  EXPECT_NE(refuted(make(content), four).find("(low) to somebody@four.example/desk (four)"),
            std::string::npos);
  content.peers[4].receive = clearance({"UNCLASSIFIED"});
  expect_proven(make(content), four);
}

TEST(ProveWithin, NothingReachesLooksWithinASide) {
  const NothingReaches what{.from_peers = {kLow}, .domain = "other.example", .subdomains = false};
  expect_proven(make(full()), what);
  EXPECT_NE(refuted(make(within()), what), "");
  const NothingReaches own{.from_peers = {kOther}, .domain = "other.example", .subdomains = true};
  expect_proven(make(within()), own);
  for (guard::PeerIndex from = 1; from < 5; ++from) {
    const NothingReaches four{.from_peers = {from}, .domain = "four.example", .subdomains = false};
    if (from == 4) {
      expect_proven(make(alike()), four);
    } else {
      EXPECT_NE(refuted(make(alike()), four), "") << from;
    }
  }
}

TEST(ProveWithin, OnlyLabelledAndOnlyIqOfALaneWithinASide) {
  PolicyContent content = within();
  const OnlyLabelled labelled{.lane = kLowToLow, .classes = {StanzaClass::kMessage}};
  expect_proven(make(content), labelled);
  content.peers[kOther].default_label = kOpen;
  EXPECT_NE(refuted(make(content), labelled).find("other-chat"), std::string::npos);
  const OnlyIq none{.lane = kLowToLow, .payloads = {}};
  EXPECT_NE(refuted(make(content), none).find("low-ping"), std::string::npos);
  expect_proven(make(content),
                OnlyIq{.lane = kLowToLow, .payloads = {{.ns = "urn:xmpp:ping", .name = ""}}});
  expect_proven(make(content), OnlyIq{.lane = kHighToHigh, .payloads = {}});
}

TEST(MatrixWithin, HasRowsOfTheLanesThatHaveRules) {
  const auto lanes = [](const Policy& policy, std::optional<guard::Lane> lane) {
    std::set<std::string> found;
    MatrixQuestion question;
    question.lane = lane;
    for (const MatrixRow& row : matrix(policy, question).rows) {
      found.insert(std::string(to_string(row.lane)) + " " + row.sender + " to " + row.receiver);
    }
    return Texts(found.begin(), found.end());
  };
  EXPECT_EQ(lanes(make(within()), kLowToLow),
            (Texts{"low-to-low low to other", "low-to-low other to low"}));
  EXPECT_TRUE(lanes(make(full()), kLowToLow).empty());
  EXPECT_EQ(lanes(make(within()), kHighToLow), Texts{"high-to-low high to low"});
  EXPECT_EQ(lanes(make(alike()), std::nullopt),
            Texts{"low-to-low low, two, three, four to low, two, three, four (not to itself)"});
}

TEST(DifferenceWithin, RulesWithinASideAreSeen) {
  const Policy before = make(full());
  const Policy after = make(within());
  const Difference found = difference(before, after);
  EXPECT_EQ(found.verdict, Comparison::kMorePermissive);
  ASSERT_FALSE(found.regions.empty());
  for (const Region& region : found.regions) {
    EXPECT_EQ(region.lane, kLowToLow);
    EXPECT_EQ(region.verdict[0], "refused: within-side");
    EXPECT_TRUE(region.verdict[1].starts_with("allowed by rule"));
    EXPECT_TRUE(decide(after, region.example).allowed());
    EXPECT_FALSE(decide(before, region.example).allowed());
  }
  EXPECT_EQ(difference(after, before).verdict, Comparison::kStricter);
  EXPECT_TRUE(found.others.empty());
  // A direction that nobody uses is none.
  PolicyContent silent = full();
  silent.direction(kHighToHigh).answers_refusals = false;
  EXPECT_TRUE(difference(before, make(std::move(silent))).others.empty());
}

std::string steps(const Policy& policy, const StanzaFacts& facts) {
  std::string text;
  for (const Step& step : explain(policy, facts).steps) {
    text += (step.passed ? "ok " : "NO ") + step.question + " " + step.outcome + "\n";
  }
  return text;
}

void expect_says(const std::string& text, const std::string& line) {
  EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << " in\n" << text;
}

TEST(ExplainWithin, SaysWhyThereIsNoRoute) {
  PolicyContent content = within();
  content.peers[kOther].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  const Policy policy = make(std::move(content));
  StanzaFacts facts = chat(kLowToLow, label("RESTRICTED"));
  const std::string asked = " which other peer of the low side claims ";
  expect_says(steps(policy, facts), "ok" + asked + "other.example by name? other");
  expect_says(steps(policy, facts), "ok does low claim low.example by name? yes");
  facts.to.domain = "low.example";
  expect_says(steps(policy, facts),
              "NO" + asked + "low.example by name? nobody else: it is the sending peer's own");
  facts.to.domain = "else.example";
  expect_says(steps(policy, facts), "NO" + asked +
                                        "else.example by name? nobody: only the default route of "
                                        "the side takes it");
  facts.to.domain = "high.example";
  expect_says(steps(policy, facts), "NO" + asked + "high.example by name? nobody");
  facts.to.domain = "low.example";
  facts.from.domain = "else.example";
  facts.peer = kOther;
  expect_says(steps(policy, facts),
              "NO does other claim else.example by name? no, by its default route: an answer to it "
              "would go across");
  facts = chat(kLowToLow, label("RESTRICTED"));
  facts.lane = kLowToHigh;
  const std::string whose =
      "NO whose is other.example on the high side? nobody's: it is other's, of ";
  expect_says(steps(policy, facts), whose + "the low side");
  expect_says(steps(make(full()), facts),
              whose + "the low side, within which no rule lets anything pass");
  facts.to.domain = "low.example";
  expect_says(steps(policy, facts),
              "NO whose is low.example on the high side? nobody's: it is low's, of the low side, "
              "the sending peer's own");
}

Texts kinds(const PolicyContent& content) {
  Texts found;
  for (const Finding& finding : lint(make(content))) {
    if (finding.what.find("low-") != std::string::npos) found.push_back(finding.kind);
  }
  return found;
}

TEST(LintWithin, RulesThatNoTwoPeersCanUse) {
  PolicyContent content = within();
  EXPECT_EQ(kinds(content), Texts{});
  Rule& first = content.direction(kLowToLow).rules.front();
  first.to_peers = first.from_peers;  // a peer and itself
  EXPECT_EQ(kinds(content), Texts{"unpaired-rule"});
  first.to_peers = {};  // everybody: the other one is left
  EXPECT_EQ(kinds(content), Texts{});
  content.peers[kOther].domains = {{.domain = "", .match = guard::DomainMatch::kDefault}};
  for (const std::string& kind : kinds(content)) EXPECT_EQ(kind, "unpaired-rule");
  EXPECT_EQ(kinds(content).size(), 6U);
}

TEST(LintWithin, RulesThatOthersShadow) {
  PolicyContent content = within();
  auto& rules = content.direction(kLowToLow).rules;
  rules.push_back(allow_chat("low-again"));
  rules.back().from_peers = {kLow};
  EXPECT_EQ(kinds(content), Texts{"unreachable-rule"});
  rules.back().from_peers = {};
  EXPECT_EQ(kinds(content), Texts{"unreachable-rule"});  // between the same two
  content.peers.push_back(peer("third", guard::Side::kLow, "third.example", up_to_restricted()));
  EXPECT_EQ(kinds(content), Texts{});
  rules.pop_back();
  rules.push_back(
      rule("low-none", Verdict::kRefuse, StanzaClass::kError, TypeSet(StanzaType::kError)));
  rules.back().from_peers = {kOther};
  EXPECT_EQ(kinds(content), Texts{"redundant-rule"});
}

}  // namespace
}  // namespace policy::test
