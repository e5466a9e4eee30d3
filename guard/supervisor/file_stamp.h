// FileStamp: whether a file is still the one that was read, without reading it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace guard::supervisor {

struct FileStamp {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  std::uint64_t size = 0;
  std::uint64_t number = 0;  // the inode: a file may be replaced within the clock's grain
  bool operator==(const FileStamp&) const = default;
};

// stamp_of gives the file's stamp; a new one where there is no such file.
[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& file);

}  // namespace guard::supervisor
