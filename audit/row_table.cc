#include "audit/row_table.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "guard/base/check.h"

namespace audit {
namespace {

template <class T>
constexpr bool is_integer = std::is_same_v<T, std::uint64_t> || std::is_same_v<T, guard::UtcTime>;
template <class T>
constexpr bool is_blob =
    std::is_same_v<T, guard::Bytes> || std::is_same_v<T, std::optional<guard::Digest>>;

struct Column {
  std::string name;
  std::string type;
};

const std::vector<Column>& columns() {
  static const std::vector<Column> all = [] {
    std::vector<Column> list;
    const Record blank;
    Record::columns(blank, [&]<class T>(const char* name, const T&) {
      list.push_back({name, is_integer<T> ? "INTEGER" : is_blob<T> ? "BLOB" : "TEXT"});
    });
    return list;
  }();
  return all;
}

class Binder {
 public:
  explicit Binder(Statement& statement) : statement_(statement) {}

  void operator()(const char*, std::uint64_t value) { statement_.bind(++at_, value); }
  void operator()(const char*, guard::UtcTime value) { statement_.bind(++at_, value.microseconds); }
  void operator()(const char*, const std::string& value) { statement_.bind_text(++at_, value); }
  void operator()(const char*, const guard::Bytes& value) { statement_.bind_blob(++at_, value); }
  void operator()(const char*, const std::optional<guard::Digest>& value) {
    statement_.bind_blob(++at_, value ? guard::BytesView(*value) : guard::BytesView());
  }
  void operator()(const char*, std::optional<guard::Lane> value) {
    statement_.bind_text(++at_, value ? guard::to_string(*value) : std::string_view());
  }
  void operator()(const char*, std::optional<guard::Side> value) {
    statement_.bind_text(++at_, value ? guard::to_string(*value) : std::string_view());
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(const char*, Enum value) {
    statement_.bind_text(++at_, to_string(value));
  }
  void last(const guard::Digest& leaf, const guard::Digest& chain) {
    statement_.bind_blob(++at_, leaf);
    statement_.bind_blob(++at_, chain);
  }

 private:
  Statement& statement_;
  int at_ = 0;
};

// Reads column after column; after the first fault it only counts.
class RowReader {
 public:
  explicit RowReader(const Statement& statement) : statement_(statement) {}

  template <class T>
  void operator()(const char* name, T& value) {
    if (!fault.empty()) return;
    constexpr int kind = is_integer<T> ? SQLITE_INTEGER : is_blob<T> ? SQLITE_BLOB : SQLITE_TEXT;
    if (statement_.type(at_) != kind || !read(value)) fault = name;
    ++at_;
  }

  bool read(std::uint64_t& value) {
    // No writer of this format has a number past SQLite's.
    value = static_cast<std::uint64_t>(statement_.integer(at_));
    return statement_.integer(at_) >= 0;
  }
  bool read(guard::UtcTime& value) {
    value.microseconds = statement_.integer(at_);
    return true;
  }
  bool read(std::string& value) {
    value = statement_.text(at_);
    return true;
  }
  bool read(guard::Bytes& value) {
    const guard::BytesView octets = statement_.blob(at_);
    value.assign(octets.begin(), octets.end());
    return true;
  }
  bool read(std::optional<guard::Digest>& value) {
    if (statement_.blob(at_).empty()) {
      value.reset();
      return true;
    }
    return read(value.emplace());
  }
  bool read(guard::Digest& value) {
    const guard::BytesView octets = statement_.blob(at_);
    if (octets.size() != value.size()) return false;
    std::ranges::copy(octets, value.begin());
    return true;
  }
  bool read(std::optional<guard::Lane>& value) {
    const std::string_view text = statement_.text(at_);
    value = guard::lane_named(text);
    return value.has_value() || text.empty();
  }
  bool read(std::optional<guard::Side>& value) {
    const std::string_view text = statement_.text(at_);
    value = guard::side_from(text);
    return value.has_value() || text.empty();
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  bool read(Enum& value) {
    return read_name(statement_.text(at_), value);
  }
  void last(const char* name, guard::Digest& value) {
    if (!fault.empty()) return;
    if (statement_.type(at_) != SQLITE_BLOB || !read(value)) fault = name;
    ++at_;
  }

  std::string fault;

 private:
  const Statement& statement_;
  int at_ = 0;
};

}  // namespace

std::string create_sql() {
  std::string table = "CREATE TABLE record (\n";
  std::string hex;
  for (const Column& column : columns()) {
    const bool key = column.name == "sequence";
    table += "  \"" + column.name + "\" " + column.type + (key ? " PRIMARY KEY" : "") +
             " NOT NULL" + (key ? " CHECK (sequence > 0)" : "") + ",\n";
    const std::string octets = "CAST(\"" + column.name + "\" AS BLOB)";
    if (!hex.empty()) hex += "\n  || ";
    hex += "printf('%08X', length(" + octets + ")) || hex(" + octets + ")";
  }
  table += "  leaf BLOB NOT NULL,\n  chain BLOB NOT NULL\n) STRICT;\n";
  return table +
         // Only rows that are not about one stanza: it costs the others nothing.
         "CREATE INDEX record_others ON record (sequence) WHERE class <> 'decision';\n"
         "CREATE VIEW encoding AS SELECT sequence, " +
         hex + " AS hex FROM record;\n";
}

std::string select_list() {
  std::string list;
  for (const Column& column : columns()) list += "\"" + column.name + "\", ";
  return list + "leaf, chain";
}

std::string insert_sql() {
  std::string marks;
  for (std::size_t i = 0; i < columns().size(); ++i) marks += "?, ";
  return "INSERT INTO record (" + select_list() + ") VALUES (" + marks + "?, ?)";
}

void bind_row(Statement& statement, const Record& record, const guard::Digest& leaf,
              const guard::Digest& chain) {
  Binder binder(statement);
  Record::columns(record, binder);
  binder.last(leaf, chain);
}

std::expected<StoredRecord, std::string> read_row(const Statement& statement) {
  StoredRecord stored;
  RowReader reader(statement);
  Record::columns(stored.record, reader);
  reader.last("leaf", stored.leaf);
  reader.last("chain", stored.chain);
  if (!reader.fault.empty()) return std::unexpected(reader.fault);
  return stored;
}

SomeColumns::SomeColumns(std::initializer_list<std::string_view> names) {
  for (const Column& column : columns()) {
    wanted_.push_back(std::ranges::find(names, column.name) != names.end());
  }
  CHECK(static_cast<std::size_t>(std::ranges::count(wanted_, true)) == names.size());
}

std::string SomeColumns::list() const {
  std::string list;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    if (!wanted_[i]) continue;
    if (!list.empty()) list += ", ";
    list += "\"" + columns()[i].name + "\"";
  }
  return list;
}

std::expected<Record, std::string> SomeColumns::read(const Statement& statement) const {
  Record record;
  RowReader reader(statement);
  std::size_t column = 0;
  Record::columns(record, [&](const char* name, auto& member) {
    if (wanted_[column++]) reader(name, member);
  });
  if (!reader.fault.empty()) return std::unexpected(reader.fault);
  return record;
}

}  // namespace audit
