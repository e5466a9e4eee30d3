#include "guard/edge/stranger_count.h"

#include <gtest/gtest.h>

namespace guard::edge {
namespace {

constexpr UtcTime kMinute5{5 * 60'000'000};
constexpr UtcTime kLater5{5 * 60'000'000 + 59'999'999};
constexpr UtcTime kMinute6{6 * 60'000'000};

TEST(StrangerCount, CountsBySourceAndDetailAndMinute) {
  StrangerCount count;
  count.add("192.0.2.1", "certificate", kMinute5);
  count.add("192.0.2.1", "certificate", kLater5);
  count.add("192.0.2.1", "unknown-host", kLater5);
  EXPECT_TRUE(count.take(kLater5).empty());
  count.add("192.0.2.1", "certificate", kMinute6);
  const auto rows = count.take(kMinute6);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (StrangerCount::Row{kMinute5, "192.0.2.1", "certificate", 2}));
  EXPECT_EQ(rows[1], (StrangerCount::Row{kMinute5, "192.0.2.1", "unknown-host", 1}));
  EXPECT_TRUE(count.take(kMinute6).empty());
  EXPECT_EQ(count.take(kMinute6, true).size(), 1U);
}

TEST(StrangerCount, CountsIPv6ByTheNetworkOfAHost) {
  StrangerCount count;
  count.add("2001:db8:1:2::1", "certificate", kMinute5);
  count.add("2001:db8:1:2:ffff:ffff:ffff:ffff", "certificate", kMinute5);
  count.add("2001:db8:1:3::1", "certificate", kMinute5);  // another's
  count.add("fe80::1%eth0", "certificate", kMinute5);
  const auto rows = count.take(kMinute6);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0], (StrangerCount::Row{kMinute5, "2001:db8:1:2::/64", "certificate", 2}));
  EXPECT_EQ(rows[1], (StrangerCount::Row{kMinute5, "2001:db8:1:3::/64", "certificate", 1}));
  EXPECT_EQ(rows[2].address, "fe80::/64");
}

TEST(StrangerCount, PastTheBoundEverybodyIsOthers) {
  StrangerCount count;
  for (std::size_t i = 0; i < StrangerCount::kSources; ++i) {
    count.add(std::to_string(i), "certificate", kMinute5);
  }
  auto rows = count.take(kMinute6);
  EXPECT_EQ(rows.size(), StrangerCount::kSources);  // at the bound
  for (std::size_t i = 0; i < StrangerCount::kSources + 10; ++i) {
    count.add(std::to_string(i), "certificate", kMinute6);
  }
  rows = count.take(kMinute6, true);
  EXPECT_EQ(rows.size(), StrangerCount::kSources + 1);
  std::uint64_t others = 0;
  for (const auto& row : rows) {
    if (row.address == StrangerCount::kOthers) others += row.count;
  }
  EXPECT_EQ(others, 10U);
}

TEST(StrangerCount, StaysBoundedWhenNobodyTakes) {
  StrangerCount count;
  std::uint64_t added = 0;
  for (std::int64_t minute = 0; minute < 20; ++minute) {
    for (int source = 0; source < 100; ++source, ++added) {
      count.add(std::to_string(source), "certificate", UtcTime{minute * 60'000'000});
    }
  }
  const auto rows = count.take(UtcTime{}, true);
  EXPECT_LE(rows.size(), 4 * StrangerCount::kSources);
  std::uint64_t counted = 0;
  for (const auto& row : rows) counted += row.count;
  EXPECT_EQ(counted, added);  // no one is forgotten
}

}  // namespace
}  // namespace guard::edge
