#include "labels/security_policy.h"

#include <gtest/gtest.h>

#include "labels/example_policy_for_test.h"

namespace labels {
namespace {

using test::example_content;
using test::oid;
using Kind = CategoryKind;

// "accepted", or what is wrong.
std::string fault(PolicyContent content) {
  const auto policy = SecurityPolicy::make(std::move(content));
  return policy ? "accepted" : policy.error().what;
}

TEST(SecurityPolicyMake, ExampleIsAccepted) { EXPECT_EQ(fault(example_content()), "accepted"); }

TEST(SecurityPolicyMake, NeedsNameIdAndClassification) {
  PolicyContent content = example_content();
  content.name = "";
  EXPECT_EQ(fault(content), "a security policy without a name");
  content = example_content();
  content.id = Oid();
  EXPECT_EQ(fault(content), "a security policy without an id");
  content = example_content();
  content.classifications.clear();
  EXPECT_EQ(fault(content), "a security policy without classifications");
}

TEST(SecurityPolicyMake, ClassificationsAreUniqueAndWithinBounds) {
  PolicyContent content = example_content();
  content.classifications[1].lacv = 2;
  EXPECT_EQ(fault(content), "classification \"TOP\" has the lacv 2, as \"MID\" has");
  content = example_content();
  content.classifications[1].name = "LOW";
  EXPECT_EQ(fault(content), "a second classification \"LOW\"");
  content = example_content();
  content.classifications[1].lacv = 256;
  EXPECT_EQ(fault(content), "accepted");
  content.classifications[1].lacv = 257;
  EXPECT_EQ(fault(content), "classification \"MID\" has the lacv 257");
  content = example_content();
  content.classifications[1].hierarchy = content.classifications[2].hierarchy;
  EXPECT_EQ(fault(content), "accepted");
}

TEST(SecurityPolicyMake, TagSetsAreUnique) {
  PolicyContent content = example_content();
  content.tag_sets[1].name = "Caveats";
  EXPECT_EQ(fault(content), "a second tag set \"Caveats\"");
  content = example_content();
  content.tag_sets[1].id = content.tag_sets[0].id;
  EXPECT_EQ(fault(content), "tag set \"Release\" has the id 2.999.7.1, as \"Caveats\" has");
  content = example_content();
  content.tag_sets[1].tags[1].name = "Nations";
  EXPECT_EQ(fault(content), "a second tag \"Nations\" in tag set \"Release\"");
}

TEST(SecurityPolicyMake, NumbersAreUniqueAmongTagsOfOneKind) {
  PolicyContent content = example_content();
  content.tag_sets[1].tags[1].categories[0].lacv = 1;
  EXPECT_EQ(fault(content),
            "category \"STAFF\" of tag set \"Release\" has the lacv 1, as \"BRAVO\" has");
  // Of another kind the same number is another value.
  content = example_content();
  content.tag_sets[1].tags[1].kind = Kind::kRestrictive;
  content.tag_sets[1].tags[1].categories[0].lacv = 1;
  EXPECT_EQ(fault(content), "accepted");
}

TEST(SecurityPolicyMake, NamesAreUniqueWithinATag) {
  PolicyContent content = example_content();
  content.tag_sets[0].tags[0].categories[1].name = "RED";
  EXPECT_EQ(fault(content), "a second category \"RED\" in tag \"Caveats\" of tag set \"Caveats\"");
  content = example_content();
  content.tag_sets[1].tags[1].categories[0].name = "ALPHA";
  EXPECT_EQ(fault(content), "accepted");
}

TEST(SecurityPolicyMake, NumbersAreWithinTheBoundsOfTheirKind) {
  PolicyContent content = example_content();
  content.tag_sets[0].tags[0].categories[1].lacv = kMaxBit;
  EXPECT_EQ(fault(content), "accepted");
  content.tag_sets[0].tags[0].categories[1].lacv = kMaxBit + 1;
  EXPECT_EQ(fault(content), "category \"BLUE\" has the lacv 4096");
  content = example_content();
  content.tag_sets[2].tags[0].categories[1].lacv = kMaxAttribute;
  EXPECT_EQ(fault(content), "accepted");
  content.tag_sets[2].tags[0].categories[1].lacv = kMaxAttribute + 1;
  EXPECT_EQ(fault(content), "category \"TUNNEL\" has the lacv 2147483648");
}

TEST(SecurityPolicyMake, TagsHaveValuesAndTagSetsABound) {
  PolicyContent content = example_content();
  content.tag_sets[0].tags[0].categories.clear();
  EXPECT_EQ(fault(content), "tag \"Caveats\" of tag set \"Caveats\" has no values");
  content = example_content();
  content.tag_sets[0].tags.clear();
  for (std::uint32_t i = 0; i < kMaxTags; ++i) {
    const std::string name = "T" + std::to_string(i);
    content.tag_sets[0].tags.push_back(test::tag(name, Kind::kPermissive, {{name, i}}));
  }
  EXPECT_EQ(fault(content), "accepted");
  content.tag_sets[0].tags.push_back(test::tag("last", Kind::kPermissive, {{"last", 99}}));
  EXPECT_EQ(fault(content), "tag set \"Caveats\" has 65 tags");
}

TEST(SecurityPolicyLookUp, FindsWhatIsThereAndNothingElse) {
  const SecurityPolicy policy = test::example_policy();
  ASSERT_NE(policy.classification(7), nullptr);
  EXPECT_EQ(policy.classification(7)->name, "MID");
  EXPECT_EQ(policy.classification("MID")->lacv, 7U);
  EXPECT_EQ(policy.classification("mid"), nullptr);
  EXPECT_EQ(policy.classification(3), nullptr);
  EXPECT_EQ(policy.classification(257), nullptr);
  EXPECT_EQ(policy.tag_set("Release")->id, oid("2.999.7.2"));
  EXPECT_EQ(policy.tag_set(oid("2.999.7.2"))->name, "Release");
  EXPECT_EQ(policy.tag_set("release"), nullptr);
  EXPECT_EQ(policy.tag_set(oid("2.999.7")), nullptr);
  ASSERT_NE(policy.space(oid("2.999.7.2"), Kind::kPermissive), nullptr);
  EXPECT_EQ(policy.space(oid("2.999.7.2"), Kind::kPermissive)->values.size(), 4U);
  EXPECT_EQ(policy.space(oid("2.999.7.2"), Kind::kRestrictive), nullptr);
  EXPECT_EQ(policy.space(oid("2.999.7"), Kind::kPermissive), nullptr);
}

TEST(SecurityPolicyLookUp, ClassificationsAscendByHierarchyAndOutliveTheOriginal) {
  PolicyContent content = example_content();
  std::swap(content.classifications[0], content.classifications[2]);
  std::optional<SecurityPolicy> policy = *SecurityPolicy::make(content);
  const SecurityPolicy copy = *policy;
  const Classification* found = policy->classification("LOW");
  policy.reset();
  EXPECT_EQ(found, copy.classification(1));
  EXPECT_EQ(copy.classifications()[0].name, "LOW");
  EXPECT_EQ(copy.classifications()[1].name, "MID");
  EXPECT_EQ(copy.classifications()[2].name, "TOP");
}

}  // namespace
}  // namespace labels
