#include "audit/reader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace audit {

ReadError Reader::error(const DatabaseError& error) const {
  const int code = error.code & 0xff;
  return {file_.string() + ": " + error.what, 0, code == SQLITE_CORRUPT || code == SQLITE_NOTADB};
}

std::expected<Reader, ReadError> Reader::open(const std::filesystem::path& file) {
  auto database = Database::open_reader(file.string());
  if (!database) return std::unexpected(ReadError{file.string() + ": " + database.error().what});
  Reader reader(file, std::move(*database));
  reader.database_.wait_for_locks(2000);
  const auto id = reader.database_.ask("PRAGMA application_id");
  if (!id) return std::unexpected(reader.error(id.error()));
  const auto version = reader.database_.ask("PRAGMA user_version");
  if (!version) return std::unexpected(reader.error(version.error()));
  if (*id != std::to_string(kApplicationId) || *version != std::to_string(kFormat)) {
    return std::unexpected(
        ReadError{file.string() + ": is no audit log of format " + std::to_string(kFormat)});
  }
  return reader;
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
    const std::uint64_t from = reverse && last - first >= kWindow ? last - kWindow + 1 : first;
    const std::uint64_t to = !reverse && last - first >= kWindow ? first + kWindow - 1 : last;
    rows->reset();
    rows->bind(1, from);
    rows->bind(2, to);
    int parameter = 2;
    for (const Condition& condition : conditions) {
      for (const auto& value : condition.values) {
        ++parameter;
        if (const auto* number = std::get_if<std::uint64_t>(&value)) {
          rows->bind(parameter, *number);
        } else {
          rows->bind_text(parameter, std::get<std::string>(value));
        }
      }
    }
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

std::expected<void, ReadError> Reader::read_all(
    const std::function<bool(const StoredRecord&)>& take) {
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

std::expected<std::uint64_t, ReadError> Reader::count() {
  auto rows = database_.prepare("SELECT count(*) FROM record");
  if (!rows) return std::unexpected(error(rows.error()));
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  return static_cast<std::uint64_t>(rows->integer(0));
}

std::expected<std::uint64_t, ReadError> Reader::first_at(guard::UtcTime time) {
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
  if (!outcome_prepared_) {
    auto prepared = database_.prepare(
        "SELECT result FROM record INDEXED BY record_others WHERE class <> 'decision' "
        "AND sequence > ?1 AND class = 'outcome' AND peer = ?2 AND first_sequence <= ?1 "
        "AND last_sequence >= ?1 ORDER BY sequence LIMIT 1");
    if (!prepared) return std::unexpected(error(prepared.error()));
    outcome_ = std::move(*prepared);
    outcome_prepared_ = true;
  }
  outcome_.reset();
  outcome_.bind(1, record.sequence);
  outcome_.bind_text(2, delivered_to(record));
  const auto row = outcome_.step();
  if (!row) return std::unexpected(error(row.error()));
  std::optional<Result> result;
  if (*row) {
    Result named = Result::kNone;
    if (read_name(outcome_.text(0), named)) result = named;
  }
  outcome_.reset();
  return result;
}

std::expected<Reader::Start, ReadError> Reader::segment_start() {
  auto rows = database_.prepare("SELECT number, first_sequence, previous_chain FROM segment");
  if (!rows) return std::unexpected(error(rows.error()));
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  Start start;
  if (!*row || rows->blob(2).size() != start.previous_chain.size()) {
    return std::unexpected(ReadError{file_.string() + ": does not say where it begins", 0, true});
  }
  start.number = static_cast<std::uint64_t>(rows->integer(0));
  start.first_sequence = static_cast<std::uint64_t>(rows->integer(1));
  std::ranges::copy(rows->blob(2), start.previous_chain.begin());
  return start;
}

}  // namespace audit
