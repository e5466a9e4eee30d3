#include "guard/edge/stranger_count.h"

namespace guard::edge {

namespace {
constexpr std::int64_t kMinute = 60'000'000;
// Rows of past minutes that nobody took (the recorder is away): the oldest stay, the rest is
// counted with them.
constexpr std::size_t kDoneCeiling = 4 * StrangerCount::kSources;
}  // namespace

UtcTime StrangerCount::minute_of(UtcTime time) {
  return UtcTime{time.microseconds - time.microseconds % kMinute};
}

void StrangerCount::close_minute() {
  for (auto& [key, count] : counts_) {
    if (done_.size() < kDoneCeiling) {
      done_.push_back({minute_, key.first, key.second, count});
    } else {
      done_.back().address = kOthers;
      done_.back().count += count;
    }
  }
  counts_.clear();
}

void StrangerCount::add(std::string_view address, std::string_view detail, UtcTime now) {
  const UtcTime minute = minute_of(now);
  if (minute != minute_) {
    close_minute();
    minute_ = minute;
  }
  std::pair<std::string, std::string> key(address, detail);
  if (counts_.size() >= kSources && !counts_.contains(key)) key.first = kOthers;
  ++counts_[key];
}

std::vector<StrangerCount::Row> StrangerCount::take(UtcTime now, bool all) {
  if (all || minute_of(now) != minute_) close_minute();
  return std::exchange(done_, {});
}

}  // namespace guard::edge
