// Faults: why a label is invalid or denied, printed.
#pragma once

#include <span>
#include <string_view>

#include "guard/base/json_writer.h"
#include "labels/denial.h"
#include "labels/tool/rows.h"

namespace labels::tool {

// add_rows adds a row of that name for each: "reason-name: what".
void add_rows(Rows& rows, std::string_view name, std::span<const Denial> faults);

// write_json writes an array of objects with "reason" and "what".
void write_json(guard::JsonWriter& json, std::span<const Denial> faults);

}  // namespace labels::tool
