#include "labels/category.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace labels {

std::string_view to_string(CategoryKind kind) {
  switch (kind) {
    case CategoryKind::kRestrictive:
      return "restrictive";
    case CategoryKind::kEnumeratedPermissive:
      return "enumerated-permissive";
    case CategoryKind::kPermissive:
      return "permissive";
    case CategoryKind::kInformativeBits:
      return "informative-bits";
    case CategoryKind::kInformativeValues:
      return "informative-values";
    case CategoryKind::kEnumeratedRestrictive:
      return "enumerated-restrictive";
  }
  return "unknown-kind";
}

std::expected<Category, LabelReason> Category::make(const Oid& tag_set, CategoryKind kind,
                                                    std::vector<std::uint32_t> values) {
  if (tag_set.empty()) return std::unexpected(LabelReason::kOidMalformed);
  if (values.empty()) return std::unexpected(LabelReason::kCategoryEmpty);
  if (values.size() > kMaxCategoryValues) return std::unexpected(LabelReason::kTooManyValues);
  const auto ascend = [&] {
    return std::ranges::adjacent_find(values, std::ranges::greater_equal()) == values.end();
  };
  bool each_once = ascend();  // as they are in DER
  if (!each_once) {
    std::ranges::sort(values);
    each_once = ascend();
  }
  const std::uint32_t max = is_bit_string(kind) ? kMaxBit : kMaxAttribute;
  if (values.back() > max) return std::unexpected(LabelReason::kValueRange);
  if (!each_once) return std::unexpected(LabelReason::kDuplicateValue);
  std::expected<Category, LabelReason> made(std::in_place, Category());
  made->tag_set_ = tag_set;
  made->kind_ = kind;
  made->values_ = std::move(values);
  return made;
}

bool Category::holds(std::uint32_t value) const {
  return std::binary_search(values_.begin(), values_.end(), value);
}

const Category* find(std::span<const Category> categories, const Oid& tag_set, CategoryKind kind) {
  // A handful at most in practice, and 64 at worst: looking at each beats a binary search.
  for (const Category& category : categories) {
    if (category.kind() == kind && category.tag_set() == tag_set) return &category;
  }
  return nullptr;
}

std::expected<void, LabelReason> insert(std::vector<Category>& categories, Category category) {
  // Nothing is copied to compare: this runs for each category of each label.
  const auto order = [](const Category& a, const Category& b) {
    const auto by_tag_set = a.tag_set() <=> b.tag_set();
    return by_tag_set != 0 ? by_tag_set : a.kind() <=> b.kind();
  };
  auto place = categories.end();
  while (place != categories.begin()) {  // in most labels they come in order
    const auto relation = order(*std::prev(place), category);
    if (relation == 0) return std::unexpected(LabelReason::kDuplicateCategory);
    if (relation < 0) break;
    --place;
  }
  if (categories.size() == kMaxCategories) return std::unexpected(LabelReason::kTooManyCategories);
  categories.insert(place, std::move(category));
  return {};
}

}  // namespace labels
