// Several logs are one, by time; each keeps its own order.
#include "audit/merged.h"

#include <gtest/gtest.h>

#include "audit/log_bed.h"

namespace audit {
namespace {

class MergedTest : public testing::Test {
 protected:
  // Two logs of 700 records each (more than a page); the second one's clock is half a step later.
  void SetUp() override {
    for (LogBed* bed : {&north_, &south_}) {
      std::vector<Record> rows = LogBed::batch(1, 700);
      for (Record& row : rows) {
        if (bed == &south_) row.time.microseconds += 500;
        if (row.sequence % 7 == 0) row.verdict = Verdict::kRefused;
        row.action = Action::kNone;
      }
      auto log = bed->open();
      ASSERT_TRUE(log->append(rows).has_value());
      ASSERT_TRUE(log->close().has_value());
    }
    sources_ = {{"north", north_.folder()}, {"south", south_.folder()}};
  }
  std::vector<std::string> found(const Filter& filter) const {
    std::vector<std::string> all;
    const auto done = query_all(sources_, filter, [&](const Found& each) {
      all.push_back(std::string(each.guard) + " " + std::to_string(each.record.sequence));
      return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().what;
    return all;
  }
  LogBed north_, south_;
  std::vector<Source> sources_;
};

TEST_F(MergedTest, IsInTheOrderOfTimeAndComplete) {
  const auto all = found({});
  ASSERT_EQ(all.size(), 1400U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i], (i % 2 == 0 ? "north " : "south ") + std::to_string(i / 2 + 1));
  }
  auto back = found({.reverse = true});
  std::ranges::reverse(back);
  EXPECT_EQ(back, all);
}

TEST_F(MergedTest, FiltersAndLimitsHoldForAllTogether) {
  EXPECT_EQ(found({.verdict = "refused", .limit = 3}),
            (std::vector<std::string>{"north 7", "south 7", "north 14"}));
  EXPECT_EQ(found({.limit = 2, .reverse = true}),
            (std::vector<std::string>{"south 700", "north 700"}));
  EXPECT_EQ(found({.verdict = "refused"}).size(), 200U);
}

TEST_F(MergedTest, OneLogHasNoName) {
  sources_.pop_back();
  EXPECT_EQ(found({.limit = 1}), (std::vector<std::string>{" 1"}));
}

TEST_F(MergedTest, ALogThatCannotBeReadIsAnErrorOfAll) {
  sources_.push_back({"west", "/nowhere"});
  EXPECT_FALSE(query_all(sources_, {}, [](const Found&) { return true; }).has_value());
}

TEST(Sources, HaveNamesThatAreTheirOwn) {
  const auto named = sources_of({"north=/srv/a", "/srv/b"});
  ASSERT_TRUE(named.has_value());
  EXPECT_EQ((*named)[0].guard, "north");
  EXPECT_EQ((*named)[0].log, "/srv/a");
  EXPECT_EQ((*named)[1].guard, "/srv/b");
  EXPECT_FALSE(sources_of({"north=/srv/a", "north=/srv/b"}).has_value());
  EXPECT_FALSE(sources_of({"/srv/a", "/srv/a"}).has_value());
}

}  // namespace
}  // namespace audit
