#include "labels/translation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labels/named.h"
#include "labels/translation_for_test.h"
#include "labels/validity.h"

namespace labels::translation_test {
namespace {

using namespace test;
using Kind = CategoryKind;
using Reason = TranslationReason;
using testing::HasSubstr;

TEST(Translation, IntoItsOwnPolicyALabelIsItself) {
  const Label label = low({must({0, 1})});
  const Result result = translated(here(), here(), label);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, label);
}

TEST(Translation, ClassificationByEitherPolicy) {
  EXPECT_EQ(outcome(translated(here(), there(), low())), "1");
  PolicyContent silent = content("HERE", "2.999.1");
  PolicyContent knowing = there();
  knowing.equivalent_policies = {{.name = "H", .id = oid("2.999.1")}};
  knowing.classifications[1].equivalents = {
      {.policy = "H", .lacv = 1, .applied = Applied::kDecrypt}};
  EXPECT_EQ(outcome(translated(silent, knowing, low())), "2");
}

TEST(Translation, DirectionIsHeeded) {
  PolicyContent from = here();
  from.classifications[0].equivalents[0].applied = Applied::kEncrypt;
  EXPECT_EQ(outcome(translated(from, there(), low())), "1");
  from.classifications[0].equivalents[0].applied = Applied::kDecrypt;
  EXPECT_EQ(outcome(translated(from, there(), low())), "classification-without-equivalent");
  PolicyContent silent = content("HERE", "2.999.1");
  PolicyContent knowing = there();
  knowing.equivalent_policies = {{.name = "H", .id = oid("2.999.1")}};
  knowing.classifications[1].equivalents = {
      {.policy = "H", .lacv = 1, .applied = Applied::kEncrypt}};
  EXPECT_EQ(outcome(translated(silent, knowing, low())), "classification-without-equivalent");
}

TEST(Translation, PoliciesThatDoNotKnowEachOther) {
  const Result result = translated(content("HERE", "2.999.1"), there(), low());
  EXPECT_EQ(outcome(result), "policies-not-equivalent");
  EXPECT_THAT(result.error().what, HasSubstr("HERE"));
  EXPECT_THAT(result.error().what, HasSubstr("THERE"));
}

TEST(Translation, BothPoliciesMustAgreeOnTheClassification) {
  PolicyContent knowing = there();
  knowing.equivalent_policies = {{.name = "H", .id = oid("2.999.1")}};
  knowing.classifications[0].equivalents = {{.policy = "H", .lacv = 1}};
  EXPECT_EQ(outcome(translated(here(), knowing, low())), "1");
  knowing.classifications[0].equivalents = {};
  knowing.classifications[1].equivalents = {{.policy = "H", .lacv = 1}};
  const Result result = translated(here(), knowing, low());
  EXPECT_EQ(outcome(result), "classification-ambiguous");
  EXPECT_THAT(result.error().what, HasSubstr("classification LOW of HERE"));
}

TEST(Translation, AClassificationThatTheOtherPolicyDoesNotHave) {
  PolicyContent from = here();
  from.classifications[0].equivalents[0].lacv = 7;
  EXPECT_EQ(outcome(translated(from, there(), low())), "equivalent-unknown");
}

TEST(Translation, LabelOfAnotherPolicyOrWithoutClassification) {
  EXPECT_EQ(outcome(translated(here(), there(), Label(oid("2.999.3")))),
            "label-under-another-policy");
  EXPECT_EQ(outcome(translated(here(), there(), Label(oid("2.999.1")))), "no-classification");
}

TEST(Translation, InvalidBeforeOrAfter) {
  PolicyContent from = here();
  PolicyContent target = there();
  from.classifications[0].obsolete = true;
  EXPECT_EQ(outcome(translated(from, target, low())), "label-invalid");
  from.classifications[0].obsolete = false;
  target.classifications[0].obsolete = true;
  EXPECT_EQ(outcome(translated(from, target, low())), "translated-label-invalid");
  target.classifications[0].obsolete = false;
  EXPECT_EQ(outcome(translated(from, target, low())), "1");
}

TEST(Translation, ALabelWithUnknownThingsIsInvalid) {
  EXPECT_EQ(outcome(translated(here(), there(), low({must({5})}))), "label-invalid");
}

TEST(Translation, CategoriesChangeSetKindAndNumber) {
  PolicyContent from = here();
  category(from, "RED").equivalents = {to("2.999.2.3", Kind::kInformativeBits, 0),
                                       to("2.999.2.1", Kind::kRestrictive, 1)};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))),
            "1 2.999.2.1:restrictive:1 2.999.2.3:informative-bits:0");
}

