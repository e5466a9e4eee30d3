#include "audit/copy_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audit/log_bed.h"

namespace audit {
namespace {

TEST(CopyText, WhatTheDatabaseCannotHoldIsReplaced) {
  const std::string gone = "\xef\xbf\xbd";
  EXPECT_EQ(database_text("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"),
            "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(database_text(std::string("a\0b", 3)), "a" + gone + "b");
  // Not UTF-8: a lone octet, overlong forms, surrogates, past the last character, cut short.
  for (const char* bad : {"\x80", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xc3"}) {
    std::string wanted;
    for (const char* at = bad; *at != '\0'; ++at) wanted += gone;
    EXPECT_EQ(database_text(bad), wanted);
  }
  EXPECT_EQ(database_text("\xc3(\xe2\x82x"), gone + "(" + gone + gone + "x");
}

TEST(CopyText, ALineHasTheTablesColumnsWhateverIsInThem) {
  StoredRecord stored{LogBed::decision(7), {}, {}};
  const std::string hostile("\t\n\r\\.\\N\0\xff\x0b", 10);
  stored.record.from_address = hostile;
  stored.record.stanza_id = "\\.";
  stored.record.reason = "\\N";
  std::string line;
  append_copy_line(line, "north\tsouth", stored, hostile);
  const std::string columns = copy_columns();
  EXPECT_EQ(std::ranges::count(line, '\t'), std::ranges::count(columns, ','));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_TRUE(line.ends_with('\n'));
  EXPECT_FALSE(line.contains('\r') || line.contains('\0'));
  EXPECT_TRUE(line.starts_with("north\\tsouth\t2023-11-14T22:13:20.007000Z\t7\tdecision\t"));
  EXPECT_TRUE(line.contains("\t\\t\\n\\r\\\\.\\\\N\xef\xbf\xbd\xef\xbf\xbd\x0b\t"));
  EXPECT_TRUE(line.contains("\t\\\\N\t")) << "the word, not NULL";
  EXPECT_TRUE(line.contains("\t\\\\x090a0d5c2e5c4e00ff0b\t")) << line;
}

}  // namespace
}  // namespace audit
