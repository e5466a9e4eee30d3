#include "guard/leaf/far_name.h"

#include <gtest/gtest.h>

#include "guard/leaf/test_policy.h"

namespace guard::leaf {
namespace {

std::string text_of(const policy::Policy& policy, Side side) {
  const policy::Views views = viewers_on(policy, side);
  std::string text;
  for (const FarName& name : far_names(policy, views, side)) {
    text += (name.match == DomainMatch::kSubdomains ? "*." : "") + name.domain + "@" + name.peer;
    for (const PeerIndex peer : views.seen[name.view]) text += " " + std::to_string(peer);
    text += "\n";
  }
  return text;
}

TEST(FarNames, AreThoseThatAPeerOfTheSideMaySeeInTheOrderOfThePolicy) {
  const policy::Policy policy = test_policy();
  EXPECT_EQ(text_of(policy, Side::kHigh),
            "low.example@one 0 1\nrooms.low.example@one 0 1\n*.field.example@one 0 1\n"
            "xn--bcher-kva.example@two 0\n");
  EXPECT_EQ(text_of(policy, Side::kLow), "high.example@hq 2 3\n@annex 2\n");
}

// INVARIANT(INVISIBLE): the peer that no rule names is nowhere; nor is a domain of the own side.
TEST(FarNames, INVISIBLE_LeavesOutWhatNobodyMaySee) {
  const policy::Policy policy = test_policy();
  for (const Side side : {Side::kHigh, Side::kLow}) {
    const policy::Views views = viewers_on(policy, side);
    for (const FarName& name : far_names(policy, views, side)) EXPECT_NE(name.peer, "hidden");
  }
}

TEST(FarNames, OfOnePeerAreThoseThatItMaySee) {
  const policy::Policy policy = test_policy();
  const policy::Views views = viewers_on(policy, Side::kHigh);
  const auto names = far_names(policy, views, Side::kHigh);
  EXPECT_FALSE(seen_alike(names));
  EXPECT_EQ(seen_by(names, policy, views, 0).size(), 4U);
  const auto of_annex = seen_by(names, policy, views, 1);
  EXPECT_EQ(of_annex.size(), 3U);
  EXPECT_TRUE(seen_alike(of_annex));
  EXPECT_TRUE(seen_by(names, policy, views, 9).empty());
  EXPECT_TRUE(seen_alike({}));
}

// "one" and "two" talk to each other, and "hq" to "annex", which has but a default route.
TEST(FarNames, OfTheOwnSideAreThoseOfTheOthersThere) {
  const policy::Policy policy =
      test_policy(direction("high", "high", "next", "from-peers='hq' to-peers='annex'") +
                  direction("low", "low", "beside", "from-peers='one' to-peers='two'"));
  EXPECT_EQ(text_of(policy, Side::kHigh),
            "high.example@hq 1\nlow.example@one 0 1\nrooms.low.example@one 0 1\n"
            "*.field.example@one 0 1\nxn--bcher-kva.example@two 0\n");
  EXPECT_EQ(text_of(policy, Side::kLow),
            "high.example@hq 2 3\n@annex 2\nlow.example@one 3\nrooms.low.example@one 3\n"
            "*.field.example@one 3\nxn--bcher-kva.example@two 2\n");
  const policy::Views views = viewers_on(policy, Side::kLow);
  for (const FarName& name : seen_by(far_names(policy, views, Side::kLow), policy, views, 2)) {
    EXPECT_NE(name.peer, "one") << "its own";
  }
}

// What peers of the other side see of each other is nobody's affair here.
TEST(FarNames, SeenAlikeIsForTheSideAlone) {
  const policy::Policy policy =
      test_policy(direction("high", "high", "next", "from-peers='hq' to-peers='annex'"));
  const policy::Views views = viewers_on(policy, Side::kLow);
  for (const FarName& name : far_names(policy, views, Side::kLow)) {
    for (const PeerIndex peer : views.seen[name.view]) EXPECT_GE(peer, 2U);
  }
}

}  // namespace
}  // namespace guard::leaf
