#include "audit/present.h"

#include <gtest/gtest.h>

#include "audit/log_bed.h"
#include "guard/base/escape.h"

namespace audit {
namespace {

const std::string kRed = "\x1b[31mred\x1b]0;title\x07";
const std::string kOverride = "safe\xe2\x80\xaegnp.exe";  // U+202E turns the rest around

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
      EXPECT_LE(guard::width(std::string_view(text).substr(begin, end - begin)), columns);
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
