// Label: a security label as a value, apart from every format it is written in.
//
// Who controls its content: a hostile peer. That a Label exists says that it is well formed, and
// nothing about whether its security policy knows what it holds: that is decided by decision.h.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labels/category.h"
#include "labels/label_error.h"
#include "labels/oid.h"

namespace labels {

inline constexpr std::uint32_t kMaxClassification = 256;  // SPEC: RFC 2634 3.2
inline constexpr std::size_t kMaxPrivacyMark = 128;       // characters, SPEC: RFC 2634 3.2

// PrivacyMark is free text of its originator, 1 to 128 characters, without control characters.
// The string type is kept, so that a label is written as it was read.
class PrivacyMark {
 public:
  enum class Form : std::uint8_t { kUtf8String, kPrintableString };

  // make checks length and characters. Errors: kPrivacyMarkEmpty, kPrivacyMarkLong,
  // kPrivacyMarkCharacter.
  [[nodiscard]] static std::expected<PrivacyMark, LabelReason> make(Form form, std::string text);

  [[nodiscard]] Form form() const { return form_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  auto operator<=>(const PrivacyMark&) const = default;
  bool operator==(const PrivacyMark&) const = default;

 private:
  PrivacyMark() = default;

  Form form_ = Form::kUtf8String;
  std::string text_;
};

// Label can always be encoded: every bound is kept by the functions that add to it. Its
// categories are in canonical order (by tag set, then kind), so that equal labels compare equal
// whatever order they were written in.
class Label {
 public:
  // REQUIRES: `policy` is not empty.
  explicit Label(const Oid& policy);

  [[nodiscard]] const Oid& policy() const { return policy_; }
  [[nodiscard]] std::optional<std::uint16_t> classification() const { return classification_; }
  [[nodiscard]] const std::optional<PrivacyMark>& privacy_mark() const { return privacy_mark_; }
  // categories in canonical order; the span lives until the label is changed or destroyed.
  [[nodiscard]] std::span<const Category> categories() const { return categories_; }
  // find returns the category of that tag set and kind, or nullptr.
  [[nodiscard]] const Category* find(const Oid& tag_set, CategoryKind kind) const;

  // set_classification takes 0 to 256; kClassificationRange otherwise.
  [[nodiscard]] std::expected<void, LabelReason> set_classification(std::uint32_t value);
  void set_privacy_mark(PrivacyMark mark);
  // add takes a category whose tag set and kind the label does not hold yet. Errors:
  // kDuplicateCategory, kTooManyCategories.
  [[nodiscard]] std::expected<void, LabelReason> add(Category category);

  // The canonical order of labels: by policy, classification (none first), privacy mark (none
  // first), categories.
  auto operator<=>(const Label&) const = default;
  bool operator==(const Label&) const = default;

 private:
  Oid policy_;
  std::optional<std::uint16_t> classification_;
  std::optional<PrivacyMark> privacy_mark_;
  std::vector<Category> categories_;
};

}  // namespace labels
