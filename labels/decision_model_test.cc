// decide() against the naive decision in tests/model: every label × clearance of a small policy,
// and random ones of a larger policy.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "labels/decision.h"
#include "labels/example_policy_for_test.h"
#include "tests/model/decision.h"

namespace labels {
namespace {

using test::oid;
using Kind = CategoryKind;

struct Slot {
  Oid tag_set;
  Kind kind;
  std::vector<std::uint32_t> values;
};

// The values of `slot` that the bits of `subset` choose; nothing is added for none of them.
template <typename Holder>
void add_subset(Holder& holder, const Slot& slot, unsigned subset) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < slot.values.size(); ++i) {
    if ((subset >> i) & 1U) chosen.push_back(slot.values[i]);
  }
  if (chosen.empty()) return;
  ASSERT_TRUE(holder.add(*Category::make(slot.tag_set, slot.kind, chosen)).has_value());
}

// Every combination of subsets of the slots, on top of each of `starts`.
template <typename Holder>
std::vector<Holder> combinations(std::vector<Holder> starts, const std::vector<Slot>& slots) {
  for (const Slot& slot : slots) {
    std::vector<Holder> next;
    for (const Holder& start : starts) {
      for (unsigned subset = 0; subset < (1U << slot.values.size()); ++subset) {
        next.push_back(start);
        add_subset(next.back(), slot, subset);
      }
    }
    starts = std::move(next);
  }
  return starts;
}

struct Tally {
  std::size_t granted = 0;
  std::size_t denied = 0;
};

void compare(const SecurityPolicy& policy, const Label& label, const Clearance& clearance,
             Tally& tally) {
  const Decision decision = decide(policy, label, clearance, {});
  const model::Verdict expected = model::decide(policy.content(), label, clearance, 0);
  ++(decision.granted() ? tally.granted : tally.denied);
  if (decision.granted() && expected.granted) return;
  ASSERT_EQ(decision.granted(), expected.granted);
  std::vector<std::string> reasons;
  for (const Denial& denial : decision.reasons()) reasons.emplace_back(to_string(denial.reason));
  std::sort(reasons.begin(), reasons.end());
  std::vector<std::string> model_reasons = expected.reasons;
  std::sort(model_reasons.begin(), model_reasons.end());
  ASSERT_EQ(reasons, model_reasons);
}

