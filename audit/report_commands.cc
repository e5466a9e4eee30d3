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
int run_trace(std::vector<std::string> arguments, bool json) {
  const std::string id = arguments.back();
  arguments.pop_back();
  LogOption logs{std::move(arguments), {}};
  if (const std::string wrong = complete(logs, {}); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  std::uint64_t count = 0;
  std::uint64_t released = 0;
  const auto done =
      query_all(logs.sources, {.row_class = Class::kDecision, .id = id}, [&](const Found& found) {
        ++count;
        if (found.record.action == Action::kForward) ++released;
        put(json ? json_line(found) : told(found));
        return std::ferror(stdout) == 0;
      });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  warn_of_gaps(logs.sources, {});
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
};

int run_report(ReportOptions& options) {
  for (const std::string& wrong : {complete(options), complete(options.logs, options.filter)}) {
    if (wrong.empty()) continue;
    complain(wrong);
    return kUsage;
  }
  Report report;
  const auto done = query_all(options.logs.sources, options.filter, [&](const Found& found) {
    report.add(found.record);
    return true;
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  warn_of_gaps(options.logs.sources, options.filter);
  put(options.html ? report.html() : report.text());
  return kYes;
}

struct ExportOptions : FilterOptions {
  LogOption logs;
  std::string format;
};

int run_export(ExportOptions& options) {
  for (const std::string& wrong : {complete(options), complete(options.logs, options.filter)}) {
    if (wrong.empty()) continue;
    complain(wrong);
    return kUsage;
  }
  const auto format = export_format_from(options.format);
  if (!format) return kUsage;
  const bool several = options.logs.sources.size() > 1;
  std::map<std::string, std::string, std::less<>> origins;  // by the log's name here
  for (const Source& source : options.logs.sources) {
    const auto files = readable_segments(source.log);
    if (files.empty()) continue;
    auto reader = Reader::open(files.front().path);
    const auto start = reader ? reader->start() : std::unexpected(reader.error());
    if (start) origins[several ? source.guard : ""] = start->origin;
  }
  // Whoever goes on has the header already.
  if (options.filter.after == 0) put(export_header(*format, several));
  std::uint64_t last = options.filter.after;
  const auto done = query_all(options.logs.sources, options.filter, [&](const Found& found) {
    last = found.record.sequence;
    const auto origin = origins.find(found.guard);
    put(export_line(*format, found.record, origin == origins.end() ? "" : origin->second,
                    found.guard));
    return std::ferror(stdout) == 0;
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    complain("the export could not be written");
    return kUnreadable;
  }
  warn_of_gaps(options.logs.sources, options.filter);
  if (several) return kYes;
  std::fprintf(stderr, "guard-audit: up to record %llu; go on with --after %llu\n",
               static_cast<unsigned long long>(last), static_cast<unsigned long long>(last));
  return kYes;
}

}  // namespace

void add_trace(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("trace", "Who received this message, and what became of each copy");
  command->footer("Example:\n  guard-audit trace /var/log/xmpp-guard 7d1f0b52-9a4e");
  auto arguments = std::make_shared<std::vector<std::string>>();
  auto json = std::make_shared<bool>(false);
  command
      ->add_option("LOG... ID", *arguments, "The logs, and the stanza's id as its sender gave it")
      ->required()
      ->expected(2, 1000);
  command->add_flag("--json", *json, "One JSON object for each line");
  command->callback([=, &run] { run = [=] { return run_trace(*arguments, *json); }; });
}

void add_report(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("report", "Count what happened");
  command->footer(
      "Example:\n  guard-audit report /var/log/xmpp-guard --since today --html > r.html");
  auto options = std::make_shared<ReportOptions>();
  add_logs(*command, options->logs);
  add_filter(*command, *options);
  command->add_flag("--html", options->html, "One HTML file with plots, which needs nothing else");
  command->callback([options, &run] { run = [options] { return run_report(*options); }; });
}

void add_export(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("export", "Write all records for another system");
  command->footer(
      "Example:\n  guard-audit export /var/log/xmpp-guard --format cef --after 120000\n"
      "Complete and in order; the last sequence is said on stderr, for --after.");
  auto options = std::make_shared<ExportOptions>();
  add_logs(*command, options->logs);
  command->add_option("--format", options->format, "jsonl, csv, cef, syslog or ocsf")
      ->required()
      ->check(CLI::IsMember({"jsonl", "csv", "cef", "syslog", "ocsf"}));
  command->add_option("--after", options->filter.after, "Only what follows this sequence");
  command->add_option("--limit", options->filter.limit, "At most so many records")
      ->check(positive());
  add_filter(*command, *options);
  command->callback([options, &run] { run = [options] { return run_export(*options); }; });
}

}  // namespace audit::tool
