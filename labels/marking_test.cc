#include "labels/marking.h"

#include <gtest/gtest.h>

#include "labels/example_policy_for_test.h"
#include "labels/named.h"

namespace labels::marking_test {
namespace {

using test::oid;
using Code = MarkingCode;
using Kind = CategoryKind;
using Purpose = MarkingPurpose;

MarkingQualifier frame(std::string prefix, std::string separator, std::string suffix,
                       Code code = Code::kPageTopBottom) {
  return {.code = code,
          .texts = {{.part = QualifierPart::kPrefix, .text = std::move(prefix)},
                    {.part = QualifierPart::kSeparator, .text = std::move(separator)},
                    {.part = QualifierPart::kSuffix, .text = std::move(suffix)}}};
}

MarkingPhrase phrase(std::string text, std::initializer_list<Code> codes = {}) {
  MarkingPhrase one{.phrase = std::move(text), .has_phrase = true};
  for (const Code code : codes) one.codes.add(code);
  return one;
}

MarkingPhrase only(std::initializer_list<Code> codes) {
  MarkingPhrase one;
  for (const Code code : codes) one.codes.add(code);
  return one;
}

PolicyContent marked_content() {
  PolicyContent content = test::example_content();
  content.tag_sets[0].tags[0].marking.qualifiers = {frame("", "/", "")};
  content.tag_sets[1].tags[0].marking.qualifiers = {frame("RELTO ", ", ", "")};
  content.tag_sets[1].tags[1].marking.qualifiers = {frame("(", ";", ")")};
  content.tag_sets[2].tags[0].categories[0].marking.phrases = {phrase("PROJECT BRIDGE")};
  return content;
}

SecurityPolicy policy() { return *SecurityPolicy::make(marked_content()); }

Label from_names(const NamedLabel& names) { return *label_from_names(policy(), names); }

// A label that bears RED and ALPHA, marked under a changed policy.
std::string marked(const PolicyContent& content, const MarkingStyle& style = {}) {
  const SecurityPolicy changed = *SecurityPolicy::make(content);
  const auto label = label_from_names(
      changed, {.classification = "LOW",
                .privacy_mark = "STAFF",
                .categories = {{.tag_set = "Caveats", .tag = "", .values = {"RED"}},
                               {.tag_set = "Release", .tag = "", .values = {"ALPHA"}}}});
  return marking(changed, *label, style);
}

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
  content.policy_marking.phrases = {phrase("")};
  content.marking.qualifiers = {frame("[ ", " // ", " ]")};
  EXPECT_EQ(marked(content), "[ LOW // RED // RELTO ALPHA // STAFF ]");
}

TEST(Marking, PhraseOfEveryLevel) {
  PolicyContent content = marked_content();
  content.marking.phrases = {phrase("FILE")};
  content.policy_marking.phrases = {phrase("POLICY")};
  content.classification_marking.phrases = {phrase("ALL")};
  content.classifications[0].marking.phrases = {phrase("CLASS")};
  content.tag_sets[1].marking.phrases = {phrase("SET")};
  content.tag_sets[1].tags[0].marking.phrases = {phrase("TAG")};
  content.tag_sets[1].tags[0].categories[0].marking.phrases = {phrase("CATEGORY")};
  content.privacy_marks[0].marking.phrases = {phrase("MARK")};
  EXPECT_EQ(marked(content), "FILE POLICY ALL CLASS RED SET RELTO TAG CATEGORY MARK");
}

TEST(Marking, FrameOfEveryLevel) {
  PolicyContent content = test::example_content();
  content.marking.qualifiers = {frame("<0 ", " + ", " 0>")};
  content.policy_marking.qualifiers = {frame("<1 ", "", " 1>")};
  content.classification_marking.qualifiers = {frame("<2 ", "", " 2>")};
  content.classifications[0].marking.qualifiers = {frame("<3 ", "", " 3>")};
  content.tag_sets[1].marking.qualifiers = {frame("<4 ", "", " 4>")};
  content.tag_sets[1].tags[0].marking.qualifiers = {frame("<5 ", "", " 5>")};
  content.tag_sets[1].tags[0].categories[0].marking.qualifiers = {frame("<6 ", "", " 6>")};
  content.privacy_marks[0].marking.qualifiers = {frame("<7 ", "", " 7>")};
  EXPECT_EQ(marked(content),
            "<0 <1 TEST 1> + <2 <3 LOW 3> 2> + RED + <4 <5 <6 ALPHA 6> 5> 4> + <7 STAFF 7> 0>");
}

TEST(Marking, SeparatorsOfTagSetsAndTags) {
  PolicyContent content = marked_content();
  content.tag_sets[1].marking.qualifiers = {frame("", " & ", "")};
  const SecurityPolicy changed = *SecurityPolicy::make(content);
  const auto label = label_from_names(
      changed,
      {.classification = "LOW",
       .categories = {
           {.tag_set = "Release", .tag = "", .values = {"GUESTS", "BRAVO", "STAFF", "ALPHA"}}}});
  EXPECT_EQ(marking(changed, *label), "TEST LOW RELTO ALPHA, BRAVO & (STAFF;GUESTS)");
}

TEST(Marking, ASpaceIsNotDoubled) {
  PolicyContent content = marked_content();
  content.policy_marking.phrases = {phrase("TEST ")};
  content.tag_sets[1].tags[0].marking.qualifiers = {frame(" RELTO ", ", ", "")};
  EXPECT_EQ(marked(content), "TEST LOW RED RELTO ALPHA STAFF");
}

TEST(Marking, NoNameDisplayAtEveryLevelLeavesPhrases) {
  PolicyContent content = marked_content();
  content.policy_marking.phrases = {only({Code::kNoNameDisplay})};
  EXPECT_EQ(marked(content), "LOW RED RELTO ALPHA STAFF");
  content.classification_marking.phrases = {only({Code::kNoNameDisplay})};
  EXPECT_EQ(marked(content), "RED RELTO ALPHA STAFF");
  content.classifications[0].marking.phrases = {phrase("ELL")};
  EXPECT_EQ(marked(content), "ELL RED RELTO ALPHA STAFF");
  content.tag_sets[1].marking.phrases = {only({Code::kNoNameDisplay})};
  EXPECT_EQ(marked(content), "ELL RED STAFF");
  content.tag_sets[1].tags[0].marking.phrases = {phrase("SOME")};
  EXPECT_EQ(marked(content), "ELL RED RELTO SOME STAFF");
  content.tag_sets[0].tags[0].marking.phrases = {only({Code::kNoNameDisplay})};
  EXPECT_EQ(marked(content), "ELL RELTO SOME STAFF");
  content.privacy_marks[0].marking.phrases = {only({Code::kNoNameDisplay})};
  EXPECT_EQ(marked(content), "ELL RELTO SOME");
}

TEST(Marking, NoMarkingDisplayAtEveryLevelHidesPhrasesToo) {
  const MarkingData hidden{.phrases = {phrase("WORDS"), only({Code::kNoMarkingDisplay})}};
  PolicyContent content = marked_content();
  content.policy_marking = hidden;
  EXPECT_EQ(marked(content), "LOW RED RELTO ALPHA STAFF");
  content.classifications[0].marking = hidden;
  EXPECT_EQ(marked(content), "RED RELTO ALPHA STAFF");
  content.tag_sets[0].tags[0].categories[0].marking = hidden;
  EXPECT_EQ(marked(content), "RELTO ALPHA STAFF");
  content.tag_sets[1].tags[0].marking = hidden;
  EXPECT_EQ(marked(content), "STAFF");
  content.privacy_marks[0].marking = hidden;
  EXPECT_EQ(marked(content), "");
}

TEST(Marking, NoMarkingDisplayOfAWholeHidesItsParts) {
  const MarkingData hidden{.phrases = {only({Code::kNoMarkingDisplay})}};
  PolicyContent content = marked_content();
  content.tag_sets[1].marking = hidden;
  EXPECT_EQ(marked(content), "TEST LOW RED STAFF");
  content.classification_marking = hidden;
  EXPECT_EQ(marked(content), "TEST RED STAFF");
}

TEST(Marking, CodesOfTheWholeFile) {
  PolicyContent content = marked_content();
  content.policy_marking.phrases = {phrase("WORDS")};
  content.marking.phrases = {only({Code::kNoNameDisplay})};
  EXPECT_EQ(marked(content), "WORDS");
  content.marking.phrases = {only({Code::kNoMarkingDisplay})};
  EXPECT_EQ(marked(content), "");
  const SecurityPolicy changed = *SecurityPolicy::make(content);
  Label strange(changed.id());
  ASSERT_TRUE(strange.set_classification(9).has_value());
  EXPECT_EQ(marking(changed, strange), "[classification 9]");
}

TEST(Marking, AWholesPhraseIsNotShownWithoutAPart) {
  PolicyContent content = marked_content();
  content.tag_sets[2].marking.phrases = {phrase("NEVER")};
  content.tag_sets[2].tags[0].marking.phrases = {phrase("NEVER")};
  EXPECT_EQ(marked(content), "TEST LOW RED RELTO ALPHA STAFF");
}

TEST(Marking, CodesOfAnotherPurposeDoNothing) {
  PolicyContent content = marked_content();
  content.classifications[0].marking.phrases = {
      only({Code::kNoMarkingDisplay, Code::kPortionMarking}), phrase("X", {Code::kPageBottom})};
  EXPECT_EQ(marked(content), "TEST LOW RED RELTO ALPHA STAFF");
  EXPECT_EQ(marked(content, {.purpose = Purpose::kPageBottom}), "TEST X RED RELTO ALPHA STAFF");
  EXPECT_EQ(marked(content, {.purpose = Purpose::kPortion}), "TEST RED RELTO ALPHA STAFF");
}

TEST(Marking, SuppressClassNameFromAnyElementThatIsBorne) {
  const MarkingData suppress{.phrases = {only({Code::kSuppressClassName})}};
  const std::string without = "TEST RED RELTO ALPHA STAFF";
  for (const int where : {0, 1, 2, 3, 4}) {
    PolicyContent content = marked_content();
    if (where == 0) content.tag_sets[1].tags[0].categories[0].marking = suppress;
    if (where == 1) content.tag_sets[1].tags[0].marking.phrases = suppress.phrases;
    if (where == 2) content.tag_sets[1].marking = suppress;
    if (where == 3) content.privacy_marks[0].marking = suppress;
    if (where == 4) content.classifications[0].marking = suppress;
    EXPECT_EQ(marked(content), without) << where;
  }
}

TEST(Marking, SuppressClassNameOfAnElementThatIsNotBorneDoesNothing) {
  PolicyContent content = marked_content();
  const MarkingData suppress{.phrases = {only({Code::kSuppressClassName})}};
  content.tag_sets[1].tags[0].categories[1].marking = suppress;
  content.tag_sets[1].tags[1].marking = suppress;
  content.tag_sets[3].marking = suppress;
  content.classifications[1].marking = suppress;
  EXPECT_EQ(marked(content), "TEST LOW RED RELTO ALPHA STAFF");
}

TEST(Marking, AnUnknownClassificationIsNeverSuppressed) {
  PolicyContent content = marked_content();
  content.tag_sets[0].tags[0].categories[0].marking.phrases = {only({Code::kSuppressClassName})};
  const SecurityPolicy changed = *SecurityPolicy::make(content);
  Label label(changed.id());
  ASSERT_TRUE(label.set_classification(9).has_value());
  ASSERT_TRUE(label.add(*Category::make(oid("2.999.7.1"), Kind::kRestrictive, {0})));
  EXPECT_EQ(marking(changed, label), "TEST [classification 9] RED");
}

TEST(Marking, ReplacePolicy) {
  PolicyContent content = marked_content();
  content.tag_sets[1].tags[0].categories[0].marking.phrases = {
      phrase("OTHER", {Code::kReplacePolicy})};
  EXPECT_EQ(marked(content), "OTHER LOW RED RELTO ALPHA STAFF");
  content.tag_sets[1].tags[0].categories[0].marking.phrases = {phrase("", {Code::kReplacePolicy})};
  EXPECT_EQ(marked(content), "LOW RED RELTO ALPHA STAFF");
  content.tag_sets[1].tags[0].categories[0].marking.phrases = {};
  content.tag_sets[1].tags[0].categories[1].marking.phrases = {
      phrase("NOT BORNE", {Code::kReplacePolicy})};
  EXPECT_EQ(marked(content), "TEST LOW RED RELTO ALPHA STAFF");
}

TEST(Marking, SeveralReplacementsAreAllShown) {
  PolicyContent content = marked_content();
  content.classifications[0].marking.phrases = {phrase("ONE", {Code::kReplacePolicy})};
  content.tag_sets[0].tags[0].categories[0].marking.phrases = {phrase("", {Code::kReplacePolicy})};
  content.privacy_marks[0].marking.phrases = {phrase("TWO", {Code::kReplacePolicy})};
  EXPECT_EQ(marked(content), "ONE TWO LOW RED RELTO ALPHA STAFF");
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

TEST(Marking, TheOriginatorsTextsAreNotShown) {
  Label label = from_names({.classification = "LOW",
                            .categories = {{.tag_set = "Caveats", .tag = "", .values = {"RED"}}}});
  ASSERT_TRUE(label.add_user_text({.tag_set = oid("2.999.7.1"),
                                   .kind = Kind::kRestrictive,
                                   .lacv = 0,
                                   .text = "hidden words"}));
  EXPECT_EQ(marking(policy(), label), "TEST LOW RED");
}

TEST(Marking, LabelOfAnotherPolicyIsItsIdentifier) {
  EXPECT_EQ(marking(policy(), Label(oid("2.999.8"))), "[policy 2.999.8]");
  EXPECT_EQ(clearance_marking(policy(), Clearance(oid("2.999.8"))), "[policy 2.999.8]");
}

TEST(Marking, LengthOfUnknownThingsIsBounded) {
  std::vector<std::uint32_t> many;
  for (std::uint32_t i = 0; i <= kMaxBit; ++i) many.push_back(i);
  Label label(oid("2.999.7"));
  ASSERT_TRUE(label.add(*Category::make(oid("2.999.66"), Kind::kPermissive, many)));
  EXPECT_EQ(marking(policy(), label),
            "TEST [no classification] [permissive 2.999.66: 0 1 2 3 4 5 6 7 and 4088 more]");
}

TEST(Marking, IsOneLine) {
  PolicyContent content = marked_content();
  content.policy_marking.phrases = {phrase("TWO\nLINES\r\n\t\x7F")};
  EXPECT_EQ(marked(content), "TWO LINES     LOW RED RELTO ALPHA STAFF");
}

TEST(Marking, PurposesHaveNames) {
  for (int i = 0; i <= static_cast<int>(Purpose::kWaterMark); ++i) {
    const auto purpose = static_cast<Purpose>(i);
    EXPECT_FALSE(to_string(purpose).empty());
    EXPECT_EQ(marking_purpose(to_string(purpose)), purpose);
  }
  EXPECT_EQ(marking_purpose("pageTopBottom"), std::nullopt);
  EXPECT_EQ(marking_purpose(""), std::nullopt);
}

TEST(ClearanceMarking, EveryClassificationFromTheLowest) {
  Clearance clearance(oid("2.999.7"));
  EXPECT_EQ(clearance_marking(policy(), clearance), "TEST [no classification]");
  for (const std::uint32_t lacv : {2U, 7U, 1U}) {
    ASSERT_TRUE(clearance.add_classification(lacv).has_value());
  }
  EXPECT_EQ(clearance_marking(policy(), clearance), "TEST LOW/MID/TOP");
  ASSERT_TRUE(clearance.add(*Category::make(oid("2.999.7.1"), Kind::kRestrictive, {0, 1})));
  ASSERT_TRUE(clearance.add(*Category::make(oid("2.999.7.2"), Kind::kPermissive, {1})));
  EXPECT_EQ(clearance_marking(policy(), clearance), "TEST LOW/MID/TOP RED/BLUE RELTO BRAVO");
}

TEST(ClearanceMarking, HiddenClassificationsAreNotShown) {
  Clearance clearance(oid("2.999.7"));
  ASSERT_TRUE(clearance.add_classification(1).has_value());
  ASSERT_TRUE(clearance.add_classification(7).has_value());
  const MarkingData hidden{.phrases = {only({Code::kNoMarkingDisplay})}};
  PolicyContent content = marked_content();
  content.classifications[1].marking = hidden;
  EXPECT_EQ(clearance_marking(*SecurityPolicy::make(content), clearance), "TEST LOW");
  content.classification_marking = hidden;
  EXPECT_EQ(clearance_marking(*SecurityPolicy::make(content), clearance), "TEST");
  content.marking = hidden;
  EXPECT_EQ(clearance_marking(*SecurityPolicy::make(content), clearance), "");
}

TEST(ClearanceMarking, SeparatorOfThePolicyAndUnknownThings) {
  PolicyContent content = marked_content();
  content.classification_marking.qualifiers = {frame("<", " to ", ">")};
  const SecurityPolicy changed = *SecurityPolicy::make(content);
  Clearance clearance(oid("2.999.7"));
  for (const std::uint32_t lacv : {1U, 2U, 40U, 256U}) {
    ASSERT_TRUE(clearance.add_classification(lacv).has_value());
  }
  ASSERT_TRUE(clearance.add(*Category::make(oid("2.999.66"), Kind::kRestrictive, {3})));
  EXPECT_EQ(clearance_marking(changed, clearance),
            "TEST <LOW to TOP> [classification 40 256] [restrictive 2.999.66: 3]");
  Clearance strange(oid("2.999.7"));
  ASSERT_TRUE(strange.add_classification(100).has_value());
  EXPECT_EQ(clearance_marking(changed, strange), "TEST [classification 100]");
}

TEST(ClearanceMarking, WhatLabelsSuppressAndReplaceIsNotHeeded) {
  PolicyContent content = marked_content();
  content.classifications[0].marking.phrases = {phrase("ASTRAL", {Code::kReplacePolicy}),
                                                only({Code::kSuppressClassName})};
  const SecurityPolicy changed = *SecurityPolicy::make(content);
  Clearance clearance(oid("2.999.7"));
  ASSERT_TRUE(clearance.add_classification(1).has_value());
  EXPECT_EQ(clearance_marking(changed, clearance), "TEST LOW");
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
}  // namespace labels::marking_test
