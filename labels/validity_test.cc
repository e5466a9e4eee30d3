// Validity: for each kind of condition a label that keeps it and one that does not; and an invalid
// label is granted to nobody.
#include "labels/validity.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "labels/decision.h"
#include "labels/example_policy_for_test.h"

namespace labels {
namespace {

using test::oid;
using Kind = CategoryKind;
using Values = std::vector<std::uint32_t>;
using Operation = RequiredOperation;

constexpr guard::UtcTime kNow{1'783'000'000'000'000};

struct Held {
  std::string_view tag_set;
  Kind kind;
  Values values;
};

const Held kRed{"2.999.7.1", Kind::kRestrictive, {0}};
const Held kBlue{"2.999.7.1", Kind::kRestrictive, {1}};
const Held kRedBlue{"2.999.7.1", Kind::kRestrictive, {0, 1}};
const Held kAlpha{"2.999.7.2", Kind::kPermissive, {0}};
const Held kAlphaBravo{"2.999.7.2", Kind::kPermissive, {0, 1}};
const Held kBridge{"2.999.7.3", Kind::kEnumeratedPermissive, {100}};

Label label(std::uint32_t classification, const std::vector<Held>& categories = {}) {
  Label result(oid("2.999.7"));
  EXPECT_TRUE(result.set_classification(classification).has_value());
  for (const Held& one : categories) {
    EXPECT_TRUE(result.add(*Category::make(oid(one.tag_set), one.kind, one.values)).has_value());
  }
  return result;
}

Label marked(const char* text) {
  Label result = label(1);
  result.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, text));
  return result;
}

SecurityPolicy with(const std::function<void(PolicyContent&)>& change) {
  PolicyContent content = test::example_content();
  change(content);
  auto policy = SecurityPolicy::make(std::move(content));
  EXPECT_TRUE(policy.has_value()) << policy.error().what;
  return *policy;
}

// A clearance for everything that the policy has.
Clearance everything(const SecurityPolicy& policy) {
  Clearance all(policy.id());
  for (const Classification& one : policy.classifications()) {
    EXPECT_TRUE(all.add_classification(one.lacv).has_value());
  }
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (int k = 0; k <= static_cast<int>(Kind::kEnumeratedRestrictive); ++k) {
      Values values;
      for (const Tag& tag : tag_set.tags) {
        if (tag.kind != static_cast<Kind>(k)) continue;
        for (const TagCategory& one : tag.categories) values.push_back(one.lacv);
      }
      if (values.empty()) continue;
      EXPECT_TRUE(all.add(*Category::make(tag_set.id, static_cast<Kind>(k), values)).has_value());
    }
  }
  return all;
}

// "valid", or the words of all faults. Whoever is cleared for everything is granted a valid label,
// and denied an invalid one for those very reasons.
std::string words(const SecurityPolicy& policy, const Label& one, guard::UtcTime at = kNow) {
  const Validity validity = validate(policy, one, at);
  EXPECT_EQ(is_valid(CompiledLabel(policy, one), at), validity.valid());
  const Decision decision = decide(policy, one, everything(policy), at);
  EXPECT_EQ(decision.granted(), validity.valid());
  EXPECT_TRUE(std::ranges::equal(decision.reasons(), validity.faults()));
  std::string all;
  for (const Denial& fault : validity.faults()) {
    EXPECT_TRUE(makes_invalid(fault.reason) || fault.reason == DenialReason::kLabelPolicy);
    all += (all.empty() ? "" : "; ") + fault.what;
  }
  return validity.valid() ? "valid" : all;
}

// "valid", or the stable names.
std::string names(const SecurityPolicy& policy, const Label& one, guard::UtcTime at = kNow) {
  static_cast<void>(words(policy, one, at));
  std::string all;
  const Validity validity = validate(policy, one, at);
  for (const Denial& fault : validity.faults()) {
    all += (all.empty() ? "" : " ") + std::string(to_string(fault.reason));
  }
  return all.empty() ? "valid" : all;
}

TagCategory& red(PolicyContent& content) { return content.tag_sets[0].tags[0].categories[0]; }
TagCategory& alpha(PolicyContent& content) { return content.tag_sets[1].tags[0].categories[0]; }

CategoryGroup value_of(std::string_view tag_set, Kind kind, std::uint32_t lacv) {
  return {.tag_set = oid(tag_set), .kind = kind, .lacv = lacv};
}
CategoryGroup whole(std::string_view tag_set, bool all = false) {
  return {.tag_set = oid(tag_set), .all = all};
}

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

std::string required(const RequiredCategory& one, const std::vector<Held>& also) {
  const SecurityPolicy policy = with([&](PolicyContent& c) { alpha(c).required = {one}; });
  std::vector<Held> held = also;
  held.push_back(kAlpha);
  EXPECT_EQ(names(policy, label(1, also)), "valid");  // without the value nothing is asked
  return names(policy, label(1, held));
}

const CategoryGroup kRedGroup = value_of("2.999.7.1", Kind::kRestrictive, 0);
const CategoryGroup kBlueGroup = value_of("2.999.7.1", Kind::kRestrictive, 1);
const CategoryGroup kBridgeGroup = value_of("2.999.7.3", Kind::kEnumeratedPermissive, 100);
constexpr const char* kMissing = "required-category-missing";

TEST(ValidityRequired, All) {
  const RequiredCategory one{.operation = Operation::kAll, .groups = {kRedGroup, kBridgeGroup}};
  EXPECT_EQ(required(one, {kRed, kBridge}), "valid");
  EXPECT_EQ(required(one, {kRedBlue, kBridge}), "valid");
  EXPECT_EQ(required(one, {kRed}), kMissing);
  EXPECT_EQ(required(one, {kBridge}), kMissing);
  EXPECT_EQ(required(one, {}), kMissing);
}

