#include "guard/base/utc_time.h"

#include <gtest/gtest.h>

namespace guard {
namespace {

TEST(UtcTime, ComesBack) {
  const UtcTime time{1'769'903'999'123'456};
  EXPECT_EQ(to_iso8601(time), "2026-01-31T23:59:59.123456Z");
  EXPECT_EQ(from_iso8601(to_iso8601(time)), time);
  EXPECT_EQ(to_iso8601({0}), "1970-01-01T00:00:00.000000Z");
}

TEST(UtcTime, ReadsDatesZonesAndFractions) {
  EXPECT_EQ(from_iso8601("1970-01-02"), UtcTime{86'400'000'000});
  EXPECT_EQ(from_iso8601("1970-01-01T00:00:01"), UtcTime{1'000'000});
  EXPECT_EQ(from_iso8601("1970-01-01T00:00:01.5Z"), UtcTime{1'500'000});
  EXPECT_EQ(from_iso8601("1970-01-01T01:00:00+01:00"), UtcTime{0});
  EXPECT_EQ(from_iso8601("1969-12-31T23:30:00-00:30"), UtcTime{0});
  EXPECT_TRUE(from_iso8601("2024-02-29"));
}

TEST(UtcTime, RefusesWhatIsNoMoment) {
  for (const char* text :
       {"", "2026", "2026-1-1", "2026-02-29", "2026-13-01", "2026-01-01T24:00:00",
        "2026-01-01T00:60:00", "2026-01-01T00:00:60", "2026-01-01 00:00:00", "2026-01-01T00:00",
        "2026-01-01T00:00:00.", "2026-01-01T00:00:00.1234567", "2026-01-01T00:00:00+1:00",
        "2026-01-01T00:00:00Zx", "2026-01-01x"}) {
    EXPECT_FALSE(from_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace guard
