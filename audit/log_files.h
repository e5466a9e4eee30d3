// LogFiles: what the log does to files besides SQLite, and the errors of both.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "audit/database.h"

namespace audit {

// LogError says what failed; `full` where the disk has no room.
struct LogError {
  std::string what;
  bool full = false;
};

template <class T>
using OrLogError = std::expected<T, LogError>;

// system_error is errno's error about `path`.
[[nodiscard]] LogError system_error(std::string_view what, const std::filesystem::path& path);

// log_error is SQLite's error about the file at `path`.
[[nodiscard]] LogError log_error(const std::filesystem::path& path, const DatabaseError& error);

// create_folder makes a directory (0750 whatever the umask) where there is none.
[[nodiscard]] OrLogError<void> create_folder(const std::filesystem::path& folder);

// sync_folder makes what has been created in a directory durable.
[[nodiscard]] OrLogError<void> sync_folder(const std::filesystem::path& folder);

// create_file makes a file of at least that size, mode 0640 whatever the umask, where there is
// none: SQLite's -wal and -shm files take the mode over from the database. Symbolic links are
// refused.
[[nodiscard]] OrLogError<void> create_file(const std::filesystem::path& path, off_t size);

// free_octets is the room that the disk has left for whoever is not root.
[[nodiscard]] OrLogError<std::uint64_t> free_octets(const std::filesystem::path& folder);

}  // namespace audit
