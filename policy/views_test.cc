// Views say what Policy::visible says of every pair.
#include "policy/views.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "policy/test_policy.h"

namespace policy::test {
namespace {

void expect_same(const Policy& policy) {
  const Views views = views_of(policy);
  ASSERT_EQ(views.of.size(), policy.peers().size());
  for (guard::PeerIndex one = 0; one < policy.peers().size(); ++one) {
    const auto& seen = views.seen.at(views.of[one]);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    for (guard::PeerIndex other = 0; other < policy.peers().size(); ++other) {
      if (other == one) continue;  // of peers that are alike the one list holds all
      EXPECT_EQ(std::ranges::binary_search(seen, other), policy.visible(one, other))
          << one << " " << other;
    }
  }
  auto sets = views.seen;
  std::ranges::sort(sets);
  EXPECT_EQ(std::ranges::adjacent_find(sets), sets.end());
}

TEST(Views, OfAPolicyWithoutRulesAreEmpty) {
  const Policy policy = make(empty());
  expect_same(policy);
  EXPECT_EQ(views_of(policy).seen, (std::vector<std::vector<guard::PeerIndex>>{{}}));
}

TEST(Views, AreListedOnceForPeersThatAreAlike) {
  PolicyContent content = full();
  for (int i = 0; i < 20; ++i) {
    const std::string name = "low" + std::to_string(i);
    content.peers.push_back(peer(name, guard::Side::kLow, name + ".example", up_to_restricted()));
  }
  Rule all = allow_chat("all");
  content.direction(kHighToLow).rules.push_back(all);
  const Policy policy = make(std::move(content));
  expect_same(policy);
  EXPECT_EQ(views_of(policy).seen.size(), 2U);  // high sees all, all see high
}

TEST(Views, WithinASideAreListedOnceForPeersThatAreAlike) {
  PolicyContent content = full();
  for (int i = 0; i < 20; ++i) {
    const std::string name = "low" + std::to_string(i);
    content.peers.push_back(peer(name, guard::Side::kLow, name + ".example", up_to_restricted()));
  }
  content.direction(kLowToLow).rules = {allow_chat("all")};
  const Policy policy = make(content);
  expect_same(policy);
  const Views views = views_of(policy);
  EXPECT_EQ(views.seen.size(), 3U);  // of high, of low, which sees high, and of all the others
  EXPECT_EQ(views.seen[views.of[kOther]].size(), 22U);
  EXPECT_EQ(views.seen[views.of[kHigh]], std::vector<guard::PeerIndex>{kLow});
  // The only one of its sort does not see itself.
  Rule alone = allow_chat("alone");
  alone.from_peers = alone.to_peers = {kOther};
  content.direction(kLowToLow).rules = {alone};
  const Policy one = make(std::move(content));
  expect_same(one);
  EXPECT_TRUE(views_of(one).seen[views_of(one).of[kOther]].empty());
}

// A refuse without a condition hides what a later rule would show.
TEST(Views, OfRandomPolicies) {
  std::mt19937 random(4711);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 60; ++round) {
    PolicyContent content = empty();
    for (int i = 0; i < 9; ++i) {
      const guard::Side side = i % 2 == 0 ? guard::Side::kHigh : guard::Side::kLow;
      const std::string name = "p" + std::to_string(i);
      content.peers.push_back(peer(name, side, name + ".example", up_to_secret()));
    }
    for (int i = 0; i < 6; ++i) {
      const guard::Lane lane = guard::kLanes[below(4)];
      Rule made = allow_chat("r" + std::to_string(i));
      if (below(3) == 0) {
        made = rule(made.id, Verdict::kRefuse, StanzaClass::kMessage, made.types);
      }
      for (guard::PeerIndex one = 0; one < content.peers.size(); ++one) {
        const guard::Side side = content.peers[one].side;
        if (side == near_side(lane) && below(3) == 0) made.from_peers.push_back(one);
        if (side == far_side(lane) && below(3) == 0) made.to_peers.push_back(one);
      }
      content.direction(lane).rules.push_back(std::move(made));
    }
    expect_same(make(std::move(content)));
  }
}

}  // namespace
}  // namespace policy::test
