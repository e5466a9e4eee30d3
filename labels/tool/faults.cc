#include "labels/tool/faults.h"

#include <string>

namespace labels::tool {

void add_rows(Rows& rows, std::string_view name, std::span<const Denial> faults) {
  for (const Denial& fault : faults) {
    rows.add(name, std::string(to_string(fault.reason)) + ": " + fault.what);
  }
}

void write_json(guard::JsonWriter& json, std::span<const Denial> faults) {
  json.array();
  for (const Denial& fault : faults) {
    json.object().member("reason", to_string(fault.reason)).member("what", fault.what).end_object();
  }
  json.end_array();
}

}  // namespace labels::tool
