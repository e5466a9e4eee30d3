// SPIF: a security policy read from an Open XML SPIF file (namespace http://www.xmlspif.org/spif,
// schemaVersion 2.0, 2.1 or 3.0).
//
// Everything that it says about labels is read; validity.h, decision.h, marking.h and translation
// act on it. What contradicts itself is refused with its place (labels/README.md lists what).
#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include "guard/base/file_error.h"
#include "labels/security_policy.h"

namespace schemas {
class FileReader;
}

namespace labels {

// SpifReader reads one file after another; it compiles the schema once, which takes as long as
// reading a small file. Nothing of one file is left for the next. Not thread-safe.
class SpifReader {
 public:
  SpifReader();
  ~SpifReader();
  SpifReader(SpifReader&&) noexcept;
  SpifReader& operator=(SpifReader&&) noexcept;

  // read is load_spif.
  [[nodiscard]] std::expected<SecurityPolicy, guard::FileError> read(std::string_view file_name,
                                                                     std::string_view text);

 private:
  std::unique_ptr<schemas::FileReader> reader_;
};

// load_spif validates `text` against schemas/spif.xsd and reads it. `file_name` is only for errors.
// No input or output. Errors: not XML, not valid, or contradictory; with line and column.
[[nodiscard]] std::expected<SecurityPolicy, guard::FileError> load_spif(std::string_view file_name,
                                                                        std::string_view text);

}  // namespace labels
