#include "audit/verify.h"

#include <utility>
#include <vector>

#include "audit/segment_files.h"

namespace audit {
namespace {

// Follows the records from the beginning, and stops at the first that is wrong.
class Follower {
 public:
  // start compares what a segment says about its beginning with what came before it.
  bool start(const Reader::Start& start, bool whole) {
    if (found.records == 0 && !whole) {
      // A single segment out of several: its beginning is taken on trust.
      found.last.sequence = start.first_sequence - 1;
      found.last.chain = start.previous_chain;
      return true;
    }
    if (start.first_sequence != found.last.sequence + 1 ||
        start.previous_chain != found.last.chain) {
      return fault(found.last.sequence + 1, "the segment does not continue the one before it");
    }
    return true;
  }

  bool follow(const StoredRecord& stored) {
    const Record& record = stored.record;
    const std::uint64_t expected = found.last.sequence + 1;
    if (record.sequence < expected) {
      return fault(record.sequence, "a record that does not belong here");
    }
    if (record.sequence > expected) return fault(expected, "the record is missing");
    encoding_.clear();
    append_encoding(encoding_, record);
    if (leaf_hash(sha_, encoding_) != stored.leaf) {
      return fault(expected, "the record is not what its leaf hash was computed over");
    }
    if (next_chain(sha_, found.last.chain, stored.leaf) != stored.chain) {
      return fault(expected, "the chain hash does not follow from the record before");
    }
    if (record.time < found.last.time) return fault(expected, "the time is before the last one");
    found.last = {expected, stored.chain, record.time};
    ++found.records;
    return true;
  }

  bool fault(std::uint64_t sequence, std::string what) {
    found.fault = {sequence, std::move(what)};
    return false;
  }

  Verification found;

 private:
  guard::Sha256 sha_;
  std::string encoding_;
};

}  // namespace

std::expected<Verification, ReadError> verify(const std::filesystem::path& log) {
  const std::vector<SegmentFile> files = segment_files(log);
  if (files.empty()) return std::unexpected(ReadError{log.string() + ": there is no audit log"});
  const bool whole = std::filesystem::is_directory(log);
  Follower follower;
  for (const SegmentFile& file : files) {
    const auto damaged = [&](const ReadError& error) -> std::expected<Verification, ReadError> {
      if (!error.damaged) return std::unexpected(error);
      follower.fault(error.sequence != 0 ? error.sequence : follower.found.last.sequence + 1,
                     error.what);
      return follower.found;
    };
    auto reader = Reader::open(file.path);
    if (!reader) return damaged(reader.error());
    const auto start = reader->segment_start();
    if (!start) return damaged(start.error());
    // While the service runs there may be more by the time that they are read, never fewer.
    const auto count = reader->count();
    if (!count) return damaged(count.error());
    if (!follower.start(*start, whole)) return follower.found;
    const std::uint64_t before = follower.found.records;
    const auto read =
        reader->read_all([&](const StoredRecord& stored) { return follower.follow(stored); });
    if (!read) return damaged(read.error());
    if (follower.found.fault) return follower.found;
    if (follower.found.records - before < *count) {
      follower.fault(follower.found.last.sequence + 1,
                     "the file counts more records than it shows");
      return follower.found;
    }
  }
  return follower.found;
}

}  // namespace audit
