// A line of COPY: whatever is in a record's fields, a naive reader of PostgreSQL's text format
// finds the table's columns again, each as the database can hold it, and one line. The input is
// split at octets 0x1f into the fields; or it is a record's encoding.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/copy_text.h"
#include "guard/base/bytes.h"
#include "guard/base/check.h"
#include "guard/base/hex.h"

namespace {

// The columns of a line (PostgreSQL 15, COPY, "Text Format").
std::vector<std::string> columns_of(std::string_view line) {
  std::vector<std::string> columns(1);
  CHECK(line.ends_with('\n'));
  line.remove_suffix(1);
  CHECK(line != "\\.");
  while (!line.empty()) {
    const char c = line.front();
    line.remove_prefix(1);
    CHECK(c != '\n' && c != '\r' && c != '\0');
    if (c == '\t') {
      columns.emplace_back();
    } else if (c != '\\') {
      columns.back() += c;
    } else {
      CHECK(!line.empty());
      const char escaped = line.front();
      line.remove_prefix(1);
      CHECK(escaped == '\\' || escaped == 't' || escaped == 'n' || escaped == 'r');
      columns.back() += escaped == 't'   ? '\t'
                        : escaped == 'n' ? '\n'
                        : escaped == 'r' ? '\r'
                                         : '\\';
    }
  }
  return columns;
}

void check_line(std::string_view guard, const audit::StoredRecord& stored,
                std::string_view encoding) {
  static const std::string names = audit::copy_columns();
  std::string line;
  audit::append_copy_line(line, guard, stored, encoding);
  CHECK(std::ranges::count(line, '\n') == 1);
  const std::vector<std::string> columns = columns_of(line);
  CHECK(columns.size() == static_cast<std::size_t>(std::ranges::count(names, ',') + 1));
  CHECK(columns[0] == audit::database_text(guard));
  CHECK(columns[2] == std::to_string(stored.record.sequence));
  for (const std::string* field :
       {&stored.record.from_address, &stored.record.stanza_id, &stored.record.marking,
        &stored.record.reason, &stored.record.peer, &stored.record.detail}) {
    CHECK(std::ranges::find(columns, audit::database_text(*field)) != columns.end());
  }
  CHECK(columns[columns.size() - 2] == "\\x" + guard::to_hex(guard::as_bytes(encoding)));
  CHECK(columns.back() == "\\x" + guard::to_hex(stored.leaf));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = guard::as_text({data, size});
  const std::string held = audit::database_text(text);
  CHECK(!held.contains('\0'));
  CHECK(audit::database_text(held) == held);
  if (const auto record = audit::read_encoding(text)) {
    check_line("north", {*record, {}, {}}, text);
  }
  audit::StoredRecord stored;
  std::string name;
  audit::Record& record = stored.record;
  std::string_view rest = text;
  for (std::string* field :
       {&name, &record.from_address, &record.to_address, &record.stanza_id, &record.marking,
        &record.reason, &record.rule, &record.peer, &record.detail}) {
    const std::size_t end = rest.find('\x1f');
    *field = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  record.sequence = size;
  check_line(name, stored, text);
  return 0;
}