TEST(ValidityRequired, OneOrMore) {
  const RequiredCategory one{.operation = Operation::kOneOrMore,
                             .groups = {kRedGroup, kBridgeGroup}};
  EXPECT_EQ(required(one, {kRed, kBridge}), "valid");
  EXPECT_EQ(required(one, {kRed}), "valid");
  EXPECT_EQ(required(one, {kBridge}), "valid");
  EXPECT_EQ(required(one, {kBlue}), kMissing);
  EXPECT_EQ(required(one, {}), kMissing);
}

TEST(ValidityRequired, OnlyOne) {
  const RequiredCategory one{.operation = Operation::kOnlyOne, .groups = {kRedGroup, kBridgeGroup}};
  EXPECT_EQ(required(one, {kRed}), "valid");
  EXPECT_EQ(required(one, {kBridge, kBlue}), "valid");
  EXPECT_EQ(required(one, {kRed, kBridge}), kMissing);
  EXPECT_EQ(required(one, {}), kMissing);
}

// A group without a value means the whole set.
TEST(ValidityRequired, WholeSets) {
  const auto of = [](Operation operation, bool all) {
    return RequiredCategory{.operation = operation, .groups = {whole("2.999.7.1", all)}};
  };
  for (const bool all : {false, true}) {
    EXPECT_EQ(required(of(Operation::kOneOrMore, all), {kRed}), "valid");
    EXPECT_EQ(required(of(Operation::kOneOrMore, all), {kRedBlue}), "valid");
    EXPECT_EQ(required(of(Operation::kOneOrMore, all), {}), kMissing);
    EXPECT_EQ(required(of(Operation::kOnlyOne, all), {kBlue}), "valid");
    EXPECT_EQ(required(of(Operation::kOnlyOne, all), {kRedBlue}), kMissing);
    EXPECT_EQ(required(of(Operation::kOnlyOne, all), {}), kMissing);
    EXPECT_EQ(required(of(Operation::kAll, all), {kRedBlue}), "valid");
    EXPECT_EQ(required(of(Operation::kAll, all), {}), kMissing);
  }
  EXPECT_EQ(required(of(Operation::kAll, false), {kRed}), "valid");
  EXPECT_EQ(required(of(Operation::kAll, true), {kRed}), kMissing);
}

TEST(ValidityRequired, SeveralMustEachHold) {
  const SecurityPolicy policy = with([](PolicyContent& c) {
    alpha(c).required = {{.operation = Operation::kAll, .groups = {kRedGroup}},
                         {.operation = Operation::kAll, .groups = {kBridgeGroup}}};
  });
  EXPECT_EQ(words(policy, label(1, {kAlpha, kRed, kBridge})), "valid");
  EXPECT_EQ(words(policy, label(1, {kAlpha, kRed})),
            "tag set \"Release\": 0 (ALPHA) requires one of 100 (BRIDGE)");
  EXPECT_EQ(names(policy, label(1, {kAlpha})),
            "required-category-missing required-category-missing");
}

TEST(ValidityRequired, OfAClassification) {
  const SecurityPolicy policy = with([](PolicyContent& c) {
    c.classifications[1].required = {
        {.operation = Operation::kOneOrMore, .groups = {kRedGroup, kBlueGroup}}};
  });
  EXPECT_EQ(words(policy, label(1)), "valid");
  EXPECT_EQ(words(policy, label(7, {kBlue})), "valid");
  EXPECT_EQ(words(policy, label(7)),
            "classification 7 (MID) requires one or more of 0 (RED), 1 (BLUE)");
}

TEST(ValidityExcluded, ByValueOrWholeSet) {
  const SecurityPolicy value = with([](PolicyContent& c) { alpha(c).excluded = {kRedGroup}; });
  EXPECT_EQ(words(value, label(1, {kAlpha, kBlue})), "valid");
  EXPECT_EQ(words(value, label(1, {kRed})), "valid");
  EXPECT_EQ(words(value, label(1, {kAlpha, kRed})),
            "tag set \"Release\": 0 (ALPHA) excludes 0 (RED)");
  for (const bool all : {false, true}) {
    const SecurityPolicy set =
        with([&](PolicyContent& c) { alpha(c).excluded = {whole("2.999.7.1", all)}; });
    EXPECT_EQ(names(set, label(1, {kAlpha, kBridge})), "valid");
    EXPECT_EQ(names(set, label(1, {kAlpha, kBlue})), "excluded-category-present");
  }
}

TEST(ValidityExcluded, OwnSetExcludesTheOthers) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { alpha(c).excluded = {whole("2.999.7.2")}; });
  EXPECT_EQ(words(policy, label(1, {kAlpha})), "valid");
  EXPECT_EQ(words(policy, label(1, {kAlphaBravo})),
            "tag set \"Release\": 0 (ALPHA) excludes 1 (BRAVO)");
}

TEST(ValidityExcluded, OfAClassification) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { c.classifications[0].excluded = {whole("2.999.7.1")}; });
  EXPECT_EQ(names(policy, label(1, {kAlpha})), "valid");
  EXPECT_EQ(names(policy, label(7, {kRed})), "valid");
  EXPECT_EQ(words(policy, label(1, {kRedBlue})),
            "classification 1 (LOW) excludes 0 (RED), 1 (BLUE)");
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
