#include "labels/denial.h"

namespace labels {

std::string_view to_string(DenialReason reason) {
  switch (reason) {
    case DenialReason::kNotJudged:
      return "label-not-judged";
    case DenialReason::kNoLabel:
      return "no-label";
    case DenialReason::kNoClearance:
      return "no-clearance";
    case DenialReason::kLabelPolicy:
      return "label-of-another-policy";
    case DenialReason::kClearancePolicy:
      return "clearance-of-another-policy";
    case DenialReason::kNoClassification:
      return "no-classification";
    case DenialReason::kUnknownClassification:
      return "unknown-classification";
    case DenialReason::kUnknownPrivacyMark:
      return "unknown-privacy-mark";
    case DenialReason::kUnknownTagSet:
      return "unknown-tag-set";
    case DenialReason::kUnknownTag:
      return "unknown-tag";
    case DenialReason::kUnknownValue:
      return "unknown-value";
    case DenialReason::kObsoleteClassification:
      return "obsolete-classification";
    case DenialReason::kObsoleteValue:
      return "obsolete-value";
    case DenialReason::kObsoletePrivacyMark:
      return "obsolete-privacy-mark";
    case DenialReason::kPrivacyMarkMissing:
      return "privacy-mark-missing";
    case DenialReason::kPrivacyMarkTooMany:
      return "privacy-mark-not-allowed";
    case DenialReason::kTooFewValues:
      return "too-few-values-of-tag";
    case DenialReason::kTooManyValues:
      return "too-many-values-of-tag";
    case DenialReason::kNotYetValid:
      return "value-not-yet-valid";
    case DenialReason::kNoLongerValid:
      return "value-no-longer-valid";
    case DenialReason::kClassMismatch:
      return "value-not-with-classification";
    case DenialReason::kRequiredCategory:
      return "required-category-missing";
    case DenialReason::kExcludedCategory:
      return "excluded-category-present";
    case DenialReason::kUserTextMalformed:
      return "user-text-malformed";
    case DenialReason::kUserTextUnexpected:
      return "user-text-unexpected";
    case DenialReason::kClassification:
      return "classification-not-in-clearance";
    case DenialReason::kRestrictive:
      return "restrictive-not-in-clearance";
    case DenialReason::kPermissive:
      return "permissive-not-in-clearance";
  }
  return "unknown-reason";
}

bool makes_invalid(DenialReason reason) {
  return reason >= DenialReason::kNoClassification && reason <= DenialReason::kUserTextUnexpected;
}

}  // namespace labels
