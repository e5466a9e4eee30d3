// SegmentEnd: where a segment ends, as whoever goes on with the log has to know it.
#pragma once

#include <cstdint>
#include <string>

#include "audit/database.h"
#include "audit/log_files.h"
#include "audit/segment_table.h"
#include "audit/tree.h"
#include "guard/base/sha256.h"
#include "guard/base/utc_time.h"

namespace audit {

// Position is the end of a log: what the next record follows. All zero for an empty log.
struct Position {
  std::uint64_t sequence = 0;
  guard::Digest chain{};
  guard::UtcTime time;
};

struct SegmentEnd {
  SegmentStart start;
  Position last;                  // of the log; where the segment has no record, of the one before
  Frontier tree;                  // of all records up to `last`
  std::uint64_t signed_size = 0;  // of the last checkpoint; 0: none in this segment
  [[nodiscard]] bool empty() const { return last.sequence < start.first_sequence; }
};

// read_end verifies the last 1,024 records of a segment (encoding, leaf, chain, no gap, none
// beyond), its last checkpoint, and that the tree has its root. What is wrong is an error: nobody
// may go on with such a log.
[[nodiscard]] OrLogError<SegmentEnd> read_end(Database& database,
                                              const std::filesystem::path& path);

}  // namespace audit
