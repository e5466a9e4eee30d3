// decide() against the naive decision in tests/model: every label × clearance of a small policy,
// under each kind of condition. decision_random_test.cc has random ones of large policies.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/sanitized.h"
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
             guard::UtcTime at, Tally& tally) {
  const Decision decision = decide(policy, label, clearance, at);
  const model::Verdict expected =
      model::decide(policy.content(), label, clearance, at.microseconds / 1'000'000);
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

// The clearances of a person with and without each classification, for every subset of the slots.
std::vector<Clearance> all_clearances(const Oid& policy, const std::vector<Slot>& slots) {
  std::vector<Clearance> clearances(4, Clearance(policy));
  for (const unsigned i : {1U, 3U}) {
    EXPECT_TRUE(clearances[i].add_classification(1).has_value());
  }
  for (const unsigned i : {2U, 3U}) {
    EXPECT_TRUE(clearances[i].add_classification(7).has_value());
  }
  return combinations(std::move(clearances), slots);
}

// Labels without a classification, with 1, and with 7; the latter once more with a privacy mark.
std::vector<Label> all_labels(const Oid& policy, const std::vector<Slot>& slots) {
  std::vector<Label> labels(4, Label(policy));
  EXPECT_TRUE(labels[1].set_classification(1).has_value());
  EXPECT_TRUE(labels[2].set_classification(7).has_value());
  labels[3] = labels[2];
  labels[3].set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, "STAFF"));
  return combinations(std::move(labels), slots);
}

void compare_all(const SecurityPolicy& policy, const std::vector<Label>& labels,
                 const std::vector<Clearance>& clearances, guard::UtcTime at, Tally& tally) {
  for (const Label& label : labels) {
    for (const Clearance& clearance : clearances) {
      ASSERT_NO_FATAL_FAILURE(compare(policy, label, clearance, at, tally));
    }
  }
}

// Caveats RED 0, BLUE 1; nations ALPHA 0, BRAVO 1; project BRIDGE 100; remark BURN 0.
PolicyContent small_content() {
  PolicyContent content = test::example_content();
  content.classifications.pop_back();
  content.tag_sets.resize(5);
  content.tag_sets.erase(content.tag_sets.begin() + 3);
  content.tag_sets[2].tags[0].categories.pop_back();
  content.tag_sets[1].tags.pop_back();
  content.tag_sets[3].tags.pop_back();
  return content;
}

const std::vector<Slot>& small_slots() {
  static const std::vector<Slot> slots{{oid("2.999.7.1"), Kind::kRestrictive, {0, 1}},
                                       {oid("2.999.7.2"), Kind::kPermissive, {0, 1}},
                                       {oid("2.999.7.3"), Kind::kEnumeratedPermissive, {100}}};
  return slots;
}

// Every kind of condition, one at a time, on the small policy.
struct Condition {
  const char* name;
  std::function<void(PolicyContent&)> add;
};

