#include "labels/named.h"

#include <gtest/gtest.h>

#include "labels/decision.h"
#include "labels/example_policy_for_test.h"

namespace labels {
namespace {

using test::oid;
using Kind = CategoryKind;

// "made", or what is wrong and what was expected.
std::string label_error(const NamedLabel& names) {
  const auto label = label_from_names(test::example_policy(), names);
  return label ? "made" : label.error().what + "; " + label.error().expected;
}

std::string clearance_error(const NamedClearance& names) {
  const auto clearance = clearance_from_names(test::example_policy(), names);
  return clearance ? "made" : clearance.error().what + "; " + clearance.error().expected;
}

NamedCategory named(std::string tag_set, std::vector<std::string> values, std::string tag = "") {
  return {.tag_set = std::move(tag_set), .tag = std::move(tag), .values = std::move(values)};
}

TEST(NamedLabel, IsMadeFromNames) {
  const auto label = label_from_names(
      test::example_policy(),
      {.classification = "MID",
       .privacy_mark = "STAFF",
       .categories = {named("Caveats", {"BLUE", "RED"}), named("Release", {"ALPHA"}),
                      named("Release", {"GUESTS"}), named("Handling", {"FORM"})}});
  ASSERT_TRUE(label.has_value()) << label.error().what;
  Label expected(oid("2.999.7"));
  ASSERT_TRUE(expected.set_classification(7).has_value());
  expected.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, "STAFF"));
  ASSERT_TRUE(expected.add(*Category::make(oid("2.999.7.1"), Kind::kRestrictive, {0, 1})));
  ASSERT_TRUE(expected.add(*Category::make(oid("2.999.7.2"), Kind::kPermissive, {0, 3})));
  ASSERT_TRUE(expected.add(*Category::make(oid("2.999.7.5"), Kind::kInformativeValues, {17})));
  EXPECT_EQ(*label, expected);
}

TEST(NamedLabel, UnknownNamesAreErrorsThatSayWhatThereIs) {
  EXPECT_EQ(label_error({.classification = "LOW"}), "made");
  EXPECT_EQ(label_error({.classification = "low"}),
            "classification \"low\" is not in security policy \"TEST\"; one of \"LOW\", \"MID\", "
            "\"TOP\"");
  EXPECT_EQ(label_error({.classification = ""}),
            "classification \"\" is not in security policy \"TEST\"; one of \"LOW\", \"MID\", "
            "\"TOP\"");
  EXPECT_EQ(label_error({.classification = "LOW", .categories = {named("Caveat", {"RED"})}}),
            "tag set \"Caveat\" is not in security policy \"TEST\"; one of \"Caveats\", "
            "\"Release\", \"Projects\", \"Rules\", \"Handling\", \"Mixed\"");
  EXPECT_EQ(label_error({.classification = "LOW", .categories = {named("Caveats", {"PINK"})}}),
            "category \"PINK\" is not in tag set \"Caveats\"; one of \"RED\", \"BLUE\"");
  EXPECT_EQ(
      label_error({.classification = "LOW", .categories = {named("Release", {"ALPHA"}, "Towns")}}),
      "tag \"Towns\" is not in tag set \"Release\"; one of \"Nations\", \"Groups\"");
  EXPECT_EQ(label_error({.classification = "LOW", .privacy_mark = "OTHER"}),
            "privacy mark \"OTHER\" is not in security policy \"TEST\"; one of its privacy marks");
}

TEST(NamedLabel, ValueInSeveralTagsNeedsTheTag) {
  EXPECT_EQ(label_error({.classification = "LOW", .categories = {named("Mixed", {"SAME"})}}),
            "category \"SAME\" is in tags \"Must\" and \"May\" of tag set \"Mixed\"; the tag to be "
            "named too");
  const auto label =
      label_from_names(test::example_policy(),
                       {.classification = "LOW", .categories = {named("Mixed", {"SAME"}, "May")}});
  ASSERT_TRUE(label.has_value());
  EXPECT_NE(label->find(oid("2.999.7.6"), Kind::kPermissive), nullptr);
  EXPECT_EQ(label->find(oid("2.999.7.6"), Kind::kRestrictive), nullptr);
}

TEST(NamedLabel, NothingTwiceNothingEmptyNotAll) {
  EXPECT_EQ(
      label_error({.classification = "LOW", .categories = {named("Caveats", {"RED", "RED"})}}),
      "category \"RED\" of tag set \"Caveats\" is named twice; each once");
  EXPECT_EQ(label_error({.classification = "LOW",
                         .categories = {named("Caveats", {"RED"}), named("Caveats", {"RED"})}}),
            "category \"RED\" of tag set \"Caveats\" is named twice; each once");
  EXPECT_EQ(label_error({.classification = "LOW", .categories = {named("Caveats", {})}}),
            "no category of tag set \"Caveats\" is named; one of \"RED\", \"BLUE\"");
  NamedCategory all = named("Caveats", {});
  all.all = true;
  EXPECT_EQ(label_error({.classification = "LOW", .categories = {all}}),
            "all categories of tag set \"Caveats\" in a label; categories by name");
}

