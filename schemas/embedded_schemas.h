// EmbeddedSchema: the schema files of this folder, as they were when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace schemas {

struct EmbeddedSchema {
  std::string_view name;  // the file's name in this folder: "stanza.xsd"
  std::string_view text;
};

// embedded_schemas lists what schemas/CMakeLists.txt names, in that order. Schema files are never
// read at run time: what validates is what was built, tested and reviewed.
[[nodiscard]] std::span<const EmbeddedSchema> embedded_schemas();

}  // namespace schemas
