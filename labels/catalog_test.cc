#include "labels/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "labels/decision.h"
#include "labels/example_policy_for_test.h"
#include "labels/samples_for_test.h"

namespace labels::catalog_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

constexpr guard::UtcTime kNow{.microseconds = 1'800'000'000'000'000};

Category category(std::string_view tag_set, CategoryKind kind, std::vector<std::uint32_t> values) {
  return *Category::make(test::oid(tag_set), kind, std::move(values));
}

Clearance clearance(std::vector<std::uint32_t> classifications,
                    std::vector<Category> categories = {}) {
  Clearance result(test::oid("2.999.7"));
  for (const std::uint32_t one : classifications) {
    EXPECT_TRUE(result.add_classification(one));
  }
  for (Category& one : categories) EXPECT_TRUE(result.add(std::move(one)));
  return result;
}

std::vector<std::string> selectors(const std::vector<CatalogItem>& items) {
  std::vector<std::string> all;
  for (const CatalogItem& item : items) all.push_back(item.selector);
  return all;
}

std::vector<std::string> selectors_of(const SecurityPolicy& policy, const Clearance& of,
                                      std::size_t values) {
  const auto items = catalog(policy, of, {.at = kNow, .values = values});
  EXPECT_TRUE(items);
  return items ? selectors(*items) : std::vector<std::string>{};
}

TEST(Catalog, AClearanceWithoutClassificationsGrantsNothing) {
  EXPECT_THAT(selectors_of(test::example_policy(), clearance({}), 1), ElementsAre());
}

TEST(Catalog, ClassificationsStandFromTheLowest) {
  EXPECT_THAT(selectors_of(test::example_policy(), clearance({2, 1, 7}), 1),
              ElementsAre("LOW", "MID", "TOP"));
  EXPECT_THAT(selectors_of(test::example_policy(), clearance({7}), 1), ElementsAre("MID"));
}

TEST(Catalog, WhatIsHeldIsOfferedValueByValue) {
  const Clearance held =
      clearance({1}, {category("2.999.7.1", CategoryKind::kRestrictive, {1}),
                      category("2.999.7.2", CategoryKind::kPermissive, {0, 1, 3})});
  EXPECT_THAT(selectors_of(test::example_policy(), held, 0), ElementsAre("LOW"));
  EXPECT_THAT(selectors_of(test::example_policy(), held, 1),
              ElementsAre("LOW|LOW", "LOW|Caveats: BLUE", "LOW|Nations: ALPHA",
                          "LOW|Nations: BRAVO", "LOW|Groups: GUESTS"));
  const auto two = selectors_of(test::example_policy(), held, 2);
  EXPECT_THAT(two, Contains("LOW|Nations: ALPHA, BRAVO"));
  EXPECT_THAT(two, Contains("LOW|Caveats: BLUE; Nations: ALPHA"));
  EXPECT_EQ(two.size(), 1U + 4U + 6U);
}

// A value whose meaning is a text of the originator says nothing without one; a value that is
// obsolete is in no valid label.
TEST(Catalog, WhatNobodyCanChooseIsNotOffered) {
  const Clearance held =
      clearance({1}, {category("2.999.7.1", CategoryKind::kRestrictive, {0, 1})});
  const auto offered = [&](const auto& change) {
    PolicyContent content = test::example_content();
    change(content.tag_sets[0].tags[0].categories[0]);
    return selectors_of(*SecurityPolicy::make(std::move(content)), held, 1);
  };
  const std::string red = "LOW|Caveats: RED";
  EXPECT_THAT(offered([](TagCategory&) {}), Contains(red));
  EXPECT_THAT(offered([](TagCategory& one) { one.user_input = UserInput::kString; }),
              Not(Contains(red)));
  EXPECT_THAT(offered([](TagCategory& one) { one.obsolete = true; }), Not(Contains(red)));
}

TEST(Catalog, WhatIsNotHeldIsNotOffered) {
  const Clearance held = clearance({1}, {category("2.999.7.1", CategoryKind::kRestrictive, {1})});
  for (const std::string& selector : selectors_of(test::example_policy(), held, 8)) {
    EXPECT_EQ(selector.find("RED"), std::string::npos) << selector;
    EXPECT_EQ(selector.find("ALPHA"), std::string::npos) << selector;
  }
}

TEST(Catalog, InformativeValuesOnlyWhereTheyAreNeeded) {
  PolicyContent content = test::example_content();
  const Clearance low = clearance({1});
  EXPECT_THAT(selectors_of(*SecurityPolicy::make(content), low, 2), ElementsAre("LOW"));
  content.classifications.front().required = {
      {.groups = {{.tag_set = test::oid("2.999.7.5"), .kind = CategoryKind::kInformativeBits}}}};
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy) << policy.error().what;
  EXPECT_THAT(selectors_of(*policy, low, 0), ElementsAre("LOW"));
  const auto items = catalog(*policy, low, {.at = kNow, .values = 0});
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 1U);
  EXPECT_EQ(items->front().label.categories().size(), 1U);
}

TEST(Catalog, APolicyThatDemandsValuesGetsTheFewest) {
  PolicyContent content = test::example_content();
  content.tag_sets[0].tags[0].selection.minimum = 2;
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy) << policy.error().what;
  const Clearance both =
      clearance({1, 7}, {category("2.999.7.1", CategoryKind::kRestrictive, {0, 1})});
  const auto items = catalog(*policy, both, {.at = kNow, .values = 0});
  ASSERT_TRUE(items);
  EXPECT_THAT(selectors(*items), ElementsAre("LOW", "MID"));
  EXPECT_EQ(items->front().label.categories()[0].values().size(), 2U);
  const Clearance one = clearance({1}, {category("2.999.7.1", CategoryKind::kRestrictive, {0})});
  EXPECT_THAT(selectors_of(*policy, one, 8), ElementsAre());
}

