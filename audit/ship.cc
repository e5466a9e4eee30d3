#include "audit/ship.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "audit/copy_text.h"
#include "guard/base/hex.h"

namespace audit {
namespace {

ShipError of(const ReadError& error) { return {error.what}; }
ShipError of(const PostgresError& error) { return {error.what, false, error.lost}; }
ShipError refusal(std::string what) { return {std::move(what), true}; }

// Where the database is.
struct Place {
  std::string origin;
  std::uint64_t sequence = 0;
  guard::Digest chain{};
};

// One batch, checked and spelt for COPY.
struct Batch {
  std::string lines;
  std::uint64_t count = 0;
  Place end;
  std::vector<std::string> months;  // a moment of each, for its partition
};

class Shipper {
 public:
  Shipper(const std::filesystem::path& log, Postgres& database, const ShipOptions& options)
      : log_(log), database_(database), options_(options) {}

  std::expected<Shipped, ShipError> run() {
    if (const auto begun = look_at_log(); !begun) return std::unexpected(begun.error());
    while (true) {
      const auto count = ship_batch();
      if (!count) return std::unexpected(count.error());
      shipped_.records += *count;
      if (*count < options_.batch) return shipped_;
    }
  }

 private:
  template <class T>
  using Or = std::expected<T, ShipError>;

  Or<void> look_at_log();
  Or<std::uint64_t> ship_batch();
  Or<std::uint64_t> ship_in_transaction();
  Or<Place> position();
  Or<Batch> read_batch(const Place& place);
  Or<void> add(Batch& batch, const StoredRecord& stored);

  const std::filesystem::path& log_;
  Postgres& database_;
  const ShipOptions& options_;
  Shipped shipped_;
  std::vector<SegmentFile> files_;
  SegmentStart first_;  // of what is there
  guard::Sha256 sha_;
  std::string encoding_;
};

std::expected<void, ShipError> Shipper::look_at_log() {
  files_ = readable_segments(log_);
  if (files_.empty()) return std::unexpected(ShipError{log_.string() + ": there is no audit log"});
  auto reader = Reader::open(files_.front().path);
  if (!reader) return std::unexpected(of(reader.error()));
  auto start = reader->start();
  if (!start) return std::unexpected(of(start.error()));
  first_ = std::move(*start);
  shipped_.guard = options_.guard.empty() ? first_.origin : options_.guard;
  return {};
}

std::expected<std::uint64_t, ShipError> Shipper::ship_batch() {
  if (const auto done = database_.run("BEGIN"); !done) return std::unexpected(of(done.error()));
  auto count = ship_in_transaction();
  const auto ended = database_.run(count ? "COMMIT" : "ROLLBACK");
  if (count && !ended) return std::unexpected(of(ended.error()));
  return count;
}

std::expected<std::uint64_t, ShipError> Shipper::ship_in_transaction() {
  const auto place = position();
  if (!place) return std::unexpected(place.error());
  shipped_.last = place->sequence;
  auto batch = read_batch(*place);
  if (!batch) return std::unexpected(batch.error());
  if (batch->count == 0) return 0;
  for (const std::string& month : batch->months) {
    const auto made = database_.run("SELECT make_partition($1::timestamptz)", {month});
    if (!made) return std::unexpected(of(made.error()));
  }
  const auto copied =
      database_.copy("COPY record (" + copy_columns() + ") FROM STDIN", batch->lines);
  if (!copied) return std::unexpected(of(copied.error()));
  const auto moved = database_.run(
      "UPDATE shipped SET sequence = $2, chain = $3, shipped_at = now() WHERE guard = $1",
      {database_text(shipped_.guard), std::to_string(batch->end.sequence),
       "\\x" + guard::to_hex(batch->end.chain)});
  if (!moved) return std::unexpected(of(moved.error()));
  if (*moved != 1) return std::unexpected(refusal("the guard's position is gone"));
  shipped_.last = batch->end.sequence;
  return batch->count;
}

// Locks the guard's position, and makes it where there is none.
std::expected<Place, ShipError> Shipper::position() {
  const std::string name = database_text(shipped_.guard);
  const auto made = database_.run(
      "INSERT INTO shipped (guard, origin, first_sequence, sequence, chain) "
      "VALUES ($1, $2, $3, $3::bigint - 1, $4) ON CONFLICT (guard) DO NOTHING",
      {name, database_text(first_.origin), std::to_string(first_.first_sequence),
       "\\x" + guard::to_hex(first_.previous_chain)});
  if (!made) return std::unexpected(of(made.error()));
  Place place;
  const auto read =
      database_.run("SELECT origin, sequence, chain FROM shipped WHERE guard = $1 FOR UPDATE",
                    {name}, [&](const Postgres::Row& row) {
                      place.origin = row.text(0);
                      place.sequence = row.number(1);
                      const std::string chain = row.octets(2);
                      if (chain.size() == place.chain.size()) {
                        std::ranges::copy(guard::as_bytes(chain), place.chain.begin());
                      }
                    });
  if (!read) return std::unexpected(of(read.error()));
  if (place.origin != database_text(first_.origin)) {
    return std::unexpected(refusal("the database has another log under the name " + shipped_.guard +
                                   ": " + place.origin + ", and this is " + first_.origin));
  }
  return place;
}

std::expected<Batch, ShipError> Shipper::read_batch(const Place& place) {
  Batch batch;
  batch.end = place;
  for (const SegmentFile& file : files_) {
    auto reader = Reader::open(file.path);
    if (!reader) return std::unexpected(of(reader.error()));
    const auto bounds = reader->bounds();
    if (!bounds) return std::unexpected(of(bounds.error()));
    if (bounds->last <= place.sequence) continue;
    std::optional<ShipError> fault;
    const std::uint64_t last = place.sequence + options_.batch;
    const auto read =
        reader->read(batch.end.sequence + 1, last, {}, false, [&](const StoredRecord& stored) {
          const auto added = add(batch, stored);
          if (!added) fault = added.error();
          return added.has_value();
        });
    if (fault) return std::unexpected(*fault);
    if (!read) return std::unexpected(of(read.error()));
    if (batch.end.sequence >= last) break;
  }
  return batch;
}

std::expected<void, ShipError> Shipper::add(Batch& batch, const StoredRecord& stored) {
  const Record& record = stored.record;
  const std::string which = "record " + std::to_string(record.sequence) + ": ";
  if (record.sequence != batch.end.sequence + 1) {
    return std::unexpected(refusal("record " + std::to_string(batch.end.sequence + 1) +
                                   ": is not in the log any more, and was not shipped"));
  }
  encoding_.clear();
  append_encoding(encoding_, record);
  if (leaf_hash(sha_, encoding_) != stored.leaf ||
      next_chain(sha_, batch.end.chain, stored.leaf) != stored.chain) {
    return std::unexpected(refusal(which + "does not follow from what was shipped before"));
  }
  const std::string time = database_time(record.time);
  if (batch.months.empty() || batch.months.back().substr(0, 7) != time.substr(0, 7)) {
    batch.months.push_back(time);
  }
  append_copy_line(batch.lines, shipped_.guard, stored, encoding_);
  batch.end.sequence = record.sequence;
  batch.end.chain = stored.chain;
  ++batch.count;
  return {};
}

}  // namespace

std::expected<Shipped, ShipError> ship(const std::filesystem::path& log, Postgres& database,
                                       const ShipOptions& options) {
  return Shipper(log, database, options).run();
}

}  // namespace audit
