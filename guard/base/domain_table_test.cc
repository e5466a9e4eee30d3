#include "guard/base/domain_table.h"

#include <gtest/gtest.h>

namespace guard {
namespace {

TEST(DomainTable, ExactBeforeLongestSubdomainsBeforeDefault) {
  DomainTable table;
  EXPECT_TRUE(table.add("a.example", DomainMatch::kExact, 1));
  EXPECT_TRUE(table.add("example", DomainMatch::kSubdomains, 2));
  EXPECT_TRUE(table.add("b.example", DomainMatch::kSubdomains, 3));
  EXPECT_EQ(table.find("a.example"), 1U);
  EXPECT_EQ(table.find("x.a.example"), 2U);
  EXPECT_EQ(table.find("example"), 2U);
  EXPECT_EQ(table.find("b.example"), 3U);
  EXPECT_EQ(table.find("x.y.b.example"), 3U);
  EXPECT_EQ(table.find("other"), std::nullopt);
  EXPECT_TRUE(table.add("", DomainMatch::kDefault, 4));
  EXPECT_EQ(table.find("other"), 4U);
  EXPECT_EQ(table.find("a.example"), 1U);
}

TEST(DomainTable, NamesOnlyWhatAPeerClaimsExactly) {
  DomainTable table;
  EXPECT_TRUE(table.add("a.example", DomainMatch::kExact, 1));
  EXPECT_TRUE(table.add("b.example", DomainMatch::kSubdomains, 1));
  EXPECT_TRUE(table.add("", DomainMatch::kDefault, 1));
  EXPECT_TRUE(table.names(1, "a.example"));
  EXPECT_FALSE(table.names(2, "a.example"));
  EXPECT_FALSE(table.names(1, "x.a.example"));
  EXPECT_FALSE(table.names(1, "b.example"));
  EXPECT_FALSE(table.names(1, ""));
}

// INVARIANT(DENY_BY_DEFAULT): nothing is routed that was not claimed.
TEST(DomainTable, DENY_BY_DEFAULT_AnEmptyTableFindsNothing) {
  const DomainTable table;
  EXPECT_EQ(table.find("a.example"), std::nullopt);
  EXPECT_EQ(table.find(""), std::nullopt);
}

TEST(DomainTable, ASuffixIsNotASubdomain) {
  DomainTable table;
  EXPECT_TRUE(table.add("example", DomainMatch::kSubdomains, 1));
  EXPECT_EQ(table.find("badexample"), std::nullopt);
  EXPECT_EQ(table.find("example.bad"), std::nullopt);
}

TEST(DomainTable, TheFirstClaimStands) {
  DomainTable table;
  EXPECT_TRUE(table.add("a", DomainMatch::kExact, 1));
  EXPECT_FALSE(table.add("a", DomainMatch::kExact, 2));
  EXPECT_TRUE(table.add("", DomainMatch::kDefault, 1));
  EXPECT_FALSE(table.add("", DomainMatch::kDefault, 2));
  EXPECT_EQ(table.find("a"), 1U);
  EXPECT_EQ(table.find("b"), 1U);
}

}  // namespace
}  // namespace guard
