// SegmentFiles: which files of a directory are the log, and how to look into one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "audit/database.h"

namespace audit {

struct SegmentFile {
  std::uint64_t number = 0;
  std::filesystem::path path;
  bool pruned = false;  // it is a stub (stub.h)
};

// segment_name returns "00000001.sqlite" for 1.
[[nodiscard]] std::string segment_name(std::uint64_t number);

// segment_files lists the segments of a log, ascending. For a path that is a file, that file. What
// cannot be read has no segments.
[[nodiscard]] std::vector<SegmentFile> segment_files(const std::filesystem::path& log);

// why_none says why a path has no segments: there is no log, or it may not be read.
[[nodiscard]] std::string why_none(const std::filesystem::path& log);

// stub_path returns where a segment's stub lies.
[[nodiscard]] std::filesystem::path stub_path(const std::filesystem::path& segment);

// kept_files is segment_files with the stubs of segments that are not there.
[[nodiscard]] std::vector<SegmentFile> kept_files(const std::filesystem::path& log);

// is_sealed says whether nobody may write the file and no write-ahead file lies beside it: what is
// so is never written again.
[[nodiscard]] bool is_sealed(const std::filesystem::path& segment);

// stands_alone says whether no journal lies beside it, nor a write-ahead file, but an empty one
// without its index: whatever its mode, the file has everything.
[[nodiscard]] bool stands_alone(const std::filesystem::path& segment);

// was_emptied says whether the file is empty and a write-ahead file beside it is not. No writer leaves
// that: the first page is there before anything is written ahead of it. To open such a segment
// would be to lose what was written ahead, since SQLite removes it.
[[nodiscard]] bool was_emptied(const std::filesystem::path& segment);
constexpr const char* kEmptied = "it is empty, and its write-ahead file is not";

// open_own opens a segment for reading on behalf of the log's writer: what a crash has left
// half done is taken back, which a mere reader may not do.
[[nodiscard]] OrDatabaseError<Database> open_own(const std::filesystem::path& segment);

}  // namespace audit
