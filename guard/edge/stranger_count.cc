#include "guard/edge/stranger_count.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace guard::edge {

namespace {
constexpr std::int64_t kMinute = 60'000'000;
// Rows of past minutes that nobody took (the recorder is away): the oldest stay, the rest is
// counted with them.
constexpr std::size_t kDoneCeiling = 4 * StrangerCount::kSources;

std::string source_of(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  std::array<unsigned char, 16> octets{};
  if (::inet_pton(AF_INET6, text.c_str(), octets.data()) != 1) return std::string(address);
  std::fill(octets.begin() + 8, octets.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> network{};
  if (::inet_ntop(AF_INET6, octets.data(), network.data(), network.size()) == nullptr) return text;
  return std::string(network.data()) + "/64";
}
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
  std::pair<std::string, std::string> key(source_of(address), detail);
  if (counts_.size() >= kSources && !counts_.contains(key)) key.first = kOthers;
  ++counts_[key];
}

std::vector<StrangerCount::Row> StrangerCount::take(UtcTime now, bool all) {
  if (all || minute_of(now) != minute_) close_minute();
  return std::exchange(done_, {});
}

}  // namespace guard::edge