std::vector<Condition> conditions() {
  const auto red = [](PolicyContent& c) -> TagCategory& {
    return c.tag_sets[0].tags[0].categories[0];
  };
  const auto nation = [](std::uint32_t lacv) {
    return CategoryGroup{.tag_set = oid("2.999.7.2"), .kind = Kind::kPermissive, .lacv = lacv};
  };
  const auto nations = [](bool all) {
    return CategoryGroup{.tag_set = oid("2.999.7.2"), .all = all};
  };
  const CategoryGroup project{.tag_set = oid("2.999.7.3")};
  using Op = RequiredOperation;
  std::vector<Condition> all{
      {"none", [](PolicyContent&) {}},
      {"obsolete classification", [](PolicyContent& c) { c.classifications[1].obsolete = true; }},
      {"obsolete value", [=](PolicyContent& c) { red(c).obsolete = true; }},
      {"obsolete mark", [](PolicyContent& c) { c.privacy_marks[0].obsolete = true; }},
      {"mark demanded", [](PolicyContent& c) { c.privacy_mark_selection.minimum = 1; }},
      {"no mark allowed", [](PolicyContent& c) { c.privacy_mark_selection.maximum = 0; }},
      {"not yet", [=](PolicyContent& c) { red(c).not_before = 2'000; }},
      {"no longer", [=](PolicyContent& c) { red(c).not_after = 500; }},
      {"now", [=](PolicyContent& c) { red(c).not_before = red(c).not_after = 1'000; }},
      {"required class", [=](PolicyContent& c) { red(c).required_class = "MID"; }},
      {"excluded class", [=](PolicyContent& c) { red(c).excluded_classes = {"MID"}; }},
      {"excluded value", [=](PolicyContent& c) { red(c).excluded = {nation(0)}; }},
      {"excluded set", [=](PolicyContent& c) { red(c).excluded = {nations(true), project}; }},
      {"excluded own set",
       [=](PolicyContent& c) { red(c).excluded = {{.tag_set = oid("2.999.7.1")}}; }},
      {"excluded by class",
       [=](PolicyContent& c) { c.classifications[0].excluded = {nations(false)}; }},
      {"minimum", [](PolicyContent& c) { c.tag_sets[1].tags[0].selection.minimum = 1; }},
      {"maximum", [](PolicyContent& c) { c.tag_sets[1].tags[0].selection.maximum = 1; }},
      {"none of a tag", [](PolicyContent& c) { c.tag_sets[1].tags[0].selection.maximum = 0; }}};
  for (const Op operation : {Op::kOnlyOne, Op::kOneOrMore, Op::kAll}) {
    const std::vector<std::vector<CategoryGroup>> groups{{nation(0), nation(1)},
                                                         {nations(false)},
                                                         {nations(true)},
                                                         {nation(1), project},
                                                         {nations(true), project}};
    for (const auto& each : groups) {
      const RequiredCategory one{.operation = operation, .groups = each};
      all.push_back({"required by a value", [=](PolicyContent& c) { red(c).required = {one}; }});
      all.push_back({"required by a classification",
                     [=](PolicyContent& c) { c.classifications[0].required = {one}; }});
    }
  }
  return all;
}

// Each nth clearance; the last is for everything.
std::vector<Clearance> every(std::size_t nth, const SecurityPolicy& policy) {
  std::vector<Clearance> some;
  const std::vector<Clearance> all = all_clearances(policy.id(), small_slots());
  for (std::size_t i = nth - 1; i < all.size(); i += nth) some.push_back(all[i]);
  return some;
}

TEST(DecisionModel, EveryLabelUnderEachCondition) {
  for (const Condition& condition : conditions()) {
    SCOPED_TRACE(condition.name);
    PolicyContent content = small_content();
    condition.add(content);
    const auto policy = SecurityPolicy::make(std::move(content));
    ASSERT_TRUE(policy.has_value()) << policy.error().what;
    const std::vector<Clearance> some = every(guard::kSanitized ? 64 : 16, *policy);
    Tally tally;
    compare_all(*policy, all_labels(policy->id(), small_slots()), some, {1'000'000'000}, tally);
    EXPECT_EQ(tally.granted + tally.denied, guard::kSanitized ? 256U : 1'024U);
    EXPECT_GT(tally.granted, guard::kSanitized ? 2U : 10U);
    EXPECT_GT(tally.denied, guard::kSanitized ? 2U : 10U);
  }
}

// Every kind of condition at once, as far as they leave anything: 128 labels × 128 clearances.
TEST(DecisionModel, EveryLabelAndClearanceUnderManyConditions) {
  PolicyContent content = small_content();
  for (const Condition& condition : conditions()) {
    const std::string_view name = condition.name;
    if (name == "now" || name == "excluded by class" || name == "required class" ||
        name == "excluded own set" || name == "maximum" || name == "obsolete mark") {
      condition.add(content);
    }
  }
  const SecurityPolicy policy = *SecurityPolicy::make(content);
  for (const std::int64_t at : {999'999'999, 1'000'000'000, 1'001'000'000}) {
    Tally tally;
    compare_all(policy, all_labels(policy.id(), small_slots()),
                every(guard::kSanitized ? 8 : 1, policy), {at}, tally);
    EXPECT_GT(tally.granted, guard::kSanitized ? 10U : 100U);
  }
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
  const std::size_t step = guard::kSanitized ? 29 : 1;  // prime to the numbers of both
  for (std::size_t i = 0; i < labels.size() * clearances.size(); i += step) {
    const Label& label = labels[i / clearances.size()];
    const Clearance& clearance = clearances[i % clearances.size()];
    ASSERT_NO_FATAL_FAILURE(compare(policy, label, clearance, {}, tally));
  }
  EXPECT_GT(tally.granted, 10U);
  EXPECT_GT(tally.denied, 10U);
}

}  // namespace
}  // namespace labels
