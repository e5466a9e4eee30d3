// query, follow, show: records as an officer looks for them.
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>
#include <utility>

#include "audit/catalogue.h"
#include "audit/gap.h"
#include "audit/present.h"
#include "audit/reason_words.h"
#include "audit/tool.h"
#include "guard/base/escape.h"

namespace audit::tool {
namespace {

constexpr std::size_t kTablePage = 500;  // rows that share their column widths
constexpr auto kPoll = std::chrono::milliseconds(500);

struct QueryOptions : FilterOptions {
  LogOption logs;
  bool json = false;
  bool csv = false;
  bool quiet = false;
};

// Prints what one query finds, and counts it.
class Printer {
 public:
  explicit Printer(const QueryOptions& options, Progress* progress = nullptr)
      : options_(options), progress_(progress), columns_(terminal_width()) {}

  bool print(const Found& found) {
    ++count;
    if (options_.json) {
      put(json_line(found));
    } else if (options_.csv) {
      put(csv_line(found));
    } else if (found.record.row_class != Class::kOutcome || options_.filter.row_class) {
      table_.add(found);
      if (++in_table % kTablePage == 0) flush();
    }
    return std::ferror(stdout) == 0;
  }
  void flush() {
    if (progress_ != nullptr) progress_->hide();
    if (!table_.empty()) put(std::exchange(table_, {}).print(columns_));
    std::fflush(stdout);
  }

  std::uint64_t count = 0;
  std::size_t in_table = 0;

