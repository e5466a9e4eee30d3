#include "labels/decision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "labels/example_policy_for_test.h"

namespace labels::decision_test {
namespace {

constexpr guard::UtcTime kNow{1'783'000'000'000'000};  // in July 2026

using test::oid;
using Kind = CategoryKind;
using Values = std::vector<std::uint32_t>;

struct Held {
  std::string_view tag_set;
  Kind kind;
  Values values;
};

Label label(std::uint32_t classification, const std::vector<Held>& categories = {}) {
  Label result(oid("2.999.7"));
  EXPECT_TRUE(result.set_classification(classification).has_value());
  for (const Held& one : categories) {
    EXPECT_TRUE(result.add(*Category::make(oid(one.tag_set), one.kind, one.values)).has_value());
  }
  return result;
}

Clearance clearance(const Values& classifications, const std::vector<Held>& categories = {}) {
  Clearance result(oid("2.999.7"));
  for (const std::uint32_t one : classifications) {
    EXPECT_TRUE(result.add_classification(one).has_value());
  }
  for (const Held& one : categories) {
    EXPECT_TRUE(result.add(*Category::make(oid(one.tag_set), one.kind, one.values)).has_value());
  }
  return result;
}

// "granted", or the stable names of all reasons.
std::string judge(const Label& one, const Clearance& other) {
  const Decision decision = decide(test::example_policy(), one, other, kNow);
  if (decision.granted()) return "granted";
  std::string names;
  for (const Denial& denial : decision.reasons()) {
    names += (names.empty() ? "" : " ") + std::string(to_string(denial.reason));
    EXPECT_FALSE(denial.what.empty());
  }
  return names;
}

TEST(DecisionBorn, Denied) {
  const Decision decision;
  EXPECT_FALSE(decision.granted());
  EXPECT_EQ(decision.first().reason, DenialReason::kNotJudged);
  EXPECT_EQ(decision.reasons().size(), 1U);
}

TEST(DecisionNil, AlwaysDenies) {
  const SecurityPolicy policy = test::example_policy();
  const Label some = label(1);
  const Clearance all = clearance({1, 2, 7});
  EXPECT_TRUE(decide(policy, &some, &all, kNow).granted());
  EXPECT_EQ(decide(policy, nullptr, &all, kNow).first().reason, DenialReason::kNoLabel);
  EXPECT_EQ(decide(policy, &some, nullptr, kNow).first().reason, DenialReason::kNoClearance);
  const Decision both = decide(policy, nullptr, nullptr, kNow);
  EXPECT_FALSE(both.granted());
  EXPECT_EQ(both.reasons().size(), 2U);
}

TEST(DecisionPolicy, AnotherPolicyDenies) {
  const SecurityPolicy policy = test::example_policy();
  Label foreign(oid("2.999.8"));
  ASSERT_TRUE(foreign.set_classification(1).has_value());
  Clearance foreign_clearance(oid("2.999.8"));
  ASSERT_TRUE(foreign_clearance.add_classification(1).has_value());
  EXPECT_EQ(judge(foreign, clearance({1})), "label-of-another-policy");
  EXPECT_EQ(judge(label(1), foreign_clearance), "clearance-of-another-policy");
  EXPECT_EQ(judge(foreign, foreign_clearance),
            "label-of-another-policy clearance-of-another-policy");
  EXPECT_EQ(decide(policy, foreign, clearance({1}), kNow).first().what,
            "label under policy 2.999.8, not TEST");
}

TEST(DecisionClassification, IsMembershipNotOrder) {
  EXPECT_EQ(judge(label(1), clearance({1})), "granted");
  EXPECT_EQ(judge(label(1), clearance({2, 7})), "classification-not-in-clearance");
  EXPECT_EQ(judge(label(2), clearance({1, 7})), "classification-not-in-clearance");
  EXPECT_EQ(judge(label(2), clearance({2})), "granted");
  EXPECT_EQ(judge(label(1), clearance({})), "classification-not-in-clearance");
}

TEST(DecisionClassification, UnknownOrMissingDenies) {
  EXPECT_EQ(judge(label(3), clearance({1, 2, 3, 7})), "unknown-classification");
  EXPECT_EQ(judge(label(256), clearance({256})), "unknown-classification");
  EXPECT_EQ(judge(Label(oid("2.999.7")), clearance({0, 1, 2, 7})), "no-classification");
}

TEST(DecisionPrivacyMark, OnlyThoseOfThePolicy) {
  Label known = label(1);
  known.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, "STAFF"));
  EXPECT_EQ(judge(known, clearance({1})), "granted");
  Label unknown = label(1);
  unknown.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kPrintableString, "STAFF "));
  EXPECT_EQ(judge(unknown, clearance({1})), "unknown-privacy-mark");
}

