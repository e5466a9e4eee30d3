// Database: the one adapter around SQLite. A connection and prepared statements, errors as values.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "guard/base/bytes.h"

namespace audit {

// DatabaseError: SQLite's result code and its words. `code` is the extended one.
struct DatabaseError {
  int code = 0;
  std::string what;
  [[nodiscard]] bool full() const;  // no room on the disk
};

template <class T>
using OrDatabaseError = std::expected<T, DatabaseError>;

class Database;

// Statement is a prepared statement. Parameters and columns count from 1 and 0, as SQLite's do.
// What is bound as text or blob must live until the next reset.
class Statement {
 public:
  Statement() = default;
  ~Statement();
  Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::uint64_t value);
  void bind_text(int parameter, std::string_view text);
  void bind_blob(int parameter, guard::BytesView octets);

  // step returns true where there is a row, false at the end.
  [[nodiscard]] OrDatabaseError<bool> step();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  // text and blob live until the next step or reset. Any octets may be in either.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] guard::BytesView blob(int column) const;
  [[nodiscard]] int type(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_ = nullptr;
};

// Database is one connection.
class Database {
 public:
  Database() = default;
  ~Database();
  Database(Database&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // open_writer opens an existing file for writing.
  [[nodiscard]] static OrDatabaseError<Database> open_writer(const std::string& path);

  // open_reader opens a file so that nothing on the disk changes: no checkpoint, no recovery, no
  // write to the -shm file of a writer, even where the process would be allowed to.
  [[nodiscard]] static OrDatabaseError<Database> open_reader(const std::string& path);

  // open_sealed opens a file that nobody will ever write again (`immutable=1`): without locks, so
  // that it works for whoever may read it, wherever it lies.
  [[nodiscard]] static OrDatabaseError<Database> open_sealed(const std::string& path);

  // attach_sealed lets statements of a writer read another file that nobody will ever write again,
  // under the schema name `name`, until DETACH.
  [[nodiscard]] OrDatabaseError<void> attach_sealed(const std::string& path, const char* name);

  [[nodiscard]] OrDatabaseError<Statement> prepare(std::string_view sql);

  // run executes statements that return no rows, or whose rows do not matter.
  [[nodiscard]] OrDatabaseError<void> run(const char* sql);

  // ask returns the first column of the first row of a query; "" where there is no row.
  [[nodiscard]] OrDatabaseError<std::string> ask(const char* sql);

  // wait_for_locks sets how long a lock of another connection is waited for, in milliseconds.
  void wait_for_locks(int milliseconds);

  // interrupt_when has long statements give up once `stop` is true; null: never.
  void interrupt_when(const std::atomic<bool>* stop);

  // enter_wal and leave_wal change the journal's mode: a write of the first page alone, where what
  // changes lies within 100 octets. With a journal in memory, so that a crash never leaves a file
  // beside it that only a writer could undo. Leaving takes in what the write-ahead file holds, and
  // needs the file for itself (SQLITE_BUSY otherwise).
  [[nodiscard]] OrDatabaseError<void> enter_wal();
  [[nodiscard]] OrDatabaseError<void> leave_wal();

  // checkpoint copies what it can from the write-ahead file, without waiting for readers.
  [[nodiscard]] OrDatabaseError<void> checkpoint();

  // close gives the connection up; what SQLite cannot finish is an error.
  [[nodiscard]] OrDatabaseError<void> close();

  [[nodiscard]] sqlite3* handle() const { return connection_; }

 private:
  [[nodiscard]] DatabaseError error(int code) const;
  [[nodiscard]] static OrDatabaseError<Database> open_uri(const std::string& uri);
  sqlite3* connection_ = nullptr;
};

}  // namespace audit
