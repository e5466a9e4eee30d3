// Whatever way a sealed segment is searched, the answer is the one that reading every record gives.
#include "audit/facet_search.h"

#include <gtest/gtest.h>

#include <random>

#include "audit/log_bed.h"
#include "audit/verify.h"

namespace audit {
namespace {

class FacetSearchTest : public testing::Test, public LogBed {
 protected:
  using Sequences = std::vector<std::uint64_t>;

  // 2,000 records of common, rare and clustered values, sealed.
  void SetUp() override {
    std::mt19937 random(5);
    std::vector<Record> rows = batch(1, 2000);
    for (Record& row : rows) {
      const auto dice = random() % 100;
      if (dice < 40) row.direction = guard::Lane::kLowToHigh;
      if (dice % 3 == 0) std::swap(row.sender, row.receiver);
      if (dice == 1) row.sender = "rare";
      if (dice == 2) row.receiver = "rare";
      if (dice == 3) row.kind = "iq";
      if (dice > 90) row.marking = "Secret FRUIT";
      if (dice == 4) row.reason = "clearance";
      if (dice % 9 == 0) row.verdict = Verdict::kRefused;
      if (dice % 2 == 0) row.rule = "chat-up";
      if (row.sequence > 1900) row.kind = "presence";
      if (row.sequence <= 100) row.rule = "first";
      if (dice == 5) {
        row.row_class = Class::kEvent;
        row.action = Action::kNone;
        row.direction.reset();
        row.event = "strangers";
        row.peer = dice % 2 == 0 ? "alpha" : "rare";
        row.kind.clear();
      }
    }
    auto log = open();
    ASSERT_TRUE(log->append(rows).has_value());
    ASSERT_TRUE(log->close().has_value());
    rows_ = std::move(rows);
  }
  Sequences found(const Filter& filter) const {
    Sequences all;
    const auto done = query(folder(), filter, [&](const Found& each) {
      all.push_back(each.record.sequence);
      return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().what;
    return all;
  }
  // The naive answer.
  Sequences expected(const Filter& filter) const {
    Sequences all;
    const auto part = [](std::string text, std::string wanted) {
      std::ranges::transform(text, text.begin(), ::tolower);
      std::ranges::transform(wanted, wanted.begin(), ::tolower);
      return text.contains(wanted);
    };
    for (const Record& row : rows_) {
      const bool good = (!filter.direction || row.direction == filter.direction) &&
                        (filter.peer.empty() || row.sender == filter.peer ||
                         row.receiver == filter.peer || row.peer == filter.peer) &&
                        (filter.kind.empty() || row.kind == filter.kind) &&
                        (filter.label.empty() || part(row.marking, filter.label)) &&
                        (filter.verdict.empty() || to_string(row.verdict) == filter.verdict) &&
                        (filter.reason.empty() || row.reason == filter.reason) &&
                        (filter.rule.empty() || row.rule == filter.rule) &&
                        (filter.event.empty() ||
                         (row.event == filter.event && row.row_class != Class::kDecision)) &&
                        row.sequence > filter.after;
      if (good) all.push_back(row.sequence);
    }
    if (filter.reverse) std::ranges::reverse(all);
    if (filter.limit != 0 && all.size() > filter.limit) all.resize(filter.limit);
    return all;
  }
  std::vector<Record> rows_;
};

TEST_F(FacetSearchTest, AnswersAsReadingEveryRecordWould) {
  std::mt19937 random(7);
  const auto pick = [&](std::initializer_list<const char*> values) {
    return std::string(*(values.begin() + random() % values.size()));
  };
  for (int i = 0; i < 300; ++i) {
    Filter filter;
    if (random() % 4 == 0) {
      filter.direction = random() % 2 == 0 ? guard::Lane::kLowToHigh : guard::Lane::kHighToLow;
    }
    filter.peer = pick({"", "", "alpha", "bravo", "rare", "nobody"});
    filter.kind = pick({"", "", "", "iq", "message", "presence"});
    filter.label = pick({"", "", "", "fruit", "UNCLASS", "e", "top"});
    filter.verdict = pick({"", "", "refused", "allowed"});
    filter.reason = pick({"", "", "", "", "clearance", "allowed"});
    filter.rule = pick({"", "", "", "chat-up", "chat-down", "first"});
    filter.event = pick({"", "", "", "", "strangers"});
    filter.reverse = random() % 2 == 0;
    filter.limit = random() % 3 == 0 ? 10 : 0;
    filter.after = random() % 3 == 0 ? random() % 2000 : 0;
    ASSERT_EQ(found(filter), expected(filter)) << i;
  }
}

TEST_F(FacetSearchTest, ReadsOnlyWhatMayMeetTheFilter) {
  auto reader = Reader::open(file());
  ASSERT_TRUE(reader.has_value() && reader->has_facets());
  const auto plan = [&](const Filter& filter) { return *FacetSearch::plan(*reader, filter); };
  const auto candidates = [&](const Filter& filter) {
    return *plan(filter).candidates(*reader, 1, 2000);
  };
  // Nothing at all.
  EXPECT_TRUE(plan({.peer = "nobody"}).none());
  EXPECT_TRUE(plan({.label = "top secret"}).none());
  EXPECT_TRUE(plan({.verdict = "withheld"}).none());
  // Rare: these records and no others.
  EXPECT_EQ(candidates({.kind = "iq"}), expected({.kind = "iq"}));
  EXPECT_EQ(candidates({.peer = "rare", .kind = "message"}), expected({.peer = "rare"}));
  // Common: a range.
  EXPECT_FALSE(plan({.kind = "message"}).has_candidates());
  EXPECT_GT(plan({.kind = "presence"}).first(), 1900U);
  // Two common ones, which may never meet.
  EXPECT_TRUE(plan({.rule = "first", .kind = "presence"}).none());
  const Filter both{.direction = guard::Lane::kLowToHigh, .rule = "chat-up"};
  ASSERT_TRUE(plan(both).has_candidates());
  EXPECT_EQ(candidates(both), expected(both));
}

TEST_F(FacetSearchTest, CountsThatHideRecordsAreFound) {
  std::filesystem::permissions(file(), std::filesystem::perms::owner_all);
  change("DELETE FROM facet WHERE name = 'kind' AND value = 'iq'");
  std::filesystem::permissions(file(), std::filesystem::perms::owner_read);
  EXPECT_TRUE(found({.kind = "iq"}).empty());
  const auto seen = verify(folder());
  ASSERT_TRUE(seen.has_value() && seen->fault.has_value());
  EXPECT_EQ(seen->fault->what, "the counts of values are not those of the records");
}

}  // namespace
}  // namespace audit