TEST(DecisionRestrictive, LabelMustBeASubset) {
  const std::string_view set = "2.999.7.1";
  const auto bits = [&](const Values& in_label, const Values& in_clearance) {
    std::vector<Held> held;
    if (!in_clearance.empty()) held.push_back({set, Kind::kRestrictive, in_clearance});
    return judge(label(1, {{set, Kind::kRestrictive, in_label}}), clearance({1}, held));
  };
  EXPECT_EQ(bits({0}, {0}), "granted");
  EXPECT_EQ(bits({0}, {0, 1}), "granted");
  EXPECT_EQ(bits({0, 1}, {0, 1}), "granted");
  EXPECT_EQ(bits({0, 1}, {0}), "restrictive-not-in-clearance");
  EXPECT_EQ(bits({1}, {0}), "restrictive-not-in-clearance");
  EXPECT_EQ(bits({0}, {}), "restrictive-not-in-clearance");
  EXPECT_EQ(judge(label(1), clearance({1})), "granted");
}

TEST(DecisionRestrictive, EnumeratedLikewise) {
  const std::string_view set = "2.999.7.4";
  const Kind kind = Kind::kEnumeratedRestrictive;
  EXPECT_EQ(judge(label(1, {{set, kind, {1000}}}), clearance({1}, {{set, kind, {1000, 2000}}})),
            "granted");
  EXPECT_EQ(judge(label(1, {{set, kind, {1000, 2000}}}), clearance({1}, {{set, kind, {2000}}})),
            "restrictive-not-in-clearance");
  EXPECT_EQ(judge(label(1, {{set, kind, {1000}}}), clearance({1})), "restrictive-not-in-clearance");
}

TEST(DecisionPermissive, OneOfTheTagMustBeShared) {
  const std::string_view set = "2.999.7.2";
  const auto bits = [&](const Values& in_label, const Values& in_clearance) {
    std::vector<Held> held;
    if (!in_clearance.empty()) held.push_back({set, Kind::kPermissive, in_clearance});
    return judge(label(1, {{set, Kind::kPermissive, in_label}}), clearance({1}, held));
  };
  EXPECT_EQ(bits({0}, {0}), "granted");
  EXPECT_EQ(bits({0, 1}, {1}), "granted");
  EXPECT_EQ(bits({0}, {1}), "permissive-not-in-clearance");
  EXPECT_EQ(bits({0}, {}), "permissive-not-in-clearance");
  // A tag of which the label has no value restricts nothing.
  EXPECT_EQ(judge(label(1), clearance({1})), "granted");
}

TEST(DecisionPermissive, TagsOfOneTagSetAreJudgedApart) {
  const std::string_view set = "2.999.7.2";
  const auto bits = [&](const Values& in_label, const Values& in_clearance) {
    return judge(label(1, {{set, Kind::kPermissive, in_label}}),
                 clearance({1}, {{set, Kind::kPermissive, in_clearance}}));
  };
  EXPECT_EQ(bits({0, 2}, {0, 2}), "granted");
  EXPECT_EQ(bits({0, 2}, {0}), "permissive-not-in-clearance");  // nation shared, group not
  EXPECT_EQ(bits({0, 2}, {2}), "permissive-not-in-clearance");
  EXPECT_EQ(bits({0, 2}, {1, 3}), "permissive-not-in-clearance permissive-not-in-clearance");
  EXPECT_EQ(bits({0}, {0, 2}), "granted");
  EXPECT_EQ(bits({0, 1, 2, 3}, {1, 3}), "granted");
}

TEST(DecisionPermissive, EnumeratedLikewise) {
  const std::string_view set = "2.999.7.3";
  const Kind kind = Kind::kEnumeratedPermissive;
  EXPECT_EQ(judge(label(1, {{set, kind, {100, 200}}}), clearance({1}, {{set, kind, {200}}})),
            "granted");
  EXPECT_EQ(judge(label(1, {{set, kind, {100}}}), clearance({1}, {{set, kind, {200}}})),
            "permissive-not-in-clearance");
  EXPECT_EQ(judge(label(1, {{set, kind, {100}}}), clearance({1})), "permissive-not-in-clearance");
}

TEST(DecisionInformative, IsNotComparedButMustBeKnown) {
  const std::string_view set = "2.999.7.5";
  EXPECT_EQ(judge(label(1, {{set, Kind::kInformativeBits, {0}}}), clearance({1})), "granted");
  EXPECT_EQ(judge(label(1, {{set, Kind::kInformativeValues, {17}}}), clearance({1})), "granted");
  EXPECT_EQ(judge(label(1, {{set, Kind::kInformativeBits, {1}}}), clearance({1})), "unknown-value");
  EXPECT_EQ(judge(label(1, {{"2.999.7.9", Kind::kInformativeBits, {0}}}), clearance({1})),
            "unknown-tag-set");
}

