// CompiledPolicy: the values of a security policy numbered, and everything that it asks of labels
// as sets of those numbers.
//
// The numbers go by tag set id, then kind, then tag in the file's order, then category, so that the
// values of a tag are neighbours.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "labels/constraint.h"
#include "labels/date_format.h"
#include "labels/group_values.h"
#include "labels/label.h"
#include "labels/policy_content.h"
#include "labels/value_bits.h"

namespace labels {

// CompiledRequired is a RequiredCategory.
struct CompiledRequired {
  RequiredOperation operation = RequiredOperation::kAll;
  ValueMask values;  // of all groups
  struct Group {
    ValueMask values;
    bool every = false;  // all of them, not just one
  };
  std::vector<Group> groups;

  [[nodiscard]] bool holds(std::span<const std::uint64_t> label) const;
};

// CompiledConditions is what a classification or a category asks of a label that bears it.
struct CompiledConditions {
  bool obsolete = false;
  bool dated = false;  // one of the two is given
  std::int64_t not_before = std::numeric_limits<std::int64_t>::min();
  std::int64_t not_after = std::numeric_limits<std::int64_t>::max();
  std::bitset<kMaxClassification + 1> classes;  // by lacv: those it may go with
  ValueMask excluded;
  std::vector<CompiledRequired> required;
};

// CompiledTag is one tag: its values and how many of them a label may bear.
struct CompiledTag {
  std::uint32_t tag_set = 0;  // indices into PolicyContent
  std::uint32_t tag = 0;
  ValueMask values;
  Selection selection;
};

class CompiledPolicy {
 public:
  // `order` lists the tags as they are to be numbered: (index of tag set, index of tag).
  CompiledPolicy(const PolicyContent& content,
                 const std::vector<std::pair<std::uint32_t, std::uint32_t>>& order);

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] const ValuePlace& place(std::uint32_t value) const { return places_[value]; }
  // number returns the number of the value at `place`.
  [[nodiscard]] std::uint32_t number(const ValuePlace& place) const {
    return first_[place.tag_set][place.tag] + place.category;
  }

  // restrictive holds the values of which a clearance must hold all that a label bears.
  [[nodiscard]] const ValueBits& restrictive() const { return restrictive_; }
  // permissive are the tags of which one shared value is enough.
  [[nodiscard]] std::span<const CompiledTag> permissive() const { return permissive_; }
  // selecting are the tags with a minimum or maximum.
  [[nodiscard]] std::span<const CompiledTag> selecting() const { return selecting_; }

  // conditional holds the values with conditions.
  [[nodiscard]] const ValueBits& conditional() const { return conditional_; }
  // REQUIRES: conditional().has(value).
  [[nodiscard]] const CompiledConditions& conditions(std::uint32_t value) const {
    return conditions_[condition_of_[value]];
  }
  // conditions of the classification of that number in `content`, or nullptr.
  [[nodiscard]] const CompiledConditions* classification(std::size_t index) const {
    return classifications_[index] ? &*classifications_[index] : nullptr;
  }

 private:
  [[nodiscard]] ValueMask mask(const PolicyContent& content, const CategoryGroup& group) const;
  [[nodiscard]] CompiledRequired compile(const PolicyContent& content,
                                         const RequiredCategory& required) const;
  void compile_shared(const PolicyContent& content, const std::vector<RequiredCategory>& required,
                      const std::vector<CategoryGroup>& excluded, std::optional<std::uint32_t> self,
                      CompiledConditions& conditions) const;
  [[nodiscard]] CompiledConditions compile(const PolicyContent& content, std::uint32_t value,
                                           const TagCategory& category) const;

  std::vector<ValuePlace> places_;
  std::vector<std::vector<std::uint32_t>> first_;  // number of a tag's first value
  ValueBits restrictive_{0};
  ValueBits conditional_{0};
  std::vector<CompiledTag> permissive_;
  std::vector<CompiledTag> selecting_;
  std::vector<std::uint32_t> condition_of_;
  std::vector<CompiledConditions> conditions_;
  std::vector<std::optional<CompiledConditions>> classifications_;
};

}  // namespace labels
