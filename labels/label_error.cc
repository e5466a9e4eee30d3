#include "labels/label_error.h"

namespace labels {

std::string_view to_string(LabelReason reason) {
  switch (reason) {
    case LabelReason::kTruncated:
      return "truncated";
    case LabelReason::kTrailingBytes:
      return "trailing-bytes";
    case LabelReason::kUnexpectedTag:
      return "unexpected-tag";
    case LabelReason::kIndefiniteLength:
      return "indefinite-length";
    case LabelReason::kLengthNotMinimal:
      return "length-not-minimal";
    case LabelReason::kIntegerNotMinimal:
      return "integer-not-minimal";
    case LabelReason::kOidMalformed:
      return "oid-malformed";
    case LabelReason::kOidTooLong:
      return "oid-too-long";
    case LabelReason::kSetOrder:
      return "set-order";
    case LabelReason::kDuplicateField:
      return "duplicate-field";
    case LabelReason::kBitStringPadding:
      return "bit-string-padding";
    case LabelReason::kBitStringTrailing:
      return "bit-string-trailing-zero";
    case LabelReason::kDefaultWritten:
      return "default-written";
    case LabelReason::kPolicyMissing:
      return "policy-missing";
    case LabelReason::kClassificationRange:
      return "classification-range";
    case LabelReason::kPrivacyMarkEmpty:
      return "privacy-mark-empty";
    case LabelReason::kPrivacyMarkLong:
      return "privacy-mark-long";
    case LabelReason::kPrivacyMarkCharacter:
      return "privacy-mark-character";
    case LabelReason::kNoCategories:
      return "no-categories";
    case LabelReason::kTooManyCategories:
      return "too-many-categories";
    case LabelReason::kUnknownCategory:
      return "unknown-category";
    case LabelReason::kMixedEncodings:
      return "mixed-encodings";
    case LabelReason::kSecurityLevel:
      return "security-level";
    case LabelReason::kEnumeratedOpen:
      return "enumerated-undetermined";
    case LabelReason::kInformative:
      return "informative-category";
    case LabelReason::kDuplicateCategory:
      return "duplicate-category";
    case LabelReason::kCategoryEmpty:
      return "category-empty";
    case LabelReason::kTooManyValues:
      return "too-many-values";
    case LabelReason::kValueRange:
      return "value-range";
    case LabelReason::kDuplicateValue:
      return "duplicate-value";
    case LabelReason::kTimeRange:
      return "time-range";
    case LabelReason::kUserTextValue:
      return "user-text-without-value";
    case LabelReason::kUserTextEmpty:
      return "user-text-empty";
    case LabelReason::kUserTextLong:
      return "user-text-long";
    case LabelReason::kUserTextCharacter:
      return "user-text-character";
    case LabelReason::kDuplicateUserText:
      return "duplicate-user-text";
    case LabelReason::kTooManyUserTexts:
      return "too-many-user-texts";
  }
  return "unknown-reason";
}

}  // namespace labels