TEST(DecisionInformative, EncodingsAreDistinctTags) {
  PolicyContent content = test::example_content();
  content.tag_sets[4].tags.pop_back();  // only bits are left
  const SecurityPolicy policy = *SecurityPolicy::make(content);
  const Label bits = label(1, {{"2.999.7.5", Kind::kInformativeBits, {0}}});
  const Label values = label(1, {{"2.999.7.5", Kind::kInformativeValues, {17}}});
  EXPECT_TRUE(decide(policy, bits, clearance({1}), kNow).granted());
  EXPECT_EQ(decide(policy, values, clearance({1}), kNow).first().reason, DenialReason::kUnknownTag);
}

TEST(DecisionUnknown, DeniesEvenWhereTheClearanceHoldsIt) {
  const auto both = [](const Held& held) {
    return judge(label(1, {held}), clearance({1}, {held}));
  };
  EXPECT_EQ(both({"2.999.7.1", Kind::kRestrictive, {1}}), "granted");
  EXPECT_EQ(both({"2.999.7.9", Kind::kRestrictive, {1}}), "unknown-tag-set");
  EXPECT_EQ(both({"2.999.7.1", Kind::kPermissive, {1}}), "unknown-tag");
  EXPECT_EQ(both({"2.999.7.1", Kind::kRestrictive, {2}}), "unknown-value");
  EXPECT_EQ(both({"2.999.7.2", Kind::kPermissive, {0, 4}}), "unknown-value");
  EXPECT_EQ(both({"2.999.7.3", Kind::kEnumeratedPermissive, {101}}), "unknown-value");
}

TEST(DecisionUnknown, ClearanceMayHoldMoreThanThePolicyKnows) {
  EXPECT_EQ(judge(label(1, {{"2.999.7.1", Kind::kRestrictive, {1}}}),
                  clearance({1, 200}, {{"2.999.7.1", Kind::kRestrictive, {1, 9}},
                                       {"2.999.9", Kind::kRestrictive, {1}}})),
            "granted");
}

TEST(DecisionKinds, OneTagSetUnderTwoTypesIsJudgedTwice) {
  const std::string_view set = "2.999.7.6";
  const std::vector<Held> both{{set, Kind::kRestrictive, {0}}, {set, Kind::kPermissive, {0}}};
  EXPECT_EQ(judge(label(1, both), clearance({1}, both)), "granted");
  EXPECT_EQ(judge(label(1, both), clearance({1}, {both[0]})), "permissive-not-in-clearance");
  EXPECT_EQ(judge(label(1, both), clearance({1}, {both[1]})), "restrictive-not-in-clearance");
}

TEST(DecisionReasons, AllInOrderAndNamed) {
  Label one = label(7, {{"2.999.7.1", Kind::kRestrictive, {0, 1}},
                        {"2.999.7.2", Kind::kPermissive, {0, 2, 5}},
                        {"2.999.7.8", Kind::kPermissive, {0}}});
  one.set_privacy_mark(*PrivacyMark::make(PrivacyMark::Form::kUtf8String, "<hidden>"));
  const Decision decision = decide(test::example_policy(), one,
                                   clearance({1}, {{"2.999.7.1", Kind::kRestrictive, {1}}}), kNow);
  ASSERT_EQ(decision.reasons().size(), 7U);
  EXPECT_EQ(decision.first(), decision.reasons()[0]);
  const std::vector<std::string> expected{
      "privacy mark unknown",
      "tag set \"Release\": permissive value 5 unknown",
      "tag set 2.999.7.8 unknown",
      "classification 7 (MID) not in clearance",
      "tag set \"Caveats\": 0 (RED) not in clearance",
      "tag set \"Release\", tag \"Nations\": none of 0 (ALPHA) in clearance",
      "tag set \"Release\", tag \"Groups\": none of 2 (STAFF) in clearance"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(decision.reasons()[i].what, expected[i]);
  }
}

TEST(DecisionReasons, LengthIsBounded) {
  Values many;
  for (std::uint32_t i = 0; i <= kMaxBit; ++i) many.push_back(i);
  const Decision decision =
      decide(test::example_policy(), label(1, {{"2.999.7.1", Kind::kRestrictive, many}}),
             clearance({1}), kNow);
  ASSERT_EQ(decision.reasons().size(), 2U);
  EXPECT_EQ(decision.first().what,
            "tag set \"Caveats\": restrictive value 2, 3, 4, 5, 6, 7, 8, 9 and 4086 more unknown");
}

TEST(DecisionReasons, NamesAreDistinct) {
  std::vector<std::string_view> names;
  for (int i = 0; i < kDenialReasons; ++i) {
    names.push_back(to_string(static_cast<DenialReason>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "unknown-reason"), names.end());
}

}  // namespace
}  // namespace labels::decision_test
