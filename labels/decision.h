// Decision: may somebody with this clearance see what bears this label? (The access control
// decision function of X.841 and SDN.801c.)
//
// INVARIANT(DENY_BY_DEFAULT): a Decision is born denied; nil label, nil clearance, another policy,
// and everything that the security policy does not know deny.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

// DenialReason has stable names: they stand in audit logs.
enum class DenialReason : std::uint8_t {
  kNotJudged,              // a Decision that nobody filled in
  kNoLabel,                // the nil label
  kNoClearance,            // the nil clearance
  kLabelPolicy,            // the label is under another security policy
  kClearancePolicy,        // the clearance is under another security policy
  kNoClassification,       // the label has none, and so it is a member of no clearance
  kUnknownClassification,  // not in the security policy
  kClassification,         // not in the clearance
  kUnknownPrivacyMark,     // not in the security policy's list
  kUnknownTagSet,          // not in the security policy
  kUnknownTag,             // the tag set has no tag of this type
  kUnknownValue,           // no tag of this type has the value
  kRestrictive,            // a value that the clearance lacks
  kPermissive,             // no value of the tag that the clearance holds
};

// to_string gives the stable name, e.g. "classification-not-in-clearance".
[[nodiscard]] std::string_view to_string(DenialReason reason);

struct Denial {
  DenialReason reason = DenialReason::kNotJudged;
  // What it is about, with the names of the security policy where it has them, e.g.
  // "classification 4 (SECRET) not in clearance". Holds no text that the label's writer chose.
  std::string what;

  bool operator==(const Denial&) const = default;
};

class Decision {
 public:
  Decision();  // denied: kNotJudged

  [[nodiscard]] bool granted() const { return reasons_.empty(); }
  // reasons in the order in which the rules are asked; empty only where granted.
  [[nodiscard]] std::span<const Denial> reasons() const { return reasons_; }
  // REQUIRES: !granted().
  [[nodiscard]] const Denial& first() const;

  bool operator==(const Decision&) const = default;

 private:
  friend Decision decide(const SecurityPolicy&, const Label*, const Clearance*);
  explicit Decision(std::vector<Denial> reasons) : reasons_(std::move(reasons)) {}

  std::vector<Denial> reasons_;
};

// decide judges a label against a clearance. nullptr is the nil label or the nil clearance (SPEC:
// XEP-0258 4.2) and always denies. The order of the questions: nil, policies, classification,
// privacy mark, then each category in canonical order, each tag of it in the policy's order.
//
// - classification: must be known and a member of the clearance's set. It is not an order.
// - restrictive: all of the label's values must be in the clearance.
// - permissive: for each tag of the tag set that the label has values of, one of them must be in
//   the clearance. A tag that the label has no values of restricts nothing.
// - informative: not compared with the clearance.
// - every tag set, tag type, value and privacy mark of the label must be known to the security
//   policy, the informative ones too. What a clearance holds and the policy does not know never
//   matches anything.
//
// A granted decision allocates no memory.
[[nodiscard]] Decision decide(const SecurityPolicy& policy, const Label* label,
                              const Clearance* clearance);
[[nodiscard]] inline Decision decide(const SecurityPolicy& policy, const Label& label,
                                     const Clearance& clearance) {
  return decide(policy, &label, &clearance);
}

}  // namespace labels
