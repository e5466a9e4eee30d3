// What the tests of proofs share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "policy/analysis/prove.h"
#include "policy/test_policy.h"

namespace policy::test {

inline Invariant invariant(decltype(Invariant::what) what) {
  return {.id = "i", .reason = "for a test", .what = std::move(what), .place = {}};
}

inline void expect_proven(const Policy& policy, decltype(Invariant::what) what) {
  const auto example = refutation(policy, invariant(std::move(what)));
  EXPECT_FALSE(example) << in_words(policy, *example);
}

inline std::string refuted(const Policy& policy, decltype(Invariant::what) what) {
  const auto example = refutation(policy, invariant(std::move(what)));
  EXPECT_TRUE(example);
  if (!example) return "";
  EXPECT_TRUE(decide(policy, example->facts).allowed());
  return in_words(policy, *example);
}

}  // namespace policy::test
