// The cases are all the cases: random rules, and every set of parts and elements tried by force.
#include "policy/analysis/rule_case.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "guard/base/sanitized.h"
#include "policy/analysis/crossing.h"
#include "policy/rule_check.h"
#include "policy/test_policy.h"

namespace policy::test {
namespace {

using Pair = std::array<const Rule*, 2>;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random_);
  }
  bool once_in(std::uint32_t n) { return below(n) == 0; }

  Rule any_rule(std::string id, StanzaClass about) {
    Rule made = rule(std::move(id), once_in(3) ? Verdict::kRefuse : Verdict::kAllow, about,
                     types_about(about));
    if (about == StanzaClass::kSubjectChange) made.parts = PartSet(Part::kSubject);
    for (const Part part : {Part::kBody, Part::kSubject, Part::kThread}) {
      if (about == StanzaClass::kMessage && once_in(2)) made.parts.add(part);
    }
    if (about == StanzaClass::kSignal && once_in(2)) made.parts.add(Part::kThread);
    for (const Part part : {Part::kShow, Part::kStatus}) {
      if (about == StanzaClass::kPresence && once_in(2)) made.parts.add(part);
    }
    constexpr const char* kNames[] = {"urn:a", "urn:b", "urn:xmpp:receipts", "urn:xmpp:delay"};
    for (std::uint32_t i = below(4); i > 0; --i) {
      made.elements.push_back({kNames[below(4)], once_in(2) ? "" : "x"});
    }
    if (once_in(4)) made.from.users = {"ann"};
    if (once_in(5)) made.to.resource = once_in(2) ? Resource::kNone : Resource::kSome;
    if (made.verdict == Verdict::kRefuse) {
      made.parts = {};
      return made;
    }
    if (needs_implied_label(about)) made.implied_label = kOpen;
    if (about == StanzaClass::kRequest) {
      if (made.elements.empty()) made.elements.push_back({"urn:a", ""});
    } else if (once_in(2)) {
      made.others = Others::kStrip;
    }
    if (once_in(4)) made.max_octets = 200 + below(3) * 100;
    if (about == StanzaClass::kMessage && once_in(4)) made.max_body_octets = 50 + below(2) * 50;
    return made;
  }

  Policy any_policy(StanzaClass about) {
    PolicyContent content = empty();
    std::uint32_t number = 0;
    for (std::uint32_t i = below(7); i > 0; --i) {
      content.direction(kHighToLow)
          .rules.push_back(any_rule("r" + std::to_string(++number), about));
    }
    return make(std::move(content));
  }

 private:
  std::mt19937 random_;
};

const std::vector<ElementFact> kElements = {{.ns = "urn:a", .name = "x"},
                                            {.ns = "urn:a", .name = "y"},
                                            {.ns = "urn:b", .name = "x"},
                                            {.ns = "urn:xmpp:receipts", .name = "x"},
                                            {.ns = "urn:xmpp:receipts", .name = "y"},
                                            {.ns = "urn:xmpp:delay", .name = "x"},
                                            {.ns = "urn:b", .name = "y"},
                                            {.ns = "urn:xmpp:delay", .name = "y"},
                                            {.ns = "urn:else", .name = "x"}};

StanzaKind kind_of_part(Part part) {
  const bool message = part == Part::kBody || part == Part::kSubject || part == Part::kThread;
  return message ? StanzaKind::kMessage : StanzaKind::kPresence;
}

// Every stanza of a class that there is, one by one.
template <class Visit>
void every_stanza(StanzaClass about, const Visit& visit) {
  for (unsigned type = 0; type <= static_cast<unsigned>(StanzaType::kError); ++type) {
    if (!types_about(about).has(static_cast<StanzaType>(type))) continue;
    for (unsigned bits = 0; bits < 1U << (kElements.size() + kPartCount); ++bits) {
      StanzaFacts facts = chat(kHighToLow);
      facts.parts = {};
      facts.kind = about == StanzaClass::kPresence  ? StanzaKind::kPresence
                   : about == StanzaClass::kRequest ? StanzaKind::kIq
                                                    : StanzaKind::kMessage;
      facts.type = static_cast<StanzaType>(type);
      bool possible = true;
      for (std::size_t i = 0; i < kPartCount; ++i) {
        if ((bits >> i & 1U) != 0) facts.parts[i].count = 1;
        possible = possible && (facts.parts[i].count == 0 || facts.kind == kind_of_part(kParts[i]));
      }
      for (std::size_t i = 0; i < kElements.size(); ++i) {
        if ((bits >> (kPartCount + i) & 1U) != 0) facts.elements.push_back(kElements[i]);
      }
      const bool request = about == StanzaClass::kRequest;
      if (!possible || class_of(facts) != about || (request && facts.elements.size() != 1))
        continue;
      visit(facts);
    }
  }
}

