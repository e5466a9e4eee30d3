// TallyBook: what the recorder has made durable, counted for those who watch the guard. Numbers and
// the log's own stable names; pure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>

#include "audit/record.h"
#include "guard/wire/figures.h"

namespace guard::recorder {

class TallyBook {
 public:
  // So many different reasons have a count of their own; a filter that has been taken over may
  // invent them. The rest is counted as kOther.
  static constexpr std::size_t kMaxReasons = 256;
  static constexpr char kOther[] = "other";

  // committed counts rows that have just become durable, and how long that took.
  void committed(std::span<const audit::Record> rows, std::int64_t microseconds);

  // tally is everything so far.
  [[nodiscard]] wire::Tally tally() const;

 private:
  using Decision = std::tuple<Lane, audit::Verdict, std::string>;

  void add(const audit::Record& row);

  std::map<Decision, std::uint64_t> decisions_;
  std::map<audit::Result, std::uint64_t> outcomes_;
  std::map<std::string, std::uint64_t> events_;
  std::array<std::uint64_t, wire::kCommitBounds.size() + 1> commits_{};
  std::uint64_t commit_microseconds_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace guard::recorder
