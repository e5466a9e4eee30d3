#include "audit/query.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include "audit/facet_search.h"

namespace audit {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::uint64_t kCandidateWindow = 65'536;  // sequences
constexpr std::int64_t kDay = 86'400 * kSecond;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::vector<Condition> conditions_of(const Filter& filter) {
  std::vector<Condition> all;
  const auto equal = [&](const char* column, const std::string& value) {
    if (!value.empty()) all.push_back({"\"" + std::string(column) + "\" = ?", {value}});
  };
  // What is indexed in sealed segments, but for rows where it is empty, says so: only then
  // SQLite uses the index. The indexes of facets are not left to SQLite (facet_search.h).
  const auto indexed = [&](const std::string& column, const std::string& value) {
    if (!value.empty()) all.push_back({column + " = ? AND " + column + " <> ''", {value}});
  };
  if (filter.direction) equal("direction", std::string(guard::to_string(*filter.direction)));
  if (filter.row_class) equal("class", std::string(to_string(*filter.row_class)));
  if (filter.row_class && *filter.row_class != Class::kDecision) {
    all.push_back({"class <> 'decision'", {}});
  }
  equal("verdict", filter.verdict);
  equal("reason", filter.reason);
  equal("rule", filter.rule);
  indexed("stanza_id", filter.id);
  if (!filter.policy.empty()) {
    all.push_back({"instr(lower(hex(policy_digest)), ?) = 1", {filter.policy}});
  }
  equal("event", filter.event);
  if (!filter.event.empty()) all.push_back({"class <> 'decision'", {}});
  equal("kind", filter.kind);
  if (!filter.peer.empty()) {
    all.push_back(
        {"sender = ? OR receiver = ? OR peer = ?", {filter.peer, filter.peer, filter.peer}});
  }
  // An address, a bare address, or a domain: what address_matches takes is among these.
  for (const auto& [column, wanted] :
       {std::pair{"from_address", &filter.from}, std::pair{"to_address", &filter.to}}) {
    if (wanted->empty()) continue;
    const std::string bare = wanted->substr(0, wanted->find('/'));
    const bool domain = bare.find('@') == std::string::npos && bare.size() == wanted->size();
    all.push_back({(domain ? domain_sql(column) : bare_address_sql(column)) + " = lower(?) AND " +
                       column + " <> ''",
                   {bare}});
  }
  if (!filter.text.empty()) {
    all.push_back(
        {"instr(lower(reason || ' ' || detail || ' ' || facts), lower(?)) > 0", {filter.text}});
  }
  if (!filter.label.empty()) {
    all.push_back({"instr(lower(marking), lower(?)) > 0", {filter.label}});
  }
  if (filter.since) {
    all.push_back({"time >= ?", {static_cast<std::uint64_t>(filter.since->microseconds)}});
  }
  if (filter.until) {
    all.push_back({"time < ?", {static_cast<std::uint64_t>(filter.until->microseconds)}});
  }
  return all;
}

bool address_matches(std::string_view wanted, std::string_view address) {
  if (same(wanted, address)) return true;
  if (wanted.contains('/')) return false;
  const std::string_view bare = address.substr(0, address.find('/'));
  if (wanted.contains('@')) return same(wanted, bare);
  const std::size_t at = bare.find('@');
  return same(wanted, at == std::string_view::npos ? bare : bare.substr(at + 1));
}

std::optional<guard::UtcTime> parse_moment(std::string_view text, guard::UtcTime now) {
  const std::int64_t midnight = now.microseconds - now.microseconds % kDay;
  if (text == "now") return now;
  if (text == "today") return guard::UtcTime{midnight};
  if (text == "yesterday") return guard::UtcTime{midnight - kDay};
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  if (read.ec == std::errc{} && read.ptr + 1 == end && count >= 0 && count < 1'000'000) {
    constexpr std::string_view kUnits = "smhdw";
    constexpr std::int64_t kSeconds[] = {1, 60, 3600, 86'400, 604'800};
    const std::size_t unit = kUnits.find(*read.ptr);
    if (unit == std::string_view::npos) return std::nullopt;
    return guard::UtcTime{now.microseconds - count * kSeconds[unit] * kSecond};
  }
  return guard::from_iso8601(text);
}

namespace {

// Finds how deliveries have ended: in their own segment, or in a later one.
class Outcomes {
 public:
  explicit Outcomes(const std::vector<SegmentFile>& files) : files_(files) {}

  std::expected<std::optional<Result>, ReadError> of(const Record& record, std::size_t segment) {
    if (!releases(record.action)) return std::nullopt;
    for (std::size_t at = segment; at < files_.size(); ++at) {
      auto reader = open(at);
      if (!reader) return std::unexpected(reader.error());
      const auto ended = (*reader)->outcome_of(record);
      if (!ended || *ended) return ended;
    }
    return std::nullopt;
  }

  std::expected<Reader*, ReadError> open(std::size_t segment) {
    if (const auto found = readers_.find(segment); found != readers_.end()) return &found->second;
    auto reader = Reader::open(files_[segment].path);
    if (!reader) return std::unexpected(reader.error());
    return &readers_.emplace(segment, std::move(*reader)).first->second;
  }

  // forget closes all but one: a query holds no more files than it needs.
  void forget_but(std::size_t segment) {
    if (readers_.size() < kMostOpen) return;
    std::erase_if(readers_, [&](const auto& each) { return each.first != segment; });
  }

