#include "audit/tail.h"

#include <algorithm>
#include <charconv>

#include "audit/row_table.h"
#include "audit/segment_files.h"

namespace audit {
namespace {

// Marks the deliveries of one outcome row as ended.
void end_range(std::vector<Tail::TailDelivery>& list, std::uint64_t first, std::uint64_t last) {
  auto at = std::ranges::lower_bound(list, first, {}, &Tail::TailDelivery::sequence);
  for (; at != list.end() && at->sequence <= last; ++at) at->ended = true;
}

void add_to_tail(Tail& tail, const Record& record) {
  if (record.row_class == Class::kDecision && record.direction) {
    const guard::Side side = near_side(*record.direction);
    tail.tickets[{record.epoch, side}] = record.number;
    if (record.action == Action::kClose) {
      tail.closes[{record.epoch, side}].push_back({record.sequence, record.stream, record.detail});
    }
  }
  if (record.row_class == Class::kEvent && record.side && record.number != 0) {
    tail.events[{record.epoch, *record.side}] = record.number;
  }
  if (record.row_class == Class::kOutcome) {
    if (const auto found = tail.deliveries.find(record.peer); found != tail.deliveries.end()) {
      end_range(found->second, record.first_sequence, record.last_sequence);
    }
  }
  if (const std::uint64_t request = answered_request(record); request != 0) {
    tail.answered.push_back(request);
  }
  if (releases(record.action)) {
    tail.deliveries[std::string(delivered_to(record))].push_back({record.sequence, false});
  }
}

// A segment, as far back as the tail has to go.
struct Opened {
  std::filesystem::path path;
  Database database;
};

// Opens segments from the last one backwards until the tail is covered. Sets `from`.
OrLogError<std::vector<Opened>> open_back(const std::filesystem::path& directory,
                                          std::uint64_t& from) {
  std::vector<Opened> opened;
  bool horizon_known = false;
  const std::vector<SegmentFile> files = segment_files(directory);
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    auto database = open_own(file->path);
    if (!database) return std::unexpected(log_error(file->path, database.error()));
    if (!horizon_known) {
      const auto horizon = database->ask(
          "SELECT horizon FROM record INDEXED BY record_others WHERE class <> 'decision' AND "
          "horizon > 0 ORDER BY sequence DESC LIMIT 1");
      if (!horizon) return std::unexpected(log_error(file->path, horizon.error()));
      horizon_known = !horizon->empty();
      if (horizon_known) from = std::min<std::uint64_t>(from, std::stoull(*horizon));
    }
    const auto first = database->ask("SELECT first_sequence FROM segment");
    if (!first) return std::unexpected(log_error(file->path, first.error()));
    opened.push_back({file->path, std::move(*database)});
    std::uint64_t number = 0;
    std::from_chars(first->data(), first->data() + first->size(), number);
    if (horizon_known && number <= from) break;
  }
  if (!horizon_known) from = 1;
  std::ranges::reverse(opened);
  return opened;
}

OrLogError<void> add_segment(Tail& tail, Opened& segment, std::uint64_t from) {
  // A start waits for this: facts, labels and addresses are most of a row, and not needed.
  const SomeColumns columns{"sequence", "class",  "direction",      "sender",       "receiver",
                            "action",   "epoch",  "number",         "stream",       "side",
                            "peer",     "detail", "first_sequence", "last_sequence"};
  auto rows = segment.database.prepare("SELECT " + columns.list() +
                                       " FROM record WHERE sequence >= ? ORDER BY sequence");
  if (!rows) return std::unexpected(log_error(segment.path, rows.error()));
  rows->bind(1, from);
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(log_error(segment.path, row.error()));
    if (!*row) return {};
    const auto record = columns.read(*rows);
    if (!record) {
      return std::unexpected(
          LogError{segment.path.string() + ": column " + record.error() + " is malformed", false});
    }
    add_to_tail(tail, *record);
  }
}

}  // namespace

OrLogError<Tail> read_tail(const std::filesystem::path& directory, std::uint64_t since) {
  auto segments = open_back(directory, since);
  if (!segments) return std::unexpected(segments.error());
  Tail tail;
  for (Opened& segment : *segments) {
    if (const auto added = add_segment(tail, segment, since); !added) {
      return std::unexpected(added.error());
    }
  }
  std::ranges::sort(tail.answered);
  return tail;
}

}  // namespace audit
