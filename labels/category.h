// Category: the values that a label or a clearance holds of one tag set under one tag type.
//
// SPEC: RFC 2634 3.2 (SecurityCategory), and the five tag types of SDN.801c under the object
// identifiers 2.16.840.1.101.2.1.8.3.0 to .4.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include "labels/label_error.h"
#include "labels/oid.h"

namespace labels {

// CategoryKind: how the values of a tag are judged and encoded. The informative tag type has two
// encodings, and they are kept apart so that a label is written as it was read.
enum class CategoryKind : std::uint8_t {
  kRestrictive = 0,            // ….8.3.0 bit string: all of the label's values must be held
  kEnumeratedPermissive = 1,   // ….8.3.1 integers: one of the label's values must be held
  kPermissive = 2,             // ….8.3.2 bit string: one of the label's values must be held
  kInformativeBits = 3,        // ….8.3.3 bit string: plays no part in the decision
  kInformativeValues = 4,      // ….8.3.3 integers: plays no part in the decision
  kEnumeratedRestrictive = 5,  // ….8.3.4 integers: all of the label's values must be held
};

// How a kind decides; the two encodings of each are alike in this.
enum class CategoryRule : std::uint8_t { kRestrictive, kPermissive, kInformative };

[[nodiscard]] constexpr CategoryRule rule_of(CategoryKind kind) {
  switch (kind) {
    case CategoryKind::kRestrictive:
    case CategoryKind::kEnumeratedRestrictive:
      return CategoryRule::kRestrictive;
    case CategoryKind::kPermissive:
    case CategoryKind::kEnumeratedPermissive:
      return CategoryRule::kPermissive;
    case CategoryKind::kInformativeBits:
    case CategoryKind::kInformativeValues:
      return CategoryRule::kInformative;
  }
  return CategoryRule::kRestrictive;  // not reached; the strictest if it ever were
}

// is_bit_string says whether a kind is encoded as a BIT STRING (else as a SET OF INTEGER).
[[nodiscard]] constexpr bool is_bit_string(CategoryKind kind) {
  return kind == CategoryKind::kRestrictive || kind == CategoryKind::kPermissive ||
         kind == CategoryKind::kInformativeBits;
}

// to_string gives "restrictive", "enumerated-permissive", "permissive", "informative-bits",
// "informative-values" or "enumerated-restrictive".
[[nodiscard]] std::string_view to_string(CategoryKind kind);

inline constexpr std::uint32_t kMaxBit = 4'095;                // highest bit of a bit string
inline constexpr std::uint32_t kMaxAttribute = 2'147'483'647;  // highest enumerated value
inline constexpr std::size_t kMaxCategories = 64;  // of a label or clearance, SPEC: RFC 2634 3.2
inline constexpr std::size_t kMaxCategoryValues = 4'096;  // in one category

// Category is never empty, holds each value once, in ascending order, all within the bounds above.
class Category {
 public:
  // make sorts `values`. Errors: kOidMalformed for an empty tag set, kCategoryEmpty,
  // kTooManyValues, kValueRange, kDuplicateValue.
  [[nodiscard]] static std::expected<Category, LabelReason> make(const Oid& tag_set,
                                                                 CategoryKind kind,
                                                                 std::vector<std::uint32_t> values);

  [[nodiscard]] const Oid& tag_set() const { return tag_set_; }
  [[nodiscard]] CategoryKind kind() const { return kind_; }
  // values in ascending order; the span lives as long as this Category.
  [[nodiscard]] std::span<const std::uint32_t> values() const { return values_; }
  [[nodiscard]] bool holds(std::uint32_t value) const;

  // Ordered by tag set, kind, values.
  auto operator<=>(const Category&) const = default;
  bool operator==(const Category&) const = default;

 private:
  Category() = default;

  Oid tag_set_;
  CategoryKind kind_ = CategoryKind::kRestrictive;
  std::vector<std::uint32_t> values_;
};

// find returns the category of that tag set and kind in a list in canonical order, or nullptr.
[[nodiscard]] const Category* find(std::span<const Category> categories, const Oid& tag_set,
                                   CategoryKind kind);

// insert puts a category into a list in canonical order (by tag set, then kind). Errors:
// kDuplicateCategory, kTooManyCategories.
[[nodiscard]] std::expected<void, LabelReason> insert(std::vector<Category>& categories,
                                                      Category category);

}  // namespace labels
