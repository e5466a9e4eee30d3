#include "audit/present.h"

#include <gtest/gtest.h>

#include "audit/escape.h"
#include "audit/log_bed.h"

namespace audit {
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

TEST(PresentTest, AJsonLineHasEveryColumn) {
  Record record = LogBed::decision(7);
  record.from_address = kOverride;
  const std::string line = json_line({record, Result::kExpired});
  EXPECT_TRUE(line.ends_with("}\n"));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  Record::columns(record, [&](const char* name, const auto&) {
    EXPECT_NE(line.find("\"" + std::string(name) + "\":"), std::string::npos) << name;
  });
  EXPECT_NE(line.find("\"sequence\":7,"), std::string::npos);
  EXPECT_NE(line.find("\"class\":\"decision\""), std::string::npos);
  EXPECT_NE(line.find("\"facts\":{\"bodies\":1"), std::string::npos);
  EXPECT_NE(line.find("\"label\":\"MQQCAQEG\""), std::string::npos);
  EXPECT_NE(line.find("\"ended\":\"expired\""), std::string::npos);
  EXPECT_NE(line.find("\\u202e"), std::string::npos);
}

TEST(PresentTest, FactsOfALyingFilterCannotBreakTheLine) {
  Record record = LogBed::decision(7);
  record.facts = "{}\n{\"verdict\":\"allowed\"}";
  const std::string line = json_line({record, std::nullopt});
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_NE(line.find(R"("facts":"{}\u000a{)"), std::string::npos);
  EXPECT_NE(line.find("\"ended\":\"pending\""), std::string::npos);
}

TEST(PresentTest, CsvHasAsManyFieldsAsItsHeader) {
  const Record record = LogBed::decision(7);
  const std::string header = csv_header();
  const std::string line = csv_line({record, Result::kWritten});
  std::size_t separators = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++separators;
  }
  EXPECT_EQ(separators, static_cast<std::size_t>(std::ranges::count(header, ',')));
  EXPECT_TRUE(line.ends_with("\r\n"));
}

TEST(PresentTest, TheTableFitsTheTerminal) {
  Table table;
  std::vector<Record> rows = LogBed::batch(1, 3);
  rows[1].from_address = std::string(500, 'x') + "@high.example";
  rows[2].from_address = kRed;
  for (const Record& record : rows) table.add({record, Result::kWritten});
  for (const std::size_t columns : {130U, 160U, 240U}) {
    const std::string text = table.print(columns);
    std::size_t begin = 0;
    std::size_t lines = 0;
    while (begin < text.size()) {
      const std::size_t end = text.find('\n', begin);
      EXPECT_LE(width(std::string_view(text).substr(begin, end - begin)), columns);
      begin = end + 1;
      ++lines;
    }
    EXPECT_EQ(lines, 4U);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
  EXPECT_NE(table.print(240).find("written"), std::string::npos);
}

}  // namespace
}  // namespace audit
