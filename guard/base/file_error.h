// FileError: what is wrong with a file that an operator or an accreditor wrote, and where.
#pragma once

#include <cstdint>
#include <string>

namespace guard {

// FileError is printed as "file:line:column: what, expected" (line and column count from 1; 0
// where the fault has no place in the text, and then they are left out).
struct FileError {
  std::string file;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string what;      // what was found
  std::string expected;  // what was expected; may be empty

  [[nodiscard]] std::string to_string() const;
  bool operator==(const FileError&) const = default;
};

}  // namespace guard
