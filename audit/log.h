// Log: the writer of the audit log, and what a new recorder learns from its end.
//
// A log is a directory of SQLite files, its segments: 00000001.sqlite and so on. The last one is
// open: one connection writes and checkpoints it, in one process; guardd's lock on LOG/lock keeps a
// second one out. The others are sealed. Every error is final: after one the log takes nothing
// more (a failed fsync marks the pages clean, so trying again would lie).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log_files.h"
#include "audit/log_notice.h"
#include "audit/record.h"
#include "audit/request.h"
#include "audit/segment_end.h"
#include "audit/signing_key.h"
#include "audit/tail.h"

namespace audit {

// LogOptions: where a segment ends, and who vouches for the first key. Sizes in octets.
struct LogOptions {
  std::uint64_t segment_octets = std::uint64_t{512} << 20;
  std::int64_t segment_seconds = 86'400;
  std::uint64_t write_ahead_octets = std::uint64_t{64} << 20;  // a reader in the way of it
  std::int64_t sign_microseconds = 1'000'000;            // between checkpoints; 0: each commit
  std::int64_t look_microseconds = 1'000'000;            // between looks at disk and operators
  std::uint64_t warn_octets = std::uint64_t{256} << 20;  // free on the disk
  std::optional<SigningKey> root = {};                   // used once, in open, and destroyed
  PruneRights prune = {};                                // who has to sign before segments go
};

// Log is not thread-safe. Destroying it without close leaves the log as a crash would.
class Log {
 public:
  // open creates the directory (0750) where there is none, takes back what an interrupted commit
  // left, verifies the end of the last segment, reserves room for the closing record, and begins a
  // new segment: the key of the last one is gone. A log that does not verify is not opened.
  [[nodiscard]] static OrLogError<std::unique_ptr<Log>> open(const std::filesystem::path& directory,
                                                             LogOptions options = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // append makes the batch durable, and what is kept of its stanzas' content, in one transaction;
  // it returns when fdatasync has.
  // REQUIRES: sequences follow the last one without a gap, times do not fall, contents are of
  // records of this batch that say so, close not called.
  [[nodiscard]] OrLogError<void> append(std::span<const Record> batch,
                                        std::span<const SealedContent> contents = {});

  // maintain does what can wait: it signs a checkpoint that is due, copies a write-ahead file past
  // 8 MiB into the database, begins a new segment where that is due, looks at the disk, and does
  // what operators ask (request.h). To be called after what an append made durable has been acted
  // on, and about every 100 ms.
  [[nodiscard]] OrLogError<void> maintain();

  // roll has the next maintain begin a new segment, where the open one has a record.
  void roll();

  // take_notices returns what has happened to the log since the last call.
  [[nodiscard]] std::vector<LogNotice> take_notices();

  [[nodiscard]] const Position& last() const;

  // tail is read_tail of this log.
  [[nodiscard]] OrLogError<Tail> tail(std::uint64_t since) const;

  // write_closing_record gives the reserved room back to the disk and appends one last record
  // after a LogError with `full`. What failed before is not tried again.
  [[nodiscard]] OrLogError<void> write_closing_record(Record record);

  // close signs a last checkpoint and seals the open segment: it leaves files without write-ahead
  // files beside them, which readers of another user can open. Where that takes more than 2 s, or
  // readers are in the way, the rest is left to the next open.
  [[nodiscard]] OrLogError<void> close();

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace audit
