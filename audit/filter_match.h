// FilterMatch: whether a record is one that a filter asks for, from the record alone: what the
// conditions of query.h say in SQLite's words, in C++. It decides where a database's own words for
// text (its collation, what it cannot hold) would not be SQLite's.
#pragma once

#include "audit/query.h"

namespace audit {

// matches looks at everything in the filter but limit and order.
[[nodiscard]] bool matches(const Filter& filter, const Record& record);

}  // namespace audit
