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
  Or<void> ship_checkpoints(std::uint64_t last);
  Or<void> add_checkpoint(const StoredCheckpoint& checkpoint);
  void tell();

  const std::filesystem::path& log_;
  Postgres& database_;
  const ShipOptions& options_;
  Shipped shipped_;
  std::vector<SegmentFile> files_;
  SegmentStart first_;                   // of what is there
  std::uint64_t end_ = 0;                // the last record that was there when it began
  std::optional<std::uint64_t> signed_;  // the largest checkpoint that the database has
  guard::Sha256 sha_;
  std::string encoding_;
};

std::expected<void, ShipError> Shipper::look_at_log() {
  files_ = readable_segments(log_);
  if (files_.empty()) return std::unexpected(ShipError{why_none(log_)});
  auto reader = Reader::open(files_.front().path);
  if (!reader) return std::unexpected(of(reader.error()));
  auto start = reader->start();
  if (!start) return std::unexpected(of(start.error()));
  first_ = std::move(*start);
  auto last = Reader::open(files_.back().path);
  if (!last) return std::unexpected(of(last.error()));
  const auto bounds = last->bounds();
  if (!bounds) return std::unexpected(of(bounds.error()));
  end_ = bounds->last;
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
  if (batch->count == 0) {
    // What was shipped last may have been signed since.
    const auto done = ship_checkpoints(place->sequence);
    if (!done) return std::unexpected(done.error());
    return 0;
  }
  for (const std::string& month : batch->months) {
    const auto made = database_.run("SELECT make_partition($1::timestamptz)", {month});
    if (!made) return std::unexpected(of(made.error()));
  }
  const auto copied =
      database_.copy("COPY record (" + copy_columns() + ") FROM STDIN", batch->lines);
  if (!copied) return std::unexpected(of(copied.error()));
  const auto noted = ship_checkpoints(batch->end.sequence);
  if (!noted) return std::unexpected(noted.error());
  const auto moved = database_.run(
      "UPDATE shipped SET sequence = $2, chain = $3, shipped_at = now() WHERE guard = $1",
      {database_text(shipped_.guard), std::to_string(batch->end.sequence),
       "\\x" + guard::to_hex(batch->end.chain)});
  if (!moved) return std::unexpected(of(moved.error()));
  if (*moved != 1) return std::unexpected(refusal("the guard's position is gone"));
  shipped_.last = batch->end.sequence;
  tell();
  return batch->count;
}

void Shipper::tell() {
  if (!options_.seen || end_ < first_.first_sequence) return;
  options_.seen(static_cast<double>(shipped_.last - first_.first_sequence + 1) /
                static_cast<double>(end_ - first_.first_sequence + 1));
}

// Of each segment the newest checkpoint of the records up to `last`, where the database does not
// have it.
std::expected<void, ShipError> Shipper::ship_checkpoints(std::uint64_t last) {
  if (!signed_) {
    signed_ = 0;
    const auto asked =
        database_.run("SELECT coalesce(max(size), 0) FROM checkpoint WHERE guard = $1",
                      {database_text(shipped_.guard)},
                      [&](const Postgres::Row& row) { signed_ = row.number(0); });
    if (!asked) return std::unexpected(of(asked.error()));
  }
  for (const SegmentFile& file : files_) {
    auto reader = Reader::open(file.path);
    if (!reader) return std::unexpected(of(reader.error()));
    const auto largest = reader->last_checkpoint();
    if (!largest) return std::unexpected(of(largest.error()));
    if (*largest <= *signed_) continue;
    std::optional<StoredCheckpoint> newest;
    for (std::uint64_t from = *signed_ + 1; from <= last;) {
      auto some = reader->checkpoints(from);
      if (!some) return std::unexpected(of(some.error()));
      if (some->empty()) break;
      from = some->back().size + 1;
      for (StoredCheckpoint& each : *some) {
        if (each.size <= last) newest = std::move(each);
      }
    }
    if (!newest) break;
    if (const auto added = add_checkpoint(*newest); !added) return added;
    signed_ = newest->size;
  }
  return {};
}

std::expected<void, ShipError> Shipper::add_checkpoint(const StoredCheckpoint& checkpoint) {
  const auto done = database_.run(
      "INSERT INTO checkpoint (guard, size, \"time\", note) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT DO NOTHING",
      {database_text(shipped_.guard), std::to_string(checkpoint.size),
       database_time(checkpoint.time), database_text(checkpoint.note)});
  if (!done) return std::unexpected(of(done.error()));
  return {};
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
