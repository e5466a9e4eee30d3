#include "guard/filter/addresses.h"

#include <gtest/gtest.h>

#include "guard/filter/stream_table.h"

namespace guard::filter {
namespace {

StreamContext context() {
  return {.peer = 0,
          .pairs = {
              {"a.example", "x.example"}, {"a.example", "y.example"}, {"b.example", "x.example"}}};
}

TEST(Addresses, TakesAuthenticatedPairsInNormalForm) {
  const auto addresses = check_addresses("Ann@A.Example/Desk", "bob@X.example", context());
  ASSERT_TRUE(addresses);
  EXPECT_EQ(addresses->from.to_string(), "ann@a.example/Desk");
  EXPECT_EQ(addresses->to.to_string(), "bob@x.example");
  EXPECT_FALSE(addresses->to_malformed);
  EXPECT_TRUE(check_addresses("b.example", "x.example", context()));
}

TEST(Addresses, WantsBoth) {
  EXPECT_EQ(check_addresses(std::nullopt, "x.example", context()).error(), AddressFault::kMissing);
  EXPECT_EQ(check_addresses("a.example", std::nullopt, context()).error(), AddressFault::kMissing);
}

TEST(Addresses, RefusesForeignDomains) {
  for (const char* from : {"x.example", "evil.example", "sub.a.example", "example", "", "@", "/",
                           "a.example.", "ann@/desk"}) {
    EXPECT_EQ(check_addresses(from, "x.example", context()).error(), AddressFault::kForeignFrom)
        << from;
  }
}

TEST(Addresses, RefusesUnknownPairsAlike) {
  for (const char* to :
       {"z.example", "a.example", "", "@", "bob@", "x.example.", "sub.x.example"}) {
    EXPECT_EQ(check_addresses("a.example", to, context()).error(), AddressFault::kUnknownPair)
        << to;
  }
  // Authenticated by itself, but not for this far domain.
  EXPECT_EQ(check_addresses("b.example", "y.example", context()).error(),
            AddressFault::kUnknownPair);
  EXPECT_TRUE(check_addresses("a.example", "y.example", context()));
}

TEST(Addresses, TellsMalformedPartsFromForeignDomains) {
  const auto to = check_addresses("ann@a.example", "@x.example", context());
  ASSERT_TRUE(to);
  EXPECT_TRUE(to->to_malformed);
  EXPECT_EQ(to->to.to_string(), "x.example");
  EXPECT_TRUE(check_addresses("ann@a.example", "bob@x.example/", context())->to_malformed);
  EXPECT_EQ(check_addresses("@a.example", "x.example", context()).error(),
            AddressFault::kMalformedFrom);
}

TEST(StreamTable, ReplacesAndForgets) {
  StreamTable table;
  ASSERT_TRUE(table.set({.stream = 7, .peer = 1, .pairs = {{"b", "x"}, {"a", "x"}}}));
  ASSERT_NE(table.find(7), nullptr);
  EXPECT_EQ(table.find(7)->pairs.front().from, "a");
  EXPECT_EQ(table.find(8), nullptr);
  ASSERT_TRUE(table.set({.stream = 7, .peer = 2, .pairs = {{"c", "x"}}}));
  EXPECT_EQ(table.find(7)->peer, 2U);
  EXPECT_EQ(table.find(7)->pairs.size(), 1U);
  ASSERT_TRUE(table.set({.stream = 7, .peer = 2, .pairs = {}}));
  EXPECT_EQ(table.find(7), nullptr);
}

TEST(StreamTable, IsBounded) {
  StreamTable table;
  for (std::uint64_t stream = 0; stream < StreamTable::kMaxStreams; ++stream) {
    ASSERT_TRUE(table.set({.stream = stream, .peer = 0, .pairs = {{"a", "x"}}}));
  }
  EXPECT_FALSE(table.set({.stream = StreamTable::kMaxStreams, .peer = 0, .pairs = {{"a", "x"}}}));
  // One that is known may still change, one that is forgotten makes room.
  EXPECT_TRUE(table.set({.stream = 3, .peer = 0, .pairs = {{"b", "x"}}}));
  EXPECT_TRUE(table.set({.stream = 3, .peer = 0, .pairs = {}}));
  EXPECT_TRUE(table.set({.stream = StreamTable::kMaxStreams, .peer = 0, .pairs = {{"a", "x"}}}));
  table.clear();
  std::vector<wire::DomainPair> many(StreamTable::kMaxPairs, {"a", "x"});
  EXPECT_TRUE(table.set({.stream = 1, .peer = 0, .pairs = many}));
  EXPECT_FALSE(table.set({.stream = 2, .peer = 0, .pairs = {{"a", "x"}}}));
}

TEST(StreamTable, DomainsAreBounded) {
  StreamTable table;
  const std::string most(StreamTable::kMaxDomain, 'a');
  EXPECT_TRUE(table.set({.stream = 1, .peer = 0, .pairs = {{most, most}}}));
  EXPECT_FALSE(table.set({.stream = 2, .peer = 0, .pairs = {{most + "a", "x"}}}));
  EXPECT_FALSE(table.set({.stream = 2, .peer = 0, .pairs = {{"a", most + "a"}}}));
  EXPECT_EQ(table.find(2), nullptr);
}

TEST(StreamTable, OctetsAreBoundedInAll) {
  StreamTable table;
  const std::string domain(512, 'a');
  const std::vector<wire::DomainPair> many(StreamTable::kMaxOctets / 1'024, {domain, domain});
  EXPECT_TRUE(table.set({.stream = 1, .peer = 0, .pairs = many}));
  EXPECT_FALSE(table.set({.stream = 2, .peer = 0, .pairs = {{"", "x"}}}));
  // What is replaced or forgotten makes room.
  EXPECT_TRUE(table.set({.stream = 1, .peer = 0, .pairs = many}));
  EXPECT_TRUE(table.set({.stream = 1, .peer = 0, .pairs = {}}));
  EXPECT_TRUE(table.set({.stream = 2, .peer = 0, .pairs = many}));
  table.clear();
  EXPECT_TRUE(table.set({.stream = 3, .peer = 0, .pairs = many}));
}

}  // namespace
}  // namespace guard::filter
