#include "labels/constraint_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labels/group_values.h"

namespace labels {
namespace {

using Checked = std::expected<void, PolicyFault>;

std::unexpected<PolicyFault> fault(const Place& place, std::string what, std::string expected) {
  return std::unexpected(PolicyFault{place, std::move(what), std::move(expected)});
}

// What the checks of one element share: its name for messages, where it stands if it is a value,
// and the values that it excludes.
struct Subject {
  std::string name;
  std::optional<ValuePlace> self;
  std::set<ValuePlace> excluded;
};

Checked check_group(const PolicyContent& content, const CategoryGroup& group,
                    const Subject& subject) {
  if (group.all && group.lacv) {
    return fault(group.place, "a lacv and all at once in a constraint of " + subject.name,
                 "one of the two");
  }
  if (group_values(content, group).empty()) {
    return fault(group.place, "a constraint of " + subject.name + " names no category",
                 "a category that this policy has");
  }
  return {};
}

Checked check_excluded(const PolicyContent& content, const std::vector<CategoryGroup>& groups,
                       Subject& subject) {
  for (const CategoryGroup& group : groups) {
    if (auto checked = check_group(content, group, subject); !checked) return checked;
    for (const ValuePlace& value : group_values(content, group)) {
      const bool itself = subject.self == value;
      if (itself && group.lacv) {
        return fault(group.place, subject.name + " excludes itself", "another category");
      }
      if (!itself) subject.excluded.insert(value);
    }
  }
  return {};
}

// How many of a group's values a label that bears the subject may still bear.
std::size_t possible(const PolicyContent& content, const CategoryGroup& group,
                     const Subject& subject) {
  return static_cast<std::size_t>(
      std::ranges::count_if(group_values(content, group), [&](const ValuePlace& value) {
        return !subject.excluded.contains(value) && !category_at(content, value).obsolete;
      }));
}

Checked check_required(const PolicyContent& content, const RequiredCategory& required,
                       const Subject& subject) {
  if (required.groups.empty()) {
    return fault(required.place, "a required category of " + subject.name + " without groups",
                 "one or more");
  }
  std::size_t groups_possible = 0;
  bool every_value_possible = true;
  for (const CategoryGroup& group : required.groups) {
    if (auto checked = check_group(content, group, subject); !checked) return checked;
    const std::size_t left = possible(content, group, subject);
    if (left > 0) ++groups_possible;
    if (group.all && left < group_values(content, group).size()) every_value_possible = false;
  }
  const bool can_hold = required.operation == RequiredOperation::kAll
                            ? groups_possible == required.groups.size() && every_value_possible
                            : groups_possible > 0;
  if (!can_hold) {
    return fault(required.place,
                 subject.name + " requires categories that are obsolete or that it excludes",
                 "categories that a label may bear together with it");
  }
  return {};
}

Checked check_all_required(const PolicyContent& content, const std::vector<RequiredCategory>& all,
                           const Subject& subject) {
  for (const RequiredCategory& required : all) {
    if (auto checked = check_required(content, required, subject); !checked) return checked;
  }
  return {};
}

Checked check_classes(const PolicyContent& content, const TagCategory& one,
                      const std::string& name) {
  std::set<std::string_view> open;
  for (const Classification& classification : content.classifications) {
    open.insert(classification.name);
  }
  if (one.required_class && !open.contains(*one.required_class)) {
    return fault(one.place, name + " requires an unknown classification", "one of this policy");
  }
  std::set<std::string_view> known = open;
  for (const std::string& excluded : one.excluded_classes) {
    if (!known.contains(excluded)) {
      return fault(one.place, name + " excludes an unknown classification", "one of this policy");
    }
    open.erase(excluded);
  }
  if (open.empty() || (one.required_class && !open.contains(*one.required_class))) {
    return fault(one.place, name + " excludes every classification that it may go with",
                 "one that is left");
  }
  return {};
}

Checked check_category(const PolicyContent& content, const ValuePlace& at) {
  const TagCategory& one = category_at(content, at);
  Subject subject{.name = "category " + in_quotes(one.name), .self = at, .excluded = {}};
  if (one.not_before && one.not_after && *one.not_before > *one.not_after) {
    return fault(one.place, subject.name + " ends before it begins", "notBefore before notAfter");
  }
  if (auto checked = check_classes(content, one, subject.name); !checked) return checked;
  if (auto checked = check_excluded(content, one.excluded, subject); !checked) return checked;
  return check_all_required(content, one.required, subject);
}

Checked check_selection(const Selection& selection, std::size_t available,
                        const std::string& name) {
  if (selection.maximum && selection.minimum > *selection.maximum) {
    return fault(selection.place, name + " has a minimum selection above its maximum",
                 "one not above it");
  }
  if (selection.minimum > available) {
    return fault(selection.place,
                 name + " has a minimum selection of " + std::to_string(selection.minimum) +
                     ", and a label may bear " + std::to_string(available),
                 "one that a label can reach");
  }
  return {};
}

Checked check_tag(const PolicyContent& content, std::uint32_t s, std::uint32_t t) {
  const Tag& tag = content.tag_sets[s].tags[t];
  const auto obsolete = std::ranges::count(tag.categories, true, &TagCategory::obsolete);
  const std::size_t usable = tag.categories.size() - static_cast<std::size_t>(obsolete);
  if (auto checked = check_selection(tag.selection, usable, "tag " + in_quotes(tag.name));
      !checked) {
    return checked;
  }
  for (std::uint32_t c = 0; c < tag.categories.size(); ++c) {
    auto checked = check_category(content, {.tag_set = s, .tag = t, .category = c});
    if (!checked) return checked;
  }
  return {};
}

}  // namespace

Checked check_constraints(const PolicyContent& content) {
  for (const Classification& one : content.classifications) {
    Subject subject{.name = "classification " + in_quotes(one.name), .self = {}, .excluded = {}};
    if (auto checked = check_excluded(content, one.excluded, subject); !checked) return checked;
    auto checked = check_all_required(content, one.required, subject);
    if (!checked) return checked;
  }
  for (std::uint32_t s = 0; s < content.tag_sets.size(); ++s) {
    for (std::uint32_t t = 0; t < content.tag_sets[s].tags.size(); ++t) {
      if (auto checked = check_tag(content, s, t); !checked) return checked;
    }
  }
  const bool mark_left =
      std::ranges::count(content.privacy_marks, false, &PrivacyMarkEntry::obsolete) > 0;
  return check_selection(content.privacy_mark_selection, mark_left ? 1 : 0, "privacyMarks");
}

}  // namespace labels
