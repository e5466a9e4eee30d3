#include "labels/spif_marking.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "labels/spif.h"
#include "labels/spif_text_for_test.h"

namespace labels {
namespace {

constexpr std::string_view kFile =
    R"(<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1" version="1">
<securityPolicyId name="TEST" id="2.999.7">
  <markingData phrase="" xml:lang="de-CH" shortPhrase="t" simplePhrase="s" inputPhrase="i">
    <code>pageTop</code><code>replacePolicy</code>
  </markingData>
  <markingData/>
</securityPolicyId>
<securityClassifications>
  <markingData phrase="ALL"/>
  <securityClassification name="LOW" lacv="1" hierarchy="1"/>
</securityClassifications>
<securityCategoryTagSets>
  <securityCategoryTagSet name="Set" id="2.999.7.1">
    <markingData phrase="SET"/>
    <securityCategoryTag name="Tag" tagType="restrictive">
      <tagCategory name="RED" lacv="0"><markingData phrase="ROT"/></tagCategory>
      <markingData phrase="TAG"/>
      <markingQualifier markingCode="portionMarking" xml:lang="fr">
        <qualifier markingQualifier="a" qualifierCode="prefix"/>
        <qualifier markingQualifier="b" qualifierCode="separator" xml:lang="de"/>
        <qualifier markingQualifier="c" qualifierCode="suffix"/>
      </markingQualifier>
    </securityCategoryTag>
  </securityCategoryTagSet>
</securityCategoryTagSets>
<privacyMarks><privacyMark name="MARK"><markingData phrase="WORDS"/></privacyMark></privacyMarks>
<markingData phrase="WHOLE"/>
</SPIF>)";

TEST(SpifMarking, EveryAttributeAndCodeIsRead) {
  const auto policy = load_spif("test.xml", kFile);
  ASSERT_TRUE(policy.has_value()) << policy.error().to_string();
  const MarkingData& data = policy->content().policy_marking;
  ASSERT_EQ(data.phrases.size(), 2);
  const MarkingPhrase& one = data.phrases[0];
  EXPECT_TRUE(one.has_phrase);
  EXPECT_EQ(one.phrase, "");
  EXPECT_EQ(one.short_phrase, "t");
  EXPECT_EQ(one.simple_phrase, "s");
  EXPECT_EQ(one.input_phrase, "i");
  EXPECT_EQ(one.language, "de-CH");
  EXPECT_TRUE(one.codes.has(MarkingCode::kPageTop));
  EXPECT_TRUE(one.codes.has(MarkingCode::kReplacePolicy));
  EXPECT_FALSE(one.codes.has(MarkingCode::kPageBottom));
  EXPECT_EQ(one.place.line, 3);
  EXPECT_FALSE(data.phrases[1].has_phrase);
  EXPECT_TRUE(data.phrases[1].codes.empty());
}

constexpr std::array<std::pair<std::string_view, MarkingCode>, 17> kEveryCode{
    {{"pageTop", MarkingCode::kPageTop},
     {"pageBottom", MarkingCode::kPageBottom},
     {"pageTopBottom", MarkingCode::kPageTopBottom},
     {"documentStart", MarkingCode::kDocumentStart},
     {"documentEnd", MarkingCode::kDocumentEnd},
     {"firstLineOfText", MarkingCode::kFirstLineOfText},
     {"lastLineOfText", MarkingCode::kLastLineOfText},
     {"subject", MarkingCode::kSubject},
     {"xHeader", MarkingCode::kXHeader},
     {"portionMarking", MarkingCode::kPortionMarking},
     {"inputTitle", MarkingCode::kInputTitle},
     {"waterMark", MarkingCode::kWaterMark},
     {"noNameDisplay", MarkingCode::kNoNameDisplay},
     {"noMarkingDisplay", MarkingCode::kNoMarkingDisplay},
     {"suppressClassName", MarkingCode::kSuppressClassName},
     {"replacePolicy", MarkingCode::kReplacePolicy},
     {"unused", MarkingCode::kUnused}}};

// A file whose policy has one phrase and one qualifier with that code; the qualifier is on line 3.
std::string with_code(std::string_view of_phrase, std::string_view of_qualifier) {
  return test::spif(test::kLow, "",
                    R"(<securityPolicyId name="T" id="2.999.5"><markingData phrase="P"><code>)" +
                        std::string(of_phrase) + R"(</code></markingData><markingQualifier )" +
                        R"(markingCode=")" + std::string(of_qualifier) +
                        R"("><qualifier markingQualifier="x" qualifierCode="prefix"/>)" +
                        "</markingQualifier></securityPolicyId>");
}

