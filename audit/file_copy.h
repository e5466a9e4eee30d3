// FileCopy: copies a file so that what lies at the place is known to be whole: under another name,
// read back from the disk, and then put there.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "audit/log_files.h"

namespace audit {

// digest_of returns the SHA-256 of a file, in hex.
[[nodiscard]] OrLogError<std::string> digest_of(const std::filesystem::path& file);

// copy_file copies to a place where there is nothing, mode 0440, durable, and returns the SHA-256
// of both in hex. A file that is there is an error, and is not touched.
[[nodiscard]] OrLogError<std::string> copy_whole(const std::filesystem::path& from,
                                                 const std::filesystem::path& to);

// append_line adds a line to a text file, durable.
[[nodiscard]] OrLogError<void> append_line(const std::filesystem::path& file,
                                           std::string_view line);

}  // namespace audit
