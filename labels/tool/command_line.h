// CommandLine: from words to Options, and to the subcommand that they name.
#pragma once

#include <string>

#include "labels/tool/answer.h"

namespace labels::tool {

// run_command_line runs the subcommand. Words that make no sense are wrong usage; --help is a yes.
// It asks the clock where no --time is given. The program that checks signatures is in `folder`.
[[nodiscard]] Answer run_command_line(int argc, const char* const* argv, const std::string& folder);

}  // namespace labels::tool
