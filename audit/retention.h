// Retention: what an operator does with old segments: which may go, copies of them, and back again.
//
// What is copied is sealed: nobody writes it. A copy is made under another name, read back from
// the disk, and only then takes its place; nothing that is there is ever written over.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/reader.h"
#include "audit/request.h"
#include "audit/verify.h"

namespace audit {

// PrunePlan is what a request to prune would let go.
struct PrunePlan {
  Request request;
  std::uint64_t segments = 0;  // that go now; those before them have gone
  std::uint64_t first = 0;     // sequences
  std::uint64_t last = 0;
  guard::UtcTime first_time;
  guard::UtcTime last_time;
  std::uint64_t octets = 0;
};

// plan_prune takes the sealed segments from the first on, as long as their last record is before
// `before`; never the last segment of the log. nullopt where none is so old.
[[nodiscard]] std::expected<std::optional<PrunePlan>, ReadError> plan_prune(
    const std::filesystem::path& log, guard::UtcTime before);

// Copied says what became of one file; `fault` where it is not where it should be.
struct Copied {
  std::string name;
  bool copied = false;  // false: it was there
  std::uint64_t octets = 0;
  std::string digest;  // SHA-256 in hex, of a file that was copied
};
using OnCopied = std::function<void(const Copied&)>;

// archive copies the sealed segments of a log, and the stubs of pruned ones, to a directory that is
// a log itself then. A file that is there must have the same size, and where `recheck`, the same
// content. SHA256SUMS there has a line for each file that was copied.
[[nodiscard]] std::expected<void, std::string> archive(const std::filesystem::path& log,
                                                       const std::filesystem::path& to,
                                                       bool recheck, const OnCopied& on_copied);

// restore copies back the segments that a log no longer has. Each is verified by itself first, and
// the whole log afterwards; where that fails, what was put there is taken away again. A file that
// is there and differs stops it before anything is written.
[[nodiscard]] std::expected<void, std::string> restore(const std::filesystem::path& log,
                                                       const std::filesystem::path& from,
                                                       const VerifyOptions& options,
                                                       const OnCopied& on_copied);

}  // namespace audit
