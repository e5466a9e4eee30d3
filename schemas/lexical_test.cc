#include "schemas/lexical.h"

#include <gtest/gtest.h>

#include <string>

namespace schemas {
namespace {

// "" where the markup passes, else the fault and the offset.
std::string fault(std::string_view text, const LexicalRules& rules = {}) {
  const auto found = check_markup(text, rules);
  return found ? std::string(to_string(found->fault)) + "@" + std::to_string(found->offset) : "";
}

TEST(CheckMarkup, PassesElementsAndCdata) {
  EXPECT_EQ(fault(""), "");
  EXPECT_EQ(fault("<a b='>' c=\"'\"><![CDATA[<? <!-- ]]></a>"), "");
}

TEST(CheckMarkup, RefusesRestrictedXmlWhereverItStands) {
  EXPECT_EQ(fault("<?xml version='1.0'?>"), "restricted-xml@0");
  EXPECT_EQ(fault("<a><?p?></a>"), "restricted-xml@3");
  EXPECT_EQ(fault("<a><!-- --></a>"), "restricted-xml@3");
  EXPECT_EQ(fault("<!DOCTYPE a>"), "restricted-xml@0");
  EXPECT_EQ(fault("<a><![cdata[x]]></a>"), "restricted-xml@3");
  EXPECT_EQ(fault("<a><![CDATA[]]><?p?></a>"), "restricted-xml@15");
  EXPECT_EQ(fault("<!"), "restricted-xml@0");
}

TEST(CheckMarkup, CommentsWhereAllowed) {
  EXPECT_EQ(fault("<a><!-- <?x?> <!DOCTYPE> --></a>", {.comments = true}), "");
  EXPECT_EQ(fault("<!-->", {.comments = true}), "not-well-formed@0");
  EXPECT_EQ(fault("<!-- x", {.comments = true}), "not-well-formed@0");
  EXPECT_EQ(fault("<!-- --><!DOCTYPE a>", {.comments = true}), "restricted-xml@8");
}

TEST(CheckMarkup, MarkupWithoutAnEnd) {
  EXPECT_EQ(fault("<a"), "not-well-formed@0");
  EXPECT_EQ(fault("<a b='>"), "not-well-formed@0");
  EXPECT_EQ(fault("<a><![CDATA[ ]]"), "not-well-formed@3");
}

TEST(CheckMarkup, BoundsAttributesOfOneTag) {
  EXPECT_EQ(fault("<a b='' c=''/><a b='' c=''/>", {.comments = false, .max_attributes = 2}), "");
  EXPECT_EQ(fault("<a/><a b='' c='' d=''/>", {.comments = false, .max_attributes = 2}), "limit@4");
}

TEST(Utf8Prefix, EndsAtTheFirstOctetAtFault) {
  EXPECT_EQ(valid_utf8_prefix(""), 0U);
  EXPECT_EQ(valid_utf8_prefix("0123456789abcdef0"), 17U);
  for (std::size_t at = 0; at < 20; ++at) {
    EXPECT_EQ(valid_utf8_prefix(std::string(at, 'a') + "\xC0" + std::string(20, 'b')), at);
  }
  EXPECT_EQ(valid_utf8_prefix("\xF4\x8F\xBF\xBF"), 4U);
  EXPECT_EQ(valid_utf8_prefix("\xF4\x90\x80\x80"), 0U);
  EXPECT_EQ(valid_utf8_prefix("\xED\x9F\xBF\xEE\x80\x80"), 6U);
  EXPECT_EQ(valid_utf8_prefix("\xED\xA0\x80"), 0U);
  EXPECT_EQ(valid_utf8_prefix("\xE0\x9F\x80"), 0U);
  EXPECT_EQ(valid_utf8_prefix("\xF0\x8F\x80\x80"), 0U);
  EXPECT_EQ(valid_utf8_prefix("a\xE2\x82"), 1U);
}

}  // namespace
}  // namespace schemas
