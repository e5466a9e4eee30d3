#include "labels/compiled_clearance.h"

#include <utility>

#include "labels/compiled_policy.h"

namespace labels {

CompiledClearance::CompiledClearance(const SecurityPolicy& policy, Clearance clearance)
    : policy_(policy),
      clearance_(std::move(clearance)),
      under_policy_(clearance_.policy() == policy.id()),
      values_(policy.compiled().size()) {
  if (!under_policy_) return;
  for (const Category& category : clearance_.categories()) {
    const SecurityPolicy::Space* space = policy.space(category.tag_set(), category.kind());
    if (space == nullptr) continue;
    for (const std::uint32_t lacv : category.values()) {
      if (const auto* value = space->find(lacv)) values_.set(value->number);
    }
  }
}

}  // namespace labels
