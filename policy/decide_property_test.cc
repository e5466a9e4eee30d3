// What must hold for every policy and every stanza, tried on random ones (with fixed seeds).
#include <gtest/gtest.h>

#include <random>

#include "guard/base/sanitized.h"
#include "labels/decision.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/rule_check.h"
#include "policy/test_policy.h"

namespace policy::test {
namespace {

const char* const kNamespaces[] = {"urn:xmpp:receipts", "urn:xmpp:ping", "urn:example:a",
                                   "http://jabber.org/protocol/muc"};
const char* const kDomains[] = {"high.example",   "low.example",  "other.example",
                                "second.example", "else.example", ""};

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random_);
  }
  bool once_in(std::uint32_t n) { return below(n) == 0; }

  labels::Label any_label() {
    static const std::vector<labels::Label> all = [] {
      std::vector<labels::Label> labels;
      for (const char* name : {"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"}) {
        labels.push_back(label(name));
        labels.push_back(label(name, {{.tag_set = "Caveats", .tag = "", .values = {"CRYPTO"}}}));
      }
      labels.emplace_back(*labels::Oid::from_dotted("2.999.2"));
      labels.emplace_back(kPolicyId);
      return labels;
    }();
    return all[below(static_cast<std::uint32_t>(all.size()))];
  }

  static guard::PeerIndex receiver(guard::Lane lane) {
    if (is_across(lane)) return far_side(lane) == guard::Side::kHigh ? kHigh : kLow;
    return far_side(lane) == guard::Side::kHigh ? kSecond : kOther;
  }

  ElementName any_element() {
    return {kNamespaces[below(4)], once_in(2) ? "" : once_in(2) ? "x" : "ping"};
  }

  Rule any_rule(std::string id, guard::Lane lane) {
    constexpr StanzaClass kAbout[] = {StanzaClass::kMessage,       StanzaClass::kSignal,
                                      StanzaClass::kSubjectChange, StanzaClass::kPresence,
                                      StanzaClass::kRequest,       StanzaClass::kError};
    Rule made =
        rule(std::move(id), once_in(4) ? Verdict::kRefuse : Verdict::kAllow, kAbout[below(6)], {});
    made.types = types_about(made.about);
    if (once_in(3)) made.from_peers = {near_side(lane) == guard::Side::kHigh ? kHigh : kLow};
    if (once_in(3)) made.to_peers = {receiver(lane)};
    if (made.about == StanzaClass::kMessage) made.parts = PartSet(Part::kBody, Part::kSubject);
    if (made.about == StanzaClass::kSubjectChange) made.parts = PartSet(Part::kSubject);
    if (made.about == StanzaClass::kPresence) made.parts = PartSet(Part::kShow);
    if (made.about != StanzaClass::kError) {
      for (std::uint32_t i = 1 + below(3); i > 0; --i) made.elements.push_back(any_element());
    }
    if (made.verdict == Verdict::kRefuse) {
      if (once_in(2)) made.elements.clear();
      if (once_in(2)) made.parts = {};
      return made;
    }
    if (needs_implied_label(made.about)) made.implied_label = below(2);
    if (made.about != StanzaClass::kRequest && once_in(2)) made.others = Others::kStrip;
    if (once_in(4)) made.max_octets = 400;
    return made;
  }

  PolicyContent any_policy() {
    PolicyContent content = with_second(empty());
    for (Peer& peer : content.peers) {
      for (auto* which : {&peer.send, &peer.receive}) {
        if (once_in(4)) *which = up_to_secret();
        if (once_in(8)) which->reset();
      }
      if (once_in(2)) peer.default_label = below(2);
    }
    if (once_in(4)) {
      content.peers[1 + below(2)].domains.push_back(
          {.domain = "", .match = guard::DomainMatch::kDefault});
    }
    if (once_in(4)) {
      content.peers[once_in(2) ? kHigh : kSecond].domains.push_back(
          {.domain = "", .match = guard::DomainMatch::kDefault});
    }
    std::uint32_t number = 0;
    for (const guard::Lane lane : guard::kLanes) {
      for (std::uint32_t i = below(8); i > 0; --i) {
        content.direction(lane).rules.push_back(any_rule("r" + std::to_string(++number), lane));
      }
    }
    return content;
  }

  StanzaFacts any_stanza() {
    StanzaFacts facts = stanza(guard::kLanes[below(4)], static_cast<StanzaKind>(below(3)),
                               static_cast<StanzaType>(below(15)));
    while (!fits(facts.kind, facts.type) && !once_in(50)) {
      facts.type = static_cast<StanzaType>(below(15));
    }
    if (once_in(10)) facts.peer = below(5);
    if (once_in(10)) facts.from.domain = kDomains[below(6)];
    if (once_in(6)) facts.to.domain = kDomains[below(6)];
    if (once_in(2)) facts.to.resource.clear();
    for (const Part part : kParts) {
      if (once_in(4)) facts.part(part) = {.count = 1, .octets = below(100)};
    }
    facts.octets = 300 + below(200);
    for (std::uint32_t i = below(3); i > 0; --i) {
      const ElementName name = any_element();
      facts.elements.push_back({.ns = name.ns, .name = name.name});
    }
    if (once_in(20)) facts.more_elements = 1;
    facts.label.present = once_in(2);
    if (facts.label.present && !once_in(4)) facts.label.label = any_label();
    if (facts.label.present && once_in(10)) facts.label.fault = static_cast<LabelFault>(below(5));
    if (facts.label.present && once_in(6)) facts.label.equivalents = {any_label()};
    return facts;
  }

 private:
  std::mt19937 random_;
};

