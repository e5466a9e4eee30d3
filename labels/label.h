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
#include "labels/label_time.h"
#include "labels/oid.h"

namespace labels {

inline constexpr std::uint32_t kMaxClassification = 256;  // SPEC: RFC 2634 3.2
inline constexpr std::size_t kMaxPrivacyMark = 128;       // characters, SPEC: RFC 2634 3.2
inline constexpr std::size_t kMaxUserText = 256;          // characters
inline constexpr std::size_t kMaxUserTexts = 64;          // of a label

// PrivacyMark is free text of its originator, 1 to 128 characters, without control characters.
// The string type is kept, so that a label is written as it was read.
class PrivacyMark {
 public:
  enum class Form : std::uint8_t { kUtf8String, kPrintableString };

  // make checks length and characters. Errors: kPrivacyMarkEmpty, kPrivacyMarkLong,
  // kPrivacyMarkCharacter.
  [[nodiscard]] static std::expected<PrivacyMark, LabelReason> make(Form form, std::string text);

  // of makes one of a text that came without a form: a PrintableString where it can be one.
  [[nodiscard]] static std::expected<PrivacyMark, LabelReason> of(std::string text);

  [[nodiscard]] Form form() const { return form_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  auto operator<=>(const PrivacyMark&) const = default;
  bool operator==(const PrivacyMark&) const = default;

 private:
  PrivacyMark() = default;

  Form form_ = Form::kUtf8String;
  std::string text_;
};

// UserText is what the originator wrote for one value of a category whose meaning is such a text
// (userInput in the security policy): 1 to 256 characters, without control characters. ADatP-4774
// and our own XML carry it, ESS does not.
struct UserText {
  Oid tag_set = {};
  CategoryKind kind = CategoryKind::kRestrictive;
  std::uint32_t lacv = 0;
  std::string text = {};

  // Ordered by tag set, kind, number, text.
  auto operator<=>(const UserText&) const = default;
  bool operator==(const UserText&) const = default;
};

// Label can always be encoded: every bound is kept by the functions that add to it. Its
// categories are in canonical order (by tag set, then kind), so that equal labels compare equal
// whatever order they were written in.
//
// Not every format can carry all of it: losses.h says what is lost.
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
  [[nodiscard]] std::optional<LabelTime> created() const { return created_; }
  [[nodiscard]] std::optional<LabelTime> review() const { return review_; }
  // user_texts in canonical order, at most one for each value; lives until the label changes.
  [[nodiscard]] std::span<const UserText> user_texts() const { return user_texts_; }
  // user_text returns the text of a value, or nullptr.
  [[nodiscard]] const std::string* user_text(const Oid& tag_set, CategoryKind kind,
                                             std::uint32_t lacv) const;

  // set_classification takes 0 to 256; kClassificationRange otherwise.
  [[nodiscard]] std::expected<void, LabelReason> set_classification(std::uint32_t value);
  void set_privacy_mark(PrivacyMark mark);
  // add takes a category whose tag set and kind the label does not hold yet. Errors:
  // kDuplicateCategory, kTooManyCategories.
  [[nodiscard]] std::expected<void, LabelReason> add(Category category);
  // adopt takes all categories at once, in canonical order, each tag set and kind once. REQUIRES:
  // that the label holds none yet. Errors: kDuplicateCategory for any other order,
  // kTooManyCategories.
  [[nodiscard]] std::expected<void, LabelReason> adopt(std::vector<Category> categories);
  // set_created and set_review take any is_label_time; kTimeRange otherwise.
  [[nodiscard]] std::expected<void, LabelReason> set_created(LabelTime time);
  [[nodiscard]] std::expected<void, LabelReason> set_review(LabelTime time);
  // add_user_text takes a text for a value that the label holds. Errors: kUserTextValue (the label
  // does not hold the value), kDuplicateUserText, kUserTextEmpty, kUserTextLong,
  // kUserTextCharacter, kTooManyUserTexts.
  [[nodiscard]] std::expected<void, LabelReason> add_user_text(UserText text);

  // The canonical order of labels: by policy, classification (none first), privacy mark (none
  // first), categories, dates, texts.
  auto operator<=>(const Label&) const = default;
  bool operator==(const Label&) const = default;

 private:
  Oid policy_;
  std::optional<std::uint16_t> classification_;
  std::optional<PrivacyMark> privacy_mark_;
  std::vector<Category> categories_;
  std::optional<LabelTime> created_;
  std::optional<LabelTime> review_;
  std::vector<UserText> user_texts_;
};

}  // namespace labels
