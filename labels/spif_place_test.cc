// Where a SPIF file is refused: the line and the column, exactly, for each kind of fault.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include "labels/spif.h"

namespace labels::spif_place_test {
namespace {

// The place is marked in the text itself. Of an element it is the character behind its start tag,
// of an element whose content is wrong the one behind its end tag.
constexpr std::string_view kMark = "¦";

struct Refused {
  const char* name;
  std::string text;  // what stands behind the policy's id; or a whole file
  std::string what;
};

void PrintTo(const Refused& refused, std::ostream* stream) { *stream << refused.name; }

std::string whole(const std::string& text) {
  if (text.starts_with("<?xml") || text.starts_with("<SPIF")) return text;
  return "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1'>\n"
         "  <securityPolicyId name='T' id='2.999.5'/>\n" +
         text + "</SPIF>\n";
}

class SpifPlace : public testing::TestWithParam<Refused> {};

TEST_P(SpifPlace, IsExact) {
  std::string text = whole(GetParam().text);
  const std::size_t at = text.find(kMark);
  ASSERT_NE(at, std::string::npos);
  text.erase(at, kMark.size());
  const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
  const std::size_t start = text.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  static SpifReader reader;
  const auto loaded = reader.read("test.xml", text);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().what, GetParam().what);
  EXPECT_EQ(loaded.error().line, static_cast<std::uint64_t>(line));
  EXPECT_EQ(loaded.error().column, at - start + 1);
}

const std::string kLow =
    "<securityClassifications>\n<securityClassification name='LOW' lacv='1' hierarchy='1'/>\n"
    "</securityClassifications>\n";
const std::string kSetStart =
    kLow + "<securityCategoryTagSets><securityCategoryTagSet name='S' id='2.999.5.1'>\n";
const std::string kSetEnd = "</securityCategoryTagSet></securityCategoryTagSets>\n";

// One classification, and a tag set with these tags.
std::string with_tags(const std::string& tags) { return kSetStart + tags + kSetEnd; }

// Likewise, with a permissive tag that has these categories.
std::string with_categories(const std::string& categories) {
  return with_tags("<securityCategoryTag name='T' tagType='permissive'>\n" + categories +
                   "</securityCategoryTag>\n");
}

std::string with_classes(const std::string& classes) {
  return "<securityClassifications>\n" + classes + "</securityClassifications>\n";
}

std::string in_category(const std::string& inside) {
  return with_categories("<tagCategory name='A' lacv='0'>" + inside + "</tagCategory>\n");
}

const Refused kRefused[] = {
    {"Malformed", kLow + "  </¦privacyMarks>", "expected end of tag 'SPIF'"},
    {"OtherRoot", "<SPIF>¦</SPIF>", "unknown element 'SPIF' in no namespace"},
    {"UnknownVersion", "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='4.0'>¦</SPIF>",
     "attribute 'schemaVersion' of element 'SPIF' is '4.0'"},
    {"NoClassifications",
     "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1'>¦"
     "<securityPolicyId name='T' id='2.999.5'/></SPIF>",
     "no securityClassifications"},
    {"SecondPart", kLow + "  <securityPolicyId name='U' id='2.999.6'/>¦\n",
     "a second securityPolicyId"},
    {"UnknownElement", kLow + "  <extensions/>¦\n", "unknown element 'extensions' in 'SPIF'"},
    {"UnknownAttribute",
     with_classes("<securityClassification name='LOW' lacv='1' hierarchy='1' level='1'/>¦\n"),
     "unknown attribute 'level' of element 'securityClassification'"},
    {"NotAnOid", kLow + "<defaultSecurityPolicyId name='D' id='1.40'/>¦\n", "id \"1.40\""},
    {"DuplicateLacv",
     with_classes("<securityClassification name='LOW' lacv='1' hierarchy='1'/>\n"
                  "  <securityClassification name='MID' lacv='1' hierarchy='2'>¦"
                  "</securityClassification>\n"),
     "classification \"MID\" has the lacv 1, as \"LOW\" has"},
    {"DuplicateName",
     with_classes("<securityClassification name='LOW' lacv='1' hierarchy='1'/>"
                  "<securityClassification name='LOW' lacv='2' hierarchy='2'/>¦\n"),
     "a second classification \"LOW\""},
    {"ClassificationRange",
     with_classes("<securityClassification name='LOW' lacv='257' hierarchy='1'/>¦\n"),
     "classification \"LOW\" has the lacv 257"},
    {"DuplicateTagSetId",
     kSetStart +
         "<securityCategoryTag name='T' tagType='permissive'>"
         "<tagCategory name='A' lacv='0'/></securityCategoryTag></securityCategoryTagSet>\n"
         " <securityCategoryTagSet name='U' id='2.999.5.1'>¦"
         "<securityCategoryTag name='T' tagType='permissive'>"
         "<tagCategory name='A' lacv='0'/></securityCategoryTag>" +
         kSetEnd,
     "tag set \"U\" has the id 2.999.5.1, as \"S\" has"},
    {"DuplicateCategoryLacv",
     with_categories("<tagCategory name='A' lacv='0'/>\n<tagCategory name='B' lacv='00'/>¦\n"),
     "category \"B\" of tag set \"S\" has the lacv 0, as \"A\" has"},
    {"DuplicateCategoryName",
     with_categories("<tagCategory name='A' lacv='0'/>\n<tagCategory name='A' lacv='1'/>¦\n"),
     "a second category \"A\" in tag \"T\" of tag set \"S\""},
    {"UnknownTagType",
     with_tags("  <securityCategoryTag name='T' tagType='informative'>¦"
               "<tagCategory name='A' lacv='0'/></securityCategoryTag>\n"),
     "attribute 'tagType' of element 'securityCategoryTag' is 'informative'"},
    {"EnumeratedWithoutEnumType",
     with_tags("  <securityCategoryTag name='T' tagType='enumerated'>¦"
               "<tagCategory name='A' lacv='0'/></securityCategoryTag>\n"),
     "an enumerated tag without enumType"},
    {"TagType7WithoutEncoding",
     with_tags("  <securityCategoryTag name='T' tagType='tagType7'>¦"
               "<tagCategory name='A' lacv='0'/></securityCategoryTag>\n"),
     "a tag of type 7 without tag7Encoding"},
    {"SelectionAboveMaximum",
     with_tags("<securityCategoryTag name='T' tagType='permissive' minSelection='2' "
               "maxSelection='1'>¦<tagCategory name='A' lacv='0'/></securityCategoryTag>\n"),
     "a minimum selection of 2 above the maximum of 1"},
    {"UnknownOperation",
     in_category("\n<requiredCategory operation='some'>¦<categoryGroup tagSetRef='S'/>"
                 "</requiredCategory>"),
     "attribute 'operation' of element 'requiredCategory' is 'some'"},
    {"UnknownTagSet",
     in_category("\n<requiredCategory operation='all'>\n <categoryGroup tagSetRef='X'/>¦"
                 "</requiredCategory>"),
     "tagSetRef \"X\" is not a tag set of this file"},
    {"UnknownLacv",
     in_category("\n<excludedCategory tagSetRef='S' tagType='permissive' lacv='7'/>¦"),
     "lacv 7 of type \"permissive\" is not in that tag set"},
    {"UnknownClass", in_category("\n  <excludedClass>¦MID</excludedClass>"),
     "excludedClass \"MID\" is not a classification"},
    {"UnknownRequiredClass",
     with_categories("  <tagCategory name='A' lacv='0' requiredClass='MID'/>¦\n"),
     "requiredClass \"MID\" is not a classification"},
    {"UnknownPolicy",
     in_category("\n<equivalentSecCategoryTag policyRef='X' applied='both' action='discard'/>¦"),
     "policyRef \"X\" is not an equivalent policy"},
    {"NotADate", with_categories("  <tagCategory name='A' lacv='0' notAfter='July'/>¦\n"),
     "notAfter=\"July\""},
    {"NotADateFormat",
     with_categories("<tagCategory name='A' lacv='0' userInput='date' dateFormat='yyyy'/>¦\n"),
     "dateFormat \"yyyy\""},
    {"UnknownCode", in_category("\n<markingData phrase='A'><code>pagetop</code>¦</markingData>"),
     "element 'code' holds 'pagetop'"},
    {"SecondPrivacyMark",
     kLow + "<privacyMarks><privacyMark name='P'/>\n<privacyMark name='P'/>¦</privacyMarks>\n",
     "a second privacy mark \"P\""},
};

INSTANTIATE_TEST_SUITE_P(Faults, SpifPlace, testing::ValuesIn(kRefused),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace labels::spif_place_test
