// What a policy says of single peers and domains: clearances that narrow, groups, dates, addresses,
// labels that are stripped. Every "allowed" has its "refused".
#include <gtest/gtest.h>

#include "policy/decide_bed.h"
#include "policy/facts_json.h"
#include "policy/narrowest.h"

namespace policy::test {
namespace {

constexpr guard::UtcTime kNoon{.microseconds = 1'800'000'000'000'000};
constexpr guard::UtcTime kLater{.microseconds = kNoon.microseconds + 1};

labels::Clearance nations(std::vector<std::string> classifications,
                          std::vector<std::string> values) {
  return clearance(std::move(classifications),
                   {{.tag_set = "Releasable to", .tag = "", .values = std::move(values)}});
}

labels::Label for_nations(std::vector<std::string> values) {
  return label("UNCLASSIFIED",
               {{.tag_set = "Releasable to", .tag = "", .values = std::move(values)}});
}

TEST(Narrowest, HoldsWhatBothHold) {
  const auto both = narrowest(nations({"UNCLASSIFIED", "SECRET"}, {"ALPHA", "BRAVO"}),
                              nations({"UNCLASSIFIED", "RESTRICTED"}, {"BRAVO"}));
  ASSERT_TRUE(both);
  EXPECT_EQ(*both, nations({"UNCLASSIFIED"}, {"BRAVO"}));
  EXPECT_EQ(*narrowest(up_to_secret(), up_to_restricted()), up_to_restricted());
  EXPECT_EQ(*narrowest(up_to_secret(), up_to_secret()), up_to_secret());
}

TEST(Narrowest, NothingInCommonGrantsNothing) {
  const auto nothing = narrowest(clearance({"SECRET"}), up_to_restricted());
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->classifications().empty());
  const auto no_nation = narrowest(nations({"SECRET"}, {"ALPHA"}), nations({"SECRET"}, {"BRAVO"}));
  ASSERT_TRUE(no_nation);
  EXPECT_TRUE(no_nation->categories().empty());
}

TEST(Narrowest, TheNilClearanceGrantsNothing) {
  EXPECT_FALSE(narrowest(std::nullopt, up_to_secret()));
  EXPECT_FALSE(narrowest(up_to_secret(), std::nullopt));
}

// A trunk to RESTRICTED, with two leaves behind it.
PolicyContent trunk() {
  PolicyContent content = full();
  Peer& low = content.peers[kLow];
  low.send = low.receive = nations({"UNCLASSIFIED", "RESTRICTED"}, {"ALPHA", "BRAVO"});
  content.peers[kHigh].send = content.peers[kHigh].receive =
      nations({"UNCLASSIFIED", "RESTRICTED", "SECRET"}, {"ALPHA", "BRAVO"});
  low.domains = {
      {.domain = "low.example", .match = guard::DomainMatch::kSubdomains},
      {.domain = "leaf.low.example",
       .match = guard::DomainMatch::kSubdomains,
       .send = nations({"UNCLASSIFIED", "RESTRICTED"}, {"ALPHA"}),
       .receive = nations({"UNCLASSIFIED"}, {"ALPHA"})},
      {.domain = "a.leaf.low.example", .receive = nations({"UNCLASSIFIED", "SECRET"}, {"BRAVO"})}};
  return content;
}

Decision to_domain(const Policy& policy, const char* domain, const labels::Label& label) {
  StanzaFacts facts = chat(kHighToLow, label);
  facts.to.domain = domain;
  return decide(policy, facts);
}

TEST(PeerControl, ADomainsClearanceNarrowsItsPeers) {
  const Policy policy = make(trunk());
  EXPECT_TRUE(to_domain(policy, "low.example", label("RESTRICTED")).allowed());
  EXPECT_TRUE(to_domain(policy, "x.low.example", label("RESTRICTED")).allowed());
  expect_refused(to_domain(policy, "leaf.low.example", label("RESTRICTED")),
                 Reason::kReceiverClearance);
  expect_refused(to_domain(policy, "x.leaf.low.example", label("RESTRICTED")),
                 Reason::kReceiverClearance);
  EXPECT_TRUE(to_domain(policy, "x.leaf.low.example", label("UNCLASSIFIED")).allowed());
  // What a domain says cannot widen what its peer says.
  expect_refused(to_domain(policy, "a.leaf.low.example", label("SECRET")),
                 Reason::kReceiverClearance);
}

// Each alone would grant it; what all of them hold does not.
TEST(PeerControl, ClearancesIntersectRatherThanVote) {
  const Policy policy = make(trunk());
  const labels::Label either = for_nations({"ALPHA", "BRAVO"});
  EXPECT_TRUE(to_domain(policy, "low.example", either).allowed());
  EXPECT_TRUE(to_domain(policy, "leaf.low.example", either).allowed());
  expect_refused(to_domain(policy, "a.leaf.low.example", either), Reason::kReceiverClearance);
  EXPECT_TRUE(to_domain(policy, "a.leaf.low.example", label("UNCLASSIFIED")).allowed());
}

TEST(PeerControl, SendAndReceiveOfADomainAreSeparate) {
  const Policy policy = make(trunk());
  StanzaFacts facts = chat(kLowToHigh, label("RESTRICTED"));
  facts.from.domain = "leaf.low.example";
  EXPECT_TRUE(decide(policy, facts).allowed());
  expect_refused(to_domain(policy, "leaf.low.example", label("RESTRICTED")),
                 Reason::kReceiverClearance);
  facts.label.label = for_nations({"BRAVO"});
  expect_refused(decide(policy, facts), Reason::kSenderClearance);
}

TEST(PeerControl, ImpliedLabelsAreJudgedByTheDomainToo) {
  PolicyContent content = full();
  content.peers[kLow].domains.push_back(
      {.domain = "narrow.example", .receive = clearance({"RESTRICTED"})});
  const Policy policy = make(std::move(content));
  StanzaFacts facts = presence(kHighToLow);
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.to.domain = "narrow.example";
  expect_refused(decide(policy, facts), Reason::kReceiverClearance);
}

TEST(PeerControl, ADomainOfAPeerWithoutClearanceGetsNothing) {
  PolicyContent content = full();
  content.peers[kLow].receive.reset();
  content.peers[kLow].domains[0].receive = up_to_secret();
  expect_refused(decide(make(std::move(content)), chat(kHighToLow, label("UNCLASSIFIED"))),
                 Reason::kReceiverClearance);
}

TEST(PeerControl, TheDefaultRouteHasAClearanceOfItsOwn) {
  PolicyContent content = full();
  content.peers[kLow].domains.push_back({.domain = "",
                                         .match = guard::DomainMatch::kDefault,
                                         .receive = clearance({"UNCLASSIFIED"})});
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(to_domain(policy, "low.example", label("RESTRICTED")).allowed());
  EXPECT_TRUE(to_domain(policy, "else.example", label("UNCLASSIFIED")).allowed());
  expect_refused(to_domain(policy, "else.example", label("RESTRICTED")),
                 Reason::kReceiverClearance);
}

TEST(PeerControl, BlockedPeersLookLikeNone) {
  for (const guard::PeerIndex blocked : {kHigh, kLow}) {
    PolicyContent content = full();
    content.peers[blocked].blocked.push_back({.period = {}, .reason = "an incident"});
    const Policy policy = make(std::move(content));
    for (const guard::Lane lane : {kHighToLow, kLowToHigh}) {
      for (StanzaFacts facts : one_of_each(lane)) {
        facts.at = kNoon;
        const Decision decision = decide(policy, facts);
        expect_refused(decision, Reason::kPeerBlocked);
        EXPECT_EQ(decision.answer.form, Answer::Form::kCloseHostUnknown);
        EXPECT_TRUE(judge(facts).allowed());  // the twin
      }
    }
  }
}

TEST(PeerControl, DatesAreJudgedAtTheMomentGiven) {
  PolicyContent content = full();
  content.peers[kLow].active = Period{.from = kNoon, .until = kLater};
  const Policy policy = make(content);
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  const auto at = [&](const Policy& p, std::int64_t microseconds) {
    facts.at.microseconds = microseconds;
    return decide(p, facts);
  };
  expect_refused(at(policy, kNoon.microseconds - 1), Reason::kPeerInactive);
  EXPECT_TRUE(at(policy, kNoon.microseconds).allowed());
  expect_refused(at(policy, kLater.microseconds), Reason::kPeerInactive);
  expect_refused(at(policy, 0), Reason::kPeerInactive);  // nobody knows the time

  content.peers[kLow].active.reset();
  content.peers[kLow].blocked = {{.period = {.from = kNoon, .until = kLater}, .reason = "r"}};
  const Policy blocks = make(content);
  EXPECT_TRUE(at(blocks, kNoon.microseconds - 1).allowed());
  expect_refused(at(blocks, kNoon.microseconds), Reason::kPeerBlocked);
  EXPECT_TRUE(at(blocks, kLater.microseconds).allowed());
  expect_refused(at(blocks, 0), Reason::kPeerBlocked);
}

TEST(PeerControl, UsersOfARule) {
  PolicyContent content = full();
  content.direction(kHighToLow).rules[0].from.users = {"ann", "cleo"};
  content.direction(kHighToLow).rules[0].to.users = {"bob"};
  const Policy policy = make(std::move(content));
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.from.local = "cleo";
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.from.local = "cle";
  expect_refused(decide(policy, facts), Reason::kNoRule);
  facts.from.local = "";
  expect_refused(decide(policy, facts), Reason::kNoRule);
  facts.from.local = "ann";
  facts.to.local = "eve";
  expect_refused(decide(policy, facts), Reason::kNoRule);
}

TEST(PeerControl, ResourcesOfARule) {
  for (const Resource demanded : {Resource::kNone, Resource::kSome}) {
    PolicyContent content = full();
    content.direction(kHighToLow).rules[0].to.resource = demanded;
    const Policy policy = make(std::move(content));
    StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
    EXPECT_EQ(decide(policy, facts).allowed(), demanded == Resource::kSome);
    facts.to.resource.clear();
    EXPECT_EQ(decide(policy, facts).allowed(), demanded == Resource::kNone);
  }
}

// A rule that refuses some users does not hide the peers from the others.
TEST(PeerControl, ARefusalOfUsersIsNoRefusalOfAll) {
  PolicyContent content = full();
  Rule no_eve = rule("no-eve", Verdict::kRefuse, StanzaClass::kMessage,
                     TypeSet(StanzaType::kChat, StanzaType::kNormal, StanzaType::kGroupchat));
  no_eve.from.users = {"eve"};
  auto& rules = content.direction(kHighToLow).rules;
  rules.erase(rules.begin() + 1, rules.end());
  rules.insert(rules.begin(), no_eve);
  content.direction(kLowToHigh).rules.clear();
  const Policy policy = make(content);
  EXPECT_TRUE(policy.visible(kHigh, kLow));
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.from.local = "eve";
  expect_refused(decide(policy, facts), Reason::kRefusedByRule);
  content.direction(kHighToLow).rules[0].from.users.clear();
  EXPECT_FALSE(make(content).visible(kHigh, kLow));
}

// An answer goes by the request's rule, with the addresses the other way round.
TEST(PeerControl, AnswersKeepToTheUsersOfTheRequest) {
  PolicyContent content = full();
  for (Rule& each : content.direction(kHighToLow).rules) {
    if (each.about == StanzaClass::kRequest) each.from.users = {"ann"};
  }
  const Policy policy = make(std::move(content));
  StanzaFacts facts = ping(kLowToHigh, StanzaType::kResult);
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.to.local = "eve";
  expect_refused(decide(policy, facts), Reason::kNoRule);
  facts.type = StanzaType::kError;
  expect_refused(decide(policy, facts), Reason::kNoRule);
}

TEST(PeerControl, LabelsAreStrippedOnlyTowardsAPeerThatSaysSo) {
  PolicyContent content = full();
  content.peers[kLow].labels = Labels::kStrip;
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(decide(policy, chat(kHighToLow, label("UNCLASSIFIED"))).strip_label);
  EXPECT_FALSE(decide(policy, chat(kLowToHigh, label("UNCLASSIFIED"))).strip_label);
  // It is judged all the same.
  expect_refused(decide(policy, chat(kHighToLow, label("SECRET"))), Reason::kReceiverClearance);
  EXPECT_FALSE(decide(policy, chat(kHighToLow, label("SECRET"))).strip_label);
}

TEST(PeerControl, TheTimeOfJudgementIsAFact) {
  const Policy policy = make(full());
  StanzaFacts facts = chat(kHighToLow, label("UNCLASSIFIED"));
  EXPECT_EQ(to_json(policy, facts).find("\"at\""), std::string::npos);
  facts.at = kNoon;
  const std::string json = to_json(policy, facts);
  EXPECT_NE(json.find(",\"octets\":300,\"at\":1800000000000000,\"parts\""), std::string::npos)
      << json;
  const auto again = from_json(policy, json);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, facts);
  std::string zero = json;
  zero.replace(zero.find("1800000000000000"), 16, "0");
  EXPECT_FALSE(from_json(policy, zero));  // one spelling only
}

}  // namespace
}  // namespace policy::test
