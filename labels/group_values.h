// The values of a security policy that a CategoryGroup names.
#pragma once

#include <cstdint>
#include <vector>

#include "labels/constraint.h"
#include "labels/policy_content.h"

namespace labels {

// ValuePlace says where a value stands: indices into tag_sets, its tags, their categories.
struct ValuePlace {
  std::uint32_t tag_set = 0;
  std::uint32_t tag = 0;
  std::uint32_t category = 0;

  bool operator==(const ValuePlace&) const = default;
  auto operator<=>(const ValuePlace&) const = default;
};

// group_values returns what a group names, in the file's order; nothing where the policy has none
// of it. `kind_open` is not looked at: it is never set for groups of this policy.
[[nodiscard]] std::vector<ValuePlace> group_values(const PolicyContent& content,
                                                   const CategoryGroup& group);

[[nodiscard]] inline const TagCategory& category_at(const PolicyContent& content,
                                                    const ValuePlace& at) {
  return content.tag_sets[at.tag_set].tags[at.tag].categories[at.category];
}

}  // namespace labels
