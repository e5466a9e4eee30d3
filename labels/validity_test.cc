// Validity: for each kind of condition a label that keeps it and one that does not; and an invalid
// label is granted to nobody. Conditions on other categories: validity_category_test.cc.
#include "labels/validity.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "labels/validity_for_test.h"

namespace labels {
namespace {

using namespace test;
using Kind = CategoryKind;
using Operation = RequiredOperation;

TEST(ValidityBorn, Invalid) {
  const Validity validity;
  EXPECT_FALSE(validity.valid());
  EXPECT_EQ(validity.first().reason, DenialReason::kNotJudged);
}

TEST(ValidityPolicy, AnotherPolicyIsOneFault) {
  Label foreign(oid("2.999.8"));
  EXPECT_EQ(words(test::example_policy(), foreign), "label under policy 2.999.8, not TEST");
}

TEST(ValidityKnowledge, WhatThePolicyDoesNotKnowIsInvalid) {
  const SecurityPolicy policy = test::example_policy();
  EXPECT_EQ(names(policy, label(1, {kRedBlue, kAlpha, kBridge})), "valid");
  EXPECT_EQ(names(policy, Label(oid("2.999.7"))), "no-classification");
  EXPECT_EQ(names(policy, label(3)), "unknown-classification");
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.9", Kind::kRestrictive, {0}}})), "unknown-tag-set");
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.1", Kind::kPermissive, {0}}})), "unknown-tag");
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.1", Kind::kRestrictive, {2}}})), "unknown-value");
}

TEST(ValidityObsolete, Classification) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { c.classifications[1].obsolete = true; });
  EXPECT_EQ(words(policy, label(1)), "valid");
  EXPECT_EQ(words(policy, label(7)), "classification 7 (MID) obsolete");
  EXPECT_EQ(names(policy, label(7)), "obsolete-classification");
}

TEST(ValidityObsolete, Value) {
  const SecurityPolicy policy = with([](PolicyContent& c) { red(c).obsolete = true; });
  EXPECT_EQ(words(policy, label(1, {kBlue})), "valid");
  EXPECT_EQ(words(policy, label(1, {kRedBlue})), "tag set \"Caveats\": 0 (RED) obsolete");
  EXPECT_EQ(names(policy, label(1, {kRed})), "obsolete-value");
}

// Informative values, too: they decide nothing, but must keep to the policy.
TEST(ValidityObsolete, InformativeValue) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { c.tag_sets[4].tags[0].categories[0].obsolete = true; });
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.5", Kind::kInformativeValues, {17}}})), "valid");
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.5", Kind::kInformativeBits, {0}}})),
            "obsolete-value");
}

TEST(ValidityPrivacyMark, ObsoleteRequiredOrNotAllowed) {
  const SecurityPolicy plain = test::example_policy();
  EXPECT_EQ(names(plain, marked("STAFF")), "valid");
  EXPECT_EQ(names(plain, marked("OTHER")), "unknown-privacy-mark");
  const SecurityPolicy obsolete =
      with([](PolicyContent& c) { c.privacy_marks[0].obsolete = true; });
  EXPECT_EQ(words(obsolete, label(1)), "valid");
  EXPECT_EQ(words(obsolete, marked("STAFF")), "privacy mark \"STAFF\" obsolete");
  const SecurityPolicy required =
      with([](PolicyContent& c) { c.privacy_mark_selection = {.minimum = 1, .maximum = 1}; });
  EXPECT_EQ(names(required, marked("STAFF")), "valid");
  EXPECT_EQ(names(required, label(1)), "privacy-mark-missing");
  const SecurityPolicy none =
      with([](PolicyContent& c) { c.privacy_mark_selection = {.minimum = 0, .maximum = 0}; });
  EXPECT_EQ(names(none, label(1)), "valid");
  EXPECT_EQ(names(none, marked("STAFF")), "privacy-mark-not-allowed");
}

