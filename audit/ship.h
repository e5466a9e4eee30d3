// Ship: follows a log into the fleet's database (fleet.sql), each record exactly once.
//
//   position in the database, locked ─→ records after it, checked ─→ COPY ─→ new position ─→ COMMIT
//                                       their newest checkpoints ─────┘
//
// The position and the rows are one transaction: whatever dies in it, the next shipper goes on from
// where the database is. Two shippers of one log wait for each other.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "audit/postgres.h"
#include "audit/reader.h"

namespace audit {

struct ShipOptions {
  std::string guard;           // what the log is called in the database; empty: its own name
  std::uint64_t batch = 8192;  // records of a transaction
  Seen seen = {};              // is told how far it is
};

// ShipError: `refused` where the log is not what was shipped before, or is not whole.
struct ShipError {
  std::string what;
  bool refused = false;
  bool lost = false;  // the connection is gone: try again with another
};

// Shipped is what one call has done.
struct Shipped {
  std::string guard;
  std::uint64_t records = 0;  // by this call
  std::uint64_t last = 0;     // sequence that the database is at
};

// ship copies what the database does not have. Of each record it computes leaf hash and chain hash
// again, from the last one that was shipped on: a record that does not follow stops it, and nothing
// of its batch is shipped. Signatures are not looked at (verify.h); checkpoints go with their
// records, as they are. A log whose records were pruned before they were shipped is shipped from
// the first that is left; where there is a hole behind what was shipped it is refused.
[[nodiscard]] std::expected<Shipped, ShipError> ship(const std::filesystem::path& log,
                                                     Postgres& database,
                                                     const ShipOptions& options);

}  // namespace audit
