// The sample security policies are read, and say what their README says.
#include <gtest/gtest.h>

#include <vector>

#include "guard/base/utc_time.h"
#include "labels/marking.h"
#include "labels/named.h"
#include "labels/samples_for_test.h"
#include "labels/validity.h"

namespace labels {
namespace {

using test::sample;

TEST(Samples, EveryOneIsRead) {
  for (const std::string_view name : test::kSamples) {
    EXPECT_NO_THROW(test::sample(name)) << name;
  }
}

TEST(Samples, NamesAndIdentifiersAreExamples) {
  for (const std::string_view name : test::kSamples) {
    const SecurityPolicy policy = sample(name);
    EXPECT_TRUE(policy.name().starts_with("EXAMPLE ")) << name;
    EXPECT_TRUE(policy.id().to_dotted().starts_with("2.999.50.")) << name;
    EXPECT_NE(test::sample_text(name).find("EXAMPLE: "), std::string::npos) << name;
    for (const TagSet& tag_set : policy.tag_sets()) {
      EXPECT_TRUE(tag_set.id.to_dotted().starts_with(policy.id().to_dotted() + ".")) << name;
    }
  }
}

TEST(Samples, SizesAreAsDescribed) {
  EXPECT_EQ(sample("national").classifications().size(), 5);
  EXPECT_EQ(sample("alliance").classifications().size(), 5);
  EXPECT_EQ(sample("company").classifications().size(), 4);
  EXPECT_EQ(sample("tlp").classifications().size(), 5);
  EXPECT_NE(sample("alliance").tag_set("Releasable To"), nullptr);
  EXPECT_EQ(sample("tlp").tag_sets().size(), 0);
}

// Each condition of the samples, and the label that just keeps it.
struct Condition {
  std::string_view policy;
  NamedLabel broken;
  NamedLabel kept;
};

NamedCategory category(std::string tag_set, std::vector<std::string> values) {
  return {.tag_set = std::move(tag_set), .tag = "", .values = std::move(values)};
}

std::vector<Condition> conditions() {
  const NamedCategory alliance = category("Context", {"ALLIANCE"});
  return {
      {"national",
       {.classification = "UNCLASSIFIED", .categories = {category("Codewords", {"LANTERN"})}},
       {.classification = "RESTRICTED", .categories = {category("Codewords", {"LANTERN"})}}},
      {"national",
       {.classification = "RESTRICTED", .categories = {category("Caveats", {"CRYPTO"})}},
       {.classification = "CONFIDENTIAL", .categories = {category("Caveats", {"CRYPTO"})}}},
      {"national",
       {.classification = "SECRET", .categories = {category("Caveats", {"ATOMIC"})}},
       {.classification = "TOP SECRET", .categories = {category("Caveats", {"ATOMIC"})}}},
      {"national",
       {.classification = "SECRET", .categories = {category("Caveats", {"EYES ONLY"})}},
       {.classification = "SECRET",
        .categories = {category("Caveats", {"EYES ONLY"}), category("Releasability", {"NOR"})}}},
      {"national",
       {.classification = "SECRET", .categories = {category("Caveats", {"LIMITED DISTRIBUTION"})}},
       {.classification = "SECRET"}},
      {"national",
       {.classification = "SECRET", .privacy_mark = "IN CONFIDENCE"},
       {.classification = "SECRET", .privacy_mark = "STAFF IN CONFIDENCE"}},
      {"national",
       {.classification = "SECRET",
        .categories = {category("Descriptors", {"LEGAL", "PERSONNEL"})}},
       {.classification = "SECRET", .categories = {category("Descriptors", {"LEGAL"})}}},
      {"national",
       {.classification = "SECRET", .categories = {category("Codewords", {"LANTERN", "MERIDIAN"})}},
       {.classification = "SECRET", .categories = {category("Codewords", {"MERIDIAN"})}}},
      {"alliance",
       {.classification = "SECRET"},
       {.classification = "SECRET", .categories = {alliance}}},
      {"alliance",
       {.classification = "SECRET", .categories = {category("Context", {"ALLIANCE", "PARTNERS"})}},
       {.classification = "SECRET", .categories = {category("Context", {"PARTNERS"})}}},
      {"alliance",
       {.classification = "SECRET",
        .categories = {alliance, category("Releasable To", {"RIVER MISSION"})}},
       {.classification = "SECRET",
        .categories = {category("Context", {"RIVER MISSION"}),
                       category("Releasable To", {"RIVER MISSION"})}}},
      {"alliance",
       {.classification = "SECRET",
        .categories = {alliance, category("Additional Sensitivity", {"SIGNALS"})}},
       {.classification = "SECRET",
        .categories = {alliance, category("Additional Sensitivity", {"CRYPTO", "SIGNALS"})}}},
      {"alliance",
       {.classification = "CONFIDENTIAL",
        .categories = {alliance, category("Administrative", {"STAFF"})}},
       {.classification = "RESTRICTED",
        .categories = {alliance, category("Administrative", {"STAFF"})}}},
      {"company",
       {.classification = "INTERNAL",
        .categories = {category("Departments", {"Board", "Finance", "Legal", "People"})}},
       {.classification = "INTERNAL",
        .categories = {category("Departments", {"Board", "Finance", "Legal"})}}},
      {"company",
       {.classification = "INTERNAL", .categories = {category("Release", {"Press release"})}},
       {.classification = "PUBLIC", .categories = {category("Release", {"Press release"})}}},
      {"company",
       {.classification = "PUBLIC", .categories = {category("Retention", {"1 year", "10 years"})}},
       {.classification = "PUBLIC", .categories = {category("Retention", {"10 years"})}}}};
}

TEST(Samples, EveryConditionHoldsAndRefuses) {
  constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01
  for (const Condition& one : conditions()) {
    const SecurityPolicy policy = sample(one.policy);
    const auto broken = label_from_names(policy, one.broken);
    const auto kept = label_from_names(policy, one.kept);
    ASSERT_TRUE(broken.has_value()) << broken.error().what;
    ASSERT_TRUE(kept.has_value()) << kept.error().what;
    EXPECT_FALSE(validate(policy, *broken, kAt).valid()) << marking(policy, *broken);
    const Validity validity = validate(policy, *kept, kAt);
    EXPECT_TRUE(validity.valid()) << validity.first().what;
  }
}

TEST(Samples, ACodewordHasItsYears) {
  const SecurityPolicy policy = sample("national");
  const auto label = label_from_names(
      policy, {.classification = "SECRET", .categories = {category("Codewords", {"MERIDIAN"})}});
  ASSERT_TRUE(label.has_value());
  const auto valid_at = [&](std::string_view when) {
    return validate(policy, *label, *guard::from_iso8601(when)).valid();
  };
  EXPECT_FALSE(valid_at("2025-12-31T23:59:59"));
  EXPECT_TRUE(valid_at("2026-01-01T00:00:00"));
  EXPECT_TRUE(valid_at("2035-12-31T23:59:59"));
  EXPECT_FALSE(valid_at("2036-01-01T00:00:00"));
}

}  // namespace
}  // namespace labels
