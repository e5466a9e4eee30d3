// The filter in C++ and the filter in SQLite say the same of every record.
#include "audit/filter_match.h"

#include <gtest/gtest.h>

#include <random>

#include "audit/log_bed.h"

namespace audit {
namespace {

class FilterMatchTest : public testing::Test, public LogBed {};

// Values that differ in case, are parts of each other, are empty, or are not text at all.
const std::vector<std::string> kWords{
    "",  "Alpha", "alpha",         "al",           "message",      "m7",
    "%", "_",     "stream-opened", "UNCLASSIFIED", "\xc3\x84rger", "\xc3"};
const std::vector<std::string> kAddresses{"",
                                          "alice@high.example/desk",
                                          "ALICE@high.example",
                                          "bob@low.example",
                                          "low.example",
                                          "high.example/desk",
                                          "x@y@low.example",
                                          "\xc3\x84@low.example/\xff"};

std::string any(std::mt19937& chance, const std::vector<std::string>& of) {
  return of[chance() % of.size()];
}

Record record_of(std::mt19937& chance, std::uint64_t sequence) {
  Record record = LogBed::decision(sequence);
  record.time = {1'700'000'000'000'000 + static_cast<std::int64_t>(sequence / 3)};
  record.row_class = static_cast<Class>(chance() % 3);
  if (chance() % 2 == 0) record.direction.reset();
  record.sender = any(chance, kWords);
  record.receiver = any(chance, kWords);
  record.peer = any(chance, kWords);
  record.from_address = any(chance, kAddresses);
  record.to_address = any(chance, kAddresses);
  record.kind = any(chance, kWords);
  record.stanza_id = any(chance, kWords);
  record.marking = any(chance, kWords);
  record.verdict = static_cast<Verdict>(chance() % 4);
  record.reason = any(chance, kWords);
  record.rule = any(chance, kWords);
  record.event = any(chance, kWords);
  record.detail = any(chance, kWords);
  record.action = Action::kNone;
  if (chance() % 2 == 0) {
    record.policy_digest.reset();
  } else {
    record.policy_digest->fill(static_cast<std::uint8_t>(chance() % 4 * 0x55));
  }
  return record;
}

Filter filter_of(std::mt19937& chance) {
  Filter filter;
  const auto maybe = [&](std::string& value, const std::vector<std::string>& of) {
    if (chance() % 6 == 0) value = any(chance, of);
  };
  for (std::string* each : {&filter.peer, &filter.reason, &filter.rule, &filter.label,
                            &filter.event, &filter.id, &filter.text, &filter.kind}) {
    maybe(*each, kWords);
  }
  maybe(filter.from, kAddresses);
  maybe(filter.to, kAddresses);
  maybe(filter.policy, {"", "0", "00", "55555", "aa", "af", "ff"});
  maybe(filter.verdict, {"allowed", "refused", "withheld"});
  if (chance() % 6 == 0) filter.direction = guard::Lane::kHighToLow;
  if (chance() % 6 == 0) filter.row_class = static_cast<Class>(chance() % 3);
  const auto moment = [&] {
    return guard::UtcTime{1'700'000'000'000'000 + static_cast<std::int64_t>(chance() % 40)};
  };
  if (chance() % 6 == 0) filter.since = moment();
  if (chance() % 6 == 0) filter.until = moment();
  if (chance() % 6 == 0) filter.after = chance() % 100;
  if (chance() % 6 == 0) filter.before = chance() % 100 + 1;
  return filter;
}

TEST_F(FilterMatchTest, AsSqliteSays) {
  std::mt19937 chance(4711);
  std::vector<Record> records;
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    records.push_back(record_of(chance, sequence));
  }
  auto log = open();
  ASSERT_TRUE(log->append(records).has_value());
  ASSERT_TRUE(log->close().has_value());
  std::size_t found = 0;
  for (int round = 0; round < 500; ++round) {
    const Filter filter = filter_of(chance);
    std::vector<std::uint64_t> wanted;
    const auto done = query(folder(), filter, [&](const Found& each) {
      wanted.push_back(each.record.sequence);
      return true;
    });
    ASSERT_TRUE(done.has_value()) << done.error().what;
    std::vector<std::uint64_t> matched;
    for (const Record& record : records) {
      if (matches(filter, record)) matched.push_back(record.sequence);
    }
    ASSERT_EQ(matched, wanted) << "round " << round;
    found += wanted.size();
  }
  EXPECT_GT(found, 1000U) << "filters that find something";
}

}  // namespace
}  // namespace audit
