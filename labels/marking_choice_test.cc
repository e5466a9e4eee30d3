#include "labels/marking_choice.h"

#include <gtest/gtest.h>

#include <array>

namespace labels {
namespace {

using Purpose = MarkingPurpose;
using Code = MarkingCode;
using Part = QualifierPart;

MarkingCodes codes(std::initializer_list<Code> list) {
  MarkingCodes result;
  for (const Code code : list) result.add(code);
  return result;
}

MarkingPhrase phrase(std::string text, std::string language = "",
                     std::initializer_list<Code> list = {}) {
  return {.phrase = std::move(text),
          .has_phrase = true,
          .language = std::move(language),
          .codes = codes(list)};
}

std::string chosen(const MarkingData& data, const MarkingStyle& style) {
  return std::string(chosen_phrase(data, style).value_or("(none)"));
}

TEST(MarkingChoice, NothingIsNone) {
  EXPECT_EQ(chosen_phrase({}, {}), std::nullopt);
  EXPECT_EQ(chosen_replacement({}, {}), std::nullopt);
  EXPECT_FALSE(has_code({}, {}, Code::kNoNameDisplay));
  EXPECT_FALSE(chosen_qualifier({}, {}).separator.has_value());
}

TEST(MarkingChoice, APhraseWithoutCodesIsForEveryPurpose) {
  const MarkingData data{.phrases = {phrase("WORDS")}};
  for (int i = 0; i <= static_cast<int>(Purpose::kWaterMark); ++i) {
    EXPECT_EQ(chosen(data, {.purpose = static_cast<Purpose>(i)}), "WORDS") << i;
  }
}

TEST(MarkingChoice, EachCodeIsForItsOwnPurposeAndNoOther) {
  constexpr std::array<Code, 11> kCodes{
      Code::kPageTop,         Code::kPageBottom,     Code::kDocumentStart, Code::kDocumentEnd,
      Code::kFirstLineOfText, Code::kLastLineOfText, Code::kSubject,       Code::kXHeader,
      Code::kPortionMarking,  Code::kInputTitle,     Code::kWaterMark};
  for (std::size_t c = 0; c < kCodes.size(); ++c) {
    const MarkingData data{.phrases = {phrase("WORDS", "", {kCodes[c]})}};
    for (std::size_t p = 0; p < kCodes.size(); ++p) {
      EXPECT_EQ(chosen(data, {.purpose = static_cast<Purpose>(p)}), c == p ? "WORDS" : "(none)")
          << c << " " << p;
    }
  }
}

TEST(MarkingChoice, PageTopBottomIsForBothEndsOfAPage) {
  const MarkingData data{.phrases = {phrase("WORDS", "", {Code::kPageTopBottom})}};
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kPageTop}), "WORDS");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kPageBottom}), "WORDS");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kDocumentStart}), "(none)");
}

TEST(MarkingChoice, UnusedIsNeverUsed) {
  const MarkingData data{.phrases = {phrase("WORDS", "", {Code::kUnused}),
                                     phrase("WORDS", "", {Code::kPageTop, Code::kUnused})}};
  EXPECT_EQ(chosen(data, {}), "(none)");
}

TEST(MarkingChoice, ThePurposesOwnPhraseGoesFirst) {
  const MarkingData data{.phrases = {phrase("ANY"), phrase("TOP", "", {Code::kPageTop})}};
  EXPECT_EQ(chosen(data, {}), "TOP");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kPageBottom}), "ANY");
}

TEST(MarkingChoice, AnEmptyPhraseIsNotNone) {
  EXPECT_EQ(chosen_phrase({.phrases = {phrase("")}}, {}), "");
  EXPECT_EQ(chosen_phrase({.phrases = {MarkingPhrase{}}}, {}), std::nullopt);
}

TEST(MarkingChoice, LanguagesInTheReadersOrder) {
  const MarkingData data{.phrases = {phrase("one", "en"), phrase("eins", "de"),
                                     phrase("is", "de-CH"), phrase("un", "fr")}};
  EXPECT_EQ(chosen(data, {.languages = {"de-AT"}}), "eins");
  EXPECT_EQ(chosen(data, {.languages = {"de-CH"}}), "is");
  EXPECT_EQ(chosen(data, {.languages = {"it", "fr-FR"}}), "un");
  EXPECT_EQ(chosen(data, {.languages = {"it"}}), "one");
  EXPECT_EQ(chosen(data, {.languages = {"*"}}), "one");
  EXPECT_EQ(chosen(data, {.languages = {""}}), "one");
  EXPECT_EQ(chosen(data, {}), "one");
}

TEST(MarkingChoice, WithoutAMatchOneOfNoLanguageThenEnglishThenTheFirst) {
  EXPECT_EQ(chosen({.phrases = {phrase("un", "fr"), phrase("one", "en-GB"), phrase("I")}}, {}),
            "I");
  EXPECT_EQ(chosen({.phrases = {phrase("un", "fr"), phrase("one", "en-GB")}}, {}), "one");
  EXPECT_EQ(chosen({.phrases = {phrase("un", "fr"), phrase("eins", "de")}}, {}), "un");
}

TEST(MarkingChoice, LanguageGoesBeforePurposeAndNoLanguageSuitsAll) {
  const MarkingData data{
      .phrases = {phrase("top", "en", {Code::kPageTop}), phrase("irgendwo", "de")}};
  EXPECT_EQ(chosen(data, {.languages = {"de"}}), "irgendwo");
  const MarkingData other{.phrases = {phrase("irgendwo", "de"), phrase("", "", {Code::kPageTop})}};
  EXPECT_EQ(chosen(other, {.languages = {"de"}}), "");
  EXPECT_EQ(chosen(other, {.purpose = Purpose::kPageBottom, .languages = {"de"}}), "irgendwo");
}