 private:
  const QueryOptions& options_;
  Progress* progress_;
  std::size_t columns_;
  Table table_;
};

int run_query(QueryOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  LogOption& logs = options.logs;
  if (const int status = open_logs(logs); status != kYes) return status;
  if (options.csv) put(csv_header(logs.several()));
  // The table leaves outcome rows out: they do not count either.
  const bool table = !options.json && !options.csv && !options.filter.row_class;
  const std::uint64_t most = table ? std::exchange(options.filter.limit, 0) : 0;
  Progress progress("query", options.quiet, options.json || options.csv);
  Printer printer(options, &progress);
  const auto done = look(
      logs, options.filter,
      [&](const Found& found) {
        return printer.print(found) && (most == 0 || printer.in_table < most);
      },
      &progress);
  printer.flush();
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  if (!options.json && !options.csv && printer.in_table == 0) complain("no record matches");
  warn_of_gaps(logs, options.filter);
  return kYes;
}

// From now: what is there already has been looked at with query.
std::expected<void, ReadError> begin_at_end(LogOption& logs) {
  for (Source& source : logs.sources) {
    if (source.after != 0) continue;
    const std::vector<Source> one{source};
    const auto done =
        look(logs.database.get(), one, {.limit = 1, .reverse = true}, [&](const Found& found) {
          source.after = found.record.sequence;
          return true;
        });
    if (!done) return done;
  }
  return {};
}

// Looks again every half second, each time from after what it has seen. No file stays open between
// two looks, so that a segment can be sealed.
int run_follow(QueryOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  LogOption& logs = options.logs;
  if (const int status = open_logs(logs); status != kYes) return status;
  Filter& filter = options.filter;
  const std::uint64_t wanted = std::exchange(filter.limit, 0);
  if (!filter.since) {
    if (const auto begun = begin_at_end(logs); !begun) {
      complain(begun.error());
      return kUnreadable;
    }
  }
  if (options.csv) put(csv_header(logs.several()));
  std::uint64_t seen = 0;
  while (std::ferror(stdout) == 0) {
    filter.limit = wanted == 0 ? 0 : wanted - seen;
    Printer printer(options);
    std::map<std::string, std::uint64_t, std::less<>> last;
    const auto done = look(logs, filter, [&](const Found& found) {
      last[std::string(found.guard)] = found.record.sequence;
      return printer.print(found);
    });
    printer.flush();
    if (!done) {
      complain(done.error());
      return kUnreadable;
    }
    seen += printer.count;
    if (wanted != 0 && seen >= wanted) return kYes;
    for (Source& source : logs.sources) {
      const auto found = last.find(logs.several() ? source.guard : "");
      if (found != last.end()) source.after = found->second;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return kYes;
}

// What became of a stanza and why, in a few sentences.
std::string story(const Found& found) {
  const Record& record = found.record;
  const auto shown = [](std::string_view text) { return guard::for_terminal(text); };
  std::string text = "A " + shown(record.kind.empty() ? "stanza" : record.kind);
  if (!record.from_address.empty()) text += " from " + shown(record.from_address);
  if (!record.sender.empty()) text += " (peer " + shown(record.sender) + ")";
  if (!record.to_address.empty()) text += " to " + shown(record.to_address);
  if (!record.receiver.empty()) text += " (peer " + shown(record.receiver) + ")";
  text += " was " + std::string(to_string(record.verdict));
  const std::string_view why = reason_words(record.reason);
  text += why.empty() ? " (" + shown(record.reason) + ")" : ", because " + std::string(why);
  if (!record.rule.empty()) text += "; the rule is " + shown(record.rule);
  text += ".\n";
  if (!record.marking.empty()) text += "It was judged as " + shown(record.marking) + ".\n";
  if (const std::uint64_t request = answered_request(record); request != 0) {
    text += "It is the answer to record " + std::to_string(request) + ".\n";
  }
  switch (record.action) {
    case Action::kForward:
      return text.append("What was released is ").append(ended_text(found)).append(".\n");
    case Action::kReply:
      return text.append("Its sender got an error: ").append(ended_text(found)).append(".\n");
    case Action::kClose:
      return text + "Its stream was closed: " + shown(record.detail) + ".\n";
    case Action::kNone:
    case Action::kReplyLost:
      return text + "Nothing was released, and nothing was answered.\n";
  }
  return text;
}

// The rows about the stream of a stanza that were there before it: opened, authenticated.
std::expected<std::string, ReadError> before_it(Postgres* database,
                                                const std::vector<Source>& source,
                                                const Record& record) {
  std::string text;
  const Filter earlier{.until = guard::UtcTime{record.time.microseconds + 1},
                       .row_class = Class::kEvent,
                       .peer = record.sender,
                       .reverse = true,
                       .before = record.sequence};
  int left = 10'000;  // events of this peer; its stream is a recent one
  const auto done = look(database, source, earlier, [&](const Found& found) {
    const Record& event = found.record;
    if (event.epoch == record.epoch && event.stream == record.stream) {
      text.insert(0, "  " + guard::to_iso8601(event.time) + "  record " +
                         std::to_string(event.sequence) + ": " + guard::for_terminal(event.event) +
                         (event.detail.empty() ? "" : ", " + guard::for_terminal(event.detail)) +
                         (event.address.empty() ? "" : ", " + guard::for_terminal(event.address)) +
                         "\n");
      if (event.event == event::kStreamOpened) return false;
    }
    return --left > 0;
  });
  if (!done) return std::unexpected(done.error());
  return text.empty() ? text : "Before it, on its stream:\n" + text;
}

// Everything about one record; false where it is not there.
std::expected<bool, ReadError> show_one(Postgres* database, const Source& from,
                                        const std::string& name, std::uint64_t sequence) {
  std::vector<Source> source{from};
  source.front().after = sequence - 1;
  std::optional<Record> record;
  std::string told;
  const auto done = look(database, source, {.limit = 1}, [&](const Found& found) {
    if (found.record.sequence != sequence) return false;
    record = found.record;
    if (record->row_class == Class::kDecision) told = "\n" + story(found);
    return false;
  });
  if (!done) return std::unexpected(done.error());
  if (!record) return false;
  std::string text = "Record " + std::to_string(sequence) + guard::for_terminal(name) + "\n";
  for (const auto& [column, value] : named_values(*record)) {
    if (column == "sequence" || column == "format") continue;
    text.append("  ").append(column).append(column.size() < 22 ? 22 - column.size() : 1, ' ');
    text.append(guard::for_terminal(value)).append("\n");
  }
  put(text + told);
  if (told.empty() || record->stream == 0 || record->sender.empty()) return true;
  source.front().after = 0;
  const auto earlier = before_it(database, source, *record);
  if (!earlier) return std::unexpected(earlier.error());
  put(*earlier);
  return true;
}

// The logs and, last, the sequence: what stands on the command line.
int run_show(LogOption& logs) {
  const std::string text = logs.arguments.back();
  logs.arguments.pop_back();
  if (const std::string wrong = positive()(text); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  const std::uint64_t sequence = std::stoull(text);
  if (const int status = open_logs(logs); status != kYes) return status;
  bool shown = false;
  for (std::size_t i = 0; i < logs.sources.size(); ++i) {
    const Source& source = logs.sources[i];
    const std::string name = logs.several() ? " of " + source.guard : "";
    const auto one = show_one(logs.database.get(), source, name, sequence);
    if (!one) {
      complain(one.error());
      return kUnreadable;
    }
    shown = shown || *one;
  }
  if (shown) return kYes;
  complain("there is no record " + std::to_string(sequence));
  for (std::size_t i = 0; i < logs.sources.size(); ++i) {
    for (const Gap& gap : gaps_of(logs, i)) {
      if (gap.first <= sequence && sequence <= gap.last) complain(to_text(gap));
    }
  }
  return kNo;
}

std::shared_ptr<QueryOptions> add_common(CLI::App& command) {
  auto options = std::make_shared<QueryOptions>();
  add_logs(command, options->logs);
  add_filter(command, *options);
  command.add_option("--limit", options->filter.limit, "At most so many records")
      ->check(positive());
  add_after(command, options->logs);
  auto* json = command.add_flag("--json", options->json, "One JSON object for each line");
  command.add_flag("--csv", options->csv, "Comma-separated values")->excludes(json);
  return options;
}

}  // namespace

void add_query(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("query", "Find records");
  command->footer(
      "Examples:\n"
      "  guard-audit query /var/log/xmpp-guard --since today --verdict refused\n"
      "  guard-audit query /var/log/xmpp-guard --from alice@high.example --since 2h --json\n"
      "  guard-audit query /var/log/xmpp-guard --event stream-authenticated --reverse --limit 10\n"
      "  guard-audit query north=/srv/audit/north south=/srv/audit/south --since 2h\n"
      "  guard-audit query --database postgresql://audit.mgmt/audit --verdict refused\n"
      "Times are UTC. The last column says how what was released ended.");
  auto options = add_common(*command);
  command->add_flag("--reverse", options->filter.reverse, "Newest first");
  add_quiet(*command, options->quiet);
  command->callback([options, &run] { run = [options] { return run_query(*options); }; });
}

void add_follow(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("follow", "Show records as they are written");
  command->footer(
      "Examples:\n"
      "  guard-audit follow /var/log/xmpp-guard --verdict refused\n"
      "  guard-audit follow north=/srv/audit/north south=/srv/audit/south\n"
      "It begins now, or at --since or --after, and ends with --limit or when it is interrupted.");
  auto options = add_common(*command);
  command->callback([options, &run] { run = [options] { return run_follow(*options); }; });
}

void add_show(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("show", "Show everything about one record");
  command->footer(
      "Examples:\n"
      "  guard-audit show /var/log/xmpp-guard 4711\n"
      "  guard-audit show --database postgresql://audit.mgmt/audit north 4711\n"
      "Of several logs it shows each one's record of this sequence.");
  auto logs = std::make_shared<LogOption>();
  command
      ->add_option("LOG... SEQ", logs->arguments,
                   "The logs, or guards of the database, and the record's sequence")
      ->required()
      ->expected(1, 1000);
  add_database(*command, *logs);
  command->callback([logs, &run] { run = [logs] { return run_show(*logs); }; });
}

}  // namespace audit::tool
