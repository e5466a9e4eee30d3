#include "audit/reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>

namespace audit {
namespace {

constexpr int kTries = 5;

// Binds the values of conditions after the first `parameters`.
void bind_conditions(Statement& rows, int parameters, const std::vector<Condition>& conditions) {
  for (const Condition& condition : conditions) {
    for (const auto& value : condition.values) {
      ++parameters;
      if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        rows.bind(parameters, *number);
      } else {
        rows.bind_text(parameters, std::get<std::string>(value));
      }
    }
  }
}

// Whether a segment could be read so far that nothing would change with time.
bool says_something(const std::expected<Reader, ReadError>& opened) {
  return opened || opened.error().damaged || opened.error().unborn;
}

}  // namespace

ReadError Reader::error(const DatabaseError& error) const {
  const int code = error.code & 0xff;
  return {file_.string() + ": " + error.what, 0, code == SQLITE_CORRUPT || code == SQLITE_NOTADB};
}

std::expected<Reader, ReadError> Reader::open(const std::filesystem::path& file) {
  // Between two looks a segment may be sealed: then its write-ahead file is gone. And where a
  // recorder has died while it changed that, the file may say that it has one when it has none.
  for (int tries = 1;; ++tries) {
    auto opened = open_once(file, is_sealed(file));
    if (says_something(opened)) return opened;
    if (stands_alone(file)) {
      if (auto alone = open_once(file, true); says_something(alone)) return alone;
    }
    if (tries == kTries) return opened;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::expected<Reader, ReadError> Reader::open_once(const std::filesystem::path& file, bool sealed) {
  if (was_emptied(file)) {
    return std::unexpected(ReadError{file.string() + ": " + kEmptied, 0, true});
  }
  auto database =
      sealed ? Database::open_sealed(file.string()) : Database::open_reader(file.string());
  if (!database) {
    const bool hidden = ::access(file.c_str(), R_OK) != 0;
    return std::unexpected(
        ReadError{file.string() + ": " + (hidden ? std::strerror(errno) : database.error().what)});
  }
  Reader reader(file, std::move(*database), sealed);
  reader.database_.wait_for_locks(2000);
  const auto wrong = what_is_wrong_with(reader.database_);
  if (!wrong) return std::unexpected(reader.error(wrong.error()));
  if (wrong->empty()) {
    const auto facets = reader.database_.ask(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'facet'");
    if (!facets) return std::unexpected(reader.error(facets.error()));
    reader.facets_ = sealed && *facets == "1";
    return reader;
  }
  const auto stub = is_stub(reader.database_);
  if (stub && *stub) {
    reader.pruned_ = true;
    return reader;
  }
  ReadError error{file.string() + ": " + *wrong};
  const auto tables = reader.database_.ask("SELECT count(*) FROM sqlite_schema");
  error.unborn = tables && *tables == "0";
  return std::unexpected(std::move(error));
}

std::vector<SegmentFile> readable_files(const std::filesystem::path& log) {
  std::vector<SegmentFile> files = kept_files(log);
  if (files.empty() || files.back().pruned) return files;
  const auto last = Reader::open(files.back().path);
  if (!last && last.error().unborn) files.pop_back();
  return files;
}

std::vector<SegmentFile> readable_segments(const std::filesystem::path& log) {
  std::vector<SegmentFile> files = segment_files(log);
  if (files.empty()) return files;
  const auto last = Reader::open(files.back().path);
  if (!last && last.error().unborn) files.pop_back();
  return files;
}

std::expected<Reader::Bounds, ReadError> Reader::bounds() {
  auto rows = database_.prepare(
      "SELECT coalesce((SELECT min(sequence) FROM record WHERE sequence > 0), 1), "
      "coalesce((SELECT max(sequence) FROM record WHERE sequence > 0), 0)");
  if (!rows) return std::unexpected(error(rows.error()));
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  return Bounds{static_cast<std::uint64_t>(rows->integer(0)),
                static_cast<std::uint64_t>(rows->integer(1))};
}

std::expected<StoredRecord, ReadError> Reader::row_of(const Statement& rows) const {
  const std::int64_t sequence = rows.integer(1);
  if (sequence < 1) {
    return std::unexpected(
        ReadError{"a row has the sequence " + std::to_string(sequence), 0, true});
  }
  auto stored = read_row(rows);
  if (stored) return std::move(*stored);
  return std::unexpected(ReadError{"column " + stored.error() + " is malformed",
                                   static_cast<std::uint64_t>(sequence), true});
}

std::expected<std::optional<std::uint64_t>, ReadError> Reader::next_sequence(std::uint64_t from,
                                                                             bool reverse) {
  auto rows = database_.prepare(reverse ? "SELECT max(sequence) FROM record WHERE sequence <= ?"
                                        : "SELECT min(sequence) FROM record WHERE sequence >= ?");
  if (!rows) return std::unexpected(error(rows.error()));
  rows->bind(1, from);
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  if (!*row || rows->type(0) != SQLITE_INTEGER || rows->integer(0) < 1) return std::nullopt;
  return static_cast<std::uint64_t>(rows->integer(0));
}

std::expected<void, ReadError> Reader::read(std::uint64_t first, std::uint64_t last,
                                            const std::vector<Condition>& conditions, bool reverse,
                                            const std::function<bool(const StoredRecord&)>& take) {
  if (pruned_) return std::unexpected(only_hashes());
  const auto bound = bounds();
  if (!bound) return std::unexpected(bound.error());
  first = std::max(first, bound->first);
  last = std::min(last, bound->last);
  std::string sql = "SELECT " + select_list() + " FROM record WHERE sequence BETWEEN ? AND ?";
  for (const Condition& condition : conditions) sql += " AND (" + condition.sql + ")";
  sql += reverse ? " ORDER BY sequence DESC" : " ORDER BY sequence";
  auto rows = database_.prepare(sql);
  if (!rows) return std::unexpected(error(rows.error()));
  while (first <= last) {
    // Past a gap, however wide somebody has made it, in one step.
    const auto next = next_sequence(reverse ? last : first, reverse);
    if (!next) return std::unexpected(next.error());
    if (!*next || **next < first || **next > last) break;
    (reverse ? last : first) = **next;
    // Nobody waits for a reader of a sealed segment: there the indexes do the work.
    const bool windows = !sealed_ && last - first >= kWindow;
    const std::uint64_t from = reverse && windows ? last - kWindow + 1 : first;
    const std::uint64_t to = !reverse && windows ? first + kWindow - 1 : last;
    rows->reset();
    rows->bind(1, from);
    rows->bind(2, to);
    bind_conditions(*rows, 2, conditions);
    while (true) {
      const auto row = rows->step();
      if (!row) return std::unexpected(error(row.error()));
      if (!*row) break;
      const auto stored = row_of(*rows);
      if (!stored) return std::unexpected(stored.error());
      if (!take(*stored)) return {};
    }
    if (from == first && to == last) break;
    if (reverse) {
      last = from - 1;
    } else {
      first = to + 1;
    }
  }
  return {};
}

std::expected<void, ReadError> Reader::read_these(
    std::span<const std::uint64_t> sequences, const std::vector<Condition>& conditions,
    const std::function<bool(const StoredRecord&)>& take) {
  std::string sql = "SELECT " + select_list() + " FROM record WHERE sequence = ?";
  // The plus: what is looked for is this row, whatever indexes there are.
  for (const Condition& condition : conditions) sql += " AND +(" + condition.sql + ")";
  auto rows = database_.prepare(sql);
  if (!rows) return std::unexpected(error(rows.error()));
  bind_conditions(*rows, 1, conditions);
  for (const std::uint64_t sequence : sequences) {
    rows->reset();
    rows->bind(1, sequence);
    const auto row = rows->step();
    if (!row) return std::unexpected(error(row.error()));
    if (!*row) continue;
    const auto stored = row_of(*rows);
    if (!stored) return std::unexpected(stored.error());
    if (!take(*stored)) return {};
  }
  return {};
}

std::expected<std::vector<Reader::FacetValue>, ReadError> Reader::facet(std::string_view name,
                                                                        const std::string& wanted,
                                                                        bool part) {
  auto rows = database_.prepare(
      std::string("SELECT value, records, first, last FROM facet WHERE name = ? AND ") +
      (part ? "instr(lower(value), lower(?)) > 0" : "value = ?"));
  if (!rows) return std::unexpected(error(rows.error()));
  rows->bind_text(1, name);
  rows->bind_text(2, wanted);
  std::vector<FacetValue> values;
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(error(row.error()));
    if (!*row) return values;
    values.push_back({std::string(rows->text(0)), static_cast<std::uint64_t>(rows->integer(1)),
                      static_cast<std::uint64_t>(rows->integer(2)),
                      static_cast<std::uint64_t>(rows->integer(3))});
  }
}

std::expected<void, ReadError> Reader::sequences(std::string_view name, const std::string& value,
                                                 std::uint64_t first, std::uint64_t last,
                                                 std::vector<std::uint64_t>& out) {
  const std::string column(name);
  auto rows = database_.prepare("SELECT sequence FROM record INDEXED BY record_" + column +
                                " WHERE " + column + " = ? AND " + column +
                                " <> '' AND sequence BETWEEN ? AND ? ORDER BY sequence");
  if (!rows) return std::unexpected(error(rows.error()));
  rows->bind_text(1, value);
  rows->bind(2, first);
  rows->bind(3, last);
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(error(row.error()));
    if (!*row) return {};
    out.push_back(static_cast<std::uint64_t>(rows->integer(0)));
  }
}

std::expected<void, ReadError> Reader::read_all(
    const std::function<bool(const StoredRecord&)>& take) {
  if (pruned_) return std::unexpected(only_hashes());
  auto rows = database_.prepare("SELECT " + select_list() +
                                " FROM record WHERE sequence >= ? ORDER BY sequence LIMIT " +
                                std::to_string(kWindow));
  if (!rows) return std::unexpected(error(rows.error()));
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  while (true) {
    rows->reset();  // each window is a transaction of its own
    rows->bind(1, from);
    std::uint64_t seen = 0;
    while (true) {
      const auto row = rows->step();
      if (!row) return std::unexpected(error(row.error()));
      if (!*row) break;
      const auto stored = row_of(*rows);
      if (!stored) return std::unexpected(stored.error());
      if (!take(*stored)) return {};
      from = rows->integer(1);
      ++seen;
    }
    if (seen < kWindow || from == std::numeric_limits<std::int64_t>::max()) return {};
    ++from;
  }
}

ReadError Reader::only_hashes() const {
  return {file_.string() + ": was pruned; only hashes are left"};
}

std::expected<void, ReadError> Reader::read_leaves(
    const std::function<bool(std::uint64_t, const guard::Digest&)>& take) {
  auto rows = database_.prepare("SELECT sequence, leaf FROM record ORDER BY sequence");
  if (!rows) return std::unexpected(error(rows.error()));
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(error(row.error()));
    if (!*row) return {};
    guard::Digest leaf{};
    if (rows->integer(0) < 1 || rows->blob(1).size() != leaf.size()) {
      return std::unexpected(ReadError{file_.string() + ": a leaf hash is malformed", 0, true});
    }
    std::ranges::copy(rows->blob(1), leaf.begin());
    if (!take(static_cast<std::uint64_t>(rows->integer(0)), leaf)) return {};
  }
}

