// Report: what happened in a time, counted: for an officer's morning, as text or as one HTML file
// that needs nothing else (plots are inline SVG; no script).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/record.h"

namespace audit {

class Report {
 public:
  // Names that peers choose are counted up to this many; the rest together.
  static constexpr std::size_t kMostNames = 100'000;

  void add(const Record& record);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string html() const;

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  // By verdict: allowed, refused, withheld.
  using Verdicts = std::array<std::uint64_t, 3>;

  static void count(Counts& counts, std::string_view name, std::uint64_t times = 1);
  // Buckets of a width that leaves at most 60 of them.
  struct Bucket {
    guard::UtcTime begin;
    Verdicts verdicts{};
  };
  [[nodiscard]] std::vector<Bucket> buckets() const;

  std::uint64_t records_ = 0;
  guard::UtcTime first_, last_;
  Verdicts verdicts_{};
  Counts pairs_, markings_, reasons_, refused_senders_, events_, results_;
  std::map<std::int64_t, Verdicts> minutes_;  // by minutes since 1970
};

}  // namespace audit