TEST(MarkingChoice, ShortPhrasesForPortionsAndSoOn) {
  const MarkingData data{.phrases = {{.phrase = "TOP SECRET",
                                      .has_phrase = true,
                                      .short_phrase = "TS",
                                      .simple_phrase = "Top Secret",
                                      .input_phrase = "Exceptionally grave damage"}}};
  EXPECT_EQ(chosen(data, {}), "TOP SECRET");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kPortion}), "TS");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kXHeader}), "Top Secret");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kInputTitle}), "Exceptionally grave damage");
}

TEST(MarkingChoice, AShortPhraseAloneIsForPortionsOnly) {
  const MarkingData data{.phrases = {{.short_phrase = "TS"}}};
  EXPECT_EQ(chosen(data, {}), "(none)");
  EXPECT_EQ(chosen(data, {.purpose = Purpose::kPortion}), "TS");
}

TEST(MarkingChoice, ReplacementsStandApart) {
  const MarkingData data{
      .phrases = {phrase("ASTRAL", "", {Code::kReplacePolicy}), phrase("TOP SECRET")}};
  EXPECT_EQ(chosen(data, {}), "TOP SECRET");
  EXPECT_EQ(chosen_replacement(data, {}), "ASTRAL");
  EXPECT_EQ(chosen_replacement({.phrases = {phrase("", "", {Code::kReplacePolicy})}}, {}), "");
  const MarkingData portion{
      .phrases = {phrase("ASTRAL", "", {Code::kReplacePolicy, Code::kPortionMarking})}};
  EXPECT_EQ(chosen_replacement(portion, {}), std::nullopt);
  EXPECT_EQ(chosen_replacement(portion, {.purpose = Purpose::kPortion}), "ASTRAL");
}

TEST(MarkingChoice, CodesAreForTheirPurpose) {
  const MarkingData data{
      .phrases = {{.codes = codes({Code::kNoMarkingDisplay, Code::kPortionMarking})},
                  {.codes = codes({Code::kSuppressClassName, Code::kUnused})}}};
  EXPECT_TRUE(has_code(data, {.purpose = Purpose::kPortion}, Code::kNoMarkingDisplay));
  EXPECT_FALSE(has_code(data, {}, Code::kNoMarkingDisplay));
  EXPECT_FALSE(has_code(data, {}, Code::kSuppressClassName));
}

TEST(MarkingChoice, QualifiersOfThePurposeElseOfPages) {
  const MarkingData data{
      .qualifiers = {
          {.code = Code::kPortionMarking, .texts = {{.part = Part::kPrefix, .text = "("}}},
          {.code = Code::kPageTopBottom, .texts = {{.part = Part::kSeparator, .text = "/"}}}}};
  const ChosenQualifier portion = chosen_qualifier(data, {.purpose = Purpose::kPortion});
  EXPECT_EQ(portion.prefix, "(");
  EXPECT_EQ(portion.separator, std::nullopt);
  for (const Purpose purpose : {Purpose::kPageTop, Purpose::kPageBottom, Purpose::kDocumentEnd}) {
    const ChosenQualifier page = chosen_qualifier(data, {.purpose = purpose});
    EXPECT_EQ(page.prefix, std::nullopt);
    EXPECT_EQ(page.separator, "/");
  }
}

TEST(MarkingChoice, QualifiersOfSeveralElementsComplementEachOther) {
  const MarkingData data{
      .qualifiers = {
          {.code = Code::kPageTop, .texts = {{.part = Part::kPrefix, .text = "<"}}},
          {.code = Code::kPageTopBottom,
           .texts = {{.part = Part::kPrefix, .text = "["}, {.part = Part::kSuffix, .text = "]"}}}}};
  const ChosenQualifier top = chosen_qualifier(data, {});
  EXPECT_EQ(top.prefix, "<");
  EXPECT_EQ(top.suffix, "]");
}

TEST(MarkingChoice, QualifiersOfPortionsAreForNothingElse) {
  const MarkingData data{.qualifiers = {{.code = Code::kPortionMarking,
                                         .texts = {{.part = Part::kPrefix, .text = "("}}}}};
  EXPECT_EQ(chosen_qualifier(data, {}).prefix, std::nullopt);
  EXPECT_EQ(chosen_qualifier(data, {.purpose = Purpose::kPortion}).prefix, "(");
}

TEST(MarkingChoice, UnusedQualifiersAreNotUsed) {
  const MarkingData data{
      .qualifiers = {{.code = Code::kUnused, .texts = {{.part = Part::kPrefix, .text = "("}}}}};
  EXPECT_EQ(chosen_qualifier(data, {}).prefix, std::nullopt);
}

TEST(MarkingChoice, QualifiersInTheReadersLanguage) {
  const MarkingData data{
      .qualifiers = {{.code = Code::kPageTopBottom,
                      .texts = {{.part = Part::kPrefix, .text = "FOR ", .language = "en"},
                                {.part = Part::kPrefix, .text = "FÜR ", .language = "de"},
                                {.part = Part::kSeparator, .text = ", "}}}}};
  EXPECT_EQ(chosen_qualifier(data, {.languages = {"de-DE"}}).prefix, "FÜR ");
  EXPECT_EQ(chosen_qualifier(data, {.languages = {"de-DE"}}).separator, ", ");
  EXPECT_EQ(chosen_qualifier(data, {.languages = {"sv"}}).prefix, "FOR ");
}

}  // namespace
}  // namespace labels