TEST(SpifMarking, EveryCodeIsReadFromAFile) {
  SpifReader reader;
  for (const auto& [name, code] : kEveryCode) {
    const auto policy = reader.read("test.xml", with_code(name, name));
    ASSERT_TRUE(policy.has_value()) << policy.error().to_string();
    const MarkingData& data = policy->content().policy_marking;
    for (const auto& [other_name, other] : kEveryCode) {
      EXPECT_EQ(data.phrases[0].codes.has(other), other == code) << name << " " << other_name;
    }
    EXPECT_EQ(data.qualifiers[0].code, code) << name;
  }
}

TEST(SpifMarking, OtherCodesAreRefused) {
  EXPECT_EQ(test::verdict(with_code("subject", "subject")), "accepted");
  for (const char* name : {"", "pagetop", "PageTop", "pageTop pageBottom", "portion", "none"}) {
    EXPECT_TRUE(test::verdict(with_code(name, "subject")).starts_with("3: ")) << name;
    EXPECT_TRUE(test::verdict(with_code("subject", name)).starts_with("3: ")) << name;
  }
}

TEST(SpifMarking, EveryLevelIsRead) {
  const auto policy = load_spif("test.xml", kFile);
  ASSERT_TRUE(policy.has_value()) << policy.error().to_string();
  const PolicyContent& content = policy->content();
  const auto first = [](const MarkingData& data) {
    return data.phrases.empty() ? "(none)" : data.phrases.front().phrase;
  };
  EXPECT_EQ(first(content.marking), "WHOLE");
  EXPECT_EQ(first(content.classification_marking), "ALL");
  EXPECT_EQ(first(content.classifications[0].marking), "(none)");
  EXPECT_EQ(first(content.tag_sets[0].marking), "SET");
  EXPECT_EQ(first(content.tag_sets[0].tags[0].marking), "TAG");
  EXPECT_EQ(first(content.tag_sets[0].tags[0].categories[0].marking), "ROT");
  EXPECT_EQ(first(content.privacy_marks[0].marking), "WORDS");
}

TEST(SpifMarking, QualifiersAndTheirLanguages) {
  const auto policy = load_spif("test.xml", kFile);
  ASSERT_TRUE(policy.has_value()) << policy.error().to_string();
  const auto& qualifiers = policy->content().tag_sets[0].tags[0].marking.qualifiers;
  ASSERT_EQ(qualifiers.size(), 1);
  EXPECT_EQ(qualifiers[0].code, MarkingCode::kPortionMarking);
  ASSERT_EQ(qualifiers[0].texts.size(), 3);
  EXPECT_EQ(qualifiers[0].texts[0].language, "fr");
  EXPECT_EQ(qualifiers[0].texts[1].language, "de");
  EXPECT_EQ(qualifiers[0].texts[1].part, QualifierPart::kSeparator);
  EXPECT_EQ(qualifiers[0].texts[2].text, "c");
}

TEST(SpifMarking, Colours) {
  EXPECT_EQ(color_value("fuschia"), "#FF00FF");
  EXPECT_EQ(color_value("fuchsia"), "#FF00FF");
  EXPECT_EQ(color_value("#00ff7F"), "#00FF7F");
  EXPECT_EQ(color_value("#00ff7"), "");
  EXPECT_EQ(color_value("#00ff7g"), "");
  EXPECT_EQ(color_value("##0000F"), "");
  EXPECT_EQ(color_value("pink"), "");
}

}  // namespace
}  // namespace labels
