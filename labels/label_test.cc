#include "labels/label.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "labels/clearance.h"
#include "labels/losses.h"

namespace labels::label_test {
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

// Each label comes before those behind it: the order looks at one thing after the other, and what
// comes first outweighs everything that comes later.
TEST(LabelValue, CanonicalOrder) {
  const auto mark = [](PrivacyMark::Form form, const char* text) {
    return *PrivacyMark::make(form, text);
  };
  const Label empty(oid("2.999.1"));
  std::vector<Label> ascending{empty};
  const auto next = [&](const Label& from, const auto& change) {
    ascending.push_back(from);
    change(ascending.back());
  };
  // Texts, then review, creation, categories, privacy mark, classification, policy.
  next(empty, [](Label& x) { EXPECT_TRUE(x.set_review(LabelTime{1})); });
  next(empty, [](Label& x) { EXPECT_TRUE(x.set_review(LabelTime{2})); });
  next(empty, [](Label& x) { EXPECT_TRUE(x.set_created(LabelTime{1})); });
  next(ascending.back(), [](Label& x) { EXPECT_TRUE(x.set_review(LabelTime{1})); });
  next(empty, [](Label& x) { EXPECT_TRUE(x.set_created(LabelTime{2})); });
  const auto bear = [](const char* set, CategoryKind kind, std::vector<std::uint32_t> values) {
    return [=](Label& x) { EXPECT_TRUE(x.add(category(set, kind, values))); };
  };
  next(empty, bear("2.999.1", CategoryKind::kRestrictive, {1}));
  const Label one = ascending.back();
  next(one, [](Label& x) {
    EXPECT_TRUE(x.add_user_text({oid("2.999.1"), CategoryKind::kRestrictive, 1, "A"}));
  });
  next(one, [](Label& x) {
    EXPECT_TRUE(x.add_user_text({oid("2.999.1"), CategoryKind::kRestrictive, 1, "B"}));
  });
  next(one, [](Label& x) { EXPECT_TRUE(x.set_created(LabelTime{0})); });
  next(one, bear("2.999.1", CategoryKind::kPermissive, {0}));
  next(empty, bear("2.999.1", CategoryKind::kRestrictive, {1, 2}));
  next(empty, bear("2.999.1", CategoryKind::kRestrictive, {2}));
  next(empty, bear("2.999.1", CategoryKind::kPermissive, {0}));
  next(empty, bear("2.999.2", CategoryKind::kRestrictive, {0}));
  next(empty, [&](Label& x) { x.set_privacy_mark(mark(PrivacyMark::Form::kUtf8String, "A")); });
  next(ascending.back(), bear("2.999.1", CategoryKind::kRestrictive, {1}));
  next(empty, [&](Label& x) { x.set_privacy_mark(mark(PrivacyMark::Form::kUtf8String, "B")); });
  next(empty,
       [&](Label& x) { x.set_privacy_mark(mark(PrivacyMark::Form::kPrintableString, "A")); });
  next(empty, [](Label& x) { EXPECT_TRUE(x.set_classification(0)); });
  next(ascending.back(),
       [&](Label& x) { x.set_privacy_mark(mark(PrivacyMark::Form::kUtf8String, "A")); });
  next(empty, [](Label& x) { EXPECT_TRUE(x.set_classification(1)); });
  ascending.emplace_back(oid("2.999.2"));
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ascending[i] <=> ascending[j], i <=> j) << i << " " << j;
      EXPECT_EQ(ascending[i] == ascending[j], i == j) << i << " " << j;
    }
  }
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

TEST(LabelValue, AdoptsCategoriesInCanonicalOrderOnly) {
  const auto of = [](std::vector<Category> categories) {
    Label label(oid("2.999"));
    const auto adopted = label.adopt(std::move(categories));
    return adopted ? "accepted" : std::string(to_string(adopted.error()));
  };
  const Category first = category("2.999.1", CategoryKind::kRestrictive, {1});
  const Category second = category("2.999.1", CategoryKind::kPermissive, {1});
  const Category third = category("2.999.2", CategoryKind::kRestrictive, {1});
  EXPECT_EQ(of({}), "accepted");
  EXPECT_EQ(of({first, second, third}), "accepted");
  EXPECT_EQ(of({second, first}), "duplicate-category");
  EXPECT_EQ(of({first, first}), "duplicate-category");
  EXPECT_EQ(of({third, first}), "duplicate-category");
  std::vector<Category> many;
  for (int i = 1; i <= 64; ++i) {
    many.push_back(category("2.999." + std::to_string(i), CategoryKind::kRestrictive, {1}));
  }
  EXPECT_EQ(of(many), "accepted");
  many.push_back(category("2.999.65", CategoryKind::kRestrictive, {1}));
  EXPECT_EQ(of(many), "too-many-categories");
}

TEST(LabelValue, BearsDates) {
  Label label(oid("2.999"));
  EXPECT_FALSE(label.created().has_value());
  ASSERT_TRUE(label.set_created(*parse_label_time("2026-01-31T12:00:00Z")).has_value());
  ASSERT_TRUE(label.set_review(*parse_label_time("2036-01-31T12:00:00Z")).has_value());
  EXPECT_EQ(to_string(*label.created()), "2026-01-31T12:00:00Z");
  EXPECT_EQ(to_string(*label.review()), "2036-01-31T12:00:00Z");
  const LabelTime past{parse_label_time("9999-12-31T23:59:59.999Z")->milliseconds + 1};
  EXPECT_EQ(label.set_created(past).error(), LabelReason::kTimeRange);
  EXPECT_EQ(label.set_review(past).error(), LabelReason::kTimeRange);
  EXPECT_NE(label, Label(oid("2.999")));
}

