#include "guard/base/file_error.h"

namespace guard {

std::string FileError::to_string() const {
  std::string text = file;
  if (line != 0) text += ":" + std::to_string(line) + ":" + std::to_string(column);
  text += ": " + what;
  if (!expected.empty())
    text += (expected.starts_with("expected") ? ", " : ", expected ") + expected;
  return text;
}

}  // namespace guard
