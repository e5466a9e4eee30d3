// Labels of the sample security policies, translated from one to another and back.
#include <gtest/gtest.h>

#include "labels/named.h"
#include "labels/samples_for_test.h"
#include "labels/translation.h"
#include "labels/validity.h"

namespace labels::samples_translation_test {
namespace {

using test::sample;

constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01

Label named(const SecurityPolicy& policy, const NamedLabel& names) {
  const auto label = label_from_names(policy, names);
  if (!label) throw std::runtime_error(label.error().what);
  return *label;
}

// What a label becomes, or the fault's name.
std::expected<Label, std::string> translated(std::string_view from, std::string_view to,
                                             const NamedLabel& names) {
  const SecurityPolicy policy = sample(from);
  auto result = translate(policy, sample(to), named(policy, names), kAt);
  if (!result) return std::unexpected(std::string(to_string(result.error().reason)));
  return *result;
}

std::string refusal(std::string_view from, std::string_view to, const NamedLabel& names) {
  const auto result = translated(from, to, names);
  return result ? "translated" : result.error();
}

void expect_there_and_back(std::string_view from, std::string_view to, const NamedLabel& one,
                           const NamedLabel& other) {
  const SecurityPolicy first = sample(from);
  const SecurityPolicy second = sample(to);
  const auto there = translate(first, second, named(first, one), kAt);
  ASSERT_TRUE(there.has_value()) << one.classification << ": " << there.error().what;
  EXPECT_EQ(*there, named(second, other)) << one.classification;
  const auto back = translate(second, first, *there, kAt);
  ASSERT_TRUE(back.has_value()) << one.classification << ": " << back.error().what;
  EXPECT_EQ(*back, named(first, one)) << one.classification;
}

NamedCategory category(std::string tag_set, std::vector<std::string> values) {
  return {.tag_set = std::move(tag_set), .tag = "", .values = std::move(values)};
}

TEST(SamplesTranslation, NationalAndAllianceThereAndBack) {
  const SecurityPolicy national = sample("national");
  for (const Classification& one : national.classifications()) {
    expect_there_and_back(
        "national", "alliance", {.classification = one.name},
        {.classification = one.name, .categories = {category("Context", {"ALLIANCE"})}});
  }
}

TEST(SamplesTranslation, CategoriesThereAndBack) {
  expect_there_and_back("national", "alliance",
                        {.classification = "SECRET",
                         .categories = {category("Caveats", {"CRYPTO"}),
                                        category("Releasability", {"CAN", "FRA", "GBR"}),
                                        category("Handling", {"Exercise"})}},
                        {.classification = "SECRET",
                         .categories = {category("Context", {"ALLIANCE"}),
                                        category("Releasable To", {"CAN", "FRA", "GBR"}),
                                        category("Additional Sensitivity", {"CRYPTO"}),
                                        category("Administrative", {"EXERCISE"})}});
}

TEST(SamplesTranslation, DiscardedOnTheWay) {
  const auto result = translated("national", "alliance",
                                 {.classification = "SECRET",
                                  .categories = {category("Handling", {"Destroy after reading"})}});
  ASSERT_TRUE(result.has_value()) << result.error();
  EXPECT_EQ(*result,
            named(sample("alliance"),
                  {.classification = "SECRET", .categories = {category("Context", {"ALLIANCE"})}}));
}

TEST(SamplesTranslation, WithoutAnEquivalent) {
  const auto refused = [](const char* tag_set, const char* value) {
    return refusal("national", "alliance",
                   {.classification = "TOP SECRET", .categories = {category(tag_set, {value})}});
  };
  EXPECT_EQ(refused("Caveats", "EYES ONLY"), "label-invalid");  // for whose eyes?
  EXPECT_EQ(refused("Releasability", "AUS"), "category-without-equivalent");
  EXPECT_EQ(refused("Codewords", "LANTERN"), "category-without-equivalent");
  EXPECT_EQ(refused("Releasability", "CAN"), "translated");
  EXPECT_EQ(refusal("national", "alliance",
                    {.classification = "TOP SECRET",
                     .categories = {category("Caveats", {"EYES ONLY"}),
                                    category("Releasability", {"CAN"})}}),
            "category-without-equivalent");
  EXPECT_EQ(
      refusal("alliance", "national",
              {.classification = "SECRET", .categories = {category("Context", {"RIVER MISSION"})}}),
      "category-without-equivalent");
}

TEST(SamplesTranslation, TheContextIsAddedBecauseEveryLabelThereHasOne) {
  const SecurityPolicy national = sample("national");
  const SecurityPolicy alliance = sample("alliance");
  const Label bare = named(alliance, {.classification = "SECRET"});
  EXPECT_FALSE(validate(alliance, bare, kAt).valid());
  const auto there =
      translate(national, alliance, named(national, {.classification = "SECRET"}), kAt);
  ASSERT_TRUE(there.has_value()) << there.error().what;
  EXPECT_TRUE(validate(alliance, *there, kAt).valid());
  const auto back = translate(alliance, national, bare, kAt);
  ASSERT_FALSE(back.has_value());
  EXPECT_EQ(back.error().reason, TranslationReason::kLabelInvalid);
}

TEST(SamplesTranslation, ADateIsDiscardedWithItsCategory) {
  const SecurityPolicy company = sample("company");
  Label label = named(company, {.classification = "INTERNAL",
                                .categories = {category("Retention", {"until a date"})}});
  ASSERT_TRUE(label.add_user_text({.tag_set = *Oid::from_dotted("2.999.50.3.3"),
                                   .kind = CategoryKind::kInformativeValues,
                                   .lacv = 100,
                                   .text = "2031-05-31"}));
  const auto result = translate(company, sample("tlp"), label, kAt);
  ASSERT_TRUE(result.has_value()) << result.error().what;
  EXPECT_TRUE(result->categories().empty());
  EXPECT_TRUE(result->user_texts().empty());
}

TEST(SamplesTranslation, AClassificationWithACategoryThereAndBack) {
  expect_there_and_back(
      "company", "national", {.classification = "STRICTLY CONFIDENTIAL"},
      {.classification = "RESTRICTED", .categories = {category("Descriptors", {"COMMERCIAL"})}});
  EXPECT_EQ(refusal("national", "company", {.classification = "RESTRICTED"}),
            "classification-without-equivalent");
  EXPECT_EQ(refusal("company", "national", {.classification = "CONFIDENTIAL"}),
            "classification-without-equivalent");
}

TEST(SamplesTranslation, CompanyAndTlpDifferByDirection) {
  const auto becomes = [](std::string_view from, std::string_view to, std::string classification) {
    const auto result = translated(from, to, {.classification = std::move(classification)});
    if (!result) return result.error();
    return sample(to).classification(*result->classification())->name;
  };
  EXPECT_EQ(becomes("company", "tlp", "PUBLIC"), "CLEAR");
  EXPECT_EQ(becomes("company", "tlp", "INTERNAL"), "AMBER+STRICT");
  EXPECT_EQ(becomes("company", "tlp", "CONFIDENTIAL"), "AMBER+STRICT");
  EXPECT_EQ(becomes("company", "tlp", "STRICTLY CONFIDENTIAL"), "RED");
  EXPECT_EQ(becomes("tlp", "company", "CLEAR"), "PUBLIC");
  EXPECT_EQ(becomes("tlp", "company", "GREEN"), "INTERNAL");
  EXPECT_EQ(becomes("tlp", "company", "AMBER"), "CONFIDENTIAL");
  EXPECT_EQ(becomes("tlp", "company", "AMBER+STRICT"), "CONFIDENTIAL");
  EXPECT_EQ(becomes("tlp", "company", "RED"), "STRICTLY CONFIDENTIAL");
  EXPECT_EQ(becomes("national", "tlp", "RESTRICTED"), "AMBER+STRICT");
  EXPECT_EQ(becomes("national", "tlp", "SECRET"), "classification-without-equivalent");
  EXPECT_EQ(becomes("tlp", "national", "GREEN"), "classification-without-equivalent");
  EXPECT_EQ(becomes("tlp", "alliance", "GREEN"), "policies-not-equivalent");
}

TEST(SamplesTranslation, CompanyCategoriesTowardsTlp) {
  EXPECT_EQ(
      refusal("company", "tlp",
              {.classification = "INTERNAL", .categories = {category("Retention", {"10 years"})}}),
      "translated");
  EXPECT_EQ(
      refusal("company", "tlp",
              {.classification = "INTERNAL", .categories = {category("Departments", {"Finance"})}}),
      "category-without-equivalent");
  EXPECT_EQ(
      refusal("company", "tlp", {.classification = "INTERNAL", .privacy_mark = "PERSONAL DATA"}),
      "privacy-mark-without-equivalent");
}

}  // namespace
}  // namespace labels::samples_translation_test
