// Labels under the example policy, changed as a test wants it, and whether they are valid.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labels/decision.h"
#include "labels/example_policy_for_test.h"
#include "labels/validity.h"

namespace labels::test {

inline constexpr guard::UtcTime kNow{1'783'000'000'000'000};

struct Held {
  std::string_view tag_set;
  CategoryKind kind;
  std::vector<std::uint32_t> values;
};

inline const Held kRed{"2.999.7.1", CategoryKind::kRestrictive, {0}};
inline const Held kBlue{"2.999.7.1", CategoryKind::kRestrictive, {1}};
inline const Held kRedBlue{"2.999.7.1", CategoryKind::kRestrictive, {0, 1}};
inline const Held kAlpha{"2.999.7.2", CategoryKind::kPermissive, {0}};
inline const Held kAlphaBravo{"2.999.7.2", CategoryKind::kPermissive, {0, 1}};
inline const Held kBridge{"2.999.7.3", CategoryKind::kEnumeratedPermissive, {100}};

inline Label label(std::uint32_t classification, const std::vector<Held>& categories = {}) {
  Label result(oid("2.999.7"));
  EXPECT_TRUE(result.set_classification(classification).has_value());
  for (const Held& one : categories) {
    EXPECT_TRUE(result.add(*Category::make(oid(one.tag_set), one.kind, one.values)).has_value());
  }
  return result;
}

inline Label marked(const char* text) {
  Label result = label(1);
  result.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, text));
  return result;
}

inline SecurityPolicy with(const std::function<void(PolicyContent&)>& change) {
  PolicyContent content = test::example_content();
  change(content);
  auto policy = SecurityPolicy::make(std::move(content));
  EXPECT_TRUE(policy.has_value()) << policy.error().what;
  return *policy;
}

// A clearance for everything that the policy has.
inline Clearance everything(const SecurityPolicy& policy) {
  Clearance all(policy.id());
  for (const Classification& one : policy.classifications()) {
    EXPECT_TRUE(all.add_classification(one.lacv).has_value());
  }
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (int k = 0; k <= static_cast<int>(CategoryKind::kEnumeratedRestrictive); ++k) {
      std::vector<std::uint32_t> values;
      for (const Tag& tag : tag_set.tags) {
        if (tag.kind != static_cast<CategoryKind>(k)) continue;
        for (const TagCategory& one : tag.categories) values.push_back(one.lacv);
      }
      if (values.empty()) continue;
      EXPECT_TRUE(
          all.add(*Category::make(tag_set.id, static_cast<CategoryKind>(k), values)).has_value());
    }
  }
  return all;
}

// "valid", or the words of all faults. Whoever is cleared for everything is granted a valid label,
// and denied an invalid one for those very reasons.
inline std::string words(const SecurityPolicy& policy, const Label& one, guard::UtcTime at = kNow) {
  const Validity validity = validate(policy, one, at);
  EXPECT_EQ(is_valid(CompiledLabel(policy, one), at), validity.valid());
  const Decision decision = decide(policy, one, everything(policy), at);
  EXPECT_EQ(decision.granted(), validity.valid());
  EXPECT_TRUE(std::ranges::equal(decision.reasons(), validity.faults()));
  std::string all;
  for (const Denial& fault : validity.faults()) {
    EXPECT_TRUE(makes_invalid(fault.reason) || fault.reason == DenialReason::kLabelPolicy);
    all += (all.empty() ? "" : "; ") + fault.what;
  }
  return validity.valid() ? "valid" : all;
}

// "valid", or the stable names.
inline std::string names(const SecurityPolicy& policy, const Label& one, guard::UtcTime at = kNow) {
  static_cast<void>(words(policy, one, at));
  std::string all;
  const Validity validity = validate(policy, one, at);
  for (const Denial& fault : validity.faults()) {
    all += (all.empty() ? "" : " ") + std::string(to_string(fault.reason));
  }
  return all.empty() ? "valid" : all;
}

inline TagCategory& red(PolicyContent& content) {
  return content.tag_sets[0].tags[0].categories[0];
}
inline TagCategory& alpha(PolicyContent& content) {
  return content.tag_sets[1].tags[0].categories[0];
}

inline CategoryGroup value_of(std::string_view tag_set, CategoryKind kind, std::uint32_t lacv) {
  return {.tag_set = oid(tag_set), .kind = kind, .lacv = lacv};
}
inline CategoryGroup whole(std::string_view tag_set, bool all = false) {
  return {.tag_set = oid(tag_set), .all = all};
}

inline const CategoryGroup kRedGroup = value_of("2.999.7.1", CategoryKind::kRestrictive, 0);
inline const CategoryGroup kBlueGroup = value_of("2.999.7.1", CategoryKind::kRestrictive, 1);
inline const CategoryGroup kBridgeGroup =
    value_of("2.999.7.3", CategoryKind::kEnumeratedPermissive, 100);

}  // namespace labels::test
