// decide() against the naive decision in tests/model, on random labels and clearances of random
// policies with every kind of condition.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "guard/base/sanitized.h"
#include "labels/decision.h"
#include "labels/random_policy_for_test.h"
#include "labels/validity.h"
#include "tests/model/decision.h"

namespace labels {
namespace {

using test::Random;
using test::random_clearance;
using test::random_label;
using test::random_policy;

constexpr std::int64_t kSecond = 100;
constexpr guard::UtcTime kAt{kSecond * 1'000'000};

std::vector<std::string> names(std::span<const Denial> reasons) {
  std::vector<std::string> all;
  for (const Denial& one : reasons) all.emplace_back(to_string(one.reason));
  std::ranges::sort(all);
  return all;
}

// What the model says of a label, worked out once for all clearances.
struct Judged {
  model::Reasons invalid;
  std::vector<model::Wanted> wanted;
};

Judged judge(const PolicyContent& content, const Label& label) {
  Judged judged;
  model::judge_validity(content, label, kSecond, judged.invalid);
  judged.wanted = model::wanted_by(content, model::values_of(label));
  return judged;
}

// Half of the labels are valid ones, so that the clearance has something to say; where the policy
// leaves hardly any, fewer.
std::vector<Label> some_labels(const PolicyContent& content, Random& random, std::size_t count,
                               std::uint32_t percent) {
  std::vector<Label> labels;
  for (std::size_t tries = 0; labels.size() < count; ++tries) {
    Label label = random_label(content, random, percent);
    const bool any = labels.size() % 2 == 1 || tries > 4 * count;
    if (any || judge(content, label).invalid.empty()) labels.push_back(std::move(label));
  }
  return labels;
}

struct Size {
  unsigned policies;
  std::uint32_t values;   // of a tag, at most
  std::uint32_t percent;  // of the values, in a label
  std::size_t labels;
  std::size_t clearances;
};

constexpr std::size_t kEach = guard::kSanitized ? 100 : 1'000;
constexpr Size kLarge{
    .policies = 1, .values = 20, .percent = 5, .labels = kEach, .clearances = kEach};
constexpr Size kMany{.policies = guard::kSanitized ? 4 : 60,
                     .values = 5,
                     .percent = 50,
                     .labels = 24,
                     .clearances = 24};

// Compares every label with every clearance: whether it is granted always, the reasons for one pair
// in `with_reasons`.
void compare(const SecurityPolicy& policy, const Size& size, Random& random,
             std::size_t with_reasons, std::size_t& granted) {
  const PolicyContent& content = policy.content();
  const std::vector<Label> labels = some_labels(content, random, size.labels, size.percent);
  ASSERT_EQ(labels.size(), size.labels);
  std::vector<Clearance> clearances;
  std::vector<CompiledClearance> compiled;
  std::vector<std::set<model::Value>> held;
  for (std::size_t i = 0; i < size.clearances; ++i) {
    clearances.push_back(random_clearance(content, random));
    compiled.emplace_back(policy, clearances.back());
    held.push_back(model::values_of(clearances.back()));
  }
  std::size_t pair = 0;
  for (const Label& label : labels) {
    const Judged judged = judge(content, label);
    const CompiledLabel compiled_label(policy, label);
    ASSERT_EQ(is_valid(compiled_label, kAt), judged.invalid.empty());
    for (std::size_t i = 0; i < clearances.size(); ++i) {
      model::Reasons reasons = judged.invalid;
      model::judge_classification(content, label, clearances[i], reasons);
      model::judge_tags(judged.wanted, held[i], reasons);
      ASSERT_EQ(grants(compiled_label, compiled[i], kAt), reasons.empty());
      if (reasons.empty()) ++granted;
      if (++pair % with_reasons != 0) continue;
      const Decision decision = decide(policy, label, clearances[i], kAt);
      ASSERT_EQ(names(decision.reasons()), model::verdict_of(reasons).reasons);
    }
  }
}

// A million pairs under one large policy.
TEST(DecisionRandom, MillionOfALargePolicy) {
  Random random(1);
  std::size_t granted = 0;
  compare(random_policy(random, true, kLarge.values), kLarge, random, 64, granted);
  EXPECT_GT(granted, kLarge.labels * kLarge.clearances / 50);
}

TEST(DecisionRandom, ManyPolicies) {
  std::size_t granted = 0;
  for (unsigned seed = 1; seed <= kMany.policies; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const SecurityPolicy policy = random_policy(random, seed % 4 != 0, kMany.values);
    ASSERT_NO_FATAL_FAILURE(compare(policy, kMany, random, 1, granted));
  }
  EXPECT_GT(granted, kMany.policies * 10U);
}

// A larger clearance never sees less.
TEST(DecisionRandom, AddingToAClearanceNeverDenies) {
  Random random(99);
  const SecurityPolicy policy = random_policy(random, false);
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
    if (!decide(policy, label, small, kAt).granted()) continue;
    ++granted;
    EXPECT_TRUE(decide(policy, label, large, kAt).granted());
  }
  EXPECT_GT(granted, 100U);
}

}  // namespace
}  // namespace labels
