// Translation: a label of one security policy as a label of another, by what the two policies say
// is equivalent.
//
// SPEC: Open XML SPIF 2.1, equivalentPolicy, equivalentClassification, equivalentSecCategoryTag.
// README.md, "How a label is translated", says how they are read.
//
// INVARIANT(NOTHING_DROPPED): nothing of a label is left out but what a policy says to discard, and
// nothing is widened: what cannot be said in the other policy is refused.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "guard/base/utc_time.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

// TranslationReason has stable names: they may stand in audit logs.
enum class TranslationReason : std::uint8_t {
  kLabelPolicy,              // the label is not under the first policy
  kLabelInvalid,             // … or not valid under it
  kNotEquivalent,            // neither policy introduces the other
  kNoClassification,         // the label has none
  kClassificationMissing,    // no equivalent classification
  kClassificationAmbiguous,  // more than one
  kCategoryMissing,          // a value without an equivalent
  kCategoryAmbiguous,        // the two policies say different things about it
  kTargetUnknown,            // an equivalent that the second policy does not have
  kPrivacyMark,              // not in the second policy
  kUserText,                 // a text for a value that takes none in the second policy
  kWidened,                  // more people would satisfy the categories than before
  kRequired,                 // a required category of the second policy that cannot be added
  kTooLarge,                 // more categories or values than a label has room for
  kResultInvalid,            // not valid under the second policy
};

// to_string gives the stable name, e.g. "category-without-equivalent".
[[nodiscard]] std::string_view to_string(TranslationReason reason);

struct TranslationFault {
  TranslationReason reason = TranslationReason::kLabelPolicy;
  // What it is about, with the names of the policies, e.g. "category EYES ONLY of Caveats has no
  // equivalent in EXAMPLE ALLIANCE". Holds no text that the label's writer chose.
  std::string what;

  bool operator==(const TranslationFault&) const = default;
};

// translate gives the label under `to` that a label under `from` is equivalent to, by what `from`
// says for the way there (encrypt, both) and `to` for the way in (decrypt, both). Dates are kept.
// `at` is the moment at which both labels must be valid. A label is
// its own translation into its own policy.
[[nodiscard]] std::expected<Label, TranslationFault> translate(const SecurityPolicy& from,
                                                               const SecurityPolicy& to,
                                                               const Label& label,
                                                               guard::UtcTime at);

}  // namespace labels