TEST(LabelValue, BearsTextsOfValuesThatItHolds) {
  const auto text = [](std::uint32_t lacv, std::string words) {
    return UserText{.tag_set = oid("2.999.1"),
                    .kind = CategoryKind::kInformativeBits,
                    .lacv = lacv,
                    .text = std::move(words)};
  };
  Label label(oid("2.999"));
  EXPECT_EQ(label.add_user_text(text(1, "A")).error(), LabelReason::kUserTextValue);
  ASSERT_TRUE(
      label.add(category("2.999.1", CategoryKind::kInformativeBits, {0, 1, 2})).has_value());
  EXPECT_EQ(label.add_user_text(text(3, "A")).error(), LabelReason::kUserTextValue);
  EXPECT_EQ(label.add_user_text(text(1, "")).error(), LabelReason::kUserTextEmpty);
  EXPECT_EQ(label.add_user_text(text(1, std::string(257, 'A'))).error(),
            LabelReason::kUserTextLong);
  EXPECT_EQ(label.add_user_text(text(1, "A\nB")).error(), LabelReason::kUserTextCharacter);
  EXPECT_EQ(label.add_user_text(text(1, "\xc3")).error(), LabelReason::kUserTextCharacter);
  ASSERT_TRUE(label.add_user_text(text(2, std::string(256, 'B'))).has_value());
  ASSERT_TRUE(label.add_user_text(text(1, "A")).has_value());
  EXPECT_EQ(label.add_user_text(text(1, "C")).error(), LabelReason::kDuplicateUserText);
  EXPECT_EQ(label.user_texts().front().text, "A");
  ASSERT_NE(label.user_text(oid("2.999.1"), CategoryKind::kInformativeBits, 1), nullptr);
  EXPECT_EQ(label.user_text(oid("2.999.1"), CategoryKind::kInformativeBits, 0), nullptr);
  EXPECT_EQ(label.user_text(oid("2.999.2"), CategoryKind::kInformativeBits, 1), nullptr);
}

TEST(LabelValue, BearsNoMoreThan64Texts) {
  Label label(oid("2.999"));
  std::vector<std::uint32_t> values;
  for (std::uint32_t i = 0; i <= kMaxUserTexts; ++i) values.push_back(i);
  ASSERT_TRUE(label.add(category("2.999.1", CategoryKind::kInformativeBits, values)).has_value());
  for (std::uint32_t i = 0; i <= kMaxUserTexts; ++i) {
    const auto added = label.add_user_text({.tag_set = oid("2.999.1"),
                                            .kind = CategoryKind::kInformativeBits,
                                            .lacv = i,
                                            .text = "A"});
    EXPECT_EQ(added.has_value(), i < kMaxUserTexts);
    if (!added) {
      EXPECT_EQ(added.error(), LabelReason::kTooManyUserTexts);
    }
  }
}

TEST(LabelLosses, AreSaidForEachFormat) {
  Label label(oid("2.999"));
  EXPECT_TRUE(losses(label, LabelFormat::kEss).empty());
  ASSERT_TRUE(label.set_created(LabelTime{0}).has_value());
  ASSERT_TRUE(label.set_review(LabelTime{1}).has_value());
  ASSERT_TRUE(label.add(category("2.999.1", CategoryKind::kInformativeBits, {0})).has_value());
  ASSERT_TRUE(label
                  .add_user_text({.tag_set = oid("2.999.1"),
                                  .kind = CategoryKind::kInformativeBits,
                                  .lacv = 0,
                                  .text = "A"})
                  .has_value());
  EXPECT_EQ(
      losses(label, LabelFormat::kEss),
      (std::vector<std::string>{"the creation date 1970-01-01T00:00:00Z",
                                "the review date 1970-01-01T00:00:00.001Z",
                                "the text \"A\" of informative-bits value 0 of tag set 2.999.1"}));
  EXPECT_EQ(losses(label, LabelFormat::kXep0258).size(), 3U);
  EXPECT_EQ(losses(label, LabelFormat::kIcism).size(), 3U);
  EXPECT_TRUE(losses(label, LabelFormat::k4774).empty());
  EXPECT_TRUE(losses(label, LabelFormat::kPlain).empty());
  label.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kUtf8String, "STAFF"));
  EXPECT_EQ(losses(label, LabelFormat::k4774).size(), 1U);
  EXPECT_EQ(losses(label, LabelFormat::kEss).size(), 3U);
  label.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kUtf8String, "Ä"));
  EXPECT_TRUE(losses(label, LabelFormat::k4774).empty());
}

TEST(LabelFormats, HaveNames) {
  for (const LabelFormat format : {LabelFormat::kEss, LabelFormat::k4774, LabelFormat::kXep0258,
                                   LabelFormat::kPlain, LabelFormat::kIcism}) {
    EXPECT_EQ(label_format_from(to_string(format)), format);
  }
  EXPECT_EQ(label_format_from("der"), std::nullopt);
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
  for (int i = 0; i <= static_cast<int>(LabelReason::kUnnamed); ++i) {
    names.push_back(to_string(static_cast<LabelReason>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "unknown-reason"), names.end());
}

}  // namespace
}  // namespace labels::label_test