std::expected<std::uint64_t, ReadError> Reader::count() {
  auto rows = database_.prepare("SELECT count(*) FROM record");
  if (!rows) return std::unexpected(error(rows.error()));
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  return static_cast<std::uint64_t>(rows->integer(0));
}

std::expected<std::uint64_t, ReadError> Reader::first_at(guard::UtcTime time) {
  if (pruned_) return std::unexpected(only_hashes());
  const auto bound = bounds();
  if (!bound) return std::unexpected(bound.error());
  auto row =
      database_.prepare("SELECT time FROM record WHERE sequence >= ? ORDER BY sequence LIMIT 1");
  if (!row) return std::unexpected(error(row.error()));
  std::uint64_t low = bound->first;
  std::uint64_t high = bound->last + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    row->reset();
    row->bind(1, middle);
    const auto found = row->step();
    if (!found) return std::unexpected(error(found.error()));
    if (*found && row->integer(0) < time.microseconds) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::expected<std::optional<Result>, ReadError> Reader::outcome_of(const Record& record) {
  if (!releases(record.action)) return std::nullopt;
  // Where there is an index over peers, those of others are not read.
  constexpr const char* kOthers =
      "SELECT result FROM record INDEXED BY record_others WHERE class <> 'decision' AND "
      "sequence > ?1 AND class = 'outcome' AND peer = ?2 AND first_sequence <= ?1 AND "
      "last_sequence >= ?1 ORDER BY sequence LIMIT 1";
  constexpr const char* kOfPeer =
      "SELECT result FROM record INDEXED BY record_peer WHERE peer <> '' AND peer = ?2 AND "
      "sequence > ?1 AND class = 'outcome' AND first_sequence <= ?1 AND last_sequence >= ?1 "
      "ORDER BY sequence LIMIT 1";
  if (const auto done = prepared(outcome_, facets_ ? kOfPeer : kOthers); !done) {
    return std::unexpected(done.error());
  }
  outcome_->bind(1, record.sequence);
  outcome_->bind_text(2, delivered_to(record));
  const auto row = outcome_->step();
  if (!row) return std::unexpected(error(row.error()));
  std::optional<Result> result;
  if (*row) {
    Result named = Result::kNone;
    if (read_name(outcome_->text(0), named)) result = named;
  }
  outcome_->reset();
  return result;
}

}  // namespace audit