TEST(NamedClearance, ListsAndRanges) {
  const SecurityPolicy policy = test::example_policy();
  const auto classifications = [&](const NamedClearance& names) {
    const auto clearance = clearance_from_names(policy, names);
    EXPECT_TRUE(clearance.has_value());
    return clearance ? clearance->classifications() : std::vector<std::uint16_t>{};
  };
  using Numbers = std::vector<std::uint16_t>;
  EXPECT_EQ(classifications({.classifications = {"TOP", "LOW"}}), (Numbers{1, 2}));
  // By hierarchy, not by number: LOW 1, MID 7, TOP 2.
  EXPECT_EQ(classifications({.from = "LOW", .to = "MID"}), (Numbers{1, 7}));
  EXPECT_EQ(classifications({.from = "MID", .to = "TOP"}), (Numbers{2, 7}));
  EXPECT_EQ(classifications({.from = "MID", .to = "MID"}), (Numbers{7}));
  EXPECT_EQ(classifications({.classifications = {"TOP"}, .from = "LOW", .to = "LOW"}),
            (Numbers{1, 2}));
}

TEST(NamedClearance, MistakesAreErrors) {
  EXPECT_EQ(clearance_error({.classifications = {"LOW"}}), "made");
  EXPECT_EQ(clearance_error({}),
            "a clearance without a classification; one of \"LOW\", \"MID\", \"TOP\"");
  EXPECT_EQ(clearance_error({.classifications = {"LOW", "SECRET"}}),
            "classification \"SECRET\" is not in security policy \"TEST\"; one of \"LOW\", "
            "\"MID\", \"TOP\"");
  EXPECT_EQ(clearance_error({.classifications = {"LOW", "LOW"}}),
            "classification \"LOW\" is named twice; each once");
  EXPECT_EQ(clearance_error({.from = "LOW"}),
            "a range without its upper end; both \"from\" and \"to\"");
  EXPECT_EQ(clearance_error({.to = "LOW"}),
            "a range without its lower end; both \"from\" and \"to\"");
  EXPECT_EQ(clearance_error({.from = "TOP", .to = "LOW"}),
            "the range from \"TOP\" to \"LOW\" runs downwards; the lower classification first");
  EXPECT_EQ(clearance_error({.from = "LOW", .to = "HIGH"}),
            "classification \"HIGH\" is not in security policy \"TEST\"; one of \"LOW\", \"MID\", "
            "\"TOP\"");
}

TEST(NamedClearance, CategoriesByNameOrAll) {
  const SecurityPolicy policy = test::example_policy();
  NamedCategory everything = named("Release", {});
  everything.all = true;
  const auto clearance = clearance_from_names(
      policy, {.classifications = {"LOW"}, .categories = {named("Caveats", {"RED"}), everything}});
  ASSERT_TRUE(clearance.has_value());
  const Category* caveats = clearance->find(oid("2.999.7.1"), Kind::kRestrictive);
  const Category* release = clearance->find(oid("2.999.7.2"), Kind::kPermissive);
  ASSERT_TRUE(caveats != nullptr && release != nullptr);
  EXPECT_EQ(caveats->values().size(), 1U);
  EXPECT_EQ(release->values().size(), 4U);
  NamedCategory nations = everything;
  nations.tag = "Nations";
  const auto some =
      clearance_from_names(policy, {.classifications = {"LOW"}, .categories = {nations}});
  ASSERT_TRUE(some.has_value());
  EXPECT_EQ(some->find(oid("2.999.7.2"), Kind::kPermissive)->values().size(), 2U);
  everything.values = {"ALPHA"};
  EXPECT_EQ(clearance_error({.classifications = {"LOW"}, .categories = {everything}}),
            "all categories of tag set \"Release\" and some by name; one or the other");
}

TEST(NamedClearance, InformativeTagsAreAMistake) {
  EXPECT_EQ(
      clearance_error({.classifications = {"LOW"}, .categories = {named("Handling", {"BURN"})}}),
      "tag \"Remarks\" of tag set \"Handling\" is informative; tags that take part in the "
      "decision");
  EXPECT_EQ(label_error({.classification = "LOW", .categories = {named("Handling", {"BURN"})}}),
            "made");
  NamedCategory numbers = named("Handling", {}, "Numbers");
  numbers.all = true;
  EXPECT_EQ(clearance_error({.classifications = {"LOW"}, .categories = {numbers}}),
            "tag \"Numbers\" of tag set \"Handling\" is informative; tags that take part in the "
            "decision");
}

TEST(NamedBoth, LabelIsGrantedByTheClearanceOfTheSameNames) {
  const SecurityPolicy policy = test::example_policy();
  const std::vector<NamedCategory> categories{
      named("Caveats", {"RED"}), named("Release", {"BRAVO", "STAFF"}),
      named("Projects", {"TUNNEL"}), named("Rules", {"ONE"})};
  const auto label = label_from_names(policy, {.classification = "TOP", .categories = categories});
  const auto clearance =
      clearance_from_names(policy, {.classifications = {"TOP"}, .categories = categories});
  const auto lesser = clearance_from_names(
      policy, {.classifications = {"TOP"}, .categories = {categories[0], categories[1]}});
  ASSERT_TRUE(label.has_value() && clearance.has_value() && lesser.has_value());
  EXPECT_TRUE(decide(policy, *label, *clearance, {}).granted());
  EXPECT_FALSE(decide(policy, *label, *lesser, {}).granted());
}

}  // namespace
}  // namespace labels
