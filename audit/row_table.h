// RowTable: the table that holds the records, and the two ways between its rows and Record.
#pragma once

#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/database.h"
#include "audit/record.h"

namespace audit {

// StoredRecord is a row as it is in the file: the record and the two hashes kept beside it.
struct StoredRecord {
  Record record;
  guard::Digest leaf{};
  guard::Digest chain{};
};

// create_sql makes the table `record`, and the view `encoding`, which spells the canonical encoding
// of each record in hexadecimal.
[[nodiscard]] std::string create_sql();

// insert_sql and select_list name every column, in order; leaf and chain are the last.
[[nodiscard]] std::string insert_sql();
[[nodiscard]] std::string select_list();

// bind_row binds all parameters of insert_sql. The record and digests must outlive the step.
void bind_row(Statement& statement, const Record& record, const guard::Digest& leaf,
              const guard::Digest& chain);

// read_row reads the current row of a query whose columns are select_list. The error says which
// column holds what no writer of this format writes.
[[nodiscard]] std::expected<StoredRecord, std::string> read_row(const Statement& statement);

// SomeColumns reads those columns of a row that somebody needs; the other members of the record
// keep their defaults. REQUIRES: each name is a column's.
class SomeColumns {
 public:
  explicit SomeColumns(std::initializer_list<std::string_view> names);
  // list names them for a query, in the order of the table.
  [[nodiscard]] std::string list() const;
  // read is read_row for a query whose columns are list.
  [[nodiscard]] std::expected<Record, std::string> read(const Statement& statement) const;

 private:
  std::vector<bool> wanted_;  // by column
};

}  // namespace audit
