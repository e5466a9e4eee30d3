// Verify: does the log hold exactly the records that were written, in that order?
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "audit/log.h"
#include "audit/reader.h"

namespace audit {

// Verification is what verify found. `fault` is empty where everything agrees.
struct Verification {
  std::uint64_t records = 0;  // that agree, from the beginning
  Position last;              // of them
  struct Fault {
    std::uint64_t sequence = 0;  // the first record that is not as it was written
    std::string what;
  };
  std::optional<Fault> fault;
};

// verify recomputes encoding, leaf hash and chain of every record of a log (a directory or one
// segment), in order. It finds changed, removed, inserted and reordered records, and names the
// first. What it cannot find: records removed from the end, and a log that somebody wrote anew from
// its beginning; that takes an anchor outside. The error is for what cannot be read at all.
[[nodiscard]] std::expected<Verification, ReadError> verify(const std::filesystem::path& log);

}  // namespace audit