bool is_granted(const Policy& policy, const Decision& decision, guard::PeerIndex sender) {
  const Peer& from = policy.peers()[sender];
  const Peer& to = policy.peers()[*decision.far_peer];
  return from.send && to.receive &&
         labels::decide(policy.security_policy(), *decision.label, *from.send, {}).granted() &&
         labels::decide(policy.security_policy(), *decision.label, *to.receive, {}).granted();
}

void check(const Policy& policy, const StanzaFacts& facts, const Decision& decision) {
  ASSERT_NE(decision.reason, Reason::kNotJudged);
  ASSERT_EQ(decision.allowed(), decision.reason == Reason::kAllowed);
  if (!decision.allowed()) {
    ASSERT_TRUE(decision.kept == Kept{});
    if (class_of(facts) == StanzaClass::kRequest && decision.reason != Reason::kFactsInconsistent) {
      ASSERT_NE(decision.answer.form, Answer::Form::kSilence) << "every request is answered";
    }
    return;
  }
  ASSERT_EQ(decision.answer.form, Answer::Form::kSilence);
  ASSERT_FALSE(decision.rule.empty());
  ASSERT_TRUE(decision.far_peer);
  ASSERT_EQ(policy.peers()[*decision.far_peer].side, far_side(facts.lane));
  ASSERT_TRUE(policy.visible(facts.peer, *decision.far_peer));
  ASSERT_EQ(policy.peer_of(near_side(facts.lane), facts.from.domain), facts.peer);
  ASSERT_EQ(policy.lane_to(facts.peer, facts.to.domain), facts.lane) << "there is one lane for it";
  if (!is_across(facts.lane)) {
    ASSERT_TRUE(policy.uses(facts.lane));
    ASSERT_NE(*decision.far_peer, facts.peer);
    for (const std::string& domain : {facts.from.domain, facts.to.domain}) {
      ASSERT_NE(policy.named(near_side(facts.lane), domain), nullptr);
    }
  }
  if (facts.type == StanzaType::kError) {
    ASSERT_TRUE(decision.kept == Kept{});
  }
  if (class_of(facts) == StanzaClass::kError) return;
  ASSERT_TRUE(decision.label && is_granted(policy, decision, facts.peer));
  for (const std::uint32_t kept : decision.kept.elements) {
    ASSERT_LT(kept, facts.elements.size());
  }
}

