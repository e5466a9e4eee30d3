// SegmentTable: what a segment's file holds besides its records: how it begins, the checkpoints
// that were signed, the subtrees that proofs are made from, and, once it is sealed, a summary and
// indexes.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "audit/database.h"
#include "audit/tree.h"
#include "guard/base/utc_time.h"

namespace audit {

// kApplicationId marks our files in SQLite's header ("xgal"); kFileFormat is their user_version.
constexpr int kApplicationId = 0x7867616c;
// kStubFormat is that of what is left of a pruned segment (stub.h).
constexpr int kFileFormat = 4;
constexpr int kStubFormat = 1003;

// SegmentStart is what precedes the first record, and who signs.
struct SegmentStart {
  std::uint64_t number = 0;
  std::string origin;                // the log's name
  std::uint64_t first_sequence = 1;  // of its first record
  guard::Digest previous_chain{};    // chain hash of the record before
  Frontier before;                   // the tree of all records before
  guard::UtcTime created;
  std::string statement;  // a note: KeyStatement
};

// StoredCheckpoint is a checkpoint as it is kept.
struct StoredCheckpoint {
  std::uint64_t size = 0;
  guard::UtcTime time;
  Frontier tree;     // of `size` records
  std::string note;  // Checkpoint
};

// Summary is what a sealed segment says about itself. It is not signed; verify counts again.
struct Summary {
  std::uint64_t records = 0;
  std::uint64_t last_sequence = 0;
  guard::UtcTime first_time;
  guard::UtcTime last_time;
  std::uint64_t allowed = 0;
  std::uint64_t refused = 0;
  std::uint64_t withheld = 0;
  std::uint64_t events = 0;
  std::uint64_t outcomes = 0;
  bool operator==(const Summary&) const = default;
};

// file_sql makes all tables of a new file and marks it as ours.
[[nodiscard]] std::string file_sql();

// stub_sql makes all tables of a stub: those of a segment, with the leaf hashes alone of its
// records.
[[nodiscard]] std::string stub_sql();

// kFacets are the columns of few values that sealed segments have an index over, and whose values
// the table `facet` counts: (name, value, records, first and last sequence). Empty values are in
// neither.
constexpr std::array<std::string_view, 10> kFacets = {"direction", "sender",  "receiver", "peer",
                                                      "kind",      "marking", "verdict",  "reason",
                                                      "rule",      "event"};
// facet_sql selects what the table has to hold.
[[nodiscard]] std::string facet_sql();

// seal_sql makes the indexes, and the tables `facet` and `summary`. `seal_time` is when.
[[nodiscard]] std::string seal_sql(guard::UtcTime seal_time);

// what_is_wrong_with says whether a file is a segment of this format: "" where it is.
[[nodiscard]] OrDatabaseError<std::string> what_is_wrong_with(Database& database);
// is_stub says whether it is a stub of this format.
[[nodiscard]] OrDatabaseError<bool> is_stub(Database& database);

// These read and write one row. An error with the code SQLITE_CORRUPT is a row that no writer of
// this format writes.
[[nodiscard]] OrDatabaseError<void> write_start(Database& database, const SegmentStart& start);
[[nodiscard]] OrDatabaseError<SegmentStart> read_start(Database& database);
[[nodiscard]] OrDatabaseError<std::optional<Summary>> read_summary(Database& database);

// A query for checkpoints has to begin with this, and its rows are read with read_checkpoint.
constexpr const char* kSelectCheckpoints = "SELECT size, time, tree, note FROM checkpoint ";
[[nodiscard]] OrDatabaseError<StoredCheckpoint> read_checkpoint(const Statement& row);

// The statements that a writer prepares: (size, time, tree, note), (level, number, hash) and
// (sequence, octets).
constexpr const char* kInsertCheckpoint = "INSERT INTO checkpoint VALUES (?, ?, ?, ?)";
constexpr const char* kInsertSubtree = "INSERT INTO subtree VALUES (?, ?, ?)";
constexpr const char* kInsertContent = "INSERT INTO content VALUES (?, ?)";

// The expressions over which addresses are indexed: `%` stands for the column. A query that uses
// the same text finds the index.
[[nodiscard]] std::string bare_address_sql(std::string_view column);
[[nodiscard]] std::string domain_sql(std::string_view column);

}  // namespace audit
