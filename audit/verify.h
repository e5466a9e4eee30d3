// Verify: does the log hold exactly the records that were written, in that order, and did the keys
// that a root key vouches for sign them?
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "audit/anchor.h"
#include "audit/checkpoint.h"
#include "audit/reader.h"
#include "audit/segment_end.h"

namespace audit {

struct VerifyOptions {
  std::vector<Anchor> anchors;
  std::optional<PublicKey> root;  // who has to vouch for the keys
  Seen seen = {};                 // is told how far it is
};

// Verification is what verify found. `fault` is empty where everything agrees.
struct Verification {
  std::string origin;  // the log's name
  std::uint64_t segments = 0;
  std::uint64_t records = 0;      // that agree, from the beginning
  std::uint64_t pruned = 0;       // of those, whose hashes alone are left
  Position last;                  // of them
  guard::Digest root{};           // of the tree of them
  std::uint64_t signed_size = 0;  // the largest tree with a good signature
  std::uint64_t anchors = 0;      // that agree
  struct Fault {
    std::uint64_t sequence = 0;  // the first record that is not, or may not be, as it was written
    std::string what;
  };
  std::optional<Fault> fault;
};

// verify recomputes encoding, leaf hash, chain and tree of every record of a log (a directory or
// one segment), in order, and checks every signature. It finds changed, removed, inserted and
// reordered records, and names the first; of pruned segments, whether the hashes that are left have
// the tree that was signed, and whether a record says that they were to go. Where somebody has
// computed all hashes anew, that is the first record after the last tree that somebody has vouched
// for. With anchors it finds what was removed behind them, and a log that was written anew; with
// the root's key also one that was signed by others. The error is for what cannot be read at all.
[[nodiscard]] std::expected<Verification, ReadError> verify(const std::filesystem::path& log,
                                                            const VerifyOptions& options = {});

}  // namespace audit