 private:
  static constexpr std::size_t kMostOpen = 16;
  const std::vector<SegmentFile>& files_;
  std::map<std::size_t, Reader> readers_;
};

// Part says how far a query is, by the segment that it is in and the record that it has found
// there.
class Part {
 public:
  Part(Reader& reader, std::size_t before, std::size_t of, bool reverse, const Seen& seen)
      : before_(static_cast<double>(before)),
        of_(static_cast<double>(of)),
        reverse_(reverse),
        seen_(seen) {
    if (!seen_) return;
    if (const auto bounds = reader.bounds()) bounds_ = *bounds;
    seen_(before_ / of_);
  }
  void at(std::uint64_t sequence) const {
    if (!seen_ || sequence < bounds_.first || sequence > bounds_.last) return;
    const double part = static_cast<double>(sequence - bounds_.first) /
                        static_cast<double>(bounds_.last - bounds_.first + 1);
    seen_((before_ + (reverse_ ? 1 - part : part)) / of_);
  }

 private:
  double before_, of_;
  bool reverse_;
  const Seen& seen_;
  Reader::Bounds bounds_;
};

// The first segment that has anything after a sequence.
std::expected<std::size_t, ReadError> first_needed(Outcomes& segments, std::size_t count,
                                                   std::uint64_t after) {
  if (after == 0) return std::size_t{0};
  for (std::size_t at = count; at-- > 1;) {
    const auto reader = segments.open(at);
    if (!reader) return std::unexpected(reader.error());
    const auto start = (*reader)->start();
    if (!start) return std::unexpected(start.error());
    if (start->first_sequence <= after + 1) return at;
    segments.forget_but(at);
  }
  return std::size_t{0};
}

// The sequences that a filter's times leave, by a search: times do not fall as sequences rise.
std::expected<std::pair<std::uint64_t, std::uint64_t>, ReadError> range_of(Reader& reader,
                                                                           const Filter& filter) {
  std::pair<std::uint64_t, std::uint64_t> range{std::max<std::uint64_t>(filter.after + 1, 1),
                                                ~std::uint64_t{0}};
  if (filter.before != 0) range.second = filter.before - 1;
  if (filter.since) {
    const auto at = reader.first_at(*filter.since);
    if (!at) return std::unexpected(at.error());
    range.first = std::max(range.first, *at);
  }
  if (filter.until) {
    const auto at = reader.first_at(*filter.until);
    if (!at) return std::unexpected(at.error());
    range.second = std::min(range.second, *at - 1);
  }
  return range;
}

std::expected<void, ReadError> read_segment(Reader& reader, const Filter& filter,
                                            const std::vector<Condition>& conditions,
                                            std::pair<std::uint64_t, std::uint64_t> range,
                                            const std::function<bool(const StoredRecord&)>& look) {
  if (!reader.has_facets()) {
    return reader.read(range.first, range.second, conditions, filter.reverse, look);
  }
  const auto search = FacetSearch::plan(reader, filter);
  if (!search) return std::unexpected(search.error());
  const auto bounds = reader.bounds();
  if (!bounds) return std::unexpected(bounds.error());
  std::uint64_t first = std::max({range.first, search->first(), bounds->first});
  std::uint64_t last = std::min({range.second, search->last(), bounds->last});
  if (!search->has_candidates()) {
    return first > last ? std::expected<void, ReadError>()
                        : reader.read(first, last, conditions, filter.reverse, look);
  }
  bool more = true;
  const auto look_on = [&](const StoredRecord& stored) { return more = look(stored); };
  // Part by part: whoever wants one page does not wait for the candidates of all.
  while (first <= last && more) {
    const std::uint64_t size = std::min(last - first + 1, kCandidateWindow);
    const std::uint64_t from = filter.reverse ? last - size + 1 : first;
    auto candidates = search->candidates(reader, from, from + size - 1);
    if (!candidates) return std::unexpected(candidates.error());
    if (filter.reverse) std::ranges::reverse(*candidates);
    const auto read = reader.read_these(*candidates, conditions, look_on);
    if (!read) return read;
    (filter.reverse ? last : first) = filter.reverse ? from - 1 : from + size;
  }
  return {};
}

}  // namespace

std::expected<void, ReadError> query(const std::filesystem::path& log, const Filter& filter,
                                     const std::function<bool(const Found&)>& take,
                                     const Seen& seen) {
  const std::vector<SegmentFile> files = readable_segments(log);
  if (files.empty()) return std::unexpected(ReadError{why_none(log)});
  const std::vector<Condition> conditions = conditions_of(filter);
  Outcomes outcomes(files);
  std::uint64_t taken = 0;
  bool more = true;
  const auto begin = first_needed(outcomes, files.size(), filter.after);
  if (!begin) return std::unexpected(begin.error());
  for (std::size_t i = *begin; i < files.size() && more; ++i) {
    const std::size_t at = filter.reverse ? files.size() - 1 - (i - *begin) : i;
    outcomes.forget_but(at);
    const auto reader = outcomes.open(at);
    if (!reader) return std::unexpected(reader.error());
    const auto range = range_of(**reader, filter);
    if (!range) return std::unexpected(range.error());
    const Part part(**reader, i - *begin, files.size() - *begin, filter.reverse, seen);
    std::optional<ReadError> inner;
    const auto look = [&](const StoredRecord& stored) {
      const Record& record = stored.record;
      part.at(record.sequence);
      if (!filter.from.empty() && !address_matches(filter.from, record.from_address)) return true;
      if (!filter.to.empty() && !address_matches(filter.to, record.to_address)) return true;
      const auto ended = outcomes.of(record, at);
      if (!ended) {
        inner = ended.error();
        return false;
      }
      more = take({record, *ended}) && (filter.limit == 0 || ++taken < filter.limit);
      return more;
    };
    const auto read = read_segment(**reader, filter, conditions, *range, look);
    if (!read) return std::unexpected(read.error());
    if (inner) return std::unexpected(*inner);
  }
  return {};
}

}  // namespace audit