TEST(ValiditySelection, MaximumOfATag) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { c.tag_sets[1].tags[0].selection.maximum = 1; });
  EXPECT_EQ(names(policy, label(1)), "valid");
  EXPECT_EQ(names(policy, label(1, {kAlpha})), "valid");
  EXPECT_EQ(words(policy, label(1, {kAlphaBravo})),
            "tag set \"Release\", tag \"Nations\": 2 selected, at most 1");
  // The other tag of the same tag set and type is counted apart.
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.2", Kind::kPermissive, {0, 2, 3}}})), "valid");
}

TEST(ValiditySelection, MinimumIsAskedOfEveryLabel) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { c.tag_sets[1].tags[0].selection.minimum = 1; });
  EXPECT_EQ(names(policy, label(1, {kAlpha})), "valid");
  EXPECT_EQ(names(policy, label(1, {kAlphaBravo})), "valid");
  EXPECT_EQ(words(policy, label(1)),
            "tag set \"Release\", tag \"Nations\": 0 selected, at least 1");
  EXPECT_EQ(names(policy, label(1, {{"2.999.7.2", Kind::kPermissive, {2}}})),
            "too-few-values-of-tag");
}

TEST(ValidityDates, BothEndsAreIncluded) {
  const SecurityPolicy policy = with([](PolicyContent& c) {
    red(c).not_before = 1'000;
    red(c).not_after = 2'000;
  });
  const Label bears = label(1, {kRed});
  const auto at = [&](std::int64_t milliseconds) {
    return names(policy, bears, {milliseconds * 1'000});
  };
  EXPECT_EQ(at(999'999), "value-not-yet-valid");
  EXPECT_EQ(at(1'000'000), "valid");
  EXPECT_EQ(at(2'000'999), "valid");  // until the last second is over
  EXPECT_EQ(at(2'001'000), "value-no-longer-valid");
  EXPECT_EQ(at(-5), "value-not-yet-valid");
  EXPECT_EQ(names(policy, label(1, {kBlue}), {2'001'000'000}), "valid");
  EXPECT_EQ(words(policy, bears, {2'001'000'000}), "tag set \"Caveats\": 0 (RED) no longer valid");
}

TEST(ValidityDates, ATimeThatNobodyKnowsIsNoTime) {
  const SecurityPolicy policy = with([](PolicyContent& c) { red(c).not_after = 2'000; });
  EXPECT_EQ(names(policy, label(1, {kBlue}), {}), "valid");
  EXPECT_EQ(names(policy, label(1, {kRed}), {}), "value-not-yet-valid");
  EXPECT_EQ(names(policy, label(1, {kRed}), {1}), "valid");
}

TEST(ValidityClass, Required) {
  const SecurityPolicy policy = with([](PolicyContent& c) { red(c).required_class = "TOP"; });
  EXPECT_EQ(names(policy, label(2, {kRed})), "valid");
  EXPECT_EQ(words(policy, label(1, {kRed})),
            "tag set \"Caveats\": 0 (RED) does not go with classification 1 (LOW)");
  EXPECT_EQ(names(policy, label(7, {kRed})), "value-not-with-classification");
  EXPECT_EQ(names(policy, label(7, {kBlue})), "valid");
}

TEST(ValidityClass, Excluded) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { red(c).excluded_classes = {"LOW", "TOP"}; });
  EXPECT_EQ(names(policy, label(7, {kRed})), "valid");
  EXPECT_EQ(names(policy, label(1, {kRed})), "value-not-with-classification");
  EXPECT_EQ(names(policy, label(2, {kRed})), "value-not-with-classification");
  EXPECT_EQ(names(policy, label(1)), "valid");
}

std::string text(UserInput input, const std::string& format, const std::string& written) {
  const SecurityPolicy policy = with([&](PolicyContent& c) {
    red(c).user_input = input;
    red(c).date_format = format;
  });
  Label one = label(1, {kRed});
  EXPECT_EQ(names(policy, one), "valid");  // ESS has no room for a text
  EXPECT_TRUE(
      one.add_user_text(
             {.tag_set = oid("2.999.7.1"), .kind = Kind::kRestrictive, .lacv = 0, .text = written})
          .has_value());
  return names(policy, one);
}

TEST(ValidityUserText, String) { EXPECT_EQ(text(UserInput::kString, "", "Any words"), "valid"); }

TEST(ValidityUserText, Integer) {
  for (const char* good : {"0", "42", "-7", "+7", "007"}) {
    EXPECT_EQ(text(UserInput::kInteger, "", good), "valid") << good;
  }
  for (const char* bad : {"-", "1.5", "x", "1 ", "--1"}) {
    EXPECT_EQ(text(UserInput::kInteger, "", bad), "user-text-malformed") << bad;
  }
}

TEST(ValidityUserText, Date) {
  EXPECT_EQ(text(UserInput::kDate, "dd.MM.yyyy", "29.02.2024"), "valid");
  EXPECT_EQ(text(UserInput::kDate, "dd.MM.yyyy", "29.02.2023"), "user-text-malformed");
  EXPECT_EQ(text(UserInput::kDate, "dd.MM.yyyy", "2024-02-29"), "user-text-malformed");
  EXPECT_EQ(text(UserInput::kDate, "", "2024-02-29"), "valid");
  EXPECT_EQ(text(UserInput::kDate, "", "2024-02-29T12:00:00Z"), "valid");
  EXPECT_EQ(text(UserInput::kDate, "", "29.02.2024"), "user-text-malformed");
}

TEST(ValidityUserText, OnlyWhereThePolicyAsksForOne) {
  const SecurityPolicy policy = test::example_policy();
  Label one = label(1, {kRed});
  ASSERT_TRUE(one.add_user_text({.tag_set = oid("2.999.7.1"),
                                 .kind = Kind::kRestrictive,
                                 .lacv = 0,
                                 .text = "<hidden>"})
                  .has_value());
  EXPECT_EQ(words(policy, one), "tag set \"Caveats\": 0 (RED) takes no text");
  EXPECT_EQ(names(policy, one), "user-text-unexpected");
}

TEST(ValidityFaults, AllAreGiven) {
  const SecurityPolicy policy = with([](PolicyContent& c) {
    red(c).obsolete = true;
    red(c).not_after = 10;
    red(c).required_class = "TOP";
    red(c).excluded = {kBlueGroup};
    red(c).required = {{.operation = Operation::kAll, .groups = {kBridgeGroup}}};
    c.privacy_mark_selection.minimum = 1;
    c.tag_sets[2].tags[0].selection.minimum = 1;
  });
  EXPECT_EQ(names(policy, label(1, {kRedBlue, {"2.999.7.9", Kind::kPermissive, {0}}})),
            "privacy-mark-missing unknown-tag-set too-few-values-of-tag obsolete-value "
            "value-no-longer-valid value-not-with-classification excluded-category-present "
            "required-category-missing");
}

// The reasons of an invalid label come first, and those of the clearance after them.
TEST(ValidityInDecision, InvalidLabelIsDeniedWithBoth) {
  const SecurityPolicy policy = with([](PolicyContent& c) { red(c).obsolete = true; });
  Clearance low(policy.id());
  ASSERT_TRUE(low.add_classification(1).has_value());
  const Decision decision = decide(policy, label(7, {kRed}), low, kNow);
  ASSERT_EQ(decision.reasons().size(), 3U);
  EXPECT_EQ(decision.reasons()[0].reason, DenialReason::kObsoleteValue);
  EXPECT_EQ(decision.reasons()[1].reason, DenialReason::kClassification);
  EXPECT_EQ(decision.reasons()[2].reason, DenialReason::kRestrictive);
}

}  // namespace
}  // namespace labels
