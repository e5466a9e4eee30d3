#include "guard/leaf/coverage.h"

#include <gtest/gtest.h>

namespace guard::leaf {
namespace {

constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;
constexpr UtcTime kNow{1'000 * kDay};

UtcTime in_days(std::int64_t days) { return {kNow.microseconds + days * kDay}; }

supervisor::Credential credential(const std::string& file, std::vector<std::string> names,
                                  std::int64_t from_day, std::int64_t to_day) {
  return {file, {}, std::move(names), in_days(from_day), in_days(to_day)};
}

FarName exact(const std::string& domain) { return {domain, DomainMatch::kExact, "peer", 0}; }

// One word for each name: "low.example covered".
std::string said(const std::vector<Coverage>& coverage) {
  std::string text;
  for (const Coverage& one : coverage) {
    text += (text.empty() ? "" : ", ") + one.domain + " " + std::string(to_string(one.state));
  }
  return text;
}

TEST(Coverage, SaysOfEachNameWhetherACertificateIsInForce) {
  const std::vector<FarName> names = {exact("a.example"), exact("b.example"), exact("c.example"),
                                      exact("d.example"), exact("e.example")};
  const auto coverage = coverage_of(
      names,
      {credential("a.pem", {"a.example"}, -1, 31), credential("b.pem", {"b.example"}, -9, 29),
       credential("c.pem", {"c.example"}, -9, -1), credential("d.pem", {"d.example"}, 1, 90),
       credential("f.pem", {"f.example"}, -1, 90)},
      kNow, 30);
  EXPECT_EQ(said(coverage),
            "a.example covered, b.example expiring, c.example expired, d.example not-yet, "
            "e.example missing, f.example unneeded");
  EXPECT_FALSE(is_whole(coverage));
  EXPECT_EQ(coverage[3].until, in_days(1));
  EXPECT_EQ(write_table({coverage[0], coverage[2], coverage[4]}, kNow),
            "DOMAIN     STATE    DAYS  UNTIL                 FILE\n"
            "a.example  covered  31    1972-10-28T00:00:00Z  a.pem\n"
            "c.example  expired  -1    1972-09-26T00:00:00Z  c.pem\n"
            "e.example  missing  -     -                     -\n"
            "1 of 3 names have a certificate in force\n");
  EXPECT_EQ(write_json({coverage[1], coverage[4]}, kNow),
            "{\"domain\":\"b.example\",\"peer\":\"peer\",\"state\":\"expiring\",\"days\":29,"
            "\"until\":\"1972-10-26T00:00:00Z\",\"file\":\"b.pem\"}\n"
            "{\"domain\":\"e.example\",\"peer\":\"peer\",\"state\":\"missing\"}\n");
}

// At the bound and beside it.
TEST(Coverage, EndsWithTheCertificate) {
  const auto state = [](std::int64_t ends, UtcTime now) {
    return coverage_of({exact("a.example")}, {credential("a.pem", {"a.example"}, -9, ends)}, now,
                       30)
        .front()
        .state;
  };
  EXPECT_EQ(state(30, kNow), CoverageState::kCovered);
  EXPECT_EQ(state(30, {kNow.microseconds + 1}), CoverageState::kExpiring);
  EXPECT_EQ(state(0, {kNow.microseconds - 1}), CoverageState::kExpiring);
  EXPECT_EQ(state(0, kNow), CoverageState::kExpired);
  EXPECT_EQ(days_left({kNow.microseconds - 1}, kNow), -1);
  EXPECT_EQ(days_left({kNow.microseconds + kDay - 1}, kNow), 0);
}

TEST(Coverage, IsWholeWhenAllNamesAreInForce) {
  const auto with = [](const std::vector<supervisor::Credential>& credentials) {
    return is_whole(coverage_of({exact("a.example")}, credentials, kNow, 30));
  };
  EXPECT_TRUE(with({credential("a.pem", {"a.example"}, -1, 90)}));
  EXPECT_TRUE(with({credential("a.pem", {"a.example", "other.example"}, -1, 1)}));
  EXPECT_FALSE(with({credential("a.pem", {"a.example"}, -9, -1)}));
  EXPECT_FALSE(with({credential("a.pem", {"a.example"}, 1, 90)}));
  EXPECT_FALSE(with({}));
}

TEST(Coverage, TakesTheCertificateThatEndsLast) {
  const auto coverage = coverage_of(
      {exact("a.example")},
      {credential("old.pem", {"a.example"}, -9, -1), credential("new.pem", {"a.example"}, -1, 90),
       credential("last.pem", {"a.example"}, -9, -2)},
      kNow, 30);
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_EQ(coverage[0].file, "new.pem");
}

TEST(Coverage, OfAWildcardNameIsOneLabelDeep) {
  const auto wildcard = credential("w.pem", {"*.low.example"}, -1, 90);
  EXPECT_EQ(said(coverage_of({exact("rooms.low.example")}, {wildcard}, kNow, 30)),
            "rooms.low.example covered");
  EXPECT_EQ(said(coverage_of({exact("low.example")}, {wildcard}, kNow, 30)),
            "low.example missing, *.low.example unneeded");
  EXPECT_EQ(said(coverage_of({exact("a.rooms.low.example")}, {wildcard}, kNow, 30)),
            "a.rooms.low.example missing, *.low.example unneeded");
}

TEST(Coverage, OfAClaimWithSubdomainsIsThatOfTheNamesThatCertificatesHave) {
  const std::vector<FarName> names = {{"field.example", DomainMatch::kSubdomains, "field", {0}},
                                      {"deep.field.example", DomainMatch::kSubdomains, "deep", {0}},
                                      {"own.field.example", DomainMatch::kExact, "own", {0}},
                                      {"", DomainMatch::kDefault, "rest", {0}}};
  EXPECT_EQ(
      said(coverage_of(names, {}, kNow, 30)),
      "field.example missing, deep.field.example missing, own.field.example missing,  missing");
  const auto coverage = coverage_of(
      names,
      {credential("1.pem", {"a.field.example", "x.deep.field.example"}, -1, 90),
       credential("2.pem", {"own.field.example", "elsewhere.example", "notfield.example"}, -1, 90)},
      kNow, 30);
  EXPECT_EQ(said(coverage),
            "a.field.example covered, x.deep.field.example covered, own.field.example covered, "
            "elsewhere.example covered, notfield.example covered");
  EXPECT_EQ(coverage[0].peer, "field");
  EXPECT_EQ(coverage[1].peer, "deep");
  EXPECT_EQ(coverage[3].peer, "rest");
}

}  // namespace
}  // namespace guard::leaf