TEST(Catalog, APolicyThatDemandsAPrivacyMarkGetsOne) {
  PolicyContent content = test::example_content();
  content.privacy_mark_selection.minimum = 1;
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy) << policy.error().what;
  const auto items = catalog(*policy, clearance({1}), {.at = kNow, .values = 0});
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 1U);
  ASSERT_TRUE(items->front().label.privacy_mark());
  EXPECT_EQ(items->front().label.privacy_mark()->text(), "STAFF");
}

TEST(Catalog, ABarInANameIsNoSubmenu) {
  PolicyContent content = test::example_content();
  content.classifications.front().name = "LOW|DOWN";
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy);
  EXPECT_THAT(selectors_of(*policy, clearance({1}), 0), ElementsAre("LOW/DOWN"));
}

TEST(Catalog, LabelsFromElsewhereGetTheSamePlaces) {
  const Clearance held =
      clearance({1, 7}, {category("2.999.7.1", CategoryKind::kRestrictive, {1}),
                         category("2.999.7.2", CategoryKind::kPermissive, {0, 1})});
  const auto made = catalog(test::example_policy(), held, {.at = kNow, .values = 2});
  ASSERT_TRUE(made);
  std::vector<Label> labels;
  for (const CatalogItem& item : *made) labels.push_back(item.label);
  const auto again = arranged(test::example_policy(), labels);
  EXPECT_EQ(selectors(again), selectors(*made));
  // Alone it needs no submenu; what the policy does not know has its number.
  EXPECT_THAT(selectors(arranged(test::example_policy(), {labels.back()})), ElementsAre("MID"));
  Label unknown(test::example_policy().id());
  ASSERT_TRUE(unknown.set_classification(99));
  EXPECT_THAT(selectors(arranged(test::example_policy(), {unknown})), ElementsAre("99"));
}

TEST(Catalog, WhoHasLessRoomSaysSo) {
  const auto size = [](std::size_t items, std::size_t candidates) -> std::size_t {
    const auto made =
        catalog(test::example_policy(), clearance({1, 7}),
                {.at = kNow, .values = 0, .most_items = items, .most_candidates = candidates});
    return made ? made->size() : 0;
  };
  EXPECT_EQ(size(2, 2), 2U);
  EXPECT_EQ(size(1, 2), 0U);
  EXPECT_EQ(size(2, 1), 0U);
}

TEST(Catalog, TooManyLabelsAreNoCatalog) {
  PolicyContent content = test::example_content();
  auto& categories = content.tag_sets[0].tags[0].categories;
  categories.clear();
  std::vector<std::uint32_t> bits;
  // One label without a value, and one for each: as many as a catalog holds, and one more.
  for (std::uint32_t bit = 0; bit < kMaxCatalogItems; ++bit) {
    categories.push_back({.name = "V" + std::to_string(bit), .lacv = bit});
    bits.push_back(bit);
  }
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy);
  const Clearance all = clearance({1}, {category("2.999.7.1", CategoryKind::kRestrictive, bits)});
  bits.pop_back();
  const Clearance less = clearance({1}, {category("2.999.7.1", CategoryKind::kRestrictive, bits)});
  const auto fits = catalog(*policy, less, {.at = kNow, .values = 1});
  ASSERT_TRUE(fits);
  EXPECT_EQ(fits->size(), kMaxCatalogItems);
  EXPECT_FALSE(catalog(*policy, all, {.at = kNow, .values = 1}));
}

TEST(Catalog, EveryItemOfTheSamplesIsGrantedAndOnlyOnce) {
  for (const std::string_view name : test::kSamples) {
    const SecurityPolicy policy = test::sample(name);
    Clearance all(policy.id());
    for (const Classification& one : policy.classifications()) {
      ASSERT_TRUE(all.add_classification(one.lacv));
    }
    for (const TagSet& tag_set : policy.tag_sets()) {
      for (const Tag& tag : tag_set.tags) {
        if (rule_of(tag.kind) == CategoryRule::kInformative) continue;
        std::vector<std::uint32_t> values;
        for (const TagCategory& one : tag.categories) values.push_back(one.lacv);
        ASSERT_TRUE(all.add(*Category::make(tag_set.id, tag.kind, values)));
      }
    }
    auto items = catalog(policy, all, {.at = kNow, .values = 2});
    ASSERT_TRUE(items) << name << ": " << items.error().what;
    EXPECT_FALSE(items->empty()) << name;
    for (const CatalogItem& item : *items) {
      EXPECT_TRUE(decide(policy, item.label, all, kNow).granted()) << name << ' ' << item.selector;
    }
    std::ranges::sort(*items, {}, &CatalogItem::selector);
    EXPECT_EQ(std::ranges::adjacent_find(*items, {}, &CatalogItem::selector), items->end()) << name;
    std::ranges::sort(*items, {}, &CatalogItem::label);
    EXPECT_EQ(std::ranges::adjacent_find(*items, {}, &CatalogItem::label), items->end()) << name;
  }
}

}  // namespace
}  // namespace labels::catalog_test
