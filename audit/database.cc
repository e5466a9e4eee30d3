#include "audit/database.h"

#include "guard/base/check.h"

namespace audit {
namespace {

DatabaseError error_of(sqlite3* connection, int code) {
  DatabaseError error;
  error.code = connection != nullptr ? sqlite3_extended_errcode(connection) : code;
  error.what = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  return error;
}

// A path as the path part of an SQLite URI.
std::string as_uri(const std::string& path, std::string_view parameters) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string uri = "file:";
  for (const char c : path) {
    const auto octet = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_';
    if (plain) {
      uri += c;
    } else {
      uri += '%';
      uri += kDigits[octet >> 4];
      uri += kDigits[octet & 15];
    }
  }
  return uri.append(parameters);
}

}  // namespace

bool DatabaseError::full() const { return (code & 0xff) == SQLITE_FULL; }

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::operator=(Statement&& other) noexcept {
  if (this != &other) {
    sqlite3_finalize(statement_);
    statement_ = std::exchange(other.statement_, nullptr);
  }
  return *this;
}

void Statement::bind(int parameter, std::int64_t value) {
  CHECK(sqlite3_bind_int64(statement_, parameter, value) == SQLITE_OK);
}

void Statement::bind(int parameter, std::uint64_t value) {
  bind(parameter, static_cast<std::int64_t>(value));
}

void Statement::bind_text(int parameter, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() != nullptr ? text.data() : "";
  CHECK(sqlite3_bind_text64(statement_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) ==
        SQLITE_OK);
}

void Statement::bind_blob(int parameter, guard::BytesView octets) {
  const void* data = octets.data() != nullptr ? static_cast<const void*>(octets.data()) : "";
  CHECK(sqlite3_bind_blob64(statement_, parameter, data, octets.size(), SQLITE_STATIC) ==
        SQLITE_OK);
}

OrDatabaseError<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(error_of(sqlite3_db_handle(statement_), code));
}

void Statement::reset() { sqlite3_reset(statement_); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const { return guard::as_text(blob(column)); }

guard::BytesView Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {data, data == nullptr
                    ? std::size_t{0}
                    : static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

int Statement::type(int column) const { return sqlite3_column_type(statement_, column); }

Database::~Database() { sqlite3_close_v2(connection_); }

Database& Database::operator=(Database&& other) noexcept {
  if (this != &other) {
    sqlite3_close_v2(connection_);
    connection_ = std::exchange(other.connection_, nullptr);
  }
  return *this;
}

OrDatabaseError<Database> Database::open_writer(const std::string& path) {
  Database database;
  const int code =
      sqlite3_open_v2(path.c_str(), &database.connection_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(database.connection_, code));
  sqlite3_extended_result_codes(database.connection_, 1);
  return database;
}

OrDatabaseError<Database> Database::open_reader(const std::string& path) {
  return open_uri(as_uri(path, "?mode=ro&readonly_shm=1"));
}

OrDatabaseError<Database> Database::open_sealed(const std::string& path) {
  return open_uri(as_uri(path, "?mode=ro&immutable=1"));
}

OrDatabaseError<void> Database::attach_sealed(const std::string& path, const char* name) {
  auto attach = prepare(std::string("ATTACH ? AS ") + name);
  if (!attach) return std::unexpected(attach.error());
  const std::string uri = as_uri(path, "?mode=ro&immutable=1");
  attach->bind_text(1, uri);
  if (const auto done = attach->step(); !done) return std::unexpected(done.error());
  return {};
}

OrDatabaseError<Database> Database::open_uri(const std::string& uri) {
  Database database;
  const int code =
      sqlite3_open_v2(uri.c_str(), &database.connection_,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(database.connection_, code));
  sqlite3_extended_result_codes(database.connection_, 1);
  sqlite3_db_config(database.connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(database.connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database.connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return database;
}

OrDatabaseError<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_, sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return Statement(statement);
}

OrDatabaseError<void> Database::run(const char* sql) {
  const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return {};
}

OrDatabaseError<std::string> Database::ask(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? std::string(statement->text(0)) : std::string();
}

void Database::wait_for_locks(int milliseconds) { sqlite3_busy_timeout(connection_, milliseconds); }

void Database::interrupt_when(const std::atomic<bool>* stop) {
  if (stop == nullptr) return sqlite3_progress_handler(connection_, 0, nullptr, nullptr);
  sqlite3_progress_handler(
      connection_, 1000,
      [](void* flag) { return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0; },
      const_cast<std::atomic<bool>*>(stop));
}

OrDatabaseError<void> Database::enter_wal() {
  auto mode = ask("PRAGMA journal_mode");
  if (mode && *mode != "wal") mode = ask("PRAGMA journal_mode = MEMORY");
  if (mode && *mode != "wal") mode = ask("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(mode.error());
  if (*mode != "wal") return std::unexpected(DatabaseError{SQLITE_CANTOPEN, "cannot use WAL"});
  return {};
}

OrDatabaseError<void> Database::leave_wal() {
  const auto mode = ask("PRAGMA journal_mode = MEMORY");
  if (!mode) return std::unexpected(mode.error());
  return {};
}

OrDatabaseError<void> Database::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY) return std::unexpected(error(code));
  return {};
}

OrDatabaseError<void> Database::close() {
  const int code = sqlite3_close(connection_);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  connection_ = nullptr;
  return {};
}

DatabaseError Database::error(int code) const { return error_of(connection_, code); }

}  // namespace audit
