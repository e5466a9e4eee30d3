// The logs that a command is about: directories, or guards of the fleet's database.
#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/tool.h"

namespace audit::tool {
namespace {

std::vector<std::string> names_of(const std::vector<Source>& sources) {
  std::vector<std::string> names;
  for (const Source& source : sources) names.push_back(source.guard);
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nothing" : text;
}

// Which guards of the database are asked for: those that are named, or all.
int open_database(LogOption& logs) {
  auto opened = Postgres::open(logs.url);
  if (!opened) {
    complain(opened.error().what);
    return kUnreadable;
  }
  logs.database = std::make_unique<Postgres>(std::move(*opened));
  auto known = shipped_logs(*logs.database);
  if (!known) {
    complain(known.error().what);
    return kUnreadable;
  }
  std::vector<std::string> names;
  for (const ShippedLog& each : *known) names.push_back(each.guard);
  for (const std::string& wanted : logs.arguments.empty() ? names : logs.arguments) {
    const auto found = std::ranges::find(*known, wanted, &ShippedLog::guard);
    if (found == known->end()) {
      complain("the database has no log of " + wanted + "; it has: " + joined(names));
      return kUnreadable;
    }
    if (std::ranges::find(logs.sources, wanted, &Source::guard) != logs.sources.end()) {
      complain(wanted + " is named twice");
      return kUsage;
    }
    logs.sources.push_back({.guard = wanted, .log = {}});
    logs.shipped.push_back(*found);
  }
  if (!logs.sources.empty()) return kYes;
  complain("the database has no log");
  return kUnreadable;
}

// Reads SEQ, or NAME=SEQ, into its source; "" or the complaint.
std::string set_after(LogOption& logs, const std::string& text) {
  const std::size_t equal = text.rfind('=');
  const std::string name = equal == std::string::npos ? "" : text.substr(0, equal);
  const std::string digits = equal == std::string::npos ? text : text.substr(equal + 1);
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  constexpr std::uint64_t kMost = ~std::uint64_t{0} >> 1;
  if (error != std::errc{} || end != digits.data() + digits.size() || sequence > kMost) {
    return "--after " + text + " is no sequence";
  }
  if (name.empty()) {
    if (logs.several()) return "--after is a sequence of one log: of several say NAME=SEQ";
    logs.sources.front().after = sequence;
    return {};
  }
  const auto found = std::ranges::find(logs.sources, name, &Source::guard);
  if (found == logs.sources.end()) {
    return "--after " + text + ": there is no log " + name + " here, but " +
           joined(names_of(logs.sources));
  }
  found->after = sequence;
  return {};
}

}  // namespace

void add_logs(CLI::App& command, LogOption& logs) {
  command.add_option("LOG", logs.arguments,
                     "A log's directory, or one of its files; several are merged by time, NAME=LOG "
                     "names one. With --database: names of guards, all without one");
  add_database(command, logs);
}

void add_database(CLI::App& command, LogOption& logs) {
  command.add_option("--database", logs.url,
                     "Look into a PostgreSQL database that logs are shipped to: its URL");
}

void add_after(CLI::App& command, LogOption& logs) {
  // One value each time: what follows is a LOG.
  command
      .add_option("--after", logs.after,
                  "Only what follows this sequence; of several logs NAME=SEQ, for each")
      ->allow_extra_args(false);
}

int open_logs(LogOption& logs) {
  if (logs.arguments.empty() && logs.url.empty()) {
    complain("LOG is required, or --database");
    return kUsage;
  }
  if (!logs.url.empty()) {
    if (const int status = open_database(logs); status != kYes) return status;
  } else {
    auto sources = sources_of(logs.arguments);
    if (!sources) {
      complain(sources.error());
      return kUsage;
    }
    logs.sources = std::move(*sources);
  }
  for (const std::string& each : logs.after) {
    const std::string wrong = set_after(logs, each);
    if (wrong.empty()) continue;
    complain(wrong);
    return kUsage;
  }
  return kYes;
}

std::expected<void, ReadError> look(const LogOption& logs, const Filter& filter, const Take& take,
                                    Progress* progress) {
  if (progress == nullptr) return look(logs.database.get(), logs.sources, filter, take);
  if (!logs.database && !logs.several()) {
    return query_all(logs.sources, filter, take, [&](double share) { progress->share(share); });
  }
  std::uint64_t count = 0;
  return look(logs.database.get(), logs.sources, filter, [&](const Found& found) {
    progress->records(++count);
    return take(found);
  });
}

std::expected<void, ReadError> look(Postgres* database, const std::vector<Source>& sources,
                                    const Filter& filter, const Take& take) {
  return database != nullptr ? query_fleet(*database, sources, filter, take)
                             : query_all(sources, filter, take);
}

std::string origin_of(const LogOption& logs, std::size_t source) {
  if (logs.database) return logs.shipped[source].origin;
  const auto files = readable_segments(logs.sources[source].log);
  if (files.empty()) return {};
  auto reader = Reader::open(files.front().path);
  if (!reader) return {};
  const auto start = reader->start();
  return start ? start->origin : std::string();
}

std::vector<Gap> gaps_of(const LogOption& logs, std::size_t source) {
  if (!logs.database) return find_gaps(logs.sources[source].log);
  const std::uint64_t first = logs.shipped[source].first_sequence;
  if (first <= 1) return {};
  return {{.first = 1, .last = first - 1, .first_time = {}, .last_time = {}}};
}

void warn_of_gaps(const LogOption& logs, const Filter& filter) {
  for (std::size_t i = 0; i < logs.sources.size(); ++i) {
    for (const Gap& gap : gaps_of(logs, i)) {
      if (!concerns(gap, filter)) continue;
      complain(logs.several() ? logs.sources[i].guard + ": " + to_text(gap) : to_text(gap));
    }
  }
}

}  // namespace audit::tool