TEST(Translation, NothingIsDroppedUnlessThePolicySaysSo) {
  PolicyContent from = here();
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kRestrictive, 0)};
  const Label label = low({must({0, 1})});
  const Result refused = translated(from, there(), label);
  EXPECT_EQ(outcome(refused), "category-without-equivalent");
  EXPECT_EQ(refused.error().what, "category BLUE of Must has no equivalent in THERE");
  category(from, "BLUE").equivalents = {discarded()};
  EXPECT_EQ(outcome(translated(from, there(), label)), "1 2.999.2.1:restrictive:0");
  category(from, "BLUE").equivalents = {discarded(Applied::kDecrypt)};
  EXPECT_EQ(outcome(translated(from, there(), label)), "category-without-equivalent");
}

TEST(Translation, DiscardedAndTranslatedAtOnce) {
  PolicyContent from = here();
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kRestrictive, 0), discarded()};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "category-ambiguous");
}

TEST(Translation, BothPoliciesMustAgreeOnACategory) {
  PolicyContent from = here();
  PolicyContent target = there();
  target.equivalent_policies = {{.name = "H", .id = oid("2.999.1")}};
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kRestrictive, 0)};
  category(target, "RED").equivalents = {
      to("2.999.1.1", Kind::kRestrictive, 0, Applied::kDecrypt, "H")};
  EXPECT_EQ(outcome(translated(from, target, low({must({0})}))), "1 2.999.2.1:restrictive:0");
  std::swap(category(target, "RED").equivalents, category(target, "BLUE").equivalents);
  EXPECT_EQ(outcome(translated(from, target, low({must({0})}))), "category-ambiguous");
  category(from, "RED").equivalents = {discarded()};
  EXPECT_EQ(outcome(translated(from, target, low({must({0})}))), "category-ambiguous");
  category(from, "RED").equivalents = {};
  EXPECT_EQ(outcome(translated(from, target, low({must({0})}))), "1 2.999.2.1:restrictive:1");
}

TEST(Translation, TwoAnswersOfTheOtherPolicy) {
  PolicyContent target = there();
  target.equivalent_policies = {{.name = "H", .id = oid("2.999.1")}};
  const auto red = to("2.999.1.1", Kind::kRestrictive, 0, Applied::kDecrypt, "H");
  category(target, "RED").equivalents = {red};
  category(target, "MEMO").equivalents = {red};
  EXPECT_EQ(outcome(translated(here(), target, low({must({0})}))), "category-ambiguous");
}

TEST(Translation, AnEquivalentThatTheOtherPolicyDoesNotHave) {
  PolicyContent from = here();
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kRestrictive, 9)};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "equivalent-unknown");
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kEnumeratedRestrictive, 0)};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "equivalent-unknown");
}

TEST(Translation, AnOpenKindIsTheOneThatTheOtherPolicyHas) {
  PolicyContent from = here();
  EquivalentCategory memo = to("2.999.2.3", Kind::kInformativeValues, 0);
  memo.kind_open = true;
  category(from, "RED").equivalents = {memo};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "1 2.999.2.3:informative-bits:0");
  PolicyContent target = there();
  target.tag_sets[2].tags.push_back(test::tag("Too", Kind::kInformativeValues, {{"MEMO TOO", 0}}));
  EXPECT_EQ(outcome(translated(from, target, low({must({0})}))), "category-ambiguous");
}

