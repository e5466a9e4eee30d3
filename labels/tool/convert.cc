// guard-label convert: the same label in another format.
#include <string>

#include "guard/base/json_writer.h"
#include "labels/tool/command.h"
#include "labels/tool/given.h"
#include "labels/tool/shown_label.h"
#include "labels/tool/written.h"

namespace labels::tool {

Answer convert(const Options& options) {
  auto given = load_given(options);
  if (!given) return given.error();
  const auto read = read_label(*given, options);
  if (!read) return read.error();
  if (!read->label) return no("the label is empty: the default label is meant");
  // A label of the metadata is of something else: no format but the binding has a place for it.
  if (!read->metadata.empty()) {
    return no("only an ADatP-4778 binding has a place for its metadata label, " +
              shown_in_one_line(policy_of(given->policies(), read->metadata.front().policy()),
                                read->metadata.front()));
  }
  // An originator and the like: ADatP-4774 has a place for them, and a Label has none.
  if (!read->besides.empty()) return no("convert does not carry over " + read->besides.front());
  const auto written = write(*given, *read->label, read->equivalents, options);
  if (!written) return written.error();
  if (!options.json) return spelt(*written, options.encoding);
  guard::JsonWriter json;
  json.object();
  write_members(json, "label", *written, options.encoding);
  return {.out = json.end_object().take() + "\n"};
}

}  // namespace labels::tool
