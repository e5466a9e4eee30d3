// Two small policies, and what becomes of labels between them.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labels/example_policy_for_test.h"
#include "labels/translation.h"

namespace labels::test {

inline constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01

// Two small policies. HERE has a restrictive, a permissive and an informative tag set; THERE has
// the same, and a second permissive tag. Tests say what is equivalent.
inline PolicyContent content(std::string name, std::string_view id) {
  const std::string arc = std::string(id) + ".";
  PolicyContent result;
  result.name = std::move(name);
  result.id = oid(id);
  result.classifications = {{.name = "LOW", .lacv = 1, .hierarchy = 1},
                            {.name = "HIGH", .lacv = 2, .hierarchy = 2}};
  result.tag_sets = {
      {.name = "Must",
       .id = oid(arc + "1"),
       .tags = {test::tag("Must", CategoryKind::kRestrictive, {{"RED", 0}, {"BLUE", 1}})}},
      {.name = "May",
       .id = oid(arc + "2"),
       .tags = {test::tag("May", CategoryKind::kPermissive, {{"A", 0}, {"B", 1}}),
                test::tag("Also", CategoryKind::kPermissive, {{"C", 2}, {"D", 3}})}},
      {.name = "Note",
       .id = oid(arc + "3"),
       .tags = {test::tag("Note", CategoryKind::kInformativeBits, {{"MEMO", 0}})}}};
  return result;
}

inline PolicyContent here() {
  PolicyContent result = content("HERE", "2.999.1");
  result.equivalent_policies = {{.name = "T", .id = oid("2.999.2")}};
  for (Classification& one : result.classifications) {
    one.equivalents = {{.policy = "T", .lacv = one.lacv, .applied = Applied::kBoth}};
  }
  return result;
}

inline PolicyContent there() { return content("THERE", "2.999.2"); }

inline EquivalentCategory to(std::string_view tag_set, CategoryKind kind, std::uint32_t lacv,
                             Applied applied = Applied::kBoth, std::string policy = "T") {
  return {.policy = std::move(policy),
          .tag_set = oid(tag_set),
          .kind = kind,
          .lacv = lacv,
          .applied = applied};
}

inline EquivalentCategory discarded(Applied applied = Applied::kEncrypt) {
  return {.policy = "T", .applied = applied, .discard = true};
}

inline TagCategory& category(PolicyContent& policy, std::string_view name) {
  for (TagSet& tag_set : policy.tag_sets) {
    for (Tag& tag : tag_set.tags) {
      for (TagCategory& one : tag.categories) {
        if (one.name == name) return one;
      }
    }
  }
  throw std::logic_error("no such category");
}

inline Label low(std::initializer_list<Category> categories = {}) {
  Label label(oid("2.999.1"));
  EXPECT_TRUE(label.set_classification(1).has_value());
  for (const Category& one : categories) EXPECT_TRUE(label.add(one).has_value());
  return label;
}

inline Category must(std::vector<std::uint32_t> values) {
  return *Category::make(oid("2.999.1.1"), CategoryKind::kRestrictive, std::move(values));
}
inline Category may(std::vector<std::uint32_t> values) {
  return *Category::make(oid("2.999.1.2"), CategoryKind::kPermissive, std::move(values));
}

using Result = std::expected<Label, TranslationFault>;

inline Result translated(const PolicyContent& from, const PolicyContent& to_policy,
                         const Label& label) {
  return translate(*SecurityPolicy::make(from), *SecurityPolicy::make(to_policy), label, kAt);
}

// The values of the result, as "tag set:kind:values", or the fault's name.
inline std::string outcome(const Result& result) {
  if (!result) return std::string(to_string(result.error().reason));
  std::string text = std::to_string(*result->classification());
  for (const Category& one : result->categories()) {
    text += " " + one.tag_set().to_dotted() + ":" + std::string(to_string(one.kind()));
    for (const std::uint32_t lacv : one.values()) text += ":" + std::to_string(lacv);
  }
  return text;
}

}  // namespace labels::test
