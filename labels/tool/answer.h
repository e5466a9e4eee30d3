// Answer: what a command of guard-label ends with.
#pragma once

#include <string>
#include <string_view>

#include "guard/base/file_error.h"

namespace labels::tool {

// Status is the exit status, the same for all tools of the project.
enum class Status : int {
  kYes = 0,    // yes: valid, granted, converted, translated
  kNo = 1,     // no: invalid, denied, not to be converted or translated
  kBad = 2,    // the input cannot be read, or is malformed
  kUsage = 3,  // wrong usage
};

// Answer holds what goes to standard output, octet for octet, and complaints for standard error,
// escaped for a terminal, each with its line end.
struct Answer {
  Status status = Status::kYes;
  std::string out = {};
  std::string complaints = {};
  bool binary = false;  // `out` is not text
};

// complaint is one line, "guard-label: what", escaped.
[[nodiscard]] std::string complaint(std::string_view what);

// bad_input complains as "file:line:column: what, expected".
[[nodiscard]] Answer bad_input(const guard::FileError& error);

// wrong_usage complains about the command line.
[[nodiscard]] Answer wrong_usage(std::string_view what);

// no complains that what was asked for cannot be had.
[[nodiscard]] Answer no(std::string_view what);

}  // namespace labels::tool
