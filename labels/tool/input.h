// Input: a file, or standard input, as octets.
//
// Who controls it: labels come from anywhere, hostile peers too.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "labels/tool/answer.h"

namespace labels::tool {

inline constexpr std::size_t kMaxSpifFile = std::size_t{16} << 20U;  // octets

// shown_name is how complaints name an input: the path, or "(standard input)" for "-".
[[nodiscard]] std::string shown_name(const std::string& path);

// read_input reads a whole file, or standard input for "-". A directory, a file that cannot be
// read, and one of more than `most` octets are bad input.
[[nodiscard]] std::expected<std::string, Answer> read_input(const std::string& path,
                                                            std::size_t most);

}  // namespace labels::tool
