// guard-label convert: the same label in another format.
#include <string>
#include <vector>

#include "guard/base/json_writer.h"
#include "labels/tool/command.h"
#include "labels/tool/given.h"
#include "labels/tool/written.h"

namespace labels::tool {

Answer convert(const Options& options) {
  auto given = load_given(options);
  if (!given) return given.error();
  const auto read = read_label(*given, options);
  if (!read) return read.error();
  if (!read->label) return no("the label is empty: the default label is meant");
  std::vector<Label> others = read->equivalents;
  others.insert(others.end(), read->metadata.begin(), read->metadata.end());
  const auto written = write(*given, *read->label, others, options);
  if (!written) return written.error();
  if (!options.json) return spelt(*written, options.encoding);
  guard::JsonWriter json;
  json.object();
  write_members(json, "label", *written, options.encoding);
  return {.out = json.end_object().take() + "\n"};
}

}  // namespace labels::tool
