#include "audit/gap.h"

#include <system_error>

#include "audit/reader.h"

namespace audit {
namespace {

// The last sequence of a file; 0 where it cannot be read.
std::uint64_t last_of(const SegmentFile& file) {
  auto reader = Reader::open(file.path);
  if (!reader) return 0;
  const auto bounds = reader->bounds();
  return bounds ? bounds->last : 0;
}

}  // namespace

std::vector<Gap> find_gaps(const std::filesystem::path& log) {
  std::vector<Gap> gaps;
  std::error_code error;
  if (std::filesystem::is_regular_file(log, error)) return gaps;
  const auto add = [&](const Gap& gap) {
    if (!gaps.empty() && gaps.back().pruned == gap.pruned && gaps.back().last + 1 == gap.first) {
      gaps.back().last = gap.last;
      gaps.back().last_time = gap.last_time;
    } else {
      gaps.push_back(gap);
    }
  };
  std::optional<SegmentFile> before;
  for (const SegmentFile& file : readable_files(log)) {
    const bool jump = file.number != (before ? before->number + 1 : 1);
    const auto last = jump && before ? last_of(*before) : std::uint64_t{0};
    before = file;
    if (!jump && !file.pruned) continue;
    auto reader = Reader::open(file.path);
    if (!reader) continue;
    const auto start = reader->start();
    if (!start) continue;
    if (jump && last + 1 < start->first_sequence) {
      add({last + 1, start->first_sequence - 1, false, {}, {}});
    }
    if (!file.pruned) continue;
    const auto summary = reader->summary();
    if (!summary || !*summary) continue;
    add({start->first_sequence, (*summary)->last_sequence, true, (*summary)->first_time,
         (*summary)->last_time});
  }
  return gaps;
}

bool concerns(const Gap& gap, const Filter& filter) {
  if (gap.last <= filter.after) return false;
  if (!gap.pruned) return true;
  if (filter.since && gap.last_time < *filter.since) return false;
  return !filter.until || gap.first_time < *filter.until;
}

std::string to_text(const Gap& gap) {
  const std::string records =
      "records " + std::to_string(gap.first) + " to " + std::to_string(gap.last);
  if (!gap.pruned) return records + " are missing: a segment is not there";
  return records + " of " + guard::to_iso8601(gap.first_time) + " to " +
         guard::to_iso8601(gap.last_time) + " were pruned; only hashes are left here";
}

}  // namespace audit
