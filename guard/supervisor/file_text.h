// file_text: whole files into memory, with errors that name the file and the cause.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "guard/base/file_error.h"

namespace guard::supervisor {

// read_file returns the content of a regular file of at most `limit` octets. A directory, a
// device, a pipe, a file that cannot be read or is too large is an error.
[[nodiscard]] std::expected<std::string, FileError> read_file(const std::filesystem::path& file,
                                                              std::size_t limit);

}  // namespace guard::supervisor
