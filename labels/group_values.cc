#include "labels/group_values.h"

namespace labels {

std::vector<ValuePlace> group_values(const PolicyContent& content, const CategoryGroup& group) {
  std::vector<ValuePlace> found;
  for (std::uint32_t s = 0; s < content.tag_sets.size(); ++s) {
    if (content.tag_sets[s].id != group.tag_set) continue;
    const std::vector<Tag>& tags = content.tag_sets[s].tags;
    for (std::uint32_t t = 0; t < tags.size(); ++t) {
      if (group.kind && *group.kind != tags[t].kind) continue;
      for (std::uint32_t c = 0; c < tags[t].categories.size(); ++c) {
        if (group.lacv && *group.lacv != tags[t].categories[c].lacv) continue;
        found.push_back({.tag_set = s, .tag = t, .category = c});
      }
    }
  }
  return found;
}

}  // namespace labels
