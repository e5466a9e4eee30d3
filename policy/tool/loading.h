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

// files_of gives the files that the digest of that policy covers, each once, by the names that the
// policy has for them; the policy's own without its folder. Empty where it cannot be loaded.
[[nodiscard]] std::vector<NamedText> files_of(const std::string& path);

}  // namespace policy::tool
