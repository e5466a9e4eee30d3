#include "audit/query.h"

#include <gtest/gtest.h>

#include "audit/log_bed.h"

namespace audit {
namespace {

class QueryTest : public testing::Test, public LogBed {
 protected:
  // 1..4: forwarded to bravo; 5: refused with a reply; 6: withheld; 7: an event of bravo's;
  // 8: 1 to 3 were written.
  void SetUp() override {
    log_ = open();
    std::vector<Record> rows = batch(1, 8);
    rows[4].verdict = Verdict::kRefused;
    rows[4].action = Action::kReply;
    rows[4].reason = "label-missing";
    rows[4].rule = "";
    rows[4].marking = "";
    rows[4].receiver = "";
    rows[4].kind = "iq";
    rows[5].verdict = Verdict::kWithheld;
    rows[5].action = Action::kNone;
    rows[5].direction = guard::Lane::kLowToHigh;
    rows[5].sender = "bravo";
    rows[5].receiver = "";
    rows[5].from_address = "bob@low.example/phone";
    rows[5].to_address = "alice@high.example";
    for (const std::size_t i : {6U, 7U}) {
      const auto sequence = rows[i].sequence;
      const auto time = rows[i].time;
      rows[i] = Record{};
      rows[i].sequence = sequence;
      rows[i].time = time;
      rows[i].verdict = Verdict::kNone;
      rows[i].peer = "bravo";
    }
    rows[6].row_class = Class::kEvent;
    rows[6].event = "stream-closed";
    rows[7].row_class = Class::kOutcome;
    rows[7].result = Result::kWritten;
    rows[7].first_sequence = 1;
    rows[7].last_sequence = 3;
    ASSERT_TRUE(log_->append(rows).has_value());
    times_ = rows[0].time.microseconds;
  }
  std::vector<std::uint64_t> find(const Filter& filter) {
    std::vector<std::uint64_t> sequences;
    const auto done = query(folder(), filter, [&](const Found& found) {
      sequences.push_back(found.record.sequence);
      return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().what;
    return sequences;
  }
  using Sequences = std::vector<std::uint64_t>;
  std::unique_ptr<Log> log_;
  std::int64_t times_ = 0;
};

TEST_F(QueryTest, WithoutFiltersEverythingIsFoundInOrder) {
  EXPECT_EQ(find({}), (Sequences{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(find({.reverse = true}), (Sequences{8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(find({.limit = 2}), (Sequences{1, 2}));
  EXPECT_EQ(find({.limit = 2, .reverse = true}), (Sequences{8, 7}));
  EXPECT_EQ(find({.limit = 8}).size(), 8U);
}

TEST_F(QueryTest, EachFilterFindsItsOwn) {
  EXPECT_EQ(find({.direction = guard::Lane::kLowToHigh}), (Sequences{6}));
  EXPECT_EQ(find({.row_class = Class::kEvent}), (Sequences{7}));
  EXPECT_EQ(find({.row_class = Class::kOutcome}), (Sequences{8}));
  EXPECT_EQ(find({.peer = "bravo"}), (Sequences{1, 2, 3, 4, 6, 7, 8}));
  EXPECT_EQ(find({.verdict = "refused"}), (Sequences{5}));
  EXPECT_EQ(find({.verdict = "withheld"}), (Sequences{6}));
  EXPECT_EQ(find({.reason = "label-missing"}), (Sequences{5}));
  EXPECT_EQ(find({.rule = "chat-down"}), (Sequences{1, 2, 3, 4, 6}));
  EXPECT_EQ(find({.label = "classified"}), (Sequences{1, 2, 3, 4, 6}));
  EXPECT_EQ(find({.event = "stream-closed"}), (Sequences{7}));
  EXPECT_EQ(find({.id = "m6"}), (Sequences{6}));
  EXPECT_EQ(find({.text = "LABEL-miss"}), (Sequences{5}));
  EXPECT_EQ(find({.policy = "0101"}), (Sequences{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(find({.policy = "01010"}), (Sequences{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(find({.policy = "0102"}), Sequences{});
  EXPECT_EQ(find({.policy = "10"}), Sequences{}) << "it begins so";
  EXPECT_EQ(find({.kind = "iq"}), (Sequences{5}));
  EXPECT_EQ(find({.kind = "iq", .reverse = true}), (Sequences{5}));
  EXPECT_EQ(find({.reason = "' OR 1=1 --"}), Sequences{});
}

TEST_F(QueryTest, AddressesMatchInFullBareOrByDomain) {
  EXPECT_EQ(find({.from = "bob@low.example/phone"}), (Sequences{6}));
  EXPECT_EQ(find({.from = "bob@low.example"}), (Sequences{6}));
  EXPECT_EQ(find({.from = "low.example"}), (Sequences{6}));
  EXPECT_EQ(find({.from = "LOW.example"}), (Sequences{6}));
  EXPECT_EQ(find({.from = "bob@low.example/desk"}), Sequences{});
  EXPECT_EQ(find({.from = "ob@low.example"}), Sequences{});
  EXPECT_EQ(find({.from = "example"}), Sequences{});
  EXPECT_EQ(find({.to = "bob@low.example"}).size(), 5U);
  EXPECT_EQ(find({.from = "high.example", .to = "low.example"}).size(), 5U);
}

TEST_F(QueryTest, AddressMatchesIsNotFooledByResourcesAndLocalParts) {
  EXPECT_FALSE(address_matches("evil.example", "a@good.example/b@evil.example"));
  EXPECT_FALSE(address_matches("evil.example", "a@good.example/evil.example"));
  EXPECT_FALSE(address_matches("x@evil.example", "y@good.example/x@evil.example"));
  EXPECT_TRUE(address_matches("good.example", "good.example/res"));
  EXPECT_TRUE(address_matches("good.example", "good.example"));
}

TEST_F(QueryTest, TimesBoundFromBelowAndAbove) {
  const auto at = [&](std::uint64_t sequence) {
    return guard::UtcTime{times_ + static_cast<std::int64_t>(sequence - 1) * 1000};
  };
  EXPECT_EQ(find({.since = at(7)}), (Sequences{7, 8}));
  EXPECT_EQ(find({.since = guard::UtcTime{at(7).microseconds + 1}}), (Sequences{8}));
  EXPECT_EQ(find({.until = at(3)}), (Sequences{1, 2}));
  EXPECT_EQ(find({.since = at(3), .until = at(5)}), (Sequences{3, 4}));
  EXPECT_EQ(find({.since = at(9)}), Sequences{});
  EXPECT_EQ(find({.until = at(1)}), Sequences{});
}

TEST_F(QueryTest, OutcomesAreJoinedToWhatTheyAreAbout) {
  std::map<std::uint64_t, std::optional<Result>> ended;
  ASSERT_TRUE(query(folder(), {}, [&](const Found& found) {
                ended[found.record.sequence] = found.ended;
                return true;
              }).has_value());
  EXPECT_EQ(ended[1], Result::kWritten);
  EXPECT_EQ(ended[3], Result::kWritten);
  EXPECT_EQ(ended[4], std::nullopt);  // pending
  EXPECT_EQ(ended[5], std::nullopt);  // a reply to alpha; the range is bravo's
}

TEST_F(QueryTest, ManyRecordsAreReadInWindowsBothWays) {
  ASSERT_TRUE(log_->append(batch(9, 2 * Reader::kWindow)).has_value());
  const auto forwards = find({.rule = "chat-down"});
  auto backwards = find({.rule = "chat-down", .reverse = true});
  EXPECT_EQ(forwards.size(), 5 + 2 * Reader::kWindow);
  std::ranges::reverse(backwards);
  EXPECT_EQ(forwards, backwards);
}

TEST_F(QueryTest, ARowThatDoesNotBelongThereHidesNothing) {
  for (const std::string sequence : {"-1", "9223372036854775807"}) {
    change(
        "CREATE TABLE spare AS SELECT * FROM record WHERE sequence = 5; "
        "UPDATE spare SET sequence = " +
        sequence + "; INSERT INTO record SELECT * FROM spare; DROP TABLE spare");
  }
  constexpr std::uint64_t kLast = 9223372036854775807U;
  EXPECT_EQ(find({}), (Sequences{1, 2, 3, 4, 5, 6, 7, 8, kLast}));
  EXPECT_EQ(find({.reverse = true}), (Sequences{kLast, 8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(find({.since = guard::UtcTime{0}}).size(), 9U);
}

TEST_F(QueryTest, SaysHowFarItIs) {
  log_->roll();
  ASSERT_TRUE(log_->maintain().has_value());
  ASSERT_TRUE(log_->append(batch(9, 8)).has_value());
  for (const bool reverse : {false, true}) {
    std::vector<double> shares;
    const auto done = query(
        folder(), {.reverse = reverse}, [](const Found&) { return true; },
        [&](double share) { shares.push_back(share); });
    ASSERT_TRUE(done.has_value());
    ASSERT_EQ(shares.size(), 2U + 16U);
    EXPECT_TRUE(std::ranges::is_sorted(shares));
    EXPECT_EQ(shares.front(), 0);
    EXPECT_EQ(shares[9], 0.5) << "the second of two segments";
    EXPECT_LE(shares.back(), 1);
  }
}

TEST_F(QueryTest, QueriesChangeNoFile) {
  const auto before = digest_of_files();
  find({});
  find({.reverse = true});
  EXPECT_EQ(digest_of_files(), before);
  ASSERT_TRUE(log_->close().has_value());
  const auto closed = digest_of_files();
  find({});
  EXPECT_EQ(digest_of_files(), closed);
}

TEST(MomentTest, IsoSpansAndWords) {
  const guard::UtcTime now = *guard::from_iso8601("2026-03-04T05:06:07Z");
  EXPECT_EQ(parse_moment("now", now), now);
  EXPECT_EQ(parse_moment("today", now), guard::from_iso8601("2026-03-04"));
  EXPECT_EQ(parse_moment("yesterday", now), guard::from_iso8601("2026-03-03"));
  EXPECT_EQ(parse_moment("2h", now), guard::from_iso8601("2026-03-04T03:06:07Z"));
  EXPECT_EQ(parse_moment("0s", now), now);
  EXPECT_EQ(parse_moment("1w", now), guard::from_iso8601("2026-02-25T05:06:07Z"));
  EXPECT_EQ(parse_moment("2026-01-01", now), guard::from_iso8601("2026-01-01"));
  for (const char* wrong : {"", "h", "2", "2y", "-2h", "2hh", "1000000d", "soon", "2026-13-01"}) {
    EXPECT_EQ(parse_moment(wrong, now), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace audit
