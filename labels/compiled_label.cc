#include "labels/compiled_label.h"

#include "labels/compiled_policy.h"

namespace labels {

CompiledLabel::CompiledLabel(const SecurityPolicy& policy, const Label& label)
    : policy_(&policy), label_(&label), values_(policy.compiled().size()) {
  if (label.policy() != policy.id()) {
    knows_all_ = false;
    return;
  }
  if (const auto lacv = label.classification()) {
    classification_ = policy.classification_index(*lacv);
  }
  for (const Category& category : label.categories()) {
    const SecurityPolicy::Space* space = policy.space(category.tag_set(), category.kind());
    for (const std::uint32_t lacv : category.values()) {
      const SecurityPolicy::Space::Value* value = space == nullptr ? nullptr : space->find(lacv);
      if (value == nullptr) {
        knows_all_ = false;
        if (space == nullptr) break;
      } else {
        values_.set(value->number);
      }
    }
  }
}

}  // namespace labels
