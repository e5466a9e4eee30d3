// SegmentFiles: which files of a directory are the log. There is one segment now; the names leave
// room for more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace audit {

struct SegmentFile {
  std::uint64_t number = 0;
  std::filesystem::path path;
};

// segment_name returns "00000001.sqlite" for 1.
[[nodiscard]] std::string segment_name(std::uint64_t number);

// segment_files lists the segments of a log, ascending. For a path that is a file, that file. What
// cannot be read has no segments.
[[nodiscard]] std::vector<SegmentFile> segment_files(const std::filesystem::path& log);

}  // namespace audit
