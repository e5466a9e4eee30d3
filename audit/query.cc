#include "audit/query.h"

#include <algorithm>
#include <charconv>
#include <ranges>
#include <vector>

#include "audit/segment_files.h"

namespace audit {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::vector<Condition> conditions_of(const Filter& filter) {
  std::vector<Condition> all;
  const auto equal = [&](const char* column, const std::string& value) {
    if (!value.empty()) all.push_back({"\"" + std::string(column) + "\" = ?", {value}});
  };
  if (filter.direction) equal("direction", std::string(guard::to_string(*filter.direction)));
  if (filter.row_class) equal("class", std::string(to_string(*filter.row_class)));
  equal("verdict", filter.verdict);
  equal("reason", filter.reason);
  equal("rule", filter.rule);
  equal("event", filter.event);
  equal("kind", filter.kind);
  if (!filter.peer.empty()) {
    all.push_back(
        {"sender = ? OR receiver = ? OR peer = ?", {filter.peer, filter.peer, filter.peer}});
  }
  // What contains the wanted address at all; address_matches says whether it is it.
  for (const auto& [column, wanted] :
       {std::pair{"from_address", &filter.from}, std::pair{"to_address", &filter.to}}) {
    if (wanted->empty()) continue;
    all.push_back({"instr(lower(" + std::string(column) + "), lower(?)) > 0", {*wanted}});
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

}  // namespace

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

std::expected<void, ReadError> query(const std::filesystem::path& log, const Filter& filter,
                                     const std::function<bool(const Found&)>& take) {
  std::vector<SegmentFile> files = segment_files(log);
  if (files.empty()) return std::unexpected(ReadError{log.string() + ": there is no audit log"});
  if (filter.reverse) std::ranges::reverse(files);
  const std::vector<Condition> conditions = conditions_of(filter);
  std::uint64_t taken = 0;
  bool more = true;
  for (const SegmentFile& file : files) {
    if (!more) break;
    auto reader = Reader::open(file.path);
    if (!reader) return std::unexpected(reader.error());
    std::uint64_t first = 1;
    std::uint64_t last = ~std::uint64_t{0};
    if (filter.since) {
      const auto at = reader->first_at(*filter.since);
      if (!at) return std::unexpected(at.error());
      first = *at;
    }
    if (filter.until) {
      const auto at = reader->first_at(*filter.until);
      if (!at) return std::unexpected(at.error());
      last = *at - 1;
    }
    std::optional<ReadError> inner;
    const auto read =
        reader->read(first, last, conditions, filter.reverse, [&](const StoredRecord& stored) {
          const Record& record = stored.record;
          if (!filter.from.empty() && !address_matches(filter.from, record.from_address)) {
            return true;
          }
          if (!filter.to.empty() && !address_matches(filter.to, record.to_address)) return true;
          const auto ended = reader->outcome_of(record);
          if (!ended) {
            inner = ended.error();
            return false;
          }
          more = take({record, *ended}) && (filter.limit == 0 || ++taken < filter.limit);
          return more;
        });
    if (!read) return std::unexpected(read.error());
    if (inner) return std::unexpected(*inner);
  }
  return {};
}

}  // namespace audit
