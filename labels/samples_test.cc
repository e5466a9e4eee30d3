// The sample security policies are read, and say what their README says.
#include <gtest/gtest.h>

#include "labels/samples_for_test.h"

namespace labels {
namespace {

using test::sample;

TEST(Samples, EveryOneIsRead) {
  for (const std::string_view name : test::kSamples) {
    EXPECT_NO_THROW(test::load_sample(name)) << name;
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

}  // namespace
}  // namespace labels
