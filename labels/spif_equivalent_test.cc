// The equivalences of a SPIF file with other policies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "labels/example_policy_for_test.h"
#include "labels/spif.h"
#include "labels/spif_text_for_test.h"

namespace labels::spif_equivalent_test {
namespace {

using namespace test;
using testing::SizeIs;
using Kind = CategoryKind;

std::string policies(const std::string& inside = "") {
  return R"(<equivalentPolicies><equivalentPolicy name="OTHER" id="2.999.6">)" + inside +
         "</equivalentPolicy></equivalentPolicies>";
}

std::string required(const std::string& attributes) {
  return "<requiredCategory operation=\"all\"><categoryGroup " + attributes +
         "/></requiredCategory>";
}

std::string with_classification(const std::string& attributes, const std::string& inside = "") {
  return spif(
      "<securityClassification name='A' lacv='1' hierarchy='1'>\n"
      "<equivalentClassification " +
          attributes + ">" + inside + "</equivalentClassification></securityClassification>",
      policies());
}

std::string with_category(const std::string& attributes) {
  return spif(kLow, policies() + tag_sets(tag(R"(tagType="permissive")",
                                              "\n<tagCategory name='A' lacv='0'>"
                                              "<equivalentSecCategoryTag policyRef='OTHER' "
                                              "applied='both' " +
                                                  attributes + "/></tagCategory>")));
}

TEST(SpifEquivalent, Policies) {
  const auto loaded = load_spif(
      "test.xml",
      spif(kLow, policies(required(R"(tagSetId="2.999.6.1" tagType="permissive" lacv="3")"))));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  ASSERT_THAT(loaded->content().equivalent_policies, SizeIs(1));
  const EquivalentPolicy& other = loaded->content().equivalent_policies[0];
  EXPECT_EQ(other.name, "OTHER");
  EXPECT_EQ(other.id, oid("2.999.6"));
  ASSERT_THAT(other.required, SizeIs(1));
  EXPECT_EQ(other.required[0].groups[0].tag_set, oid("2.999.6.1"));
  EXPECT_EQ(other.required[0].groups[0].kind, Kind::kPermissive);
  EXPECT_EQ(other.required[0].groups[0].lacv, 3U);
  const auto twice = [](const std::string& second) {
    return verdict(spif(kLow, "<equivalentPolicies><equivalentPolicy name='O' id='2.999.6'/>" +
                                  second + "</equivalentPolicies>"));
  };
  EXPECT_EQ(twice("<equivalentPolicy name='P' id='2.999.7'/>"), "accepted");
  EXPECT_EQ(twice("<equivalentPolicy name='O' id='2.999.7'/>"),
            "5: a second equivalent policy \"O\"");
  EXPECT_EQ(twice("<equivalentPolicy name='P' id='2.999.6'/>"),
            "5: a second equivalent policy with the id 2.999.6");
}

// What belongs to another policy can be named by its numbers only.
TEST(SpifEquivalent, ForeignGroups) {
  const auto with = [](const std::string& attributes) {
    return verdict(spif(kLow, policies(required(attributes))));
  };
  EXPECT_EQ(with(R"(tagSetId="2.999.6.1" tagType="restrictive" all="true")"), "accepted");
  EXPECT_EQ(with(R"(tagSetRef="X" tagType="restrictive")"),
            "5: a category of another policy without tagSetId or tagType");
  EXPECT_EQ(with(R"(tagSetId="2.999.6.1")"),
            "5: a category of another policy without tagSetId or tagType");
  EXPECT_EQ(with(R"(tagSetId="1.99" tagType="permissive")"), "5: tagSetId \"1.99\"");
  EXPECT_EQ(with(R"(tagSetId="2.999.6.1" tagType="permissive" lacv="1" all="1")"),
            "5: lacv and all=\"true\" at once");
}

TEST(SpifEquivalent, Classifications) {
  const auto loaded = load_spif(
      "test.xml", with_classification(R"(policyRef="OTHER" lacv="7" applied="decrypt")",
                                      required(R"(tagSetId="2.999.6.1" tagType="enumerated")")));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  ASSERT_THAT(loaded->classification(1)->equivalents, SizeIs(1));
  const EquivalentClassification& one = loaded->classification(1)->equivalents[0];
  EXPECT_EQ(one.policy, "OTHER");
  EXPECT_EQ(one.lacv, 7U);
  EXPECT_EQ(one.applied, Applied::kDecrypt);
  EXPECT_TRUE(one.required.at(0).groups.at(0).kind_open);
  EXPECT_EQ(verdict(with_classification(R"(policyRef="OTHER" lacv="256" applied="both")")),
            "accepted");
  EXPECT_EQ(verdict(with_classification(R"(policyRef="OTHER" lacv="257" applied="both")")),
            "5: lacv 257");
  EXPECT_EQ(verdict(with_classification(R"(policyRef="NONE" lacv="7" applied="both")")),
            "5: policyRef \"NONE\" is not an equivalent policy");
  EXPECT_NE(verdict(with_classification(R"(policyRef="OTHER" lacv="7" applied="never")")),
            "accepted");
}

TEST(SpifEquivalent, Categories) {
  const auto read = [](const std::string& attributes) {
    const auto loaded = load_spif("test.xml", with_category(attributes));
    EXPECT_TRUE(loaded.has_value()) << loaded.error().to_string();
    return loaded->tag_sets()[0].tags[0].categories[0].equivalents.at(0);
  };
  const EquivalentCategory plain =
      read(R"(tagSetId="2.999.6.1" tagType="restrictive" lacv="4095")");
  EXPECT_EQ(plain.policy, "OTHER");
  EXPECT_EQ(plain.tag_set, oid("2.999.6.1"));
  EXPECT_EQ(plain.kind, Kind::kRestrictive);
  EXPECT_EQ(plain.lacv, 4095U);
  EXPECT_FALSE(plain.discard);
  EXPECT_FALSE(plain.kind_open);
  EXPECT_TRUE(read(R"(tagSetId="2.999.6.1" tagType="tagType7" lacv="1")").kind_open);
  EXPECT_TRUE(read(R"(tagSetId="2.999.6.1" tagType="enumerated" lacv="1")").kind_open);
  EXPECT_EQ(
      read(R"(tagSetId="2.999.6.1" tagType="enumerated" enumType="restrictive" lacv="1")").kind,
      Kind::kEnumeratedRestrictive);
  EXPECT_TRUE(read(R"(action="discard")").discard);
  EXPECT_TRUE(read(R"(tagType="notApplicable")").discard);
  EXPECT_EQ(verdict(with_category(R"(tagType="restrictive" lacv="1")")),
            "6: an equivalentSecCategoryTag without tagSetId");
  EXPECT_EQ(verdict(with_category(R"(tagSetId="2.999.6.1" lacv="1")")),
            "6: an equivalentSecCategoryTag without tagType");
  EXPECT_EQ(verdict(with_category(R"(tagSetId="2.999.6.1" tagType="restrictive")")),
            "6: an equivalentSecCategoryTag without lacv");
  EXPECT_EQ(verdict(with_category(R"(tagSetId="2.999.6.1" tagType="restrictive" lacv="4096")")),
            "6: lacv 4096");
}

}  // namespace
}  // namespace labels::spif_equivalent_test
