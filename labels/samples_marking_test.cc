// The markings of the sample security policies, as a person would read them.
#include <gtest/gtest.h>

#include "labels/marking.h"
#include "labels/named.h"
#include "labels/samples_for_test.h"

namespace labels {
namespace {

using test::sample;
using Purpose = MarkingPurpose;

const NamedLabel kNational{
    .classification = "SECRET",
    .privacy_mark = "STAFF IN CONFIDENCE",
    .categories = {{.tag_set = "Caveats", .tag = "", .values = {"CRYPTO"}},
                   {.tag_set = "Releasability", .tag = "", .values = {"GBR", "CAN"}},
                   {.tag_set = "Handling", .tag = "", .values = {"Destroy after reading"}}}};

std::string shown(std::string_view policy_name, const NamedLabel& names,
                  const MarkingStyle& style = {}) {
  const SecurityPolicy policy = sample(policy_name);
  const auto label = label_from_names(policy, names);
  if (!label) return "not a label: " + label.error().what;
  return marking(policy, *label, style);
}

TEST(SamplesMarking, NationalPages) {
  EXPECT_EQ(shown("national", kNational),
            "NATIONAL SECRET CRYPTO RELEASABLE TO CAN, GBR STAFF IN CONFIDENCE");
  EXPECT_EQ(shown("national", kNational, {.languages = {"de-AT", "en"}}),
            "NATIONAL GEHEIM CRYPTO FREIGEGEBEN FÜR CAN, GBR PERSONALSACHE");
  EXPECT_EQ(shown("national", kNational, {.languages = {"fr"}}), shown("national", kNational));
}

TEST(SamplesMarking, NationalDocumentStart) {
  EXPECT_EQ(shown("national", kNational, {.purpose = Purpose::kDocumentStart, .languages = {"de"}}),
            "NATIONAL GEHEIM CRYPTO FREIGEGEBEN FÜR CAN, GBR NACH DEM LESEN VERNICHTEN "
            "PERSONALSACHE");
}

TEST(SamplesMarking, NationalPortions) {
  EXPECT_EQ(shown("national", kNational, {.purpose = Purpose::kPortion}),
            "(S//CRYPTO//REL CAN, GBR)");
  EXPECT_EQ(shown("national", {.classification = "TOP SECRET"},
                  {.purpose = Purpose::kPortion, .languages = {"de"}}),
            "(SG)");
}

TEST(SamplesMarking, AllianceReplacesThePolicysName) {
  EXPECT_EQ(shown("alliance", {.classification = "TOP SECRET"}), "ASTRAL TOP SECRET");
  EXPECT_EQ(shown("alliance", {.classification = "TOP SECRET"}, {.languages = {"fr-BE"}}),
            "ASTRAL TRÈS SECRET");
  const NamedLabel partners{
      .classification = "RESTRICTED",
      .categories = {{.tag_set = "Context", .tag = "", .values = {"PARTNERS"}}}};
  EXPECT_EQ(shown("alliance", partners), "ALLIANCE/PARTNERS RESTRICTED");
  EXPECT_EQ(shown("alliance", partners, {.purpose = Purpose::kPortion}), "(A/P R)");
}

TEST(SamplesMarking, CompanySuppressesItsClassification) {
  EXPECT_EQ(shown("company", {.classification = "PUBLIC"}), "Example Company - PUBLIC");
  EXPECT_EQ(shown("company",
                  {.classification = "PUBLIC",
                   .categories = {{.tag_set = "Release", .tag = "", .values = {"Press release"}}}}),
            "FOR IMMEDIATE RELEASE");
}

TEST(SamplesMarking, TlpInItsColours) {
  const SecurityPolicy policy = sample("tlp");
  const auto label = label_from_names(policy, {.classification = "AMBER+STRICT"});
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(display_marking(policy, *label),
            (DisplayMarking{"TLP:AMBER+STRICT", "#000000", "#FFC000"}));
  EXPECT_EQ(marking(policy, *label, {.purpose = Purpose::kInputTitle}),
            "TLP:Limited to the organisation");
}

TEST(SamplesMarking, EveryClassificationHasAMarkingForEveryPurpose) {
  for (const std::string_view name : test::kSamples) {
    const SecurityPolicy policy = sample(name);
    for (const Classification& one : policy.classifications()) {
      Label label(policy.id());
      ASSERT_TRUE(label.set_classification(one.lacv).has_value());
      for (int i = 0; i <= static_cast<int>(Purpose::kWaterMark); ++i) {
        EXPECT_FALSE(marking(policy, label, {.purpose = static_cast<Purpose>(i)}).empty())
            << name << " " << one.name << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace labels
