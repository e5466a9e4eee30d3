// What two security policies say about one classification, or one value of a category, on the way
// from the first to the second.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "labels/category.h"
#include "labels/label.h"
#include "labels/security_policy.h"
#include "labels/translation.h"

namespace labels {

// ValueName is one value of a category, as labels hold it.
struct ValueName {
  Oid tag_set = {};
  CategoryKind kind = CategoryKind::kRestrictive;
  std::uint32_t lacv = 0;

  auto operator<=>(const ValueName&) const = default;
  bool operator==(const ValueName&) const = default;
};

// Equivalence borrows both policies and the label, which must outlive it.
class Equivalence {
 public:
  Equivalence(const SecurityPolicy& from, const SecurityPolicy& to, const Label& label);

  // Without a label: whatever the second policy demands of one is taken to be met. So it says what
  // could be equivalent to a part of some label; what has no equivalent here has none in any label.
  Equivalence(const SecurityPolicy& from, const SecurityPolicy& to);

  // is_any says whether one of the policies introduces the other at all.
  [[nodiscard]] bool is_any() const { return there_ != nullptr || back_ != nullptr; }

  struct ClassificationAnswer {
    std::uint32_t lacv = 0;
    // What the first policy requires of the translated label, in the second policy's terms.
    std::vector<const RequiredCategory*> required = {};
  };
  // classification: errors are kClassificationMissing,
  // kClassificationAmbiguous, kTargetUnknown.
  [[nodiscard]] std::expected<ClassificationAnswer, TranslationFault> classification(
      std::uint32_t lacv) const;

  // value gives the values of the second policy that one of the first stands for; none where it
  // is to be discarded. Errors: kCategoryMissing (also for what the first policy does not know),
  // kCategoryAmbiguous, kTargetUnknown.
  [[nodiscard]] std::expected<std::vector<ValueName>, TranslationFault> value(
      const ValueName& value) const;

  // required is what the first policy requires of every label that is translated into the second.
  [[nodiscard]] std::span<const RequiredCategory> required() const;

 private:
  Equivalence(const SecurityPolicy& from, const SecurityPolicy& to, const Label* label);
  [[nodiscard]] bool is_met(const RequiredCategory& required) const;
  [[nodiscard]] std::expected<std::vector<ValueName>, TranslationFault> value_there(
      const TagCategory& category) const;
  [[nodiscard]] std::vector<ValueName> value_back(const ValueName& value) const;

  const SecurityPolicy& from_;
  const SecurityPolicy& to_;
  const Label* label_;                       // nullptr: any
  const EquivalentPolicy* there_ = nullptr;  // in the first policy, the second
  const EquivalentPolicy* back_ = nullptr;   // in the second policy, the first
  bool back_applies_ = false;                // the label meets the conditions of `back_`
};

// named_values returns what a group names in a policy, whichever of two kinds it may mean.
[[nodiscard]] std::vector<ValueName> named_values(const SecurityPolicy& policy,
                                                  const CategoryGroup& group);

// bears says whether the label holds the value.
[[nodiscard]] bool bears(const Label& label, const ValueName& value);

// meets says whether a label under `policy` meets a required category.
[[nodiscard]] bool meets(const SecurityPolicy& policy, const Label& label,
                         const RequiredCategory& required);

// describe names a value for people: "category CRYPTO of Caveats", by number where the policy does
// not know it.
[[nodiscard]] std::string describe(const SecurityPolicy& policy, const ValueName& value);

}  // namespace labels