TEST(DecisionModel, EveryLabelAndClearanceOfASmallPolicy) {
  PolicyContent content = test::example_content();
  content.classifications.pop_back();
  content.tag_sets.resize(5);
  content.tag_sets.erase(content.tag_sets.begin() + 3);
  content.tag_sets[2].tags[0].categories.pop_back();
  content.tag_sets[1].tags[1].categories.pop_back();
  content.tag_sets[3].tags.pop_back();
  const SecurityPolicy policy = *SecurityPolicy::make(content);
  const std::vector<Slot> deciding{{oid("2.999.7.1"), Kind::kRestrictive, {0, 1}},
                                   {oid("2.999.7.2"), Kind::kPermissive, {0, 1, 2}},
                                   {oid("2.999.7.3"), Kind::kEnumeratedPermissive, {100}}};
  std::vector<Label> labels(3, Label(policy.id()));  // the first has no classification
  ASSERT_TRUE(labels[1].set_classification(1).has_value());
  ASSERT_TRUE(labels[2].set_classification(7).has_value());
  std::vector<Clearance> clearances(4, Clearance(policy.id()));
  for (const unsigned i : {1U, 3U}) ASSERT_TRUE(clearances[i].add_classification(1).has_value());
  for (const unsigned i : {2U, 3U}) ASSERT_TRUE(clearances[i].add_classification(7).has_value());
  labels = combinations(std::move(labels), deciding);
  labels = combinations(std::move(labels), {{oid("2.999.7.5"), Kind::kInformativeBits, {0}}});
  clearances = combinations(std::move(clearances), deciding);
  ASSERT_EQ(labels.size(), 3U * 4 * 8 * 2 * 2);
  ASSERT_EQ(clearances.size(), 4U * 4 * 8 * 2);
  Tally tally;
  for (const Label& label : labels) {
    for (const Clearance& clearance : clearances) {
      ASSERT_NO_FATAL_FAILURE(compare(policy, label, clearance, tally));
    }
  }
  EXPECT_EQ(tally.granted + tally.denied, 98'304U);
  EXPECT_GT(tally.granted, 5'000U);
}

// One unknown value, and everything a tag set and type can be wrong in.
TEST(DecisionModel, UnknownsOfASmallPolicy) {
  const SecurityPolicy policy = test::example_policy();
  std::vector<Label> labels(1, Label(policy.id()));
  ASSERT_TRUE(labels[0].set_classification(1).has_value());
  labels = combinations(std::move(labels), {{oid("2.999.7.1"), Kind::kRestrictive, {0, 2}},
                                            {oid("2.999.7.1"), Kind::kPermissive, {0}},
                                            {oid("2.999.7.2"), Kind::kPermissive, {0, 2, 9}},
                                            {oid("2.999.7.5"), Kind::kInformativeValues, {17, 18}},
                                            {oid("2.999.7.6"), Kind::kPermissive, {0}},
                                            {oid("2.999.9"), Kind::kInformativeBits, {1}}});
  std::vector<Clearance> clearances(1, Clearance(policy.id()));
  ASSERT_TRUE(clearances[0].add_classification(1).has_value());
  clearances =
      combinations(std::move(clearances), {{oid("2.999.7.1"), Kind::kRestrictive, {0, 2}},
                                           {oid("2.999.7.2"), Kind::kPermissive, {0, 2, 9}},
                                           {oid("2.999.7.6"), Kind::kRestrictive, {0}}});
  Tally tally;
  for (const Label& label : labels) {
    for (const Clearance& clearance : clearances) {
      ASSERT_NO_FATAL_FAILURE(compare(policy, label, clearance, tally));
    }
  }
  EXPECT_GT(tally.granted, 10U);
  EXPECT_GT(tally.denied, 10U);
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(engine_);
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

constexpr std::uint32_t kTagSets = 10;
constexpr std::uint32_t kClassifications = 12;

std::uint32_t lacv_of(Kind kind, std::uint32_t index) {
  return is_bit_string(kind) ? index : index * 1'001 + 7;
}

PolicyContent random_content(Random& random) {
  PolicyContent content;
  content.name = "RANDOM";
  content.id = oid("2.999.50");
  content.privacy_marks = {{.name = "PERSONAL"}};
  for (std::uint32_t i = 0; i < kClassifications; ++i) {
    content.classifications.push_back(
        {.name = "C" + std::to_string(i), .lacv = i * 20, .hierarchy = random.below(4)});
  }
  for (std::uint32_t s = 0; s < kTagSets; ++s) {
    TagSet tag_set{.name = "S" + std::to_string(s),
                   .id = oid("2.999.50." + std::to_string(s)),
                   .tags = {},
                   .place = {}};
    std::vector<std::uint32_t> next(6, 0);  // the next free number of each kind
    for (std::uint32_t t = 0, tags = 1 + random.below(4); t < tags; ++t) {
      const auto kind = static_cast<Kind>(random.below(6));
      std::vector<std::pair<std::string, std::uint32_t>> values;
      for (std::uint32_t v = 0, count = 1 + random.below(5); v < count; ++v) {
        values.emplace_back("V" + std::to_string(v),
                            lacv_of(kind, next[static_cast<std::size_t>(kind)]++));
      }
      tag_set.tags.push_back(test::tag("T" + std::to_string(t), kind, values));
    }
    content.tag_sets.push_back(tag_set);
  }
  return content;
}

// Mostly values of the policy's tags; now and then one that it does not have.
template <typename Holder>
void add_random(Holder& holder, const PolicyContent& content, Random& random,
                std::uint32_t density) {
  for (const TagSet& tag_set : content.tag_sets) {
    if (!random.one_in(2)) continue;
    for (std::uint32_t k = 0; k < 6; ++k) {
      const auto kind = static_cast<Kind>(k);
      std::vector<std::uint32_t> values;
      for (const Tag& tag : tag_set.tags) {
        for (const TagCategory& value : tag.categories) {
          if (tag.kind == kind && !random.one_in(density)) values.push_back(value.lacv);
        }
      }
      if (random.one_in(60)) values.push_back(lacv_of(kind, 40 + random.below(10)));
      if (values.empty()) continue;
      ASSERT_TRUE(holder.add(*Category::make(tag_set.id, kind, values)).has_value());
    }
  }
}

Label random_label(const PolicyContent& content, Random& random) {
  Label label(content.id);
  if (!random.one_in(20)) {
    const std::uint32_t lacv =
        random.one_in(20) ? random.below(257) : random.below(kClassifications) * 20;
    EXPECT_TRUE(label.set_classification(lacv).has_value());
  }
  if (random.one_in(8)) {
    const char* text = random.one_in(3) ? "OTHER" : "PERSONAL";
    label.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, text));
  }
  if (!random.one_in(6)) add_random(label, content, random, 2);
  return label;
}

Clearance random_clearance(const PolicyContent& content, Random& random) {
  Clearance clearance(content.id);
  for (std::uint32_t i = 0; i < kClassifications; ++i) {
    if (random.one_in(5)) continue;
    EXPECT_TRUE(clearance.add_classification(i * 20).has_value());
  }
  add_random(clearance, content, random, random.one_in(2) ? 2 : 100);
  return clearance;
}

// Under AddressSanitizer it takes forty times as long, and looks for faults of memory only.
#if defined(__SANITIZE_ADDRESS__)
constexpr unsigned kRandomPolicies = 4;
#else
constexpr unsigned kRandomPolicies = 25;
#endif

TEST(DecisionModel, ManyRandomOnes) {
  Tally tally;
  for (unsigned seed = 1; seed <= kRandomPolicies; ++seed) {
    Random random(seed);
    const auto policy = SecurityPolicy::make(random_content(random));
    ASSERT_TRUE(policy.has_value()) << policy.error().what;
    std::vector<Label> labels;
    std::vector<Clearance> clearances;
    for (int i = 0; i < 64; ++i) {
      labels.push_back(random_label(policy->content(), random));
      clearances.push_back(random_clearance(policy->content(), random));
    }
    for (const Label& label : labels) {
      for (const Clearance& clearance : clearances) {
        ASSERT_NO_FATAL_FAILURE(compare(*policy, label, clearance, tally));
      }
    }
  }
  EXPECT_EQ(tally.granted + tally.denied, kRandomPolicies * 4'096U);
  EXPECT_GT(tally.granted, kRandomPolicies * 200U);
  EXPECT_GT(tally.denied, kRandomPolicies * 200U);
}

// A larger clearance never sees less.
TEST(DecisionModel, AddingToAClearanceNeverDenies) {
  Random random(99);
  const SecurityPolicy policy = *SecurityPolicy::make(random_content(random));
  std::size_t granted = 0;
  for (int i = 0; i < 5'000; ++i) {
    const Label label = random_label(policy.content(), random);
    const Clearance small = random_clearance(policy.content(), random);
    Clearance large(policy.id());
    for (std::uint32_t c = 0; c <= kMaxClassification; ++c) {
      ASSERT_TRUE(large.add_classification(c).has_value());
    }
    for (const Category& held : small.categories()) {
      std::vector<std::uint32_t> values(held.values().begin(), held.values().end());
      values.push_back(values.back() + 1);
      ASSERT_TRUE(large.add(*Category::make(held.tag_set(), held.kind(), values)).has_value());
    }
    if (!decide(policy, label, small, {}).granted()) continue;
    ++granted;
    EXPECT_TRUE(decide(policy, label, large, {}).granted());
  }
  EXPECT_GT(granted, 100U);
}

}  // namespace
}  // namespace labels
