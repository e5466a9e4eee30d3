#include "audit/postgres.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "guard/base/hex.h"

namespace audit {
namespace {

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, FreeResult>;

constexpr int kPage = 1000;  // rows of a cursor at once

// libpq's complaints are lines; this makes one of them.
std::string one_line(const char* text) {
  std::string line = text == nullptr ? "" : text;
  while (line.ends_with('\n')) line.pop_back();
  std::ranges::replace(line, '\n', ' ');
  return line.empty() ? "PostgreSQL gave no reason" : line;
}

}  // namespace

struct Postgres::Session {
  PGconn* connection = nullptr;
  ~Session() { PQfinish(connection); }

  PostgresError error() const {
    return {one_line(PQerrorMessage(connection)), PQstatus(connection) != CONNECTION_OK};
  }
  OrPostgresError<Result> execute(const std::string& sql, const Parameters& parameters) const {
    std::vector<const char*> values;
    for (const std::string& each : parameters) values.push_back(each.c_str());
    Result result(PQexecParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                               values.data(), nullptr, nullptr, 0));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
      return std::unexpected(error());
    }
    return result;
  }
};

Postgres::Postgres(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Postgres::~Postgres() = default;
Postgres::Postgres(Postgres&&) noexcept = default;
Postgres& Postgres::operator=(Postgres&&) noexcept = default;

OrPostgresError<Postgres> Postgres::open(const std::string& url) {
  auto session = std::make_unique<Session>();
  // `dbname` is where libpq takes a whole URL; what is set behind it counts more.
  const char* const names[] = {"connect_timeout", "application_name", "dbname", "client_encoding",
                               nullptr};
  const char* const values[] = {"10", "guard-audit", url.c_str(), "UTF8", nullptr};
  session->connection = PQconnectdbParams(names, values, 1);
  if (PQstatus(session->connection) != CONNECTION_OK) return std::unexpected(session->error());
  Postgres opened(std::move(session));
  std::string encoding;
  const auto asked =
      opened.run("SHOW server_encoding", {}, [&](const Row& row) { encoding = row.text(0); });
  if (!asked) return std::unexpected(asked.error());
  if (encoding != "UTF8") {
    return std::unexpected(
        PostgresError{"the database has the encoding " + encoding + ", expected UTF8"});
  }
  return opened;
}

std::string_view Postgres::Row::text(int column) const {
  const auto* result = static_cast<const PGresult*>(result_);
  return {PQgetvalue(result, row_, column),
          static_cast<std::size_t>(PQgetlength(result, row_, column))};
}

bool Postgres::Row::null(int column) const {
  return PQgetisnull(static_cast<const PGresult*>(result_), row_, column) != 0;
}

std::uint64_t Postgres::Row::number(int column) const {
  const std::string_view digits = text(column);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
}

std::string Postgres::Row::octets(int column) const {
  const std::string_view hex = text(column);
  if (!hex.starts_with("\\x")) return {};
  const auto octets = guard::from_hex(hex.substr(2));
  return octets ? std::string(guard::as_text(*octets)) : std::string();
}

OrPostgresError<std::uint64_t> Postgres::run(const std::string& sql, const Parameters& parameters,
                                             const std::function<void(const Row&)>& take) {
  const auto result = session_->execute(sql, parameters);
  if (!result) return std::unexpected(result.error());
  const int rows = PQntuples(result->get());
  for (int row = 0; take && row < rows; ++row) take(Row(result->get(), row));
  if (rows > 0) return static_cast<std::uint64_t>(rows);
  const std::string_view changed = PQcmdTuples(result->get());
  std::uint64_t count = 0;
  (void)std::from_chars(changed.data(), changed.data() + changed.size(), count);
  return count;
}

OrPostgresError<void> Postgres::read(const std::string& sql, const Parameters& parameters,
                                     const std::function<bool(const Row&)>& take) {
  if (const auto done = run("BEGIN READ ONLY"); !done) return std::unexpected(done.error());
  const auto end = [&](OrPostgresError<void> outcome) {
    const auto ended = run("ROLLBACK");
    if (outcome && !ended) return OrPostgresError<void>(std::unexpected(ended.error()));
    return outcome;
  };
  if (const auto done = run("DECLARE page NO SCROLL CURSOR FOR " + sql, parameters); !done) {
    return end(std::unexpected(done.error()));
  }
  const std::string fetch = "FETCH " + std::to_string(kPage) + " FROM page";
  bool more = true;
  while (more) {
    std::uint64_t rows = 0;
    const auto done = run(fetch, {}, [&](const Row& row) {
      ++rows;
      if (more) more = take(row);
    });
    if (!done) return end(std::unexpected(done.error()));
    if (rows < static_cast<std::uint64_t>(kPage)) more = false;
  }
  return end({});
}

OrPostgresError<void> Postgres::copy(const std::string& sql, std::string_view lines) {
  if (const auto begun = session_->execute(sql, {}); !begun) {
    return std::unexpected(begun.error());
  }
  PGconn* const connection = session_->connection;
  bool put = true;
  while (put && !lines.empty()) {
    const std::string_view part = lines.substr(0, 1U << 20);
    put = PQputCopyData(connection, part.data(), static_cast<int>(part.size())) == 1;
    lines.remove_prefix(part.size());
  }
  if (!put || PQputCopyEnd(connection, nullptr) != 1) return std::unexpected(session_->error());
  OrPostgresError<void> outcome;
  while (const Result result{PQgetResult(connection)}) {
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      outcome = std::unexpected(PostgresError{one_line(PQresultErrorMessage(result.get())),
                                              PQstatus(connection) != CONNECTION_OK});
    }
  }
  return outcome;
}

}  // namespace audit
