// SPIF: a security policy read from an Open XML SPIF file (namespace http://www.xmlspif.org/spif,
// schemaVersion 2.0, 2.1 or 3.0).
//
// Whatever the file says that this version does not act on, and that would make the guard more
// permissive if it were passed over, is refused with its place: required and excluded categories
// and classes, obsolescence, dates, user input, selections. What concerns only equivalence with
// other policies and details of markings is listed in LoadedSpif::notes.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/file_error.h"
#include "labels/security_policy.h"

namespace labels {

struct LoadedSpif {
  SecurityPolicy policy;
  // What the file says and this version leaves unused, "line:column: what"; none of it makes a
  // decision more permissive. For a person who checks the file.
  std::vector<std::string> notes;
};

// read_spif validates `text` against schemas/spif.xsd and reads it. `file_name` is only for errors.
// No input or output. Errors: not XML, not valid, contradictory, or not supported; with line and
// column.
[[nodiscard]] std::expected<LoadedSpif, guard::FileError> read_spif(std::string_view file_name,
                                                                    std::string_view text);

// load_spif is read_spif without the notes.
[[nodiscard]] std::expected<SecurityPolicy, guard::FileError> load_spif(std::string_view file_name,
                                                                        std::string_view text);

}  // namespace labels
