// Access: before guard-audit reads a log, the guard that writes it is told who reads it and what he
// has typed, and it writes that down (event `log-read`). A reader never writes.
#pragma once

#include <CLI/CLI.hpp>

namespace audit::tool {

// tell_guards tells the guard of each log that the command line names, where the log's directory
// says whom (guard/control/log_access.h), and waits until the row is on disk. It returns kYes where
// that is done, where nobody wants it (a copy, an archive, a database), and, after a complaint,
// where it could not be done and need not be; kNo after a complaint where it must. kUnreadable
// where what the directory says cannot be read.
[[nodiscard]] int tell_guards(const CLI::App& command);

}  // namespace audit::tool
