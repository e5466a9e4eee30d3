// trace, report, export: many records at once.
#include <cstdio>
#include <map>
#include <utility>

#include "audit/export_format.h"
#include "audit/present.h"
#include "audit/report.h"
#include "audit/tool.h"
#include "guard/base/escape.h"

namespace audit::tool {
namespace {

// One copy of a message, in words.
std::string told(const Found& found) {
  const Record& record = found.record;
  std::string text =
      guard::to_iso8601(record.time) + "  " +
      (found.guard.empty() ? "" : guard::for_terminal(found.guard) + " ") + "record " +
      std::to_string(record.sequence) + ": " +
      guard::for_terminal(record.kind + (record.type.empty() ? "" : " " + record.type)) + " from " +
      guard::for_terminal(record.from_address) + " (" + guard::for_terminal(record.sender) +
      ") to " + guard::for_terminal(record.to_address);
  if (!record.receiver.empty()) text += " (" + guard::for_terminal(record.receiver) + ")";
  text +=
      "\n    " + std::string(to_string(record.verdict)) + ", " + guard::for_terminal(record.reason);
  if (!record.rule.empty()) text += " by rule " + guard::for_terminal(record.rule);
  if (!record.marking.empty()) text += "; label " + guard::for_terminal(record.marking);
  text += "\n    ";
  switch (record.action) {
    case Action::kForward:
      text.append("its bytes were released: ").append(ended_text(found));
      break;
    case Action::kReply:
      text.append("its sender got an answer: ").append(ended_text(found));
      break;
    case Action::kClose:
      text.append("its stream was closed: ").append(guard::for_terminal(record.detail));
      break;
    case Action::kNone:
    case Action::kReplyLost:
      text += "nothing left the guard";
      break;
  }
  return text + "\n";
}

// The logs and, last, the id: what stands on the command line.
int run_trace(LogOption& logs, bool json) {
  const std::string id = logs.arguments.back();
  logs.arguments.pop_back();
  if (const int status = open_logs(logs); status != kYes) return status;
  std::uint64_t count = 0;
  std::uint64_t released = 0;
  const auto done = look(logs, {.row_class = Class::kDecision, .id = id}, [&](const Found& found) {
    ++count;
    if (found.record.action == Action::kForward) ++released;
    put(json ? json_line(found) : told(found));
    return std::ferror(stdout) == 0;
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  warn_of_gaps(logs, {});
  if (count == 0) {
    complain("no stanza with this id is in the log");
    return kNo;
  }
  if (!json) {
    put(std::to_string(count) + (count == 1 ? " copy, " : " copies, ") + std::to_string(released) +
        " of them released.\n");
  }
  return kYes;
}

struct ReportOptions : FilterOptions {
  LogOption logs;
  bool html = false;
  bool quiet = false;
};

int run_report(ReportOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  if (const int status = open_logs(options.logs); status != kYes) return status;
  Report report;
  Progress progress("report", options.quiet, false);
  const auto done = look(
      options.logs, options.filter,
      [&](const Found& found) {
        report.add(found.record);
        return true;
      },
      &progress);
  progress.hide();
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  warn_of_gaps(options.logs, options.filter);
  put(options.html ? report.html() : report.text());
  return kYes;
}

struct ExportOptions : FilterOptions {
  LogOption logs;
  std::string format;
  bool quiet = false;
};

// Where the next export goes on, as it would be said to it.
std::string next_after(const LogOption& logs) {
  std::string text;
  for (const Source& source : logs.sources) {
    text += " --after " + (logs.several() ? source.guard + "=" : "") + std::to_string(source.after);
  }
  return text;
}

int run_export(ExportOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  LogOption& logs = options.logs;
  if (const int status = open_logs(logs); status != kYes) return status;
  const auto format = export_format_from(options.format);
  if (!format) return kUsage;
  // By what a record's log is called: nothing, where there is only one.
  struct Each {
    std::string origin;
    std::uint64_t last = 0;
  };
  std::map<std::string, Each, std::less<>> each;
  bool goes_on = false;
  for (std::size_t i = 0; i < logs.sources.size(); ++i) {
    const Source& source = logs.sources[i];
    each[logs.several() ? source.guard : ""] = {origin_of(logs, i), source.after};
    goes_on = goes_on || source.after != 0;
  }
  // Whoever goes on has the header already.
  if (!goes_on) put(export_header(*format, logs.several()));
  Progress progress("export", options.quiet, true);
  const auto done = look(
      logs, options.filter,
      [&](const Found& found) {
        Each& its = each.find(found.guard)->second;
        its.last = found.record.sequence;
        put(export_line(*format, found.record, its.origin, found.guard));
        return std::ferror(stdout) == 0;
      },
      &progress);
  progress.hide();
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    complain("the export could not be written");
    return kUnreadable;
  }
  for (Source& source : logs.sources) {
    source.after = each[logs.several() ? source.guard : ""].last;
  }
  warn_of_gaps(logs, options.filter);
  complain("go on with" + next_after(logs));
  return kYes;
}

}  // namespace

void add_trace(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("trace", "Who received this message, and what became of each copy");
  command->footer("Example:\n  guard-audit trace /var/log/xmpp-guard 7d1f0b52-9a4e");
  auto logs = std::make_shared<LogOption>();
  auto json = std::make_shared<bool>(false);
  command
      ->add_option("LOG... ID", logs->arguments,
                   "The logs, or guards of the database, and the stanza's id as its sender gave it")
      ->required()
      ->expected(1, 1000);
  add_database(*command, *logs);
  command->add_flag("--json", *json, "One JSON object for each line");
  command->callback([=, &run] { run = [=] { return run_trace(*logs, *json); }; });
}

void add_report(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("report", "Count what happened");
  command->footer(
      "Example:\n  guard-audit report /var/log/xmpp-guard --since today --html > r.html");
  auto options = std::make_shared<ReportOptions>();
  add_logs(*command, options->logs);
  add_filter(*command, *options);
  add_quiet(*command, options->quiet);
  command->add_flag("--html", options->html, "One HTML file with plots, which needs nothing else");
  command->callback([options, &run] { run = [options] { return run_report(*options); }; });
}

void add_export(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("export", "Write all records for another system");
  command->footer(
      "Example:\n  guard-audit export /var/log/xmpp-guard --format cef --after 120000\n"
      "Complete and in order; where it ended is said on stderr, for --after.");
  auto options = std::make_shared<ExportOptions>();
  add_logs(*command, options->logs);
  command->add_option("--format", options->format, "jsonl, csv, cef, syslog or ocsf")
      ->required()
      ->check(CLI::IsMember({"jsonl", "csv", "cef", "syslog", "ocsf"}));
  add_quiet(*command, options->quiet);
  add_after(*command, options->logs);
  command->add_option("--limit", options->filter.limit, "At most so many records")
      ->check(positive());
  add_filter(*command, *options);
  command->callback([options, &run] { run = [options] { return run_export(*options); }; });
}

}  // namespace audit::tool
