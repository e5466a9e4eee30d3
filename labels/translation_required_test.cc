// Translations, where one of the policies requires a category.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labels/named.h"
#include "labels/translation_for_test.h"
#include "labels/validity.h"

namespace labels::translation_required_test {
namespace {

using namespace test;
using Kind = CategoryKind;
using Reason = TranslationReason;
using testing::HasSubstr;

CategoryGroup group(std::string_view tag_set, Kind kind, std::optional<std::uint32_t> lacv) {
  return {.tag_set = oid(tag_set), .kind = kind, .lacv = lacv};
}

RequiredCategory required(RequiredOperation operation, std::vector<CategoryGroup> groups) {
  return {.operation = operation, .groups = std::move(groups)};
}

TEST(Translation, ARequiredCategoryIsAdded) {
  PolicyContent from = here();
  from.equivalent_policies[0].required = {required(
      RequiredOperation::kAll,
      {group("2.999.2.2", Kind::kPermissive, 0), group("2.999.2.3", Kind::kInformativeBits, 0)})};
  EXPECT_EQ(outcome(translated(from, there(), low())),
            "1 2.999.2.2:permissive:0 2.999.2.3:informative-bits:0");
  from.classifications[0].equivalents[0].required = {
      required(RequiredOperation::kOnlyOne, {group("2.999.2.1", Kind::kRestrictive, 1)})};
  EXPECT_EQ(outcome(translated(from, there(), low())),
            "1 2.999.2.1:restrictive:1 2.999.2.2:permissive:0 2.999.2.3:informative-bits:0");
}

TEST(Translation, ARequiredCategoryThatIsThereIsNotAddedAgain) {
  PolicyContent from = here();
  category(from, "A").equivalents = {to("2.999.2.2", Kind::kPermissive, 0)};
  from.equivalent_policies[0].required = {
      required(RequiredOperation::kAll, {group("2.999.2.2", Kind::kPermissive, 0)})};
  EXPECT_EQ(outcome(translated(from, there(), low({may({0})}))), "1 2.999.2.2:permissive:0");
}

TEST(Translation, ARequiredCategoryMayNotWiden) {
  PolicyContent from = here();
  category(from, "A").equivalents = {to("2.999.2.2", Kind::kPermissive, 0)};
  from.equivalent_policies[0].required = {
      required(RequiredOperation::kAll, {group("2.999.2.2", Kind::kPermissive, 1)})};
  EXPECT_EQ(outcome(translated(from, there(), low({may({0})}))), "audience-widened");
}

TEST(Translation, NoChoiceIsMadeAmongRequiredCategories) {
  for (const auto operation : {RequiredOperation::kOnlyOne, RequiredOperation::kOneOrMore}) {
    PolicyContent from = here();
    category(from, "A").equivalents = {to("2.999.2.2", Kind::kPermissive, 0)};
    category(from, "B").equivalents = {to("2.999.2.2", Kind::kPermissive, 1)};
    from.equivalent_policies[0].required = {required(
        operation,
        {group("2.999.2.2", Kind::kPermissive, 0), group("2.999.2.2", Kind::kPermissive, 1)})};
    EXPECT_EQ(outcome(translated(from, there(), low())), "required-category-missing");
    EXPECT_EQ(outcome(translated(from, there(), low({may({1})}))), "1 2.999.2.2:permissive:1");
    EXPECT_EQ(outcome(translated(from, there(), low({may({0, 1})}))),
              operation == RequiredOperation::kOnlyOne ? "required-category-missing"
                                                       : "1 2.999.2.2:permissive:0:1");
  }
}

TEST(Translation, AWholeRequiredSetIsNeverAdded) {
  PolicyContent from = here();
  from.equivalent_policies[0].required = {
      required(RequiredOperation::kAll, {group("2.999.2.1", Kind::kRestrictive, std::nullopt)})};
  EXPECT_EQ(outcome(translated(from, there(), low())), "required-category-missing");
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kRestrictive, 0)};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "1 2.999.2.1:restrictive:0");
  from.equivalent_policies[0].required[0].groups[0].all = true;
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "required-category-missing");
}

TEST(Translation, ARequiredCategoryThatTheOtherPolicyDoesNotHave) {
  PolicyContent from = here();
  from.equivalent_policies[0].required = {
      required(RequiredOperation::kAll, {group("2.999.2.9", Kind::kPermissive, 0)})};
  EXPECT_EQ(outcome(translated(from, there(), low())), "required-category-missing");
}

TEST(Translation, OnTheWayInWhatIsRequiredIsACondition) {
  PolicyContent target = there();
  target.equivalent_policies = {{.name = "H", .id = oid("2.999.1")}};
  target.classifications[1].equivalents = {
      {.policy = "H",
       .lacv = 1,
       .required = {
           required(RequiredOperation::kAll, {group("2.999.1.1", Kind::kRestrictive, 0)})}}};
  category(target, "RED").equivalents = {
      to("2.999.1.1", Kind::kRestrictive, 0, Applied::kBoth, "H")};
  const PolicyContent silent = content("HERE", "2.999.1");
  EXPECT_EQ(outcome(translated(silent, target, low({must({0})}))), "2 2.999.2.1:restrictive:0");
  EXPECT_EQ(outcome(translated(silent, target, low())), "classification-without-equivalent");
  target.equivalent_policies[0].required = {
      required(RequiredOperation::kAll, {group("2.999.1.3", Kind::kInformativeBits, 0)})};
  EXPECT_EQ(outcome(translated(silent, target, low({must({0})}))),
            "classification-without-equivalent");
}

}  // namespace
}  // namespace labels::translation_required_test
