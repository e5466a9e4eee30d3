#include "labels/compiled_policy.h"

#include <algorithm>
#include <utility>

namespace labels {
namespace {

bool has_conditions(const TagCategory& one) {
  return one.obsolete || one.required_class || !one.excluded_classes.empty() ||
         !one.required.empty() || !one.excluded.empty() || one.not_before || one.not_after;
}

bool has_conditions(const Classification& one) {
  return one.obsolete || !one.required.empty() || !one.excluded.empty();
}

}  // namespace

bool CompiledRequired::holds(std::span<const std::uint64_t> label) const {
  switch (operation) {
    case RequiredOperation::kOnlyOne:
      return values.count_in(label) == 1;
    case RequiredOperation::kOneOrMore:
      return values.meets(label);
    case RequiredOperation::kAll:
      return std::ranges::all_of(groups, [&](const Group& group) {
        return group.every ? group.values.covered_by(label) : group.values.meets(label);
      });
  }
  return false;
}

CompiledPolicy::CompiledPolicy(const PolicyContent& content,
                               const std::vector<std::pair<std::uint32_t, std::uint32_t>>& order) {
  for (const TagSet& tag_set : content.tag_sets) first_.emplace_back(tag_set.tags.size(), 0);
  for (const auto& [s, t] : order) {
    first_[s][t] = static_cast<std::uint32_t>(places_.size());
    for (std::uint32_t c = 0; c < content.tag_sets[s].tags[t].categories.size(); ++c) {
      places_.push_back({.tag_set = s, .tag = t, .category = c});
    }
  }
  restrictive_ = ValueBits(size());
  conditional_ = ValueBits(size());
  condition_of_.assign(size(), 0);

  for (const auto& [s, t] : order) {
    const Tag& tag = content.tag_sets[s].tags[t];
    CompiledTag compiled{.tag_set = s, .tag = t, .values = {}, .selection = tag.selection};
    for (std::uint32_t c = 0; c < tag.categories.size(); ++c) {
      const std::uint32_t value = first_[s][t] + c;
      compiled.values.add(value);
      if (rule_of(tag.kind) == CategoryRule::kRestrictive) restrictive_.set(value);
      if (!has_conditions(tag.categories[c])) continue;
      conditional_.set(value);
      condition_of_[value] = static_cast<std::uint32_t>(conditions_.size());
      conditions_.push_back(compile(content, value, tag.categories[c]));
    }
    if (tag.selection.minimum > 0 || tag.selection.maximum) selecting_.push_back(compiled);
    if (rule_of(tag.kind) == CategoryRule::kPermissive) permissive_.push_back(std::move(compiled));
  }
  for (const Classification& one : content.classifications) {
    std::optional<CompiledConditions>& conditions = classifications_.emplace_back();
    if (!has_conditions(one)) continue;
    conditions.emplace();
    conditions->obsolete = one.obsolete;
    conditions->classes.set();
    compile_shared(content, one.required, one.excluded, std::nullopt, *conditions);
  }
}

ValueMask CompiledPolicy::mask(const PolicyContent& content, const CategoryGroup& group) const {
  ValueMask values;
  for (const ValuePlace& place : group_values(content, group)) values.add(number(place));
  return values;
}

CompiledRequired CompiledPolicy::compile(const PolicyContent& content,
                                         const RequiredCategory& required) const {
  CompiledRequired compiled{.operation = required.operation, .values = {}, .groups = {}};
  for (const CategoryGroup& group : required.groups) {
    compiled.groups.push_back({.values = mask(content, group), .every = group.all});
    compiled.groups.back().values.for_each(
        [&](std::uint32_t value) { compiled.values.add(value); });
  }
  return compiled;
}

void CompiledPolicy::compile_shared(const PolicyContent& content,
                                    const std::vector<RequiredCategory>& required,
                                    const std::vector<CategoryGroup>& excluded,
                                    std::optional<std::uint32_t> self,
                                    CompiledConditions& conditions) const {
  for (const RequiredCategory& one : required) {
    conditions.required.push_back(compile(content, one));
  }
  for (const CategoryGroup& group : excluded) {
    mask(content, group).for_each([&](std::uint32_t value) {
      if (value != self) conditions.excluded.add(value);
    });
  }
}

CompiledConditions CompiledPolicy::compile(const PolicyContent& content, std::uint32_t value,
                                           const TagCategory& category) const {
  CompiledConditions conditions{
      .obsolete = category.obsolete, .classes = {}, .excluded = {}, .required = {}};
  conditions.dated = category.not_before || category.not_after;
  if (category.not_before) conditions.not_before = *category.not_before;
  if (category.not_after) conditions.not_after = *category.not_after;
  for (const Classification& one : content.classifications) {
    const bool required = !category.required_class || *category.required_class == one.name;
    const bool excluded =
        std::ranges::find(category.excluded_classes, one.name) != category.excluded_classes.end();
    conditions.classes[one.lacv] = required && !excluded;
  }
  compile_shared(content, category.required, category.excluded, value, conditions);
  return conditions;
}

}  // namespace labels
