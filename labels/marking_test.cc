#include "labels/marking.h"

#include <gtest/gtest.h>

#include "labels/example_policy_for_test.h"
#include "labels/named.h"

namespace labels {
namespace {

using test::oid;
using Kind = CategoryKind;

PolicyContent marked_content() {
  PolicyContent content = test::example_content();
  content.tag_sets[0].tags[0].qualifier = {.prefix = "", .separator = "/", .suffix = ""};
  content.tag_sets[1].tags[0].qualifier = {.prefix = "RELTO ", .separator = ", ", .suffix = ""};
  content.tag_sets[1].tags[1].qualifier = {.prefix = "(", .separator = ";", .suffix = ")"};
  content.tag_sets[2].tags[0].categories[0].phrase = "PROJECT BRIDGE";
  return content;
}

SecurityPolicy policy() { return *SecurityPolicy::make(marked_content()); }

Label from_names(const NamedLabel& names) { return *label_from_names(policy(), names); }

TEST(Marking, ClassificationAlone) {
  EXPECT_EQ(marking(policy(), from_names({.classification = "LOW"})), "TEST LOW");
}

TEST(Marking, EverythingInThePolicysOrder) {
  const Label label = from_names(
      {.classification = "TOP",
       .privacy_mark = "STAFF",
       .categories = {
           {.tag_set = "Projects", .tag = "", .values = {"BRIDGE"}},
           {.tag_set = "Release", .tag = "", .values = {"GUESTS", "BRAVO", "STAFF", "ALPHA"}},
           {.tag_set = "Caveats", .tag = "", .values = {"BLUE", "RED"}}}});
  EXPECT_EQ(marking(policy(), label),
            "TEST TOP RED/BLUE RELTO ALPHA, BRAVO (STAFF;GUESTS) PROJECT BRIDGE STAFF");
}

TEST(Marking, PolicyNameAndFrameComeFromThePolicy) {
  PolicyContent content = marked_content();
  content.phrase = "";
  content.qualifier = {.prefix = "[ ", .separator = " // ", .suffix = " ]"};
  const SecurityPolicy framed = *SecurityPolicy::make(content);
  const auto label = label_from_names(
      framed, {.classification = "LOW",
               .categories = {{.tag_set = "Caveats", .tag = "", .values = {"RED"}}}});
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(marking(framed, *label), "[ LOW // RED ]");
}

TEST(Marking, UnknownThingsAppearByNumber) {
  Label label(oid("2.999.7"));
  EXPECT_EQ(marking(policy(), label), "TEST [no classification]");
  ASSERT_TRUE(label.set_classification(9).has_value());
  label.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kUtf8String, "anything at all"));
  ASSERT_TRUE(label.add(*Category::make(oid("2.999.7.1"), Kind::kRestrictive, {0, 5})));
  ASSERT_TRUE(label.add(*Category::make(oid("2.999.7.1"), Kind::kPermissive, {3})));
  ASSERT_TRUE(label.add(*Category::make(oid("2.999.66"), Kind::kEnumeratedPermissive, {1, 2})));
  EXPECT_EQ(marking(policy(), label),
            "TEST [classification 9] RED [restrictive 2.999.7.1: 5] [permissive 2.999.7.1: 3] "
            "[enumerated-permissive 2.999.66: 1 2] [privacy mark]");
}

TEST(Marking, LabelOfAnotherPolicyIsItsIdentifier) {
  EXPECT_EQ(marking(policy(), Label(oid("2.999.8"))), "[policy 2.999.8]");
}

TEST(Marking, LengthOfUnknownThingsIsBounded) {
  std::vector<std::uint32_t> many;
  for (std::uint32_t i = 0; i <= kMaxBit; ++i) many.push_back(i);
  Label label(oid("2.999.7"));
  ASSERT_TRUE(label.add(*Category::make(oid("2.999.66"), Kind::kPermissive, many)));
  EXPECT_EQ(marking(policy(), label),
            "TEST [no classification] [permissive 2.999.66: 0 1 2 3 4 5 6 7 and 4088 more]");
}

TEST(DisplayMarking, ColoursOfTheClassification) {
  EXPECT_EQ(display_marking(policy(), from_names({.classification = "LOW"})),
            (DisplayMarking{"TEST LOW", "#00FF00", "#000000"}));
  EXPECT_EQ(display_marking(policy(), from_names({.classification = "MID"})),
            (DisplayMarking{"TEST MID", "#0000FF", "#FFFFFF"}));
  EXPECT_EQ(display_marking(policy(), from_names({.classification = "TOP"})),
            (DisplayMarking{"TEST TOP", "", ""}));
}

TEST(DisplayMarking, ForegroundOfThePolicyIsKept) {
  PolicyContent content = marked_content();
  content.classifications[0].foreground = "#FF0000";
  const SecurityPolicy coloured = *SecurityPolicy::make(content);
  const auto label = label_from_names(coloured, {.classification = "LOW"});
  EXPECT_EQ(display_marking(coloured, *label).foreground, "#FF0000");
}

TEST(DisplayMarking, NoColoursForWhatIsUnknown) {
  Label label(oid("2.999.7"));
  EXPECT_EQ(display_marking(policy(), label).background, "");
  ASSERT_TRUE(label.set_classification(9).has_value());
  EXPECT_EQ(display_marking(policy(), label).background, "");
  EXPECT_EQ(display_marking(policy(), Label(oid("2.999.8"))).background, "");
}

}  // namespace
}  // namespace labels
