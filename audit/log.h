// Log: the writer of the audit log, and what a new recorder learns from its end.
//
// A log is a directory of SQLite files, 00000001.sqlite and so on (one for now). There is one
// connection that writes and checkpoints, in one process; guardd's lock on LOG/lock keeps a
// second one out. Every error is final: after one the log takes nothing more (a failed fsync
// marks the pages clean, so trying again would lie).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audit/record.h"

namespace audit {

// LogError says what failed; `full` where the disk has no room.
struct LogError {
  std::string what;
  bool full = false;
};

// Position is the end of a log: what the next record follows. All zero for an empty log.
struct Position {
  std::uint64_t sequence = 0;
  guard::Digest chain{};
  guard::UtcTime time;
};

// Tail is what the end of the log says about work that was under way.
struct Tail {
  // TailDelivery is one released delivery; `ended` where an outcome is recorded.
  struct TailDelivery {
    std::uint64_t sequence = 0;
    bool ended = false;
  };
  // deliveries by the peer's name, in order; none is missing that has no outcome.
  std::map<std::string, std::vector<TailDelivery>, std::less<>> deliveries;
  // TailClose is a stream that a row has closed, with the condition that `detail` names.
  struct TailClose {
    std::uint64_t sequence = 0;
    std::uint64_t stream = 0;
    std::string detail;
  };
  // closes by the edge's epoch and its lane, in order, among the rows that were read.
  std::map<std::pair<std::uint64_t, guard::Lane>, std::vector<TailClose>> closes;
  // The last ticket of each epoch and lane, and the last event number of each epoch and side,
  // among the rows that were read.
  std::map<std::pair<std::uint64_t, guard::Lane>, std::uint64_t> tickets;
  std::map<std::pair<std::uint64_t, guard::Side>, std::uint64_t> events;
};

// Log is not thread-safe. Destroying it without close leaves the log as a crash would.
class Log {
 public:
  // open creates the directory (0750) and the first file (0640) where there are none, takes back
  // what an interrupted commit left, verifies the hashes of the last 1,024 records, and reserves
  // room for the closing record. A log that does not verify is not opened.
  [[nodiscard]] static std::expected<std::unique_ptr<Log>, LogError> open(
      const std::filesystem::path& directory);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // append makes the batch durable, in one transaction; it returns when fdatasync has.
  // REQUIRES: sequences follow the last one without a gap, times do not fall, close not called.
  [[nodiscard]] std::expected<void, LogError> append(std::span<const Record> batch);

  // maintain checkpoints where the write-ahead file has grown past 8 MiB. To be called after
  // what an append made durable has been acted on.
  [[nodiscard]] std::expected<void, LogError> maintain();

  [[nodiscard]] const Position& last() const;

  // tail reads the records from `since` to the end, or from the last horizon where that is
  // earlier.
  [[nodiscard]] std::expected<Tail, LogError> tail(std::uint64_t since) const;

  // write_closing_record gives the reserved room back to the disk and appends one last record
  // after a LogError with `full`. What failed before is not tried again.
  [[nodiscard]] std::expected<void, LogError> write_closing_record(Record record);

  // close checkpoints and leaves a file without a write-ahead file beside it, which readers of
  // another user can open. Where readers are in the way for more than 2 s the file stays as it is.
  [[nodiscard]] std::expected<void, LogError> close();

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace audit
