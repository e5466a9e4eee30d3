#include "guard/base/escape.h"

#include <gtest/gtest.h>

namespace guard {
namespace {

const std::string kRed = "\x1b[31mred\x1b]0;title\x07";
const std::string kOverride = "safe\xe2\x80\xaegnp.exe";  // U+202E turns the rest around

TEST(EscapeTest, NothingThatATerminalActsOnGetsThrough) {
  EXPECT_EQ(for_terminal(kRed), "\\u{1b}[31mred\\u{1b}]0;title\\u{7}");
  EXPECT_EQ(for_terminal(kOverride), "safe\\u{202e}gnp.exe");
  EXPECT_EQ(for_terminal("a\nb\rc\td"), "a\\u{a}b\\u{d}c\\u{9}d");
  EXPECT_EQ(for_terminal("\xc2\x9b"
                         "31m"),
            "\\u{9b}31m");  // the one-character CSI
  EXPECT_EQ(for_terminal("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(for_terminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(for_terminal("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(for_terminal("zero\xe2\x80\x8bwidth"), "zero\\u{200b}width");
  EXPECT_EQ(for_terminal("\xf3\xa0\x81\x81"), "\\u{e0041}");  // a tag character
  EXPECT_EQ(for_terminal("back\\slash"), "back\\\\slash");
  EXPECT_EQ(for_terminal("J\xc3\xbcrgen \xe6\x9d\xb1"), "J\xc3\xbcrgen \xe6\x9d\xb1");
}

TEST(EscapeTest, JsonStringsAreValidWhateverTheyHold) {
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string(kRed), R"("\u001b[31mred\u001b]0;title\u0007")");
  EXPECT_EQ(json_string(std::string("\0", 1)), R"("\u0000")");
  EXPECT_EQ(json_string("\xff"), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(json_string("\xf3\xa0\x81\x81"), R"("\udb40\udc41")");
  EXPECT_EQ(json_string("</script>"), "\"</script>\"");
}

TEST(EscapeTest, OnlyWellFormedJsonIsPassedOnAsItIs) {
  for (const char* good : {"{}", "[]", R"({"a":[1,-2.5e3,true,null,"x\u0041"]})", " 1 ", "\"\""}) {
    EXPECT_EQ(json_value(good), good);
  }
  for (const char* bad : {"", "{", "{}}", "{} {}", "{\"a\"}", "[1,]", "01", "tru", "\"\\x\"",
                          "{\"a\":1,}", "\"\n\"", "\"\xff\"", "{}\",\"verdict\":\"allowed"}) {
    EXPECT_EQ(json_value(bad), json_string(bad)) << bad;
  }
  EXPECT_EQ(json_value("{\n}"), "{ }");
  EXPECT_EQ(json_value("\"\xe2\x80\xae\""), R"("\u202e")");
  const std::string at_bound = std::string(64, '[') + "1" + std::string(64, ']');
  EXPECT_EQ(json_value(at_bound), at_bound);
  const std::string past = "[" + at_bound + "]";
  EXPECT_EQ(json_value(past), json_string(past));
}

TEST(EscapeTest, ASpreadsheetComputesNothing) {
  EXPECT_EQ(csv_field("plain"), "\"plain\"");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"}) {
    EXPECT_EQ(csv_field(formula), "\"'" + std::string(formula) + "\"");
  }
  EXPECT_EQ(csv_field("a=1"), "\"a=1\"");
  EXPECT_EQ(csv_field("a,b\nc"), "\"a,b\nc\"");
  EXPECT_EQ(csv_field(std::string("\0\xff", 2)), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(EscapeTest, FitKeepsToTheWidth) {
  EXPECT_EQ(fit("abc", 5), "abc  ");
  EXPECT_EQ(fit("abcde", 5), "abcde");
  EXPECT_EQ(fit("abcdef", 5), "abcd\xe2\x80\xa6");
  EXPECT_EQ(fit("\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1", 4), "\xe6\x9d\xb1\xe2\x80\xa6 ");
  EXPECT_EQ(width("e\xcc\x81"), 1U);
  EXPECT_EQ(fit("abc", 0), "");
}

}  // namespace
}  // namespace guard
