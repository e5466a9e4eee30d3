// RowBook: the rows that are to be durable next: their sequences, their times, and what is in every
// one of them. It is where the clock is watched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log.h"
#include "audit/record.h"
#include "guard/wire/configuration.h"

namespace guard::recorder {

// RowBook. INVARIANT(ONE_POLICY_PER_RECORD): every row gets both digests here.
class RowBook {
 public:
  static constexpr std::int64_t kClampLimit = 5'000'000;  // microseconds of a step back

  // `end` is the end of the log. Borrows the configuration.
  RowBook(const wire::RecorderConfiguration& configuration, const audit::Position& end);

  // observe_clock sets the time of the rows that follow. INVARIANT(FAIL_CLOSED): a clock behind the
  // last row is clamped to it, with an event; by more than kClampLimit it is behind, and whatever
  // is decided meanwhile must be withheld.
  void observe_clock(UtcTime now);
  [[nodiscard]] bool clock_is_behind() const { return clock_ == Clock::kBehind; }

  // push adds a row: the next sequence, the time, the digests. The reference dies at the next push.
  audit::Record& push(audit::Record&& row);
  audit::Record& push_event(std::string_view name, std::optional<Side> side,
                            std::string_view detail);

  // keep puts sealed content beside the row that is pushed next.
  void keep(std::string&& sealed, audit::Record& row);
  // contents are those of rows(), in their order; content_octets their length.
  [[nodiscard]] const std::vector<audit::SealedContent>& contents() const { return contents_; }
  [[nodiscard]] std::size_t content_octets() const { return content_octets_; }

  // closing_row is the event of a log without room, with no sequence.
  [[nodiscard]] audit::Record closing_row(UtcTime now) const;

  // set_horizon writes it into the rows from `first_row` on.
  void set_horizon(std::size_t first_row, std::uint64_t horizon);

  [[nodiscard]] const std::vector<audit::Record>& rows() const { return rows_; }
  [[nodiscard]] audit::Record& back() { return rows_.back(); }
  void clear();
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }  // the last one given

 private:
  enum class Clock : std::uint8_t { kGood, kClamped, kBehind };

  void stamp(audit::Record& row) const;

  const wire::RecorderConfiguration& configuration_;
  std::vector<audit::Record> rows_;
  std::vector<audit::SealedContent> contents_;
  std::size_t content_octets_ = 0;
  Sha256 sha_;
  std::uint64_t sequence_ = 0;
  UtcTime time_;  // of the last row
  Clock clock_ = Clock::kGood;
};

}  // namespace guard::recorder
