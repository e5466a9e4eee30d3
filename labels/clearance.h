// Clearance: what somebody (a peer, a domain behind it, a person) may see, as a value.
#pragma once

#include <bitset>
#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "labels/category.h"
#include "labels/label.h"
#include "labels/oid.h"

namespace labels {

// Clearance is for one security policy. A new one holds no classification and no category, and so
// grants nothing. Classifications are a set, not a ceiling: membership is what is asked.
class Clearance {
 public:
  // REQUIRES: `policy` is not empty.
  explicit Clearance(const Oid& policy);

  [[nodiscard]] const Oid& policy() const { return policy_; }
  // holds says whether the classification is a member; false for anything above 256.
  [[nodiscard]] bool holds(std::uint32_t classification) const {
    return classification <= kMaxClassification && classifications_[classification];
  }
  // classifications in ascending order.
  [[nodiscard]] std::vector<std::uint16_t> classifications() const;
  // categories in canonical order (by tag set, then kind); lives until the clearance changes.
  [[nodiscard]] std::span<const Category> categories() const { return categories_; }
  // find returns the category of that tag set and kind, or nullptr.
  [[nodiscard]] const Category* find(const Oid& tag_set, CategoryKind kind) const;

  // add_classification takes 0 to 256; kClassificationRange otherwise. Adding one twice is no
  // error.
  [[nodiscard]] std::expected<void, LabelReason> add_classification(std::uint32_t value);
  // add takes a category whose tag set and kind the clearance does not hold yet. Errors:
  // kDuplicateCategory, kTooManyCategories.
  [[nodiscard]] std::expected<void, LabelReason> add(Category category);

  bool operator==(const Clearance&) const = default;

 private:
  Oid policy_;
  std::bitset<kMaxClassification + 1> classifications_;
  std::vector<Category> categories_;
};

}  // namespace labels