TEST(Translation, OnePermissiveTagStaysOne) {
  PolicyContent from = here();
  category(from, "A").equivalents = {to("2.999.2.2", Kind::kPermissive, 0)};
  category(from, "B").equivalents = {to("2.999.2.2", Kind::kPermissive, 1)};
  EXPECT_EQ(outcome(translated(from, there(), low({may({0, 1})}))), "1 2.999.2.2:permissive:0:1");
}

TEST(Translation, TwoPermissiveTagsMayNotBecomeOne) {
  PolicyContent from = here();
  category(from, "A").equivalents = {to("2.999.2.2", Kind::kPermissive, 0)};
  category(from, "C").equivalents = {to("2.999.2.2", Kind::kPermissive, 1)};
  EXPECT_EQ(outcome(translated(from, there(), low({may({0})}))), "1 2.999.2.2:permissive:0");
  EXPECT_EQ(outcome(translated(from, there(), low({may({0, 2})}))), "audience-widened");
  category(from, "C").equivalents = {to("2.999.2.2", Kind::kPermissive, 2)};
  EXPECT_EQ(outcome(translated(from, there(), low({may({0, 2})}))), "1 2.999.2.2:permissive:0:2");
}

TEST(Translation, AllOfSeveralMayNotBecomeOneOfThem) {
  PolicyContent from = here();
  category(from, "RED").equivalents = {to("2.999.2.2", Kind::kPermissive, 0)};
  category(from, "BLUE").equivalents = {to("2.999.2.2", Kind::kPermissive, 1)};
  EXPECT_EQ(outcome(translated(from, there(), low({must({0})}))), "1 2.999.2.2:permissive:0");
  EXPECT_EQ(outcome(translated(from, there(), low({must({0, 1})}))), "audience-widened");
}

TEST(Translation, PrivacyMarksAreTheSameWords) {
  PolicyContent from = here();
  from.privacy_marks = {{.name = "STAFF"}};
  PolicyContent target = there();
  Label label = low();
  label.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kUtf8String, "STAFF"));
  EXPECT_EQ(outcome(translated(from, target, label)), "privacy-mark-without-equivalent");
  target.privacy_marks = {{.name = "STAFF"}};
  const Result result = translated(from, target, label);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->privacy_mark(), label.privacy_mark());
}

TEST(Translation, DatesAreKept) {
  Label label = low();
  ASSERT_TRUE(label.set_created(LabelTime{1'700'000'000}).has_value());
  ASSERT_TRUE(label.set_review(LabelTime{1'800'000'000}).has_value());
  const Result result = translated(here(), there(), label);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->created(), label.created());
  EXPECT_EQ(result->review(), label.review());
}

TEST(Translation, TextsGoWithTheirValues) {
  PolicyContent from = here();
  PolicyContent target = there();
  category(from, "RED").user_input = UserInput::kString;
  category(from, "RED").equivalents = {to("2.999.2.1", Kind::kRestrictive, 1)};
  Label label = low({must({0})});
  ASSERT_TRUE(label.add_user_text(
      {.tag_set = oid("2.999.1.1"), .kind = Kind::kRestrictive, .lacv = 0, .text = "a secret"}));
  const Result refused = translated(from, target, label);
  EXPECT_EQ(outcome(refused), "text-without-equivalent");
  EXPECT_THAT(refused.error().what, testing::Not(HasSubstr("a secret")));
  category(target, "BLUE").user_input = UserInput::kString;
  const Result result = translated(from, target, label);
  ASSERT_TRUE(result.has_value()) << result.error().what;
  ASSERT_NE(result->user_text(oid("2.999.2.1"), Kind::kRestrictive, 1), nullptr);
  EXPECT_EQ(*result->user_text(oid("2.999.2.1"), Kind::kRestrictive, 1), "a secret");
  category(from, "RED").equivalents = {discarded()};
  EXPECT_EQ(outcome(translated(from, target, label)), "1");
}

TEST(Translation, ReasonsHaveDistinctNames) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Reason::kResultInvalid); ++i) {
    EXPECT_TRUE(names.insert(to_string(static_cast<Reason>(i))).second) << i;
  }
  EXPECT_FALSE(names.contains("unknown-reason"));
}

}  // namespace
}  // namespace labels::translation_test
