// Tool: what the subcommands of guard-audit share: exit statuses, output, and how they are added.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/fleet_query.h"
#include "audit/gap.h"
#include "audit/merged.h"
#include "audit/progress.h"
#include "audit/query.h"
#include "audit/reader.h"
#include "audit/verify.h"

namespace audit::tool {

constexpr int kYes = 0;         // it ran; the log is whole; the proof holds
constexpr int kNo = 1;          // it is not; there is no such record
constexpr int kUnreadable = 2;  // a log or a file cannot be read, or is malformed
constexpr int kUsage = 3;

// complain writes a line to stderr, put text to stdout. Whatever came from a peer has been escaped
// before put; complain does it itself.
void complain(const std::string& what);
void complain(const ReadError& error);
void put(const std::string& text);

// terminal_width is that of stdout, or COLUMNS, or 160.
[[nodiscard]] std::size_t terminal_width();

// read_file reads a whole file of at most 16 MiB.
[[nodiscard]] std::expected<std::string, std::string> read_file(const std::string& path);

// LogOption: one log, or several; or the fleet's database, and which guards of it.
struct LogOption {
  std::vector<std::string> arguments;  // logs, or names of guards
  std::string url;                     // of the database
  std::vector<std::string> after;      // SEQ, or NAME=SEQ
  std::vector<Source> sources;
  std::vector<ShippedLog> shipped;  // as sources, where they are in the database
  std::unique_ptr<Postgres> database;

  [[nodiscard]] bool several() const { return sources.size() > 1; }
};
void add_logs(CLI::App& command, LogOption& logs);
void add_database(CLI::App& command, LogOption& logs);
void add_after(CLI::App& command, LogOption& logs);
// open_logs reads the arguments and opens the database. It returns kYes, or another status after a
// complaint.
[[nodiscard]] int open_logs(LogOption& logs);

// look is query_all over the logs, or query_fleet where they are in a database; `progress`, if any,
// is told how far it is.
using Take = std::function<bool(const Found&)>;
[[nodiscard]] std::expected<void, ReadError> look(const LogOption& logs, const Filter& filter,
                                                  const Take& take, Progress* progress = nullptr);
// The same over some of them; `database` is that of the logs, nullptr without one.
[[nodiscard]] std::expected<void, ReadError> look(Postgres* database,
                                                  const std::vector<Source>& sources,
                                                  const Filter& filter, const Take& take);

// origin_of is a log's own name, "" where it cannot be read.
[[nodiscard]] std::string origin_of(const LogOption& logs, std::size_t source);

// warn_of_gaps says on stderr which records that a filter may be about are not in the logs any
// more; gaps_of returns them.
void warn_of_gaps(const LogOption& logs, const Filter& filter);
[[nodiscard]] std::vector<Gap> gaps_of(const LogOption& logs, std::size_t source);

// verify_options reads the files of anchors and of the root key's public half ("" for none);
// nullopt after a complaint.
[[nodiscard]] std::optional<VerifyOptions> verify_options(const std::string& key,
                                                          const std::vector<std::string>& anchors);

// Run is what the command line has asked for.
using Run = std::function<int()>;

// positive checks that an argument is a number from 1 on, of at most 19 digits.
[[nodiscard]] CLI::Validator positive();

// FilterOptions are the options that query, follow, report and export have in common.
struct FilterOptions {
  std::string since, until, direction, row_class;
  Filter filter;
};
// add_quiet adds --quiet: no progress is shown.
void add_quiet(CLI::App& command, bool& quiet);
void add_filter(CLI::App& command, FilterOptions& options);
// complete fills in what CLI11 leaves as text; the complaint is for wrong usage, "" for none.
[[nodiscard]] std::string complete(FilterOptions& options);

// Each adds one subcommand, which sets `run`.
void add_query(CLI::App& app, Run& run);
void add_follow(CLI::App& app, Run& run);
void add_show(CLI::App& app, Run& run);
void add_trace(CLI::App& app, Run& run);
void add_report(CLI::App& app, Run& run);
void add_export(CLI::App& app, Run& run);
void add_open(CLI::App& app, Run& run);
void add_ship(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_prove(CLI::App& app, Run& run);
void add_check_proof(CLI::App& app, Run& run);
void add_anchors(CLI::App& app, Run& run);
void add_seal(CLI::App& app, Run& run);
void add_prune(CLI::App& app, Run& run);
void add_sign(CLI::App& app, Run& run);
void add_archive(CLI::App& app, Run& run);
void add_restore(CLI::App& app, Run& run);

}  // namespace audit::tool
