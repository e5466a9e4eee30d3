// The moment at which guardd acts on a date, to the microsecond: what a play cannot see on a busy
// machine.
#include "guard/supervisor/date_watch.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace guard::supervisor {
namespace {

constexpr std::int64_t kNoon = 1'800'000'000'000'000;
UtcTime at(std::int64_t microseconds) { return UtcTime{kNoon + microseconds}; }

// Peer 3 from noon to a second after it.
DateWatch watch(UtcTime now) {
  return DateWatch(
      PeerCalendar({{.peer = 3, .active = policy::Period{at(0), at(1'000'000)}, .blocked = {}}}),
      now);
}
bool is_there(const DateWatch& watch) { return watch.absent().empty(); }

TEST(DateWatch, LooksAtTheDateAndNotAMicrosecondBefore) {
  DateWatch dates = watch(at(-1'000'000));
  EXPECT_FALSE(is_there(dates));
  EXPECT_FALSE(dates.look(at(-1)));
  EXPECT_FALSE(is_there(dates));
  EXPECT_TRUE(dates.look(at(0)));
  EXPECT_TRUE(is_there(dates));
  EXPECT_FALSE(dates.look(at(0)));  // once
  EXPECT_FALSE(dates.look(at(999'999)));
  EXPECT_TRUE(is_there(dates));
  EXPECT_TRUE(dates.look(at(1'000'000)));
  EXPECT_FALSE(is_there(dates));
  EXPECT_FALSE(dates.look(at(2'000'000)));
}

// Who waits so long wakes at the date: by less than a millisecond late, and never early.
TEST(DateWatch, WaitsUntilTheDate) {
  for (const std::int64_t left :
       std::initializer_list<std::int64_t>{1, 999, 1'000, 1'001, 1'499'999, 86'400'000'000}) {
    const DateWatch dates = watch(at(-left));
    const auto wait = dates.wait(at(-left));
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait * 1'000, left);
    EXPECT_LT(*wait * 1'000, left + 1'000);
  }
  EXPECT_EQ(watch(at(-5)).wait(at(0)), 0);
  EXPECT_EQ(watch(at(-5)).wait(at(7'000'000)), 0);  // late already
  EXPECT_EQ(watch(at(1'000'000)).wait(at(1'000'000)), std::nullopt);
  EXPECT_EQ(DateWatch().wait(at(0)), std::nullopt);
}

TEST(DateWatch, SeveralDatesThatWereSleptThroughAreOneLook) {
  DateWatch dates = watch(at(-1'000'000));
  EXPECT_TRUE(dates.look(at(9'000'000)));
  EXPECT_FALSE(is_there(dates));
  EXPECT_FALSE(dates.look(at(9'000'001)));
  EXPECT_EQ(dates.wait(at(9'000'001)), std::nullopt);
}

TEST(DateWatch, AClockThatIsSetBackIsLookedAtAtOnce) {
  DateWatch dates = watch(at(1'500'000));
  EXPECT_FALSE(is_there(dates));
  EXPECT_TRUE(dates.look(at(500'000)));
  EXPECT_TRUE(is_there(dates));
  EXPECT_EQ(dates.wait(at(500'000)), 500);
  EXPECT_TRUE(dates.look(at(1'000'000)));
  EXPECT_FALSE(is_there(dates));
}

}  // namespace
}  // namespace guard::supervisor
