// FleetQuery: the records of the fleet's database (fleet.sql), for the same questions as those of a
// log (query.h, merged.h), with the same answers.
//
// Who controls its content: whoever may write there. A record is read from its encoding alone, and
// only where that has the leaf hash that was shipped with it; what the other columns say may hide a
// record from a question, and nothing more. Only the log itself proves (verify.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/merged.h"
#include "audit/postgres.h"

namespace audit {

// ShippedLog is a guard's log in the database.
struct ShippedLog {
  std::string guard;   // what it is called there
  std::string origin;  // the log's name
  std::uint64_t first_sequence = 0;
  std::uint64_t sequence = 0;  // up to there
};

// shipped_logs lists them, by name.
[[nodiscard]] OrPostgresError<std::vector<ShippedLog>> shipped_logs(Postgres& database);

// query_fleet is query_all over guards: by time, of equal times the guard that was named first
// comes first. Of one guard Found::guard is empty. Source::log is not looked at.
[[nodiscard]] std::expected<void, ReadError> query_fleet(
    Postgres& database, const std::vector<Source>& guards, const Filter& filter,
    const std::function<bool(const Found&)>& take);

}  // namespace audit