// All that these rules tell apart beyond the sets.
template <class Visit>
void every_setting(const StanzaFacts& facts, const Visit& visit) {
  for (const std::uint32_t octets : {150U, 250U, 350U, 450U}) {
    for (const std::uint32_t body : {0U, 75U, 120U}) {
      if (body > 0 && facts.part(Part::kBody).count == 0) continue;
      for (const char* user : {"ann", "eve"}) {
        for (const char* resource : {"", "desk"}) {
          StanzaFacts each = facts;
          each.octets = octets;
          each.part(Part::kBody).octets = body;
          each.from.local = user;
          each.to.resource = resource;
          visit(each);
        }
      }
    }
  }
}

void compare(StanzaClass about, std::uint32_t seed) {
  Chance chance(seed);
  const Policy first = chance.any_policy(about);
  const Policy second = chance.any_policy(about);
  const std::array<const Policy*, 2> policies = {&first, &second};
  const auto high = domain_classes(policies, guard::Side::kHigh);
  const auto low = domain_classes(policies, guard::Side::kLow);
  ASSERT_EQ(high.size(), 1U);
  std::set<std::pair<StanzaType, Pair>> found;
  for (const RuleCase& one : rule_cases(policies, kHighToLow, about, high[0], low[0])) {
    found.insert({one.facts.type, one.rule});
    for (std::size_t i = 0; i < 2; ++i) {  // each case is one that there is
      ASSERT_EQ(one.rule[i], deciding_rule(*policies[i], one.facts, kHigh, kLow));
    }
  }
  std::set<std::pair<StanzaType, Pair>> there;
  every_stanza(about, [&](const StanzaFacts& facts) {
    every_setting(facts, [&](const StanzaFacts& each) {
      there.insert(
          {each.type,
           {deciding_rule(first, each, kHigh, kLow), deciding_rule(second, each, kHigh, kLow)}});
    });
  });
  const bool empty = first.content().direction(kHighToLow).rules.empty() &&
                     second.content().direction(kHighToLow).rules.empty();
  if (empty) return;
  EXPECT_EQ(found, there) << "seed " << seed;
}

constexpr std::uint32_t kFew = guard::kSanitized ? 1 : 2;  // where each has very many stanzas
constexpr std::uint32_t kSome = guard::kSanitized ? 2 : 12;
constexpr std::uint32_t kMany = guard::kSanitized ? 5 : 30;

TEST(RuleCases, AreAllOfSignals) {
  for (std::uint32_t seed = 1; seed <= kSome; ++seed) compare(StanzaClass::kSignal, seed);
}
TEST(RuleCases, AreAllOfSubjectChanges) {
  for (std::uint32_t seed = 1; seed <= kSome; ++seed) compare(StanzaClass::kSubjectChange, seed);
}
TEST(RuleCases, AreAllOfRequests) {
  for (std::uint32_t seed = 1; seed <= kMany; ++seed) compare(StanzaClass::kRequest, seed);
}
TEST(RuleCases, AreAllOfPresence) {
  for (std::uint32_t seed = 1; seed <= kFew; ++seed) compare(StanzaClass::kPresence, seed);
}
TEST(RuleCases, AreAllOfMessages) {
  for (std::uint32_t seed = 1; seed <= kFew; ++seed) compare(StanzaClass::kMessage, seed);
}

TEST(DomainClasses, AreAllWaysToClaimADomain) {
  PolicyContent content = full();
  content.peers[kLow].domains.push_back(
      {.domain = "below.example", .match = guard::DomainMatch::kSubdomains});
  content.peers[kLow].domains.push_back(
      {.domain = "narrow.example", .receive = clearance({"UNCLASSIFIED"})});
  content.peers[kOther].domains.push_back({.domain = "", .match = guard::DomainMatch::kDefault});
  const Policy policy = make(std::move(content));
  const std::array<const Policy*, 1> one = {&policy};
  const auto low = domain_classes(one, guard::Side::kLow);
  ASSERT_EQ(low.size(), 3U);
  EXPECT_EQ(low[0].written,
            (std::vector<std::string>{"low.example", "below.example", "*.below.example"}));
  EXPECT_EQ(low[1].written, (std::vector<std::string>{"narrow.example"}));
  EXPECT_EQ(low[2].written, (std::vector<std::string>{"other.example", "*"}));
}

TEST(LabelClasses, MergeWhatNoClearanceTellsApart) {
  PolicyContent content = full();
  const auto classes = [](PolicyContent made) {
    const Policy policy = make(std::move(made));
    const std::array<const Policy*, 1> one = {&policy};
    return label_classes(one);
  };
  // Nobody holds any category: of each tag one value stands for all.
  const auto merged = classes(content);
  ASSERT_EQ(merged.size(), 4U * 3U);
  EXPECT_EQ(merged[0].marking, "EXAMPLE UNCLASSIFIED");
  EXPECT_EQ(merged[1].stands_for,
            "CRYPTO stands for EYES ONLY, too: every clearance holds all of them or none");
  content.peers[kLow].receive =
      clearance({"UNCLASSIFIED"}, {{.tag_set = "Releasable to", .tag = "", .values = {"ALPHA"}}});
  // ALPHA, BRAVO, and both at once.
  EXPECT_EQ(classes(content).size(), 4U * 5U);
}

}  // namespace
}  // namespace policy::test
