// Denial: one reason why a label is invalid, or is not granted to a clearance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace labels {

// DenialReason has stable names: they stand in audit logs.
enum class DenialReason : std::uint8_t {
  kNotJudged,        // a Decision or Validity that nobody filled in
  kNoLabel,          // the nil label
  kNoClearance,      // the nil clearance
  kLabelPolicy,      // the label is under another security policy
  kClearancePolicy,  // the clearance is under another security policy
  // The label is invalid: no clearance can make up for it (validity.h).
  kNoClassification,        // the label has none, and so it is a member of no clearance
  kUnknownClassification,   // not in the security policy
  kUnknownPrivacyMark,      // not in the security policy's list
  kUnknownTagSet,           // not in the security policy
  kUnknownTag,              // the tag set has no tag of this type
  kUnknownValue,            // no tag of this type has the value
  kObsoleteClassification,  // no longer in use
  kObsoleteValue,
  kObsoletePrivacyMark,
  kPrivacyMarkMissing,  // the policy demands one
  kPrivacyMarkTooMany,  // the policy allows none
  kTooFewValues,        // of a tag
  kTooManyValues,       // of a tag
  kNotYetValid,         // before the notBefore of a value
  kNoLongerValid,       // after the notAfter of a value
  kClassMismatch,       // a value does not go with the label's classification
  kRequiredCategory,    // what a classification or value requires is not there
  kExcludedCategory,    // what a classification or value excludes is there
  kUserTextMalformed,   // not the integer or date that the value asks for
  kUserTextUnexpected,  // a text for a value that takes none
  // The label is valid, and the clearance does not reach it.
  kClassification,  // not in the clearance
  kRestrictive,     // a value that the clearance lacks
  kPermissive,      // no value of the tag that the clearance holds
};
inline constexpr int kDenialReasons = static_cast<int>(DenialReason::kPermissive) + 1;

// to_string gives the stable name, e.g. "classification-not-in-clearance".
[[nodiscard]] std::string_view to_string(DenialReason reason);

// makes_invalid says whether the reason is one of a label that is invalid in itself.
[[nodiscard]] bool makes_invalid(DenialReason reason);

struct Denial {
  DenialReason reason = DenialReason::kNotJudged;
  // What it is about, with the names of the security policy where it has them, e.g.
  // "classification 4 (SECRET) not in clearance". Holds no text that the label's writer chose.
  std::string what;

  bool operator==(const Denial&) const = default;
};

}  // namespace labels
