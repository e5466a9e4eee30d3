// loading: policies from files, for the tool.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "policy/loader.h"

namespace policy::tool {

using Errors = std::vector<guard::FileError>;

// read_text gives a regular file of at most 16 MiB; the error says why it cannot be had.
[[nodiscard]] std::expected<NamedText, std::string> read_text(const std::string& path);

// load_file reads a policy and the SPIF that it names, by a path relative to the policy.
[[nodiscard]] std::expected<Policy, Errors> load_file(const std::string& path);

}  // namespace policy::tool
