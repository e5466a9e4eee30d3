// guard-audit: the security officer's tool: find decisions in the audit log, and prove it whole.
//
// Exit status: 0 the query ran, or the log verifies; 1 the log does not verify; 2 it cannot be
// read; 3 wrong usage.
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "audit/escape.h"
#include "audit/present.h"
#include "audit/query.h"
#include "audit/verify.h"
#include "guard/base/hex.h"

namespace {

constexpr int kYes = 0;
constexpr int kNo = 1;
constexpr int kUnreadable = 2;
constexpr int kUsage = 3;
constexpr std::size_t kTablePage = 500;  // rows that share their column widths
constexpr std::size_t kUnknownWidth = 160;

void complain(const std::string& what) {
  std::fprintf(stderr, "guard-audit: %s\n", audit::for_terminal(what).c_str());
}

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    const long count = std::strtol(columns, nullptr, 10);
    if (count > 0 && count < 10'000) return static_cast<std::size_t>(count);
  }
  return kUnknownWidth;
}

struct QueryOptions {
  std::string log;
  std::string since, until, direction, row_class;
  audit::Filter filter;
  bool json = false;
  bool csv = false;
};

// Fills in what CLI11 leaves as text. The complaint is for wrong usage.
std::string complete(QueryOptions& options) {
  const guard::UtcTime now = guard::now_utc();
  for (const auto& [text, moment] : {std::pair{&options.since, &options.filter.since},
                                     std::pair{&options.until, &options.filter.until}}) {
    if (text->empty()) continue;
    *moment = audit::parse_moment(*text, now);
    if (!*moment) return *text + " is no time: expected ISO 8601, today, yesterday, now, or 2h";
  }
  for (const guard::Lane lane : {guard::Lane::kHighToLow, guard::Lane::kLowToHigh}) {
    if (options.direction == guard::to_string(lane)) options.filter.direction = lane;
  }
  audit::Class row_class{};
  if (audit::read_name(options.row_class, row_class)) options.filter.row_class = row_class;
  return {};
}

int run_query(QueryOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  const std::size_t columns = terminal_width();
  audit::Table table;
  std::size_t in_table = 0;
  if (options.csv) put(audit::csv_header());
  const auto done = audit::query(options.log, options.filter, [&](const audit::Found& found) {
    if (options.json) {
      put(audit::json_line(found));
    } else if (options.csv) {
      put(audit::csv_line(found));
    } else if (found.record.row_class != audit::Class::kOutcome || options.filter.row_class) {
      table.add(found);
      if (++in_table % kTablePage == 0) put(std::exchange(table, {}).print(columns));
    }
    return std::ferror(stdout) == 0;
  });
  if (!table.empty()) put(table.print(columns));
  if (!done) {
    complain(done.error().sequence == 0
                 ? done.error().what
                 : "record " + std::to_string(done.error().sequence) + ": " + done.error().what);
    return kUnreadable;
  }
  if (!options.json && !options.csv && in_table == 0) complain("no record matches");
  return kYes;
}

int run_verify(const std::string& log, bool json) {
  const auto result = audit::verify(log);
  if (!result) {
    complain(result.error().what);
    return kUnreadable;
  }
  const std::string chain = guard::to_hex(result->last.chain);
  if (json) {
    std::string line = "{\"verified\":" + std::string(result->fault ? "false" : "true") +
                       ",\"records\":" + std::to_string(result->records) +
                       ",\"last_sequence\":" + std::to_string(result->last.sequence) +
                       ",\"chain\":\"" + chain + "\"";
    if (result->fault) {
      line += ",\"first_bad\":" + std::to_string(result->fault->sequence) +
              ",\"what\":" + audit::json_string(result->fault->what);
    }
    put(line + "}\n");
  } else if (result->fault) {
    put("NOT WHOLE: record " + std::to_string(result->fault->sequence) + ": " +
        audit::for_terminal(result->fault->what) + "\n" + std::to_string(result->records) +
        " records before it agree.\n");
  } else if (result->records == 0) {
    put("The log is empty.\n");
  } else {
    put(std::to_string(result->records) + " records agree, up to record " +
        std::to_string(result->last.sequence) + " of " + guard::to_iso8601(result->last.time) +
        ".\nchain " + chain + "\n");
  }
  return result->fault ? kNo : kYes;
}

void add_query(CLI::App& app, QueryOptions& options) {
  CLI::App* query = app.add_subcommand("query", "Find records");
  query->footer(
      "Examples:\n"
      "  guard-audit query /var/log/xmpp-guard --since today --verdict refused\n"
      "  guard-audit query /var/log/xmpp-guard --from alice@high.example --since 2h --json\n"
      "  guard-audit query /var/log/xmpp-guard --event stream-authenticated --reverse --limit 10\n"
      "Times are UTC. The last column says how what was released ended.");
  audit::Filter& filter = options.filter;
  query->add_option("LOG", options.log, "The log's directory, or one of its files")->required();
  query->add_option("--since", options.since, "From then: ISO 8601, today, yesterday, or 2h ago");
  query->add_option("--until", options.until, "Before then: the same");
  query->add_option("--direction", options.direction, "high-to-low or low-to-high")
      ->check(CLI::IsMember({"high-to-low", "low-to-high"}));
  query->add_option("--peer", filter.peer, "A peer's name, as sender, receiver or subject");
  query->add_option("--from", filter.from, "An address, a bare address, or a domain");
  query->add_option("--to", filter.to, "The same");
  query->add_option("--verdict", filter.verdict, "allowed, refused or withheld")
      ->check(CLI::IsMember({"allowed", "refused", "withheld"}));
  query->add_option("--reason", filter.reason, "A reason's name");
  query->add_option("--rule", filter.rule, "A rule's id");
  query->add_option("--label", filter.label, "Part of the marking");
  query->add_option("--event", filter.event, "An event's name");
  query->add_option("--kind", filter.kind, "message, presence or iq");
  query->add_option("--class", options.row_class, "decision, event or outcome")
      ->check(CLI::IsMember({"decision", "event", "outcome"}));
  query->add_option("--limit", filter.limit, "At most so many records")->check(CLI::PositiveNumber);
  query->add_flag("--reverse", filter.reverse, "Newest first");
  auto* json = query->add_flag("--json", options.json, "One JSON object for each line");
  query->add_flag("--csv", options.csv, "Comma-separated values")->excludes(json);
}

int run(int argc, char** argv) {
  CLI::App app("Reads the audit log of xmpp-guard; never changes it.", "guard-audit");
  app.require_subcommand(1);
  QueryOptions options;
  add_query(app, options);
  std::string log;
  bool json = false;
  CLI::App* verify = app.add_subcommand("verify", "Check that the log is whole");
  verify->footer(
      "Example:\n  guard-audit verify /var/log/xmpp-guard\n"
      "Exit status 1 names the first record that is not as it was written. Records removed from\n"
      "the end are not found: compare the chain value with one noted earlier.");
  verify->add_option("LOG", log, "The log's directory, or one of its files")->required();
  verify->add_flag("--json", json, "One JSON object");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kYes : kUsage;
  }
  return verify->parsed() ? run_verify(log, json) : run_query(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = run(argc, argv);
    return std::fflush(stdout) == 0 ? status : kUnreadable;
  } catch (const std::exception& error) {
    complain(error.what());
    return kUnreadable;
  }
}
