// trace, report, export: many records at once.
#include <cstdio>
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
      guard::to_iso8601(record.time) + "  record " + std::to_string(record.sequence) + ": " +
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

int run_trace(const std::string& log, const std::string& id, bool json) {
  std::uint64_t count = 0;
  std::uint64_t released = 0;
  const auto done = query(log, {.row_class = Class::kDecision, .id = id}, [&](const Found& found) {
    ++count;
    if (found.record.action == Action::kForward) ++released;
    put(json ? json_line(found) : told(found));
    return std::ferror(stdout) == 0;
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  warn_of_gaps(log, {});
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
  std::string log;
  bool html = false;
};

int run_report(ReportOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  Report report;
  const auto done = query(options.log, options.filter, [&](const Found& found) {
    report.add(found.record);
    return true;
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  warn_of_gaps(options.log, options.filter);
  put(options.html ? report.html() : report.text());
  return kYes;
}

struct ExportOptions : FilterOptions {
  std::string log;
  std::string format;
};

int run_export(ExportOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  const auto format = export_format_from(options.format);
  if (!format) return kUsage;
  std::string origin;
  if (const auto files = readable_segments(options.log); !files.empty()) {
    if (auto reader = Reader::open(files.front().path)) {
      if (const auto start = reader->start()) origin = start->origin;
    }
  }
  // Whoever goes on has the header already.
  if (options.filter.after == 0) put(export_header(*format));
  std::uint64_t last = options.filter.after;
  const auto done = query(options.log, options.filter, [&](const Found& found) {
    last = found.record.sequence;
    put(export_line(*format, found.record, origin));
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
  warn_of_gaps(options.log, options.filter);
  std::fprintf(stderr, "guard-audit: up to record %llu; go on with --after %llu\n",
               static_cast<unsigned long long>(last), static_cast<unsigned long long>(last));
  return kYes;
}

}  // namespace

void add_trace(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("trace", "Who received this message, and what became of each copy");
  command->footer("Example:\n  guard-audit trace /var/log/xmpp-guard 7d1f0b52-9a4e");
  auto log = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  command->add_option("LOG", *log, "The log's directory, or one of its files")->required();
  command->add_option("ID", *id, "The stanza's id, as its sender gave it")->required();
  command->add_flag("--json", *json, "One JSON object for each line");
  command->callback([=, &run] { run = [=] { return run_trace(*log, *id, *json); }; });
}

void add_report(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("report", "Count what happened");
  command->footer(
      "Example:\n  guard-audit report /var/log/xmpp-guard --since today --html > r.html");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("LOG", options->log, "The log's directory, or one of its files")->required();
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
  command->add_option("LOG", options->log, "The log's directory, or one of its files")->required();
  command->add_option("--format", options->format, "jsonl, csv, cef, syslog or ocsf")
      ->required()
      ->check(CLI::IsMember({"jsonl", "csv", "cef", "syslog", "ocsf"}));
  command->add_option("--after", options->filter.after, "Only what follows this sequence");
  command->add_option("--limit", options->filter.limit, "At most so many records")
      ->check(CLI::PositiveNumber);
  add_filter(*command, *options);
  command->callback([options, &run] { run = [options] { return run_export(*options); }; });
}

}  // namespace audit::tool
