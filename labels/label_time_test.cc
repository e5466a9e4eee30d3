#include "labels/label_time.h"

#include <gtest/gtest.h>

namespace labels {
namespace {

std::string again(std::string_view text) {
  const auto time = parse_label_time(text);
  return time ? to_string(*time) : "refused";
}

TEST(LabelTimes, ReadEverySpellingAndWriteOne) {
  EXPECT_EQ(again("2026-01-31T23:59:59Z"), "2026-01-31T23:59:59Z");
  EXPECT_EQ(again("2026-01-31T23:59:59.000Z"), "2026-01-31T23:59:59Z");
  EXPECT_EQ(again("2026-01-31T23:59:59.1Z"), "2026-01-31T23:59:59.1Z");
  EXPECT_EQ(again("2026-01-31T23:59:59.120Z"), "2026-01-31T23:59:59.12Z");
  EXPECT_EQ(again("2026-01-31T23:59:59.009Z"), "2026-01-31T23:59:59.009Z");
  EXPECT_EQ(again("2026-02-01T01:59:59+02:00"), "2026-01-31T23:59:59Z");
  EXPECT_EQ(again("2026-01-31T20:29:59-03:30"), "2026-01-31T23:59:59Z");
  EXPECT_EQ(again("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(again("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(parse_label_time("1970-01-01T00:00:01.5Z")->milliseconds, 1'500);
  EXPECT_EQ(parse_label_time("1970-01-01T00:00:00+14:00")->milliseconds, -14 * 3'600'000);
}

TEST(LabelTimes, RefuseEverythingElse) {
  for (const char* text : {"",
                           "2026-01-31",
                           "2026-01-31T23:59:59",
                           "2026-01-31 23:59:59Z",
                           "2026-01-31T23:59Z",
                           "2026-01-31T24:00:00Z",
                           "2026-01-31T23:60:00Z",
                           "2026-01-31T23:59:60Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-31T23:59:59.Z",
                           "2026-01-31T23:59:59.1234Z",
                           "2026-01-31T23:59:59z",
                           "2026-01-31T23:59:59+14:01",
                           "2026-01-31T23:59:59+15:00",
                           "2026-01-31T23:59:59+02",
                           "2026-01-31T23:59:59+0200",
                           " 2026-01-31T23:59:59Z",
                           "2026-01-31T23:59:59Z ",
                           "-2026-01-31T23:59:59Z",
                           "+2026-01-31T23:59:59Z",
                           "12026-01-31T23:59:59Z",
                           "26-01-31T23:59:59Z",
                           "2026-01-31T23:59:59Zx"}) {
    EXPECT_EQ(again(text), "refused") << text;
  }
}

TEST(LabelTimes, KeepToTheYears1To9999InUtc) {
  EXPECT_EQ(again("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(again("0001-01-01T00:00:00+00:01"), "refused");
  EXPECT_EQ(again("0000-12-31T23:59:59Z"), "refused");
  EXPECT_EQ(again("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(again("9999-12-31T23:59:59-00:01"), "refused");
  const std::int64_t last = parse_label_time("9999-12-31T23:59:59.999Z")->milliseconds;
  EXPECT_TRUE(is_label_time({last}));
  EXPECT_FALSE(is_label_time({last + 1}));
  const std::int64_t first = parse_label_time("0001-01-01T00:00:00Z")->milliseconds;
  EXPECT_TRUE(is_label_time({first}));
  EXPECT_FALSE(is_label_time({first - 1}));
}

}  // namespace
}  // namespace labels
