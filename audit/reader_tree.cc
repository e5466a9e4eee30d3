// The half of Reader that reads what a segment keeps besides its records: how it begins, what was
// signed, the hashes that proofs are made from, and sealed content.
#include <algorithm>
#include <utility>

#include "audit/reader.h"

namespace audit {
namespace {

constexpr int kMostCheckpoints = 1024;
// Every table and index, in SQL.
constexpr const char* kSchema =
    "SELECT coalesce(group_concat(type || ' ' || name || ' ' || coalesce(sql, ''), char(10)), '') "
    "FROM (SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' "
    "ORDER BY type, name)";

}  // namespace

std::expected<void, ReadError> Reader::prepared(std::optional<Statement>& statement,
                                                const char* sql) {
  if (statement) return {};
  auto fresh = database_.prepare(sql);
  if (!fresh) return std::unexpected(error(fresh.error()));
  statement = std::move(*fresh);
  return {};
}

std::expected<SegmentStart, ReadError> Reader::start() {
  auto start = read_start(database_);
  if (!start) return std::unexpected(error(start.error()));
  return std::move(*start);
}

std::expected<std::optional<Summary>, ReadError> Reader::summary() {
  const auto summary = read_summary(database_);
  if (!summary) return std::unexpected(error(summary.error()));
  return *summary;
}

std::expected<std::vector<StoredCheckpoint>, ReadError> Reader::checkpoints(std::uint64_t size) {
  auto rows =
      database_.prepare(std::string(kSelectCheckpoints) + "WHERE size >= ? ORDER BY size LIMIT " +
                        std::to_string(kMostCheckpoints));
  if (!rows) return std::unexpected(error(rows.error()));
  rows->bind(1, size);
  std::vector<StoredCheckpoint> found;
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(error(row.error()));
    if (!*row) return found;
    auto checkpoint = read_checkpoint(*rows);
    if (!checkpoint) return std::unexpected(error(checkpoint.error()));
    found.push_back(std::move(*checkpoint));
  }
}

std::expected<std::uint64_t, ReadError> Reader::last_checkpoint() {
  auto rows = database_.prepare("SELECT coalesce(max(size), 0) FROM checkpoint");
  if (!rows) return std::unexpected(error(rows.error()));
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  return static_cast<std::uint64_t>(std::max<std::int64_t>(rows->integer(0), 0));
}

std::expected<Reader::Shape, ReadError> Reader::shape() {
  // In one transaction: a segment may be sealed between two.
  if (const auto begun = database_.run("BEGIN"); !begun)
    return std::unexpected(error(begun.error()));
  const auto summary = read_summary(database_);
  const auto schema = database_.ask(kSchema);
  if (const auto done = database_.run("COMMIT"); !done) return std::unexpected(error(done.error()));
  if (!summary) return std::unexpected(error(summary.error()));
  if (!schema) return std::unexpected(error(schema.error()));
  return Shape{summary->has_value(), *schema};
}

std::expected<std::string, ReadError> Reader::soundness() {
  const auto found = shape();
  if (!found) return std::unexpected(found.error());
  auto model = Database::open_writer(":memory:");
  if (!model) return std::unexpected(error(model.error()));
  const std::string sql = pruned_ ? stub_sql() : file_sql() + (found->summary ? seal_sql({}) : "");
  if (const auto made = model->run(sql.c_str()); !made) return std::unexpected(error(made.error()));
  const auto wanted = model->ask(kSchema);
  if (!wanted) return std::unexpected(error(wanted.error()));
  if (*wanted != found->schema) return "tables or indexes are not those of this format";
  // By what it holds, and not by its mode, which says nothing of a copy and is soon changed.
  if (!found->summary && !pruned_) return "";
  if (!pruned_) {
    const std::string counted = "SELECT * FROM (" + facet_sql() + ")";
    const std::string compare = "SELECT (SELECT count(*) FROM (" + counted +
                                " EXCEPT SELECT * FROM facet)) + (SELECT count(*) FROM ("
                                "SELECT * FROM facet EXCEPT " +
                                counted + "))";
    const auto wrong = database_.ask(compare.c_str());
    if (!wrong) return std::unexpected(error(wrong.error()));
    if (*wrong != "0") return "the counts of values are not those of the records";
  }
  const auto check = database_.ask("PRAGMA integrity_check(1)");
  if (!check) return std::unexpected(error(check.error()));
  return *check == "ok" ? "" : "the file is damaged: " + *check;
}

std::expected<std::optional<std::string>, ReadError> Reader::content(std::uint64_t sequence) {
  if (pruned_) return std::unexpected(only_hashes());
  if (const auto done = prepared(content_, "SELECT sealed FROM content WHERE sequence = ?");
      !done) {
    return std::unexpected(done.error());
  }
  content_->bind(1, sequence);
  const auto found = content_->step();
  if (!found) return std::unexpected(error(found.error()));
  std::optional<std::string> sealed;
  if (*found) sealed = guard::as_text(content_->blob(0));
  content_->reset();
  return sealed;
}

std::expected<std::uint64_t, ReadError> Reader::stray_content() {
  if (pruned_) return 0;
  auto rows = database_.prepare(
      "SELECT sequence FROM content WHERE NOT EXISTS (SELECT 1 FROM record WHERE "
      "record.sequence = content.sequence AND content_size > 0) LIMIT 1");
  if (!rows) return std::unexpected(error(rows.error()));
  const auto row = rows->step();
  if (!row) return std::unexpected(error(row.error()));
  return *row ? static_cast<std::uint64_t>(std::max<std::int64_t>(rows->integer(0), 1)) : 0;
}

Reader::Hash Reader::leaf(std::uint64_t sequence) {
  if (const auto done = prepared(leaf_, "SELECT leaf FROM record WHERE sequence = ?"); !done) {
    return std::unexpected(done.error());
  }
  leaf_->bind(1, sequence);
  return hash_of(*leaf_);
}

Reader::Hash Reader::subtree(unsigned level, std::uint64_t number) {
  if (const auto done =
          prepared(subtree_, "SELECT hash FROM subtree WHERE level = ? AND number = ?");
      !done) {
    return std::unexpected(done.error());
  }
  subtree_->bind(1, std::uint64_t{level});
  subtree_->bind(2, number);
  return hash_of(*subtree_);
}

Reader::Hash Reader::hash_of(Statement& row) {
  const auto found = row.step();
  if (!found) return std::unexpected(error(found.error()));
  std::optional<guard::Digest> hash;
  if (*found && row.blob(0).size() == std::tuple_size_v<guard::Digest>) {
    std::ranges::copy(row.blob(0), hash.emplace().begin());
  }
  row.reset();
  return hash;
}

}  // namespace audit
