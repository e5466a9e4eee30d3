#include "audit/facet_search.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace audit {
namespace {

constexpr std::uint64_t kRare = 16;  // one record of so many

struct Wanted {
  std::vector<std::string_view> columns;
  std::string value;
  bool part = false;
};

std::vector<Wanted> wanted_of(const Filter& filter) {
  std::vector<Wanted> all;
  if (filter.direction) {
    all.push_back({{"direction"}, std::string(guard::to_string(*filter.direction))});
  }
  if (!filter.peer.empty()) all.push_back({{"sender", "receiver", "peer"}, filter.peer});
  if (!filter.kind.empty()) all.push_back({{"kind"}, filter.kind});
  if (!filter.label.empty()) all.push_back({{"marking"}, filter.label, true});
  if (!filter.verdict.empty()) all.push_back({{"verdict"}, filter.verdict});
  if (!filter.reason.empty()) all.push_back({{"reason"}, filter.reason});
  if (!filter.rule.empty()) all.push_back({{"rule"}, filter.rule});
  if (!filter.event.empty()) all.push_back({{"event"}, filter.event});
  return all;
}

}  // namespace

std::expected<void, ReadError> FacetSearch::add(Reader& reader, Term& term, std::string_view column,
                                                const std::string& wanted, bool part) {
  auto values = reader.facet(column, wanted, part);
  if (!values) return std::unexpected(values.error());
  for (Reader::FacetValue& each : *values) {
    term.records += each.records;
    term.first = std::min(term.first, each.first);
    term.last = std::max(term.last, each.last);
    term.values.push_back({column, std::move(each.value)});
  }
  return {};
}

std::expected<FacetSearch, ReadError> FacetSearch::plan(Reader& reader, const Filter& filter) {
  FacetSearch search;
  std::vector<Term> terms;
  for (const Wanted& wanted : wanted_of(filter)) {
    Term& term = terms.emplace_back();
    for (const std::string_view column : wanted.columns) {
      if (const auto added = add(reader, term, column, wanted.value, wanted.part); !added) {
        return std::unexpected(added.error());
      }
    }
    search.first_ = std::max(search.first_, term.first);
    search.last_ = std::min(search.last_, term.last);
    if (search.none()) return search;
  }
  if (terms.empty()) return search;
  const auto bounds = reader.bounds();
  if (!bounds) return std::unexpected(bounds.error());
  std::ranges::sort(terms, {}, &Term::records);
  const bool rare = terms.front().records <= (bounds->last - bounds->first + 1) / kRare;
  if (!rare && terms.size() == 1) return search;
  if (rare) terms.resize(1);
  search.terms_ = std::move(terms);
  return search;
}

std::expected<std::vector<std::uint64_t>, ReadError> FacetSearch::sequences_of(Reader& reader,
                                                                               const Term& term,
                                                                               std::uint64_t first,
                                                                               std::uint64_t last) {
  std::vector<std::uint64_t> all;
  for (const Term::Value& each : term.values) {
    const auto read = reader.sequences(each.column, each.value, first, last, all);
    if (!read) return std::unexpected(read.error());
  }
  if (term.values.size() > 1) {
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
  }
  return all;
}

std::expected<std::vector<std::uint64_t>, ReadError> FacetSearch::candidates(
    Reader& reader, std::uint64_t first, std::uint64_t last) const {
  std::vector<std::uint64_t> all;
  for (const Term& term : terms_) {
    auto found = sequences_of(reader, term, first, last);
    if (!found) return found;
    if (&term != &terms_.front()) {
      std::vector<std::uint64_t> both;
      std::ranges::set_intersection(all, *found, std::back_inserter(both));
      *found = std::move(both);
    }
    all = std::move(*found);
    if (all.empty()) break;
  }
  return all;
}

}  // namespace audit
