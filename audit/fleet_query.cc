#include "audit/fleet_query.h"

#include <utility>

#include "audit/copy_text.h"
#include "audit/filter_match.h"

namespace audit {
namespace {

// How what a record released has ended: its first outcome row. The time lets the server leave older
// partitions alone.
constexpr const char* kOutcome =
    " LEFT JOIN LATERAL (SELECT o.result FROM record o WHERE o.guard = r.guard AND "
    "o.class = 'outcome' AND o.peer = CASE r.action WHEN 'forward' THEN r.receiver ELSE r.sender "
    "END AND o.sequence > r.sequence AND o.\"time\" >= r.\"time\" AND "
    "o.first_sequence <= r.sequence AND o.last_sequence >= r.sequence ORDER BY o.sequence LIMIT 1) "
    "ended ON r.action IN ('forward', 'reply')";

// The statement for a filter: its conditions leave whatever matches() takes, and perhaps more.
class Question {
 public:
  explicit Question(const std::vector<Source>& guards) {
    std::string list;
    for (const Source& source : guards) {
      const std::string name = add(source.guard);
      list += (list.empty() ? "" : ", ") + name;
      if (source.after == 0) continue;
      where_ += " AND (r.guard <> " + name + "::text OR r.sequence > " +
                add(std::to_string(source.after)) + "::bigint)";
    }
    guards_ = "ARRAY[" + list + "]::text[]";
    where_ = " WHERE r.guard = ANY (" + guards_ + ")" + where_;
  }

  void filter(const Filter& filter) {
    if (filter.since) condition("r.\"time\" >= ?::timestamptz", database_time(*filter.since));
    if (filter.until) condition("r.\"time\" < ?::timestamptz", database_time(*filter.until));
    if (filter.after != 0) condition("r.sequence > ?::bigint", std::to_string(filter.after));
    if (filter.before != 0) condition("r.sequence < ?::bigint", std::to_string(filter.before));
    if (filter.direction) equal("direction", std::string(guard::to_string(*filter.direction)));
    if (filter.row_class) equal("class", std::string(to_string(*filter.row_class)));
    equal("verdict", filter.verdict);
    equal("reason", filter.reason);
    equal("rule", filter.rule);
    equal("event", filter.event);
    equal("kind", filter.kind);
    equal("stanza_id", filter.id);
    if (!filter.id.empty()) where_ += " AND r.stanza_id <> ''";  // as the index says
    if (!filter.peer.empty()) {
      condition("? IN (r.sender, r.receiver, r.peer)", filter.peer);
    }
    address("from_address", filter.from);
    address("to_address", filter.to);
    // Part of a character is found in the encoding alone.
    if (!filter.label.empty() && database_text(filter.label) == filter.label) {
      condition("strpos(lower(r.marking), lower(?::text COLLATE \"C\")) > 0", filter.label);
    }
  }

  [[nodiscard]] std::string sql(bool reverse) const {
    const std::string down = reverse ? " DESC" : "";
    return std::string(
               "SELECT r.guard, r.sequence, r.encoding, r.leaf, ended.result FROM record r") +
           kOutcome + where_ + " ORDER BY r.\"time\"" + down + ", array_position(" + guards_ +
           ", r.guard), r.sequence" + down;
  }
  [[nodiscard]] const Postgres::Parameters& parameters() const { return parameters_; }

 private:
  std::string add(const std::string& value) {
    parameters_.push_back(database_text(value));
    return "$" + std::to_string(parameters_.size());
  }
  void condition(std::string sql, const std::string& value) {
    sql.replace(sql.find('?'), 1, add(value));
    where_ += " AND " + sql;
  }
  void equal(const std::string& column, const std::string& value) {
    if (!value.empty()) condition("r." + column + " = ?::text", value);
  }
  // An address, a bare address or a domain, as in query.h.
  void address(const std::string& column, const std::string& wanted) {
    if (wanted.empty()) return;
    const std::string bare = wanted.substr(0, wanted.find('/'));
    const bool domain = bare.find('@') == std::string::npos && bare.size() == wanted.size();
    const std::string kept = "lower(split_part(r." + column + ", '/', 1))";
    where_ += " AND r." + column + " <> ''";
    const std::string value = "lower(" + add(bare) + "::text COLLATE \"C\")";
    where_ += " AND (" + kept + " = " + value;
    if (domain) {
      where_ += " OR right(" + kept + ", char_length(" + value + ") + 1) = '@' || " + value;
    }
    where_ += ")";
  }

  std::string guards_;
  std::string where_;
  Postgres::Parameters parameters_;
};

std::expected<Record, std::string> record_of(guard::Sha256& sha, const Postgres::Row& row) {
  const std::string encoding = row.octets(2);
  const guard::Digest leaf = leaf_hash(sha, encoding);
  auto record = read_encoding(encoding);
  if (guard::as_text(leaf) != row.octets(3) || !record || record->sequence != row.number(1)) {
    return std::unexpected(std::string(row.text(0)) +
                           ": the record is not what its leaf hash was computed over");
  }
  return std::move(*record);
}

}  // namespace

OrPostgresError<std::vector<ShippedLog>> shipped_logs(Postgres& database) {
  std::vector<ShippedLog> logs;
  const auto done = database.run(
      "SELECT guard, origin, first_sequence, sequence FROM shipped ORDER BY guard COLLATE \"C\"",
      {}, [&](const Postgres::Row& row) {
        logs.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), row.number(2), row.number(3)});
      });
  if (!done) return std::unexpected(done.error());
  return logs;
}

std::expected<void, ReadError> query_fleet(Postgres& database, const std::vector<Source>& guards,
                                           const Filter& filter,
                                           const std::function<bool(const Found&)>& take) {
  if (guards.empty()) return {};
  Question question(guards);
  question.filter(filter);
  guard::Sha256 sha;
  std::optional<ReadError> fault;
  std::uint64_t taken = 0;
  const auto done = database.read(
      question.sql(filter.reverse), question.parameters(), [&](const Postgres::Row& row) {
        const auto record = record_of(sha, row);
        if (!record) {
          fault = ReadError{record.error(), row.number(1), true};
          return false;
        }
        if (!matches(filter, *record)) return true;
        std::optional<Result> ended;
        Result named = Result::kNone;
        if (!row.null(4) && read_name(row.text(4), named)) ended = named;
        const std::string_view name = guards.size() > 1 ? row.text(0) : std::string_view();
        return take({*record, ended, name}) && (filter.limit == 0 || ++taken < filter.limit);
      });
  if (fault) return std::unexpected(*fault);
  if (!done) return std::unexpected(ReadError{done.error().what});
  return {};
}

}  // namespace audit
