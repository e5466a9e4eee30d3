// FacetSearch: which records of a sealed segment may meet a filter, from its indexes and counts
// alone: so that a filter that little or nothing meets is answered without reading every record.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "audit/query.h"
#include "audit/reader.h"

namespace audit {

// FacetSearch looks at direction, peer, kind, label, verdict, reason, rule and event. REQUIRES of
// all calls: reader.has_facets().
//
// Where the rarest of these is in at most one record of 16, its records are the candidates.
// Otherwise a single value is soon met by reading; of several common values, which may never meet,
// the records that have all are the candidates.
class FacetSearch {
 public:
  [[nodiscard]] static std::expected<FacetSearch, ReadError> plan(Reader& reader,
                                                                  const Filter& filter);

  // No record outside of first() to last() meets the filter.
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] bool none() const { return first_ > last_; }

  // has_candidates says whether candidates are better than reading every record.
  [[nodiscard]] bool has_candidates() const { return !terms_.empty(); }

  // candidates returns the sequences from `first` to `last`, ascending, outside of which no record
  // meets the filter. What is among them still has to meet all conditions.
  [[nodiscard]] std::expected<std::vector<std::uint64_t>, ReadError> candidates(
      Reader& reader, std::uint64_t first, std::uint64_t last) const;

 private:
  // One thing that the filter asks for: any of these values in any of these columns.
  struct Term {
    struct Value {
      std::string_view column;
      std::string value;
    };
    std::vector<Value> values;
    std::uint64_t records = 0;  // at most: two columns of one record may have it
    std::uint64_t first = ~std::uint64_t{0};
    std::uint64_t last = 0;
  };
  [[nodiscard]] static std::expected<void, ReadError> add(Reader& reader, Term& term,
                                                          std::string_view column,
                                                          const std::string& wanted, bool part);
  [[nodiscard]] static std::expected<std::vector<std::uint64_t>, ReadError> sequences_of(
      Reader& reader, const Term& term, std::uint64_t first, std::uint64_t last);

  std::uint64_t first_ = 1;
  std::uint64_t last_ = ~std::uint64_t{0};
  std::vector<Term> terms_;  // whose records are intersected
};

}  // namespace audit
