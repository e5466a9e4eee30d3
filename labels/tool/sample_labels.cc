#include "labels/tool/sample_labels.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "labels/catalog.h"
#include "labels/decision.h"

namespace labels::tool {
namespace {

// The label with one more value; nullopt where it has it already, or cannot hold it.
std::optional<Label> with(const Label& label, const TagSet& tag_set, const Tag& tag,
                          const TagCategory& category) {
  Label wider(label.policy());
  if (label.classification() && !wider.set_classification(*label.classification())) return {};
  if (label.privacy_mark()) wider.set_privacy_mark(*label.privacy_mark());
  std::vector<std::uint32_t> values{category.lacv};
  for (const Category& held : label.categories()) {
    if (held.tag_set() == tag_set.id && held.kind() == tag.kind) {
      values.insert(values.end(), held.values().begin(), held.values().end());
    } else if (!wider.add(held)) {
      return {};
    }
  }
  auto all = Category::make(tag_set.id, tag.kind, std::move(values));
  if (!all || !wider.add(*std::move(all))) return {};
  return wider;
}

}  // namespace

Clearance full_clearance(const SecurityPolicy& policy) {
  Clearance full(policy.id());
  for (const Classification& one : policy.classifications()) {
    (void)full.add_classification(one.lacv);  // in range, as in the policy
  }
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (const CategoryKind kind :
         {CategoryKind::kRestrictive, CategoryKind::kPermissive,
          CategoryKind::kEnumeratedPermissive, CategoryKind::kEnumeratedRestrictive}) {
      const SecurityPolicy::Space* space = policy.space(tag_set.id, kind);
      if (space == nullptr) continue;
      std::vector<std::uint32_t> values;
      for (const auto& value : space->values) values.push_back(value.lacv);
      auto category = Category::make(tag_set.id, kind, std::move(values));
      // Too many for one clearance: then there are fewer samples.
      if (category) (void)full.add(*std::move(category));
    }
  }
  return full;
}

std::vector<Label> sample_labels(const SecurityPolicy& policy, guard::UtcTime at) {
  const Clearance full = full_clearance(policy);
  const auto granted = [&](const Label& label) {
    return decide(policy, label, full, at).granted();
  };
  std::vector<Label> samples;
  const auto add = [&](Label label) {
    if (std::ranges::find(samples, label) == samples.end()) samples.push_back(std::move(label));
  };
  const auto plain = catalog(policy, full, {.at = at, .values = 0});
  if (!plain) return samples;
  // The catalog has all labels of that few values; the first of each classification will do.
  std::vector<Label> bare;
  for (const CatalogItem& item : *plain) {
    const bool known = std::ranges::any_of(bare, [&](const Label& other) {
      return other.classification() == item.label.classification();
    });
    if (!known) bare.push_back(item.label);
  }
  for (const Label& label : bare) add(label);
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (const Tag& tag : tag_set.tags) {
      for (const Label& label : bare) {
        Label wider = label;
        std::size_t more = 0;
        for (const TagCategory& category : tag.categories) {
          if (category.user_input) continue;
          const auto next = with(wider, tag_set, tag, category);
          if (!next || !granted(*next)) continue;
          wider = *next;
          add(wider);
          if (++more == 2) break;
        }
        if (more > 0) break;
      }
    }
  }
  return samples;
}

}  // namespace labels::tool
