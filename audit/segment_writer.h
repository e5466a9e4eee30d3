// SegmentWriter: the open segment of a log: one file, one connection, one key.
//
// The file is in WAL mode (synchronous=FULL). Records, the subtrees that they complete and a
// checkpoint about every second go into the same transactions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audit/log_files.h"
#include "audit/record.h"
#include "audit/segment_end.h"
#include "audit/signing_key.h"

namespace audit {

// SegmentWriter is not thread-safe. Every error is final: after one it takes nothing more.
// Destroying it without leave leaves the file as a crash would.
class SegmentWriter {
 public:
  // create makes the file of a new segment, durable before it returns. `signer` signs the key
  // statement (null: the new key does it itself). Where `start` has no origin the log is new, and
  // is named after the key.
  struct Birth {
    std::filesystem::path path;
    SegmentStart start;        // but the statement
    guard::UtcTime last_time;  // of the record before
    std::int64_t sign_microseconds = 1'000'000;
  };
  [[nodiscard]] static OrLogError<std::unique_ptr<SegmentWriter>> create(Birth birth,
                                                                         const SigningKey* signer,
                                                                         std::string signer_name);

  ~SegmentWriter();
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  // append makes the batch durable, and the content of its records, in one transaction; it returns
  // when fdatasync has. A checkpoint is part of it where the last one is old enough.
  // REQUIRES: sequences follow the last one without a gap, times do not fall; contents are of
  // records of this batch that say so, in their order.
  [[nodiscard]] OrLogError<void> append(std::span<const Record> batch,
                                        std::span<const SealedContent> contents = {});

  // sign signs a checkpoint of all records where there is none yet, in a transaction of its own.
  [[nodiscard]] OrLogError<void> sign();
  // due says whether records have waited for a checkpoint for sign_microseconds.
  [[nodiscard]] bool due() const;

  // checkpoint copies the write-ahead file into the database, as far as readers let it.
  [[nodiscard]] OrLogError<void> checkpoint();
  // frames in the write-ahead file (of 16 KiB), after the last commit.
  [[nodiscard]] int frames() const { return frames_; }

  // reopen makes a writer out of one that has failed: the connection goes, the file is opened as
  // after a crash, its end verified. What failed before is not tried again.
  [[nodiscard]] OrLogError<void> reopen();

  // leave signs a last checkpoint, destroys the key, and closes the connection. Where `closing`,
  // the write-ahead file goes, unless readers are in the way for more than 2 s.
  [[nodiscard]] OrLogError<void> leave(bool closing);

  [[nodiscard]] const SegmentEnd& end() const { return end_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] Database& database() { return database_; }
  // key signs the statement of the next segment; it is gone after leave.
  [[nodiscard]] const SigningKey* key() const { return key_ ? &*key_ : nullptr; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  SegmentWriter(std::filesystem::path path, std::int64_t sign_microseconds)
      : path_(std::move(path)), sign_microseconds_(sign_microseconds) {}
  [[nodiscard]] OrLogError<void> open_file();
  [[nodiscard]] OrLogError<void> prepare();
  [[nodiscard]] OrLogError<void> write(std::span<const Record> batch,
                                       std::span<const SealedContent> contents,
                                       bool with_checkpoint);
  [[nodiscard]] OrDatabaseError<void> write_all(std::span<const Record> batch,
                                                std::span<const SealedContent> contents,
                                                bool with_checkpoint, SegmentEnd& end);
  [[nodiscard]] OrDatabaseError<void> write_contents(std::span<const Record> batch,
                                                     std::span<const SealedContent> contents);
  [[nodiscard]] OrDatabaseError<void> write_checkpoint(SegmentEnd& end);
  void forget_statements();

  std::filesystem::path path_;
  std::int64_t sign_microseconds_ = 0;
  std::optional<SigningKey> key_;
  Database database_;
  Statement insert_, insert_checkpoint_, insert_subtree_, insert_content_, begin_, commit_;
  SegmentEnd end_;
  std::int64_t unsigned_since_ = 0;  // microseconds of a monotonic clock; 0: all is signed
  std::int64_t signed_at_ = 0;
  guard::Sha256 sha_;
  std::string encoding_;
  std::vector<Subtree> complete_;
  int frames_ = 0;
  bool failed_ = false;
};

}  // namespace audit
