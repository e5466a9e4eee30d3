// CommandLine: what a tool with subcommands says when its command line is wrong.
//
// For the executables alone: it needs CLI11, which guard_base itself does not.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <ostream>
#include <string>
#include <vector>

#include "guard/base/escape.h"

namespace guard {

// report_command_line prints the help that was asked for on `out`, or on `err` what is wrong; gives
// whether it was help. CLI11 misses the subcommand before it looks at what was typed instead of it;
// so the unknown word is named here, and the subcommands that there are.
inline bool report_command_line(const CLI::App& app, const CLI::ParseError& error,
                                std::ostream& out = std::cout, std::ostream& err = std::cerr) {
  const std::vector<std::string> unknown = app.remaining();
  const bool missing = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
                       app.get_subcommands().empty();
  if (!missing || unknown.empty()) return app.exit(error, out, err) == 0;
  const std::string& word = unknown.front();
  err << app.get_name() << ": \"" << for_terminal(word) << "\" is no "
      << (word.starts_with('-') ? "option" : "subcommand") << "; the subcommands are";
  const char* between = " ";
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    err << between << command->get_name();
    between = ", ";
  }
  err << "\nRun with --help for more information.\n";
  return false;
}

}  // namespace guard
