// StrangerCount: what those who have not authenticated cause, counted by source and minute, so
// that nobody can fill the audit log from outside. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/utc_time.h"

namespace guard::edge {

class StrangerCount {
 public:
  // kSources bounds the (address, detail) pairs of a minute; what is past it counts for "others".
  static constexpr std::size_t kSources = 256;
  static constexpr std::string_view kOthers = "others";

  struct Row {
    UtcTime minute;  // its beginning
    std::string address;
    std::string detail;
    std::uint64_t count = 0;
    bool operator==(const Row&) const = default;
  };

  // add counts one occurrence, by source: an IPv6 address counts, and is named, as its /64, because
  // one host owns all of that. `detail` is one of our words (README.md), never the stranger's.
  void add(std::string_view address, std::string_view detail, UtcTime now);

  // take returns the rows of minutes that are over at `now`, and with `all` those of this one.
  [[nodiscard]] std::vector<Row> take(UtcTime now, bool all = false);

 private:
  [[nodiscard]] static UtcTime minute_of(UtcTime time);
  void close_minute();

  UtcTime minute_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
  std::vector<Row> done_;
};

}  // namespace guard::edge
