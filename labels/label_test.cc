#include "labels/label.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "labels/clearance.h"

namespace labels {
namespace {

Oid oid(std::string_view dotted) { return *Oid::from_dotted(dotted); }

Category category(std::string_view tag_set, CategoryKind kind, std::vector<std::uint32_t> values) {
  return *Category::make(oid(tag_set), kind, std::move(values));
}

TEST(CategoryValues, SortedOnceAndWithinBounds) {
  using Kind = CategoryKind;
  const Oid id = oid("2.999.1");
  const auto sorted = Category::make(id, Kind::kPermissive, {3, 1, 2});
  ASSERT_TRUE(sorted.has_value());
  EXPECT_EQ(std::vector(sorted->values().begin(), sorted->values().end()),
            (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_TRUE(sorted->holds(2));
  EXPECT_FALSE(sorted->holds(4));
  EXPECT_EQ(Category::make(Oid(), Kind::kPermissive, {1}).error(), LabelReason::kOidMalformed);
  EXPECT_EQ(Category::make(id, Kind::kPermissive, {}).error(), LabelReason::kCategoryEmpty);
  EXPECT_EQ(Category::make(id, Kind::kPermissive, {1, 1}).error(), LabelReason::kDuplicateValue);
  for (const Kind kind : {Kind::kRestrictive, Kind::kPermissive, Kind::kInformativeBits}) {
    EXPECT_TRUE(Category::make(id, kind, {kMaxBit}).has_value());
    EXPECT_EQ(Category::make(id, kind, {kMaxBit + 1}).error(), LabelReason::kValueRange);
  }
  for (const Kind kind :
       {Kind::kEnumeratedRestrictive, Kind::kEnumeratedPermissive, Kind::kInformativeValues}) {
    EXPECT_TRUE(Category::make(id, kind, {kMaxAttribute}).has_value());
    EXPECT_EQ(Category::make(id, kind, {kMaxAttribute + 1}).error(), LabelReason::kValueRange);
  }
  std::vector<std::uint32_t> many;
  for (std::uint32_t i = 0; i < kMaxCategoryValues; ++i) many.push_back(i);
  EXPECT_TRUE(Category::make(id, Kind::kEnumeratedPermissive, many).has_value());
  many.push_back(kMaxCategoryValues);
  EXPECT_EQ(Category::make(id, Kind::kEnumeratedPermissive, many).error(),
            LabelReason::kTooManyValues);
}

TEST(LabelValue, EqualWhateverTheOrderItWasBuiltIn) {
  const Category a = category("2.999.1", CategoryKind::kRestrictive, {1});
  const Category b = category("2.999.1", CategoryKind::kPermissive, {1});
  const Category c = category("2.999.2", CategoryKind::kRestrictive, {0});
  Label one(oid("2.999"));
  Label other(oid("2.999"));
  for (const Category& x : {a, b, c}) ASSERT_TRUE(one.add(x).has_value());
  for (const Category& x : {c, b, a}) ASSERT_TRUE(other.add(x).has_value());
  EXPECT_EQ(one, other);
  ASSERT_TRUE(other.set_classification(1).has_value());
  EXPECT_NE(one, other);
  EXPECT_LT(one, other);
}

TEST(LabelValue, Bounds) {
  Label label(oid("2.999"));
  EXPECT_TRUE(label.set_classification(0).has_value());
  EXPECT_TRUE(label.set_classification(256).has_value());
  EXPECT_EQ(label.set_classification(257).error(), LabelReason::kClassificationRange);
  EXPECT_EQ(label.classification(), 256);
  for (int i = 0; i < 64; ++i) {
    const std::string tag_set = "2.999." + std::to_string(i);
    ASSERT_TRUE(label.add(category(tag_set, CategoryKind::kPermissive, {1})).has_value());
  }
  EXPECT_EQ(label.add(category("2.999.64", CategoryKind::kPermissive, {1})).error(),
            LabelReason::kTooManyCategories);
  EXPECT_EQ(label.add(category("2.999.63", CategoryKind::kPermissive, {2})).error(),
            LabelReason::kDuplicateCategory);
}

TEST(ClearanceValue, IsASetOfClassifications) {
  Clearance clearance(oid("2.999"));
  EXPECT_TRUE(clearance.classifications().empty());
  ASSERT_TRUE(clearance.add_classification(256).has_value());
  ASSERT_TRUE(clearance.add_classification(2).has_value());
  ASSERT_TRUE(clearance.add_classification(2).has_value());
  EXPECT_EQ(clearance.add_classification(257).error(), LabelReason::kClassificationRange);
  EXPECT_EQ(clearance.classifications(), (std::vector<std::uint16_t>{2, 256}));
  EXPECT_TRUE(clearance.holds(2));
  EXPECT_FALSE(clearance.holds(1));
  EXPECT_FALSE(clearance.holds(257));
  EXPECT_FALSE(clearance.holds(0xffffffff));
}

TEST(LabelReasons, NamesAreDistinct) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(LabelReason::kDuplicateValue); ++i) {
    names.push_back(to_string(static_cast<LabelReason>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "unknown-reason"), names.end());
}

}  // namespace
}  // namespace labels
