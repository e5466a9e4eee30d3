// Reader: a segment of the log, read so that neither the file nor its writer notices.
//
// A reader never checkpoints, recovers or writes, and each of its transactions is short: it looks
// at a window of sequences at a time, so that the writer's write-ahead file can always be reset.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "audit/database.h"
#include "audit/row_table.h"
#include "audit/segment_files.h"
#include "audit/segment_table.h"

namespace audit {

// ReadError: what could not be read, and why. `sequence` is the record at fault where it is one
// record that no writer of this format writes; 0 where it is the file.
struct ReadError {
  std::string what;
  std::uint64_t sequence = 0;
  bool damaged = false;  // the file is there and is not what it should be
  bool unborn = false;   // the file has no tables: its writer is about to begin it, or has died
};

// Seen is told how much of a long work is done, 0 to 1, now and then.
using Seen = std::function<void(double share)>;

// Condition is a piece of SQL over the columns of `record` with a question mark for each value.
struct Condition {
  std::string sql;
  std::vector<std::variant<std::uint64_t, std::string>> values;
};

// Reader is not thread-safe.
class Reader {
 public:
  static constexpr std::uint64_t kWindow = 8192;  // sequences looked at in one transaction

  // open opens a segment, or a stub: there read and read_all are errors, and read_leaves is not.
  [[nodiscard]] static std::expected<Reader, ReadError> open(const std::filesystem::path& file);

  // bounds returns the lowest and the highest sequence from 1 on; {1, 0} for a segment without
  // records. What somebody has put below 1 is no record: only read_all finds it.
  struct Bounds {
    std::uint64_t first = 1;
    std::uint64_t last = 0;
  };
  [[nodiscard]] std::expected<Bounds, ReadError> bounds();

  // read calls `take` with each record from `first` to `last` that meets all conditions,
  // ascending, or descending where `reverse`, until it returns false.
  [[nodiscard]] std::expected<void, ReadError> read(
      std::uint64_t first, std::uint64_t last, const std::vector<Condition>& conditions,
      bool reverse, const std::function<bool(const StoredRecord&)>& take);

  // read_these does the same with the records of these sequences alone, in their order.
  [[nodiscard]] std::expected<void, ReadError> read_these(
      std::span<const std::uint64_t> sequences, const std::vector<Condition>& conditions,
      const std::function<bool(const StoredRecord&)>& take);

  // FacetValue is a value of one of kFacets, how many records of a sealed segment have it, and
  // between which sequences. facet returns those that are `wanted`, or that have it as a part in
  // any case where `part`.
  struct FacetValue {
    std::string value;
    std::uint64_t records = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };
  [[nodiscard]] std::expected<std::vector<FacetValue>, ReadError> facet(std::string_view name,
                                                                        const std::string& wanted,
                                                                        bool part);
  // sequences appends those of all records with this value, from `first` to `last`, ascending; from
  // the index alone.
  [[nodiscard]] std::expected<void, ReadError> sequences(std::string_view name,
                                                         const std::string& value,
                                                         std::uint64_t first, std::uint64_t last,
                                                         std::vector<std::uint64_t>& out);

  // read_all calls `take` with every row that the segment holds, ascending, whatever sequences
  // they have, until it returns false. A row with a sequence below 1 is an error.
  [[nodiscard]] std::expected<void, ReadError> read_all(
      const std::function<bool(const StoredRecord&)>& take);

  // read_leaves calls `take` with the sequence and the leaf hash of every row, ascending.
  [[nodiscard]] std::expected<void, ReadError> read_leaves(
      const std::function<bool(std::uint64_t, const guard::Digest&)>& take);

  // count returns how many rows the segment holds.
  [[nodiscard]] std::expected<std::uint64_t, ReadError> count();

  // first_at returns the lowest sequence whose time is not before `time`, one past the last where
  // there is none. Times do not fall as sequences rise.
  [[nodiscard]] std::expected<std::uint64_t, ReadError> first_at(guard::UtcTime time);

