// CopyText: a record as a line of COPY's text format (PostgreSQL 15, COPY, "Text Format").
//
// Who controls the content: peers, through a filter that may lie; whatever octets are in a field,
// the line has as many columns as the table, and ends where the record does.
#pragma once

#include <string>
#include <string_view>

#include "audit/row_table.h"

namespace audit {

// kCopyColumns are the columns of a line, in order, for a COPY or INSERT statement.
[[nodiscard]] std::string copy_columns();

// append_copy_line writes one line. `encoding` is the record's; the guard's name any text.
void append_copy_line(std::string& out, std::string_view guard, const StoredRecord& stored,
                      std::string_view encoding);

// database_text is the text as PostgreSQL can hold it: NUL, and each octet that is no part of a
// character in UTF-8, become U+FFFD.
[[nodiscard]] std::string database_text(std::string_view text);

// database_time spells a time for PostgreSQL, to the microsecond.
[[nodiscard]] std::string database_time(guard::UtcTime time);

}  // namespace audit
