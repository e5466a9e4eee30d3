// Gap: records that a log no longer holds: pruned, or simply not there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "audit/query.h"

namespace audit {

struct Gap {
  std::uint64_t first = 0;  // sequences
  std::uint64_t last = 0;
  bool pruned = false;        // only then the times are known
  guard::UtcTime first_time;  // of its records
  guard::UtcTime last_time;
};

// find_gaps returns them in order; neighbours are one. A file that cannot be read is no gap:
// whoever reads records says so. For a single segment there is none.
[[nodiscard]] std::vector<Gap> find_gaps(const std::filesystem::path& log);

// concerns says whether records that a filter asks for may have been there.
[[nodiscard]] bool concerns(const Gap& gap, const Filter& filter);

// to_text says in a sentence what is missing.
[[nodiscard]] std::string to_text(const Gap& gap);

}  // namespace audit
