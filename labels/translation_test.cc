#include "labels/translation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labels/example_policy_for_test.h"
#include "labels/named.h"
#include "labels/validity.h"

namespace labels {
namespace {

using test::oid;
using Kind = CategoryKind;
using Reason = TranslationReason;
using testing::HasSubstr;

constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01

// Two small policies. HERE has a restrictive, a permissive and an informative tag set; THERE has
// the same, and a second permissive tag. Tests say what is equivalent.
PolicyContent content(std::string name, std::string_view id) {
  const std::string arc = std::string(id) + ".";
  PolicyContent result;
  result.name = std::move(name);
  result.id = oid(id);
  result.classifications = {{.name = "LOW", .lacv = 1, .hierarchy = 1},
                            {.name = "HIGH", .lacv = 2, .hierarchy = 2}};
  result.tag_sets = {{.name = "Must",
                      .id = oid(arc + "1"),
                      .tags = {test::tag("Must", Kind::kRestrictive, {{"RED", 0}, {"BLUE", 1}})}},
                     {.name = "May",
                      .id = oid(arc + "2"),
                      .tags = {test::tag("May", Kind::kPermissive, {{"A", 0}, {"B", 1}}),
                               test::tag("Also", Kind::kPermissive, {{"C", 2}, {"D", 3}})}},
                     {.name = "Note",
                      .id = oid(arc + "3"),
                      .tags = {test::tag("Note", Kind::kInformativeBits, {{"MEMO", 0}})}}};
  return result;
}

PolicyContent here() {
  PolicyContent result = content("HERE", "2.999.1");
  result.equivalent_policies = {{.name = "T", .id = oid("2.999.2")}};
  for (Classification& one : result.classifications) {
    one.equivalents = {{.policy = "T", .lacv = one.lacv, .applied = Applied::kBoth}};
  }
  return result;
}

PolicyContent there() { return content("THERE", "2.999.2"); }

EquivalentCategory to(std::string_view tag_set, Kind kind, std::uint32_t lacv,
                      Applied applied = Applied::kBoth, std::string policy = "T") {
  return {.policy = std::move(policy),
          .tag_set = oid(tag_set),
          .kind = kind,
          .lacv = lacv,
          .applied = applied};
}

EquivalentCategory discarded(Applied applied = Applied::kEncrypt) {
  return {.policy = "T", .applied = applied, .discard = true};
}

TagCategory& category(PolicyContent& policy, std::string_view name) {
  for (TagSet& tag_set : policy.tag_sets) {
    for (Tag& tag : tag_set.tags) {
      for (TagCategory& one : tag.categories) {
        if (one.name == name) return one;
      }
    }
  }
  throw std::logic_error("no such category");
}

Label low(std::initializer_list<Category> categories = {}) {
  Label label(oid("2.999.1"));
  EXPECT_TRUE(label.set_classification(1).has_value());
  for (const Category& one : categories) EXPECT_TRUE(label.add(one).has_value());
  return label;
}

Category must(std::vector<std::uint32_t> values) {
  return *Category::make(oid("2.999.1.1"), Kind::kRestrictive, std::move(values));
}
Category may(std::vector<std::uint32_t> values) {
  return *Category::make(oid("2.999.1.2"), Kind::kPermissive, std::move(values));
}

using Result = std::expected<Label, TranslationFault>;

Result translated(const PolicyContent& from, const PolicyContent& to_policy, const Label& label) {
  return translate(*SecurityPolicy::make(from), *SecurityPolicy::make(to_policy), label, kAt);
}

// The values of the result, as "tag set:kind:values", or the fault's name.
std::string outcome(const Result& result) {
  if (!result) return std::string(to_string(result.error().reason));
  std::string text = std::to_string(*result->classification());
  for (const Category& one : result->categories()) {
    text += " " + one.tag_set().to_dotted() + ":" + std::string(to_string(one.kind()));
    for (const std::uint32_t lacv : one.values()) text += ":" + std::to_string(lacv);
  }
  return text;
}

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

RequiredCategory required(RequiredOperation operation, std::vector<CategoryGroup> groups) {
  return {.operation = operation, .groups = std::move(groups)};
}
CategoryGroup group(std::string_view tag_set, Kind kind, std::optional<std::uint32_t> lacv) {
  return {.tag_set = oid(tag_set), .kind = kind, .lacv = lacv};
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
}  // namespace labels
