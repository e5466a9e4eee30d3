// Random security policies, labels and clearances for tests; the same for the same seed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "labels/clearance.h"
#include "labels/example_policy_for_test.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels::test {

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

inline constexpr std::uint32_t kTagSets = 10;
inline constexpr std::uint32_t kClassifications = 12;

inline std::uint32_t lacv_of(CategoryKind kind, std::uint32_t index) {
  return is_bit_string(kind) ? index : index * 1'001 + 7;
}

// Tags have up to `most` values.
inline PolicyContent random_structure(Random& random, std::uint32_t most) {
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
      const auto kind = static_cast<CategoryKind>(random.below(6));
      std::vector<std::pair<std::string, std::uint32_t>> values;
      for (std::uint32_t v = 0, count = 1 + random.below(most); v < count; ++v) {
        values.emplace_back("V" + std::to_string(v),
                            lacv_of(kind, next[static_cast<std::size_t>(kind)]++));
      }
      tag_set.tags.push_back(tag("T" + std::to_string(t), kind, values));
    }
    content.tag_sets.push_back(tag_set);
  }
  return content;
}

// Conditions of every kind, sprinkled over the policy; the more values, the rarer, or hardly any
// policy would be free of contradictions.
inline CategoryGroup random_group(const PolicyContent& content, Random& random) {
  const auto below = [&](std::size_t bound) {
    return random.below(static_cast<std::uint32_t>(bound));
  };
  const TagSet& tag_set = content.tag_sets[below(content.tag_sets.size())];
  const Tag& tag = tag_set.tags[below(tag_set.tags.size())];
  CategoryGroup group{.tag_set = tag_set.id};
  if (!random.one_in(4)) group.kind = tag.kind;
  if (group.kind && random.one_in(2)) {
    group.lacv = tag.categories[below(tag.categories.size())].lacv;
  } else {
    group.all = random.one_in(3);
  }
  return group;
}

inline std::vector<RequiredCategory> random_required(const PolicyContent& content, Random& random) {
  RequiredCategory one{.operation = static_cast<RequiredOperation>(random.below(3))};
  do {
    one.groups.push_back(random_group(content, random));
  } while (random.one_in(2));
  return {one};
}

inline void add_conditions(const PolicyContent& content, TagCategory& one, Random& random,
                           std::uint32_t rarity) {
  const auto name = [&] { return content.classifications[random.below(kClassifications)].name; };
  one.obsolete = random.one_in(40 * rarity);
  if (random.one_in(40 * rarity)) one.required_class = name();
  if (random.one_in(20 * rarity)) one.excluded_classes = {name(), name()};
  if (random.one_in(20 * rarity)) one.required = random_required(content, random);
  if (random.one_in(20 * rarity)) one.excluded = {random_group(content, random)};
  if (random.one_in(20 * rarity)) one.not_before = random.below(150);
  if (random.one_in(20 * rarity)) one.not_after = one.not_before.value_or(30) + random.below(150);
}

inline void add_conditions(PolicyContent& content, Random& random, std::uint32_t rarity) {
  for (Classification& one : content.classifications) {
    one.obsolete = random.one_in(12);
    if (random.one_in(6)) one.required = random_required(content, random);
    if (random.one_in(6)) one.excluded = {random_group(content, random)};
  }
  for (TagSet& tag_set : content.tag_sets) {
    for (Tag& tag : tag_set.tags) {
      if (random.one_in(6)) tag.selection.maximum = random.below(3);
      if (random.one_in(40)) tag.selection.minimum = 1;
      for (TagCategory& one : tag.categories) add_conditions(content, one, random, rarity);
    }
  }
  content.privacy_marks.push_back({.name = "OTHER", .obsolete = random.one_in(2)});
}

// random_policy makes policies until one does not contradict itself.
inline SecurityPolicy random_policy(Random& random, bool conditions, std::uint32_t most = 5) {
  while (true) {
    PolicyContent content = random_structure(random, most);
    if (conditions) add_conditions(content, random, most / 5);
    auto policy = SecurityPolicy::make(std::move(content));
    if (policy) return *std::move(policy);
  }
}

// Mostly values of the policy's tags; now and then one that it does not have.
template <typename Holder>
void add_random(Holder& holder, const PolicyContent& content, Random& random,
                std::uint32_t percent) {
  for (const TagSet& tag_set : content.tag_sets) {
    if (!random.one_in(2)) continue;
    for (std::uint32_t k = 0; k < 6; ++k) {
      const auto kind = static_cast<CategoryKind>(k);
      std::vector<std::uint32_t> values;
      for (const Tag& tag : tag_set.tags) {
        for (const TagCategory& value : tag.categories) {
          if (tag.kind == kind && random.below(100) < percent) values.push_back(value.lacv);
        }
      }
      if (random.one_in(60)) values.push_back(lacv_of(kind, 400 + random.below(10)));
      if (values.empty()) continue;
      ASSERT_TRUE(holder.add(*Category::make(tag_set.id, kind, values)).has_value());
    }
  }
}

// Each value of half of the tag sets with that chance.
inline Label random_label(const PolicyContent& content, Random& random,
                          std::uint32_t percent = 50) {
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
  if (!random.one_in(6)) add_random(label, content, random, percent);
  return label;
}

inline Clearance random_clearance(const PolicyContent& content, Random& random) {
  Clearance clearance(content.id);
  for (std::uint32_t i = 0; i < kClassifications; ++i) {
    if (random.one_in(5)) continue;
    EXPECT_TRUE(clearance.add_classification(i * 20).has_value());
  }
  add_random(clearance, content, random, random.one_in(2) ? 50 : 99);
  return clearance;
}

}  // namespace labels::test
