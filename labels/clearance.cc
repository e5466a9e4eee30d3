#include "labels/clearance.h"

#include <utility>

#include "guard/base/check.h"

namespace labels {

Clearance::Clearance(const Oid& policy) : policy_(policy) { CHECK(!policy.empty()); }

std::vector<std::uint16_t> Clearance::classifications() const {
  std::vector<std::uint16_t> members;
  for (std::uint16_t value = 0; value <= kMaxClassification; ++value) {
    if (classifications_[value]) members.push_back(value);
  }
  return members;
}

const Category* Clearance::find(const Oid& tag_set, CategoryKind kind) const {
  return labels::find(categories_, tag_set, kind);
}

std::expected<void, LabelReason> Clearance::add_classification(std::uint32_t value) {
  if (value > kMaxClassification) return std::unexpected(LabelReason::kClassificationRange);
  classifications_.set(value);
  return {};
}

std::expected<void, LabelReason> Clearance::add(Category category) {
  return insert(categories_, std::move(category));
}

}  // namespace labels