// What a policy says of traffic within a side changes nothing across; and without it nothing within
// a side is routed.
TEST(DecideProperty, RulesWithinASideChangeNothingAcross) {
  Chance chance(3);
  int allowed = 0;
  int within = 0;
  for (int p = 0; p < 100; ++p) {
    PolicyContent content = chance.any_policy();
    const Policy policy = make(content);
    for (const guard::Lane lane : {kHighToHigh, kLowToLow}) content.direction(lane).rules.clear();
    const Policy without = make(std::move(content));
    for (int s = 0; s < 200; ++s) {
      const StanzaFacts facts = chance.any_stanza();
      const Decision one = decide(policy, facts);
      const Decision two = decide(without, facts);
      if (is_across(facts.lane)) {
        ASSERT_EQ(one.reason, two.reason);
        ASSERT_EQ(one.rule, two.rule);
        ASSERT_TRUE(one.kept == two.kept && one.answer == two.answer);
        if (one.allowed()) ++allowed;
      } else {
        ASSERT_FALSE(two.allowed());
        if (one.allowed()) ++within;
      }
    }
  }
  EXPECT_GT(allowed, 100);
  EXPECT_GT(within, 50);
}

// How many stanzas were allowed: a test in which none is shows nothing.
struct Tally {
  int allowed = 0;
  int refused = 0;
  void count(const Decision& decision) { ++(decision.allowed() ? allowed : refused); }
};

TEST(DecideProperty, HoldsForRandomPoliciesAndStanzas) {
  Chance chance(1);
  Tally tally;
  for (int p = 0; p < (guard::kSanitized ? 100 : 300); ++p) {
    const Policy policy = make(chance.any_policy());
    for (int s = 0; s < 300; ++s) {
      const StanzaFacts facts = chance.any_stanza();
      const Decision decision = decide(policy, facts);
      tally.count(decision);
      check(policy, facts, decision);
      if (HasFatalFailure()) return;
      if (facts.peer < policy.peers().size()) {
        const auto read = from_json(policy, to_json(policy, facts));
        ASSERT_TRUE(read) << read.error();
        ASSERT_EQ(*read, facts);
      }
    }
  }
  EXPECT_GT(tally.allowed, guard::kSanitized ? 300 : 1'000);
  EXPECT_GT(tally.refused, guard::kSanitized ? 300 : 1'000);
}

// A rule that refuses, put in front, and a clearance that is taken away, never let more through.
TEST(DecideProperty, RefusingMoreNeverAllowsMore) {
  Chance chance(2);
  Tally before;
  Tally after;
  for (int p = 0; p < 200; ++p) {
    PolicyContent content = chance.any_policy();
    const Policy wide = make(content);
    for (const guard::Lane lane : guard::kLanes) {
      Rule refuse = chance.any_rule(std::string(to_string(lane)), lane);
      refuse.verdict = Verdict::kRefuse;
      refuse.implied_label.reset();
      refuse.max_octets.reset();
      refuse.others = Others::kRefuse;
      auto& rules = content.direction(lane).rules;
      rules.insert(rules.begin(), refuse);
    }
    std::optional<labels::Clearance>& send = content.peers[chance.below(3)].send;
    if (send) send = clearance({"UNCLASSIFIED"});
    if (chance.once_in(8)) content.peers[chance.below(3)].receive.reset();
    const Policy narrow = make(std::move(content));
    for (int s = 0; s < 200; ++s) {
      const StanzaFacts facts = chance.any_stanza();
      const Decision one = decide(wide, facts);
      const Decision two = decide(narrow, facts);
      before.count(one);
      after.count(two);
      ASSERT_TRUE(one.allowed() || !two.allowed());
    }
  }
  EXPECT_LT(after.allowed, before.allowed);
  EXPECT_GT(after.allowed, 100);
}

}  // namespace
}  // namespace policy::test
