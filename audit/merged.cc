#include "audit/merged.h"

#include <algorithm>
#include <deque>
#include <map>
#include <system_error>
#include <utility>

#include "guard/base/check.h"

namespace audit {
namespace {

// The first look takes so many records, each further one twice as many.
constexpr std::uint64_t kFirstPage = 256;
constexpr std::uint64_t kLargestPage = 16'384;

// The records of one log, a page at a time.
class Stream {
 public:
  Stream(const Source& source, const Filter& filter) : source_(source), filter_(filter) {
    filter_.limit = kFirstPage;
    filter_.after = source.after;
  }

  // front returns the next record; nullptr at the end.
  std::expected<const Record*, ReadError> front() {
    if (page_.empty() && !ended_) {
      const auto done = query(source_.log, filter_, [&](const Found& found) {
        page_.push_back({found.record, found.ended});
        return true;
      });
      if (!done) return std::unexpected(done.error());
      ended_ = page_.size() < filter_.limit;
      if (!page_.empty()) {
        const std::uint64_t last = page_.back().record.sequence;
        (filter_.reverse ? filter_.before : filter_.after) = last;
        // Nothing precedes the first record; 0 would be no bound.
        if (filter_.reverse && last == 1) ended_ = true;
      }
      filter_.limit = std::min(filter_.limit * 2, kLargestPage);
    }
    return page_.empty() ? nullptr : &page_.front().record;
  }
  bool take(const std::function<bool(const Found&)>& take) {
    const bool more = take({page_.front().record, page_.front().ended, source_.guard});
    page_.pop_front();
    return more;
  }

 private:
  struct Kept {
    Record record;
    std::optional<Result> ended;
  };
  const Source& source_;
  Filter filter_;
  std::deque<Kept> page_;
  bool ended_ = false;
};

}  // namespace

std::expected<std::vector<Source>, std::string> sources_of(
    const std::vector<std::string>& arguments) {
  std::vector<Source> sources;
  std::map<std::string, int> seen;
  for (const std::string& argument : arguments) {
    std::error_code error;
    const std::size_t equal = argument.find('=');
    const bool named =
        equal != std::string::npos && equal > 0 && !std::filesystem::exists(argument, error);
    sources.push_back(
        named ? Source{.guard = argument.substr(0, equal), .log = argument.substr(equal + 1)}
              : Source{.guard = argument, .log = argument});
    if (++seen[sources.back().guard] > 1) {
      return std::unexpected(sources.back().guard + " stands for two logs");
    }
  }
  return sources;
}

std::expected<void, ReadError> query_all(const std::vector<Source>& sources, const Filter& filter,
                                         const std::function<bool(const Found&)>& take,
                                         const Seen& seen) {
  if (sources.size() == 1) {
    Filter only = filter;
    only.after = std::max(only.after, sources.front().after);
    return query(sources.front().log, only, take, seen);
  }
  CHECK(filter.after == 0 && filter.before == 0);
  std::vector<Stream> streams;
  for (const Source& source : sources) streams.emplace_back(source, filter);
  for (std::uint64_t taken = 0; filter.limit == 0 || taken < filter.limit; ++taken) {
    Stream* next = nullptr;
    guard::UtcTime time;
    for (Stream& stream : streams) {
      const auto front = stream.front();
      if (!front) return std::unexpected(front.error());
      if (*front == nullptr) continue;
      const guard::UtcTime its = (*front)->time;
      if (next == nullptr || (filter.reverse ? time < its : its < time)) {
        next = &stream;
        time = its;
      }
    }
    if (next == nullptr || !next->take(take)) return {};
  }
  return {};
}

}  // namespace audit
