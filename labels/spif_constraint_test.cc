// The conditions of a SPIF file: what is read, and what is refused with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "labels/date_format.h"
#include "labels/example_policy_for_test.h"
#include "labels/spif.h"
#include "labels/spif_text_for_test.h"
#include "labels/spif_time.h"

namespace labels {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using Kind = CategoryKind;

const std::string kHigh = R"(<securityClassification name="HIGH" lacv="2" hierarchy="2"/>)";

// Tag set "S" (2.999.5.1): the permissive tag "T" with A (0), which is on line 6, and B (1), C (2).
std::string with_category(const std::string& attributes, const std::string& children = "") {
  return spif(kLow + kHigh,
              tag_sets(tag(R"(tagType="permissive")",
                           "\n<tagCategory name=\"A\" lacv=\"0\" " + attributes + ">" + children +
                               "</tagCategory>\n<tagCategory name=\"B\" lacv=\"1\"/>"
                               "<tagCategory name=\"C\" lacv=\"2\"/>")));
}

// What was read of the category A.
TagCategory read_category(const std::string& attributes, const std::string& children = "") {
  const auto loaded = load_spif("test.xml", with_category(attributes, children));
  EXPECT_TRUE(loaded.has_value()) << loaded.error().to_string();
  return loaded ? loaded->tag_sets()[0].tags[0].categories[0] : TagCategory{};
}

std::string refused(const std::string& attributes, const std::string& children = "") {
  return verdict(with_category(attributes, children));
}

std::string group(const std::string& attributes) { return "<categoryGroup " + attributes + "/>"; }

std::string required(const std::string& operation, const std::string& groups) {
  return "<requiredCategory operation=\"" + operation + "\">" + groups + "</requiredCategory>";
}

std::string excluded(const std::string& attributes) {
  return "<excludedCategory " + attributes + "/>";
}

const std::string kB = R"(tagSetRef="S" tagType="permissive" lacv="1")";
const std::string kC = R"(tagSetRef="S" tagType="permissive" lacv="2")";

TEST(SpifCondition, Obsolete) {
  EXPECT_FALSE(read_category("").obsolete);
  EXPECT_FALSE(read_category(R"(obsolete="false")").obsolete);
  EXPECT_TRUE(read_category(R"(obsolete="true")").obsolete);
  EXPECT_TRUE(read_category(R"(obsolete="1")").obsolete);
  EXPECT_NE(refused(R"(obsolete="yes")"), "accepted");
}

TEST(SpifCondition, Classes) {
  EXPECT_EQ(read_category(R"(requiredClass="LOW")").required_class, "LOW");
  EXPECT_EQ(refused(R"(requiredClass="MID")"), "6: requiredClass \"MID\" is not a classification");
  const std::string low = "<excludedClass>LOW</excludedClass>";
  EXPECT_THAT(read_category("", low).excluded_classes, testing::ElementsAre("LOW"));
  EXPECT_EQ(refused("", "<excludedClass>MID</excludedClass>"),
            "6: excludedClass \"MID\" is not a classification");
  EXPECT_THAT(refused(R"(requiredClass="LOW")", low),
              StartsWith("6: category \"A\" excludes every"));
  EXPECT_EQ(refused(R"(requiredClass="HIGH")", low), "accepted");
  EXPECT_THAT(refused("", low + "<excludedClass>HIGH</excludedClass>"),
              StartsWith("6: category \"A\" excludes every"));
}

TEST(SpifCondition, RequiredCategories) {
  const TagCategory one = read_category(
      "", required("onlyOne", group(kB) + group(kC)) + required("all", group(R"(tagSetRef="S")")) +
              required("oneOrMore", group(R"(tagSetId="2.999.5.1" tagType="permissive")")));
  ASSERT_THAT(one.required, SizeIs(3));
  EXPECT_EQ(one.required[0].operation, RequiredOperation::kOnlyOne);
  ASSERT_THAT(one.required[0].groups, SizeIs(2));
  EXPECT_EQ(one.required[0].groups[1].lacv, 2U);
  EXPECT_EQ(one.required[0].groups[1].tag_set, oid("2.999.5.1"));
  EXPECT_EQ(one.required[0].groups[1].kind, Kind::kPermissive);
  EXPECT_EQ(one.required[1].operation, RequiredOperation::kAll);
  EXPECT_FALSE(one.required[1].groups[0].kind.has_value());
  EXPECT_EQ(one.required[2].operation, RequiredOperation::kOneOrMore);
  EXPECT_FALSE(one.required[2].groups[0].all);
  EXPECT_TRUE(read_category("", required("all", group(R"(tagSetRef="S" all="true")")))
                  .required[0]
                  .groups[0]
                  .all);
  EXPECT_NE(refused("", required("some", group(kB))), "accepted");
  EXPECT_NE(refused("", required("all", "")), "accepted");
}

TEST(SpifCondition, ReferencesMustLead) {
  const auto with = [](const std::string& attributes) {
    return refused("", required("all", group(attributes)));
  };
  EXPECT_EQ(with(kB), "accepted");
  EXPECT_EQ(with(""), "6: a reference without tagSetRef or tagSetId");
  EXPECT_EQ(with(R"(tagSetRef="S" tagSetId="2.999.5.1")"), "6: tagSetRef and tagSetId at once");
  EXPECT_EQ(with(R"(tagSetRef="X")"), "6: tagSetRef \"X\" is not a tag set of this file");
  EXPECT_EQ(with(R"(tagSetId="2.999.5.2")"),
            "6: tagSetId \"2.999.5.2\" is not a tag set of this file");
  EXPECT_EQ(with(R"(tagSetRef="S" tagType="permissive" lacv="3")"),
            "6: lacv 3 of type \"permissive\" is not in that tag set");
  EXPECT_EQ(with(R"(tagSetRef="S" lacv="3")"), "6: lacv 3 is not in that tag set");
  EXPECT_EQ(with(R"(tagSetRef="S" tagType="restrictive")"),
            "6: a tag of type \"restrictive\" is not in that tag set");
  EXPECT_EQ(with(R"(tagSetRef="S" tagType="notApplicable")"),
            "6: tagType \"notApplicable\" in a reference");
  EXPECT_EQ(with(R"(tagSetRef="S" tagType="permissive" enumType="permissive")"),
            "6: enumType in a reference of type \"permissive\"");
  EXPECT_EQ(with(R"(tagSetRef="S" lacv="1" all="true")"), "6: lacv and all=\"true\" at once");
  EXPECT_EQ(with(R"(tagSetRef="S" lacv="1" all="false")"), "accepted");
}

// A reference does not always say which type it means; where two fit it is refused.
TEST(SpifCondition, ReferencesTakeTheTypeThatIsThere) {
  const auto kind = [](const std::string& tags, const std::string& attributes) -> std::string {
    const std::string from =
        tag(R"(tagType="permissive")", R"(<tagCategory name="F" lacv="9">)" +
                                           required("all", group(attributes)) + "</tagCategory>");
    const std::string text = spif(kLow, tag_sets(tags + from));
    const auto loaded = load_spif("test.xml", text);
    if (!loaded) return loaded.error().what;
    const auto& groups = loaded->tag_sets()[0].tags.back().categories[0].required[0].groups;
    return groups[0].kind ? std::string(to_string(*groups[0].kind)) : "any";
  };
  const auto named = [](const std::string& name, const std::string& attributes,
                        const std::string& lacv) {
    return "<securityCategoryTag name=\"" + name + "\" " + attributes +
           "><tagCategory name=\"V\" lacv=\"" + lacv + "\"/></securityCategoryTag>";
  };
  const std::string restrictive = named("1", R"(tagType="enumerated" enumType="restrictive")", "5");
  const std::string permissive = named("2", R"(tagType="enumerated" enumType="permissive")", "6");
  const std::string both = named("2", R"(tagType="enumerated" enumType="permissive")", "5");
  EXPECT_EQ(kind(restrictive, R"(tagSetRef="S" tagType="enumerated")"), "enumerated-restrictive");
  EXPECT_EQ(kind(restrictive + permissive, R"(tagSetRef="S" tagType="enumerated" lacv="6")"),
            "enumerated-permissive");
  EXPECT_EQ(kind(restrictive + permissive, R"(tagSetRef="S" lacv="6")"), "enumerated-permissive");
  EXPECT_EQ(kind(restrictive + both, R"(tagSetRef="S" tagType="enumerated" lacv="5")"),
            "a reference that fits tags of two types");
  EXPECT_EQ(kind(restrictive + both, R"(tagSetRef="S" lacv="5")"),
            "a reference that fits tags of two types");
  EXPECT_EQ(kind(restrictive + both, R"(tagSetRef="S")"), "any");
  EXPECT_EQ(kind(named("1", R"(tagType="tagType7" tag7Encoding="securityAttributes")", "5"),
                 R"(tagSetRef="S" tagType="tagType7")"),
            "informative-values");
}

TEST(SpifCondition, ContradictionsAreRefused) {
  EXPECT_EQ(refused("", required("all", group(kB)) + excluded(kC)), "accepted");
  EXPECT_THAT(refused("", required("all", group(kB)) + excluded(kB)),
              StartsWith("6: category \"A\" requires"));
  EXPECT_EQ(refused("", required("oneOrMore", group(kB) + group(kC)) + excluded(kB)), "accepted");
  EXPECT_THAT(
      refused("", required("oneOrMore", group(kB) + group(kC)) + excluded(kB) + excluded(kC)),
      StartsWith("6: category \"A\" requires"));
  EXPECT_THAT(refused("", required("all", group(R"(tagSetRef="S" all="true")")) + excluded(kC)),
              StartsWith("6: category \"A\" requires"));
  EXPECT_EQ(refused("", required("all", group(R"(tagSetRef="S")")) + excluded(kC)), "accepted");
  EXPECT_EQ(refused("", excluded(R"(tagSetRef="S" tagType="permissive" lacv="0")")),
            "6: category \"A\" excludes itself");
  EXPECT_EQ(refused("", excluded(R"(tagSetRef="S" all="true")")), "accepted");
}

TEST(SpifCondition, Dates) {
  const TagCategory one = read_category(R"(notBefore="2026-07-01" notAfter="20260731120000Z")");
  EXPECT_EQ(one.not_before, 1'782'864'000);
  EXPECT_EQ(one.not_after, 1'785'499'200);
  EXPECT_EQ(refused(R"(notBefore="July")"), "6: notBefore=\"July\"");
  EXPECT_EQ(refused(R"(notAfter="2026-02-29")"), "6: notAfter=\"2026-02-29\"");
  EXPECT_EQ(refused(R"(notBefore="2026-07-01" notAfter="2026-07-01")"), "accepted");
  EXPECT_EQ(refused(R"(notBefore="2026-07-02" notAfter="2026-07-01")"),
            "6: category \"A\" ends before it begins");
}

TEST(SpifTime, Spellings) {
  const auto first = [](const char* text) { return read_spif_time(text, DayEnd::kFirstSecond); };
  const auto last = [](const char* text) { return read_spif_time(text, DayEnd::kLastSecond); };
  EXPECT_EQ(first("1970-01-01"), 0);
  EXPECT_EQ(last("1970-01-01"), 86'399);
  EXPECT_EQ(first("1970-01-01Z"), 0);
  EXPECT_EQ(first("1970-01-01+01:00"), -3'600);
  EXPECT_EQ(last("1970-01-01-01:00"), 86'399 + 3'600);
  EXPECT_EQ(first("1970-01-01T00:00:01"), 1);
  EXPECT_EQ(last("1970-01-01T00:00:01Z"), 1);
  EXPECT_EQ(last("1970-01-01T00:00:01.999Z"), 1);
  EXPECT_EQ(first("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(first("19700101000001Z"), 1);
  EXPECT_EQ(first("197001010001"), 60);
  EXPECT_EQ(first("197001010001Z"), 60);
  EXPECT_EQ(first("19700101010000+0100"), 0);
  EXPECT_EQ(last("19700101000000.5Z"), 0);
  EXPECT_EQ(first("9999-12-31T23:59:59Z"), 253'402'300'799);
  EXPECT_EQ(first("2024-02-29"), 1'709'164'800);
  for (const char* text : {"",
                           "1970",
                           "1970-01",
                           "19700101",
                           "1970-1-1",
                           "0000-01-01",
                           "1970-13-01",
                           "1970-00-10",
                           "1970-02-30",
                           "2023-02-29",
                           "1970-01-01T",
                           "1970-01-01T00",
                           "1970-01-01T00:00",
                           "1970-01-01T24:00:00",
                           "1970-01-01T00:60:00",
                           "1970-01-01T00:00:60",
                           "1970-01-01 00:00:00",
                           "1970-01-01T00:00:00.",
                           "1970-01-01T00:00:00+1",
                           "1970-01-01T00:00:00+15:00",
                           "1970-01-01T00:00:00ZZ",
                           " 1970-01-01",
                           "1970-01-01 ",
                           "197001010",
                           "1970010100",
                           "19700101000000+01:00",
                           "-1970-01-01",
                           "1970-01-01z",
                           "1970-0101",
                           "197001-01"}) {
    EXPECT_FALSE(first(text).has_value()) << text;
  }
}

TEST(SpifCondition, UserInput) {
  EXPECT_FALSE(read_category("").user_input.has_value());
  EXPECT_EQ(read_category(R"(userInput="string")").user_input, UserInput::kString);
  EXPECT_EQ(read_category(R"(userInput="integer")").user_input, UserInput::kInteger);
  const TagCategory date = read_category(R"(userInput="date" dateFormat="dd.MM.yyyy")");
  EXPECT_EQ(date.user_input, UserInput::kDate);
  EXPECT_EQ(date.date_format, "dd.MM.yyyy");
  EXPECT_NE(refused(R"(userInput="number")"), "accepted");
  EXPECT_EQ(refused(R"(dateFormat="yyyy-MM-dd")"), "6: dateFormat without userInput=\"date\"");
  EXPECT_EQ(refused(R"(userInput="string" dateFormat="yyyy-MM-dd")"),
            "6: dateFormat without userInput=\"date\"");
  EXPECT_EQ(refused(R"(userInput="date" dateFormat="yyyy-MM")"), "6: dateFormat \"yyyy-MM\"");
}

TEST(DateFormatTest, FieldsAndLiterals) {
  const auto matches = [](const char* format, const char* text) {
    const auto parsed = DateFormat::parse(format);
    EXPECT_TRUE(parsed.has_value()) << format;
    return parsed && parsed->matches(text);
  };
  EXPECT_TRUE(matches("yyyy-MM-dd", "2026-02-28"));
  EXPECT_FALSE(matches("yyyy-MM-dd", "2026-02-29"));
  EXPECT_FALSE(matches("yyyy-MM-dd", "2026-02-28 "));
  EXPECT_FALSE(matches("yyyy-MM-dd", "2026-02-2"));
  EXPECT_FALSE(matches("yyyy-MM-dd", "2026/02/28"));
  EXPECT_TRUE(matches("DD/MM/YY", "29/02/24"));
  EXPECT_FALSE(matches("DD/MM/YY", "29/02/23"));
  EXPECT_TRUE(matches("yyyyMMdd HH:mm:ss", "20260228 23:59:59"));
  EXPECT_FALSE(matches("yyyyMMdd HH:mm:ss", "20260228 24:00:00"));
  EXPECT_FALSE(matches("yyyyMMdd HH:mm:ss", "20260228 23:60:00"));
  EXPECT_FALSE(matches("yyyy-MM-dd", "2026-0a-28"));
  for (const char* format : {"", "yyyy", "yyyy-MM", "MM-dd", "yyyy-MM-dd-dd", "yyyy-yy-MM-dd",
                             "yyyy-MM-ddTHH", "yyyy-MMM-dd", "yyyy-MM-dd\n"}) {
    EXPECT_FALSE(DateFormat::parse(format).has_value()) << format;
  }
}

TEST(SpifSelection, IsReadAndChecked) {
  const auto with = [](const std::string& attributes) {
    return spif(kLow, tag_sets(tag(R"(tagType="permissive" )" + attributes,
                                   R"(<tagCategory name="A" lacv="0"/>)"
                                   R"(<tagCategory name="B" lacv="1"/>)"
                                   R"(<tagCategory name="O" lacv="2" obsolete="true"/>)")));
  };
  const auto selection = [&](const std::string& attributes) {
    const auto loaded = load_spif("test.xml", with(attributes));
    EXPECT_TRUE(loaded.has_value()) << loaded.error().to_string();
    return loaded->tag_sets()[0].tags[0].selection;
  };
  EXPECT_EQ(selection("").minimum, 0U);
  EXPECT_FALSE(selection("").maximum.has_value());
  EXPECT_FALSE(selection(R"(maxSelection="unbounded")").maximum.has_value());
  EXPECT_EQ(selection(R"(minSelection="1" maxSelection="2")").minimum, 1U);
  EXPECT_EQ(selection(R"(minSelection="1" maxSelection="2")").maximum, 2U);
  EXPECT_EQ(selection(R"(singleSelection="true")").maximum, 1U);
  EXPECT_EQ(selection(R"(singleSelection="true" maxSelection="1")").maximum, 1U);
  EXPECT_EQ(selection(R"(singleSelection="true" maxSelection="unbounded")").maximum, 1U);
  EXPECT_FALSE(selection(R"(singleSelection="false")").maximum.has_value());
  EXPECT_EQ(selection(R"(maxSelection="0")").maximum, 0U);
  EXPECT_EQ(selection(R"(minSelection="2")").minimum, 2U);
  EXPECT_EQ(verdict(with(R"(minSelection="2" maxSelection="1")")),
            "5: a minimum selection of 2 above the maximum of 1");
  EXPECT_EQ(verdict(with(R"(minSelection="2" singleSelection="true")")),
            "5: a minimum selection of 2 above the maximum of 1");
  EXPECT_EQ(verdict(with(R"(singleSelection="true" maxSelection="2")")),
            "5: singleSelection=\"true\" with maxSelection=\"2\"");
  EXPECT_EQ(verdict(with(R"(minSelection="unbounded")")), "5: minSelection=\"unbounded\"");
  EXPECT_EQ(verdict(with(R"(minSelection="3")")),
            "5: tag \"T\" has a minimum selection of 3, and a label may bear 2");
}

TEST(SpifPrivacyMarks, AreRead) {
  const auto with = [](const std::string& attributes, const std::string& marks) {
    return spif(kLow, "<privacyMarks " + attributes + ">" + marks + "</privacyMarks>");
  };
  const std::string mark =
      R"(<privacyMark name="P" obsolete="true"><markingData phrase="Q"/></privacyMark>)";
  const auto loaded = load_spif(
      "test.xml", with(R"(minSelection="0" maxSelection="1" singleSelection="true")", mark));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  ASSERT_THAT(loaded->content().privacy_marks, SizeIs(1));
  EXPECT_TRUE(loaded->content().privacy_marks[0].obsolete);
  EXPECT_EQ(loaded->content().privacy_marks[0].marking.phrases[0].phrase, "Q");
  EXPECT_EQ(loaded->content().privacy_mark_selection.maximum, 1U);
  EXPECT_EQ(verdict(with("", mark + mark)), "5: a second privacy mark \"P\"");
  EXPECT_EQ(verdict(with(R"(minSelection="1")", R"(<privacyMark name="P"/>)")), "accepted");
  EXPECT_THAT(verdict(with(R"(minSelection="1")", mark)), HasSubstr("minimum selection of 1"));
  EXPECT_THAT(verdict(with(R"(minSelection="2")", R"(<privacyMark name="P"/>)")),
              HasSubstr("minimum selection of 2"));
}

}  // namespace
}  // namespace labels
