#include "guard/xmpp/place_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace guard::xmpp {
namespace {

TEST(PlaceSet, KnowsWhatIsNewAndHowFarItGoesWithoutAGap) {
  PlaceSet places;
  EXPECT_EQ(places.prefix(), 0U);
  EXPECT_EQ(places.add({3, 4}), 2U);
  EXPECT_EQ(places.prefix(), 0U);
  EXPECT_EQ(places.add({1, 1}), 1U);
  EXPECT_EQ(places.prefix(), 1U);
  EXPECT_EQ(places.add({1, 5}), 2U);
  EXPECT_EQ(places.prefix(), 5U);
  EXPECT_EQ(places.add({2, 5}), 0U);
  EXPECT_EQ(places.size(), 5U);
}

TEST(PlaceSet, IsASet) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    PlaceSet places;
    std::set<std::uint64_t> model;
    for (int step = 0; step < 30; ++step) {
      const std::uint64_t first = 1 + random() % 60;
      const std::uint64_t last = first + random() % 8;
      std::uint64_t added = 0;
      for (std::uint64_t place = first; place <= last; ++place) {
        if (model.insert(place).second) ++added;
      }
      ASSERT_EQ(places.add({first, last}), added);
      ASSERT_EQ(places.size(), model.size());
      std::uint64_t prefix = 0;
      while (model.contains(prefix + 1)) ++prefix;
      ASSERT_EQ(places.prefix(), prefix);
    }
  }
}

}  // namespace
}  // namespace guard::xmpp
