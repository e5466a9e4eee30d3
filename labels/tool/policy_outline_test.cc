#include "labels/tool/policy_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labels/example_policy_for_test.h"
#include "labels/tool/policy_words.h"
#include "labels/tool/rows.h"

namespace labels::tool {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PolicyWords, ASelectionSaysHowMany) {
  EXPECT_EQ(selection({}), "any number");
  EXPECT_EQ(selection({.minimum = 1}), "1 or more");
  EXPECT_EQ(selection({.minimum = 0, .maximum = 2}), "at most 2");
  EXPECT_EQ(selection({.minimum = 2, .maximum = 2}), "exactly 2");
  EXPECT_EQ(selection({.minimum = 2, .maximum = 4}), "2 to 4");
}

TEST(PolicyWords, AKindThatTheFileLeavesOpenIsNotNamed) {
  const RequiredCategory required{
      .operation = RequiredOperation::kAll,
      .groups = {{.tag_set = test::oid("2.999.8"),
                  .kind = CategoryKind::kEnumeratedPermissive,
                  .kind_open = true,
                  .lacv = 7},
                 {.tag_set = test::oid("2.999.8"), .kind = CategoryKind::kPermissive, .lacv = 7},
                 {.tag_set = test::oid("2.999.8"), .all = true}}};
  EXPECT_THAT(conditions(nullptr, {required}),
              testing::ElementsAre(
                  "needs: 2.999.8: (7); 2.999.8, permissive: (7); every value of 2.999.8"));
}

TEST(PolicyOutline, TellsTheColoursThatThereAre) {
  PolicyContent content = test::example_content();
  content.classifications[0].foreground = "";
  content.classifications[1].foreground = "#FFFFFF";
  content.classifications[2].foreground = "#FF0000";
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy);
  const std::string text = outline(*policy, {});
  EXPECT_THAT(text, HasSubstr("LOW (1), hierarchy 10, on #00FF00\n"));
  EXPECT_THAT(text, HasSubstr("MID (7), hierarchy 20, #FFFFFF on #0000FF\n"));
  EXPECT_THAT(text, HasSubstr("TOP (2), hierarchy 30, #FF0000 on white\n"));
}

TEST(PolicyOutline, TellsThePolicyOfWhatHasNoLabel) {
  PolicyContent content = test::example_content();
  EXPECT_THAT(outline(*SecurityPolicy::make(content), {}), Not(HasSubstr("without a label")));
  content.default_policy = DefaultPolicy{.name = "OTHER", .id = test::oid("2.999.9")};
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy);
  EXPECT_THAT(outline(*policy, {}),
              testing::EndsWith("\nData without a label\n  is under OTHER (2.999.9)\n"));
  guard::JsonWriter json;
  json.object();
  write_outline(json, *policy, {});
  EXPECT_THAT(json.end_object().take(),
              testing::EndsWith(R"("default_policy":{"name":"OTHER","id":"2.999.9"}})"));
}

// The file is checked, but not every reader of a terminal has checked the file.
TEST(PolicyOutline, ANameCannotReachTheTerminal) {
  PolicyContent content = test::example_content();
  content.classifications[0].name = "LOW\x1b[2J\n  FAKE (9), hierarchy 9";
  content.tag_sets[0].tags[0].categories[0].name = "RED\xe2\x80\xae";
  const auto policy = SecurityPolicy::make(content);
  ASSERT_TRUE(policy);
  const std::string text = outline(*policy, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\n  FAKE")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, HasSubstr("RED\\u{202e} (0)\n"));
}

TEST(Rows, AlignByColumnsOfTheTerminal) {
  Rows rows(2);
  rows.add("a", "1");
  rows.add("\xe6\x9d\xb1\xe4\xba\xac", "2\n3");  // two characters, four columns
  rows.add("", "4");
  rows.add("bc", "");
  EXPECT_EQ(rows.text(), "  a     1\n  \xe6\x9d\xb1\xe4\xba\xac  2\\u{a}3\n        4\n  bc\n");
  EXPECT_EQ(Rows().text(), "");
}

}  // namespace
}  // namespace labels::tool
