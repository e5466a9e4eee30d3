// Postgres: the one adapter around libpq. A connection, errors as values. Every value travels as a
// parameter, never in the text of a statement.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace audit {

// PostgresError: what the server or libpq said, in one line. `lost` where the connection is gone.
struct PostgresError {
  std::string what;
  bool lost = false;
};

template <class T>
using OrPostgresError = std::expected<T, PostgresError>;

// Postgres is not thread-safe. Destroying it ends the session; an open transaction is rolled back.
class Postgres {
 public:
  // open connects to a URL or connection string of libpq (passwords are better in ~/.pgpass or the
  // environment: a command line is seen by everybody). A server that does not answer within 10 s
  // is an error, and so is a database whose encoding is not UTF8.
  [[nodiscard]] static OrPostgresError<Postgres> open(const std::string& url);

  ~Postgres();
  Postgres(Postgres&&) noexcept;
  Postgres& operator=(Postgres&&) noexcept;

  // Row views the columns of a row as text; it lives as long as the call that it is given to.
  class Row {
   public:
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] bool null(int column) const;
    // number reads an integer from 0 on; 0 for anything else.
    [[nodiscard]] std::uint64_t number(int column) const;
    // octets reads a bytea in hexadecimal; empty for anything else.
    [[nodiscard]] std::string octets(int column) const;

   private:
    friend class Postgres;
    Row(const void* result, int row) : result_(result), row_(row) {}
    const void* result_;
    int row_;
  };

  // run runs one statement with its parameters ($1, ...) and returns how many rows it gave or
  // changed.
  using Parameters = std::vector<std::string>;
  [[nodiscard]] OrPostgresError<std::uint64_t> run(
      const std::string& sql, const Parameters& parameters = {},
      const std::function<void(const Row&)>& take = {});

  // read runs a query and calls `take` with each row until it returns false; rows come in pages of
  // a cursor, so that no answer has to fit in memory. It is a transaction of its own that only
  // reads.
  [[nodiscard]] OrPostgresError<void> read(const std::string& sql, const Parameters& parameters,
                                           const std::function<bool(const Row&)>& take);

  // copy gives the lines to a COPY ... FROM STDIN statement; either all rows are in the transaction
  // afterwards or it is an error.
  [[nodiscard]] OrPostgresError<void> copy(const std::string& sql, std::string_view lines);

 private:
  struct Session;
  explicit Postgres(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace audit
