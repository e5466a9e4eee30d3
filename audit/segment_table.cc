#include "audit/segment_table.h"

#include <algorithm>

#include "audit/row_table.h"

namespace audit {
namespace {

constexpr const char* kTables =
    "CREATE TABLE segment (\n"
    "  number INTEGER PRIMARY KEY NOT NULL,\n"
    "  origin TEXT NOT NULL,\n"
    "  first_sequence INTEGER NOT NULL,\n"
    "  previous_chain BLOB NOT NULL,\n"
    "  tree BLOB NOT NULL,\n"
    "  created INTEGER NOT NULL,\n"
    "  statement TEXT NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE checkpoint (\n"
    "  size INTEGER PRIMARY KEY NOT NULL,\n"
    "  time INTEGER NOT NULL,\n"
    "  tree BLOB NOT NULL,\n"
    "  note TEXT NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE subtree (\n"
    "  level INTEGER NOT NULL,\n"
    "  number INTEGER NOT NULL,\n"
    "  hash BLOB NOT NULL,\n"
    "  PRIMARY KEY (level, number)\n"
    ") STRICT, WITHOUT ROWID;\n";

// Sealed stanzas, by the sequence of their record.
constexpr const char* kContent =
    "CREATE TABLE content (\n"
    "  sequence INTEGER PRIMARY KEY NOT NULL,\n"
    "  sealed BLOB NOT NULL\n"
    ") STRICT;\n";

constexpr const char* kHashes =
    "CREATE TABLE record (\n"
    "  sequence INTEGER PRIMARY KEY NOT NULL,\n"
    "  leaf BLOB NOT NULL\n"
    ") STRICT;\n";

constexpr const char* kFacetTable =
    "CREATE TABLE IF NOT EXISTS facet (\n"
    "  name TEXT NOT NULL,\n"
    "  value TEXT NOT NULL,\n"
    "  records INTEGER NOT NULL,\n"
    "  first INTEGER NOT NULL,\n"
    "  last INTEGER NOT NULL,\n"
    "  PRIMARY KEY (name, value)\n"
    ") STRICT, WITHOUT ROWID;\n";

constexpr const char* kSummaryTable =
    "CREATE TABLE IF NOT EXISTS summary (\n"
    "  records INTEGER NOT NULL,\n"
    "  last_sequence INTEGER NOT NULL,\n"
    "  first_time INTEGER NOT NULL,\n"
    "  last_time INTEGER NOT NULL,\n"
    "  allowed INTEGER NOT NULL,\n"
    "  refused INTEGER NOT NULL,\n"
    "  withheld INTEGER NOT NULL,\n"
    "  events INTEGER NOT NULL,\n"
    "  outcomes INTEGER NOT NULL,\n"
    "  sealed INTEGER NOT NULL\n"
    ") STRICT;\n";

constexpr const char* kSummary =
    "DELETE FROM summary;\n"
    "INSERT INTO summary SELECT count(*), coalesce(max(sequence), 0), coalesce(min(time), 0),\n"
    "  coalesce(max(time), 0), count(*) FILTER (WHERE verdict = 'allowed'),\n"
    "  count(*) FILTER (WHERE verdict = 'refused'), count(*) FILTER (WHERE verdict = 'withheld'),\n"
    "  count(*) FILTER (WHERE class = 'event'), count(*) FILTER (WHERE class = 'outcome'), ";

DatabaseError corrupt(std::string what) { return {SQLITE_CORRUPT, std::move(what)}; }

// Reads the tree of `size` records from a column.
OrDatabaseError<Frontier> tree_of(const Statement& row, int column, std::uint64_t size) {
  auto tree = Frontier::from(size, row.blob(column));
  if (!tree) return std::unexpected(corrupt("a tree that its size contradicts"));
  return *tree;
}

}  // namespace

std::string bare_address_sql(std::string_view column) {
  const std::string name(column);
  return "lower(substr(" + name + ", 1, instr(" + name + " || '/', '/') - 1))";
}

std::string domain_sql(std::string_view column) {
  const std::string bare = bare_address_sql(column);
  return "substr(" + bare + ", instr(" + bare + ", '@') + 1)";
}

std::string file_sql() {
  return "PRAGMA application_id = " + std::to_string(kApplicationId) +
         "; PRAGMA user_version = " + std::to_string(kFileFormat) + ";\n" + create_sql() + kTables +
         kContent;
}

std::string stub_sql() {
  return "PRAGMA application_id = " + std::to_string(kApplicationId) +
         "; PRAGMA user_version = " + std::to_string(kStubFormat) + ";\n" + kHashes + kTables +
         kSummaryTable;
}

std::string facet_sql() {
  std::string sql;
  for (const std::string_view facet : kFacets) {
    const std::string column(facet);
    if (!sql.empty()) sql += " UNION ALL ";
    sql += "SELECT '" + column + "', " + column + ", count(*), min(sequence), max(sequence) " +
           "FROM record WHERE " + column + " <> '' GROUP BY " + column;
  }
  return sql;
}

std::string seal_sql(guard::UtcTime seal_time) {
  std::string sql;
  const auto index = [&](const std::string& name, const std::string& columns,
                         const std::string& where) {
    sql += "CREATE INDEX IF NOT EXISTS record_" + name + " ON record (" + columns + ")";
    sql += where.empty() ? ";\n" : " WHERE " + where + ";\n";
  };
  for (const std::string column : {"from_address", "to_address"}) {
    const std::string some = column + " <> ''";
    index("bare_" + column, bare_address_sql(column), some);
    index("domain_" + column, domain_sql(column), some);
  }
  index("stanza_id", "stanza_id", "stanza_id <> ''");
  for (const std::string_view facet : kFacets) {
    const std::string column(facet);
    index(column, column, column + " <> ''");
  }
  sql += kFacetTable;
  sql += "DELETE FROM facet;\nINSERT INTO facet " + facet_sql() + ";\n";
  return sql + kSummaryTable + kSummary + std::to_string(seal_time.microseconds) +
         " FROM record;\n";
}

OrDatabaseError<std::string> what_is_wrong_with(Database& database) {
  const auto id = database.ask("PRAGMA application_id");
  if (!id) return std::unexpected(id.error());
  if (*id != std::to_string(kApplicationId)) return "is no audit log";
  const auto version = database.ask("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version == std::to_string(kFileFormat)) return "";
  return "is an audit log of format " + *version + "; this version reads format " +
         std::to_string(kFileFormat) +
         " alone: read it with the guard-audit that came with its guard (export writes what any "
         "version reads), and begin a new log in another directory";
}

OrDatabaseError<bool> is_stub(Database& database) {
  const auto id = database.ask("PRAGMA application_id");
  if (!id) return std::unexpected(id.error());
  const auto version = database.ask("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  return *id == std::to_string(kApplicationId) && *version == std::to_string(kStubFormat);
}

OrDatabaseError<void> write_start(Database& database, const SegmentStart& start) {
  auto insert = database.prepare("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return std::unexpected(insert.error());
  const guard::Bytes tree = start.before.to_bytes();
  insert->bind(1, start.number);
  insert->bind_text(2, start.origin);
  insert->bind(3, start.first_sequence);
  insert->bind_blob(4, start.previous_chain);
  insert->bind_blob(5, tree);
  insert->bind(6, start.created.microseconds);
  insert->bind_text(7, start.statement);
  if (const auto done = insert->step(); !done) return std::unexpected(done.error());
  return {};
}

OrDatabaseError<SegmentStart> read_start(Database& database) {
  auto rows = database.prepare(
      "SELECT number, origin, first_sequence, previous_chain, tree, created, statement, "
      "(SELECT count(*) FROM segment) FROM segment");
  if (!rows) return std::unexpected(rows.error());
  const auto row = rows->step();
  if (!row) return std::unexpected(row.error());
  SegmentStart start;
  if (!*row || rows->integer(7) != 1 || rows->integer(0) < 1 || rows->integer(2) < 1 ||
      rows->blob(3).size() != start.previous_chain.size()) {
    return std::unexpected(corrupt("does not say where it begins"));
  }
  start.number = static_cast<std::uint64_t>(rows->integer(0));
  start.origin = rows->text(1);
  start.first_sequence = static_cast<std::uint64_t>(rows->integer(2));
  const guard::BytesView chain = rows->blob(3);
  std::ranges::copy(chain, start.previous_chain.begin());
  auto tree = tree_of(*rows, 4, start.first_sequence - 1);
  if (!tree) return std::unexpected(tree.error());
  start.before = std::move(*tree);
  start.created.microseconds = rows->integer(5);
  start.statement = rows->text(6);
  return start;
}

OrDatabaseError<std::optional<Summary>> read_summary(Database& database) {
  const auto there = database.ask("SELECT count(*) FROM sqlite_schema WHERE name = 'summary'");
  if (!there) return std::unexpected(there.error());
  if (*there == "0") return std::nullopt;
  auto rows = database.prepare(
      "SELECT records, last_sequence, first_time, last_time, allowed, refused, withheld, events, "
      "outcomes FROM summary");
  if (!rows) return std::unexpected(rows.error());
  const auto row = rows->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  const auto number = [&](int column) { return static_cast<std::uint64_t>(rows->integer(column)); };
  return Summary{number(0), number(1), {rows->integer(2)}, {rows->integer(3)}, number(4),
                 number(5), number(6), number(7),          number(8)};
}

OrDatabaseError<StoredCheckpoint> read_checkpoint(const Statement& row) {
  StoredCheckpoint checkpoint;
  if (row.integer(0) < 1) return std::unexpected(corrupt("a checkpoint of no records"));
  checkpoint.size = static_cast<std::uint64_t>(row.integer(0));
  checkpoint.time.microseconds = row.integer(1);
  auto tree = tree_of(row, 2, checkpoint.size);
  if (!tree) return std::unexpected(tree.error());
  checkpoint.tree = std::move(*tree);
  checkpoint.note = row.text(3);
  return checkpoint;
}

}  // namespace audit