  // outcome_of returns how the delivery that `record` released has ended: nullopt where that is
  // not recorded in this segment.
  [[nodiscard]] std::expected<std::optional<Result>, ReadError> outcome_of(const Record& record);

  // start returns what the file says precedes its first record.
  [[nodiscard]] std::expected<SegmentStart, ReadError> start();

  // summary returns what a sealed segment says about itself; nullopt for one that is not sealed.
  [[nodiscard]] std::expected<std::optional<Summary>, ReadError> summary();

  // checkpoints returns up to 1,024 checkpoints of trees of at least `size` records, ascending.
  [[nodiscard]] std::expected<std::vector<StoredCheckpoint>, ReadError> checkpoints(
      std::uint64_t size);
  // last_checkpoint returns the size of the largest tree that was signed here; 0 where none was.
  [[nodiscard]] std::expected<std::uint64_t, ReadError> last_checkpoint();

  // leaf and subtree return hashes as they are kept here; nullopt where there is none.
  using Hash = std::expected<std::optional<guard::Digest>, ReadError>;
  [[nodiscard]] Hash leaf(std::uint64_t sequence);
  [[nodiscard]] Hash subtree(unsigned level, std::uint64_t number);

  // content returns the sealed content that is kept for a record; nullopt where none is.
  [[nodiscard]] std::expected<std::optional<std::string>, ReadError> content(
      std::uint64_t sequence);
  // stray_content returns the sequence of some content that no record speaks of; 0 for none.
  [[nodiscard]] std::expected<std::uint64_t, ReadError> stray_content();

  // soundness says whether tables and indexes are those that this format has, and, in a segment
  // with a summary, whether the indexes agree with the records: a query would not see a record that an
  // index leaves out. "" where all is well, else what is not. It reads the whole file.
  [[nodiscard]] std::expected<std::string, ReadError> soundness();

  [[nodiscard]] bool sealed() const { return sealed_; }
  [[nodiscard]] bool pruned() const { return pruned_; }
  // has_facets says whether facet and sequences can be asked: it is sealed, indexes and all.
  [[nodiscard]] bool has_facets() const { return facets_; }

 private:
  Reader(std::filesystem::path file, Database database, bool sealed)
      : file_(std::move(file)), database_(std::move(database)), sealed_(sealed) {}
  [[nodiscard]] static std::expected<Reader, ReadError> open_once(const std::filesystem::path& file,
                                                                  bool sealed);
  [[nodiscard]] ReadError error(const DatabaseError& error) const;
  [[nodiscard]] ReadError only_hashes() const;
  [[nodiscard]] std::expected<StoredRecord, ReadError> row_of(const Statement& rows) const;
  // next_sequence returns the nearest sequence that is there, at `from` or beyond it in that
  // direction; nullopt where there is none.
  [[nodiscard]] std::expected<std::optional<std::uint64_t>, ReadError> next_sequence(
      std::uint64_t from, bool reverse);

  // Shape: whether there is a summary, and every table and index in SQL, as of one moment.
  struct Shape {
    bool summary = false;
    std::string schema;
  };
  [[nodiscard]] std::expected<Shape, ReadError> shape();
  [[nodiscard]] Hash hash_of(Statement& row);
  // prepared prepares a statement once.
  [[nodiscard]] std::expected<void, ReadError> prepared(std::optional<Statement>& statement,
                                                        const char* sql);

  std::filesystem::path file_;
  Database database_;
  bool sealed_ = false;
  bool pruned_ = false;
  bool facets_ = false;
  std::optional<Statement> outcome_, leaf_, subtree_, content_;
};

// readable_files is kept_files without a last segment that is not begun yet.
[[nodiscard]] std::vector<SegmentFile> readable_files(const std::filesystem::path& log);
// readable_segments is segment_files without a last segment that is not begun yet. For a path
// without a segment the list is empty.
[[nodiscard]] std::vector<SegmentFile> readable_segments(const std::filesystem::path& log);

}  // namespace audit
