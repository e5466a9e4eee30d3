// query, follow, show: records as an officer looks for them.
#include <chrono>
#include <cstdio>
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
  LogOption logs;   // of query
  std::string log;  // of follow
  bool json = false;
  bool csv = false;
};

// Prints what one query finds. Counts the records, and notes the last sequence.
class Printer {
 public:
  explicit Printer(const QueryOptions& options) : options_(options), columns_(terminal_width()) {}

  bool print(const Found& found) {
    last = found.record.sequence;
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
    if (!table_.empty()) put(std::exchange(table_, {}).print(columns_));
    std::fflush(stdout);
  }

  std::uint64_t last = 0;
  std::uint64_t count = 0;
  std::size_t in_table = 0;

 private:
  const QueryOptions& options_;
  std::size_t columns_;
  Table table_;
};

int run_query(QueryOptions& options) {
  for (const std::string& wrong : {complete(options), complete(options.logs, options.filter)}) {
    if (wrong.empty()) continue;
    complain(wrong);
    return kUsage;
  }
  const std::vector<Source>& sources = options.logs.sources;
  if (options.csv) put(csv_header(sources.size() > 1));
  // The table leaves outcome rows out: they do not count either.
  const bool table = !options.json && !options.csv && !options.filter.row_class;
  const std::uint64_t most = table ? std::exchange(options.filter.limit, 0) : 0;
  Printer printer(options);
  const auto done = query_all(sources, options.filter, [&](const Found& found) {
    return printer.print(found) && (most == 0 || printer.in_table < most);
  });
  printer.flush();
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  if (!options.json && !options.csv && printer.in_table == 0) complain("no record matches");
  warn_of_gaps(sources, options.filter);
  return kYes;
}

// Looks again every half second, each time from after what it has seen. No file stays open between
// two looks, so that a segment can be sealed.
int run_follow(QueryOptions& options) {
  if (const std::string wrong = complete(options); !wrong.empty()) {
    complain(wrong);
    return kUsage;
  }
  Filter& filter = options.filter;
  const std::uint64_t wanted = std::exchange(filter.limit, 0);
  if (!filter.since && filter.after == 0) {
    // From now: what is there already has been looked at with query.
    const auto done = query(options.log, {.limit = 1, .reverse = true}, [&](const Found& found) {
      filter.after = found.record.sequence;
      return true;
    });
    if (!done) {
      complain(done.error());
      return kUnreadable;
    }
  }
  if (options.csv) put(csv_header());
  std::uint64_t seen = 0;
  while (std::ferror(stdout) == 0) {
    filter.limit = wanted == 0 ? 0 : wanted - seen;
    Printer printer(options);
    const auto done =
        query(options.log, filter, [&](const Found& found) { return printer.print(found); });
    printer.flush();
    if (!done) {
      complain(done.error());
      return kUnreadable;
    }
    seen += printer.count;
    if (wanted != 0 && seen >= wanted) return kYes;
    filter.after = std::max(filter.after, printer.last);
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
std::expected<std::string, ReadError> before_it(const std::string& log, const Record& record) {
  std::string text;
  const Filter earlier{.row_class = Class::kEvent,
                       .peer = record.sender,
                       .reverse = true,
                       .before = record.sequence};
  int left = 10'000;  // events of this peer; its stream is a recent one
  const auto done = query(log, earlier, [&](const Found& found) {
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

int run_show(const std::string& log, std::uint64_t sequence) {
  bool shown = false;
  std::optional<Record> decision;
  const auto done = query(log, {.limit = 1, .after = sequence - 1}, [&](const Found& found) {
    const Record& record = found.record;
    if (record.sequence != sequence) return false;
    shown = true;
    std::string text = "Record " + std::to_string(sequence) + "\n";
    for (const auto& [name, value] : named_values(record)) {
      if (name == "sequence" || name == "format") continue;
      text.append("  ").append(name).append(name.size() < 22 ? 22 - name.size() : 1, ' ');
      text.append(guard::for_terminal(value)).append("\n");
    }
    if (record.row_class == Class::kDecision) {
      text += "\n" + story(found);
      if (record.stream != 0 && !record.sender.empty()) decision = record;
    }
    put(text);
    return false;
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  if (!shown) {
    complain("there is no record " + std::to_string(sequence));
    for (const Gap& gap : find_gaps(log)) {
      if (gap.first <= sequence && sequence <= gap.last) complain(to_text(gap));
    }
    return kNo;
  }
  if (decision) {
    const auto earlier = before_it(log, *decision);
    if (!earlier) {
      complain(earlier.error());
      return kUnreadable;
    }
    put(*earlier);
  }
  return kYes;
}

std::shared_ptr<QueryOptions> add_common(CLI::App& command, bool several) {
  auto options = std::make_shared<QueryOptions>();
  if (several) {
    add_logs(command, options->logs);
  } else {
    command.add_option("LOG", options->log, "The log's directory, or one of its files")->required();
  }
  add_filter(command, *options);
  command.add_option("--limit", options->filter.limit, "At most so many records")
      ->check(positive());
  command.add_option("--after", options->filter.after, "Only what follows this sequence");
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
      "Times are UTC. The last column says how what was released ended.");
  auto options = add_common(*command, true);
  command->add_flag("--reverse", options->filter.reverse, "Newest first");
  command->callback([options, &run] { run = [options] { return run_query(*options); }; });
}

void add_follow(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("follow", "Show records as they are written");
  command->footer(
      "Example:\n  guard-audit follow /var/log/xmpp-guard --verdict refused\n"
      "It begins now, or at --since or --after, and ends with --limit or when it is interrupted.");
  auto options = add_common(*command, false);
  command->callback([options, &run] { run = [options] { return run_follow(*options); }; });
}

void add_show(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("show", "Show everything about one record");
  auto log = std::make_shared<std::string>();
  auto sequence = std::make_shared<std::uint64_t>(0);
  command->add_option("LOG", *log, "The log's directory, or one of its files")->required();
  command->add_option("SEQ", *sequence, "The record's sequence")->required()->check(positive());
  command->callback(
      [log, sequence, &run] { run = [log, sequence] { return run_show(*log, *sequence); }; });
}

}  // namespace audit::tool
