// Decision: may somebody with this clearance see what bears this label? (The access control
// decision function of X.841 and SDN.801c.)
//
// INVARIANT(DENY_BY_DEFAULT): a Decision is born denied; nil label, nil clearance, another policy,
// an invalid label, and everything that the security policy does not know deny.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "guard/base/utc_time.h"
#include "labels/clearance.h"
#include "labels/compiled_clearance.h"
#include "labels/compiled_label.h"
#include "labels/denial.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

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
  friend Decision decide(const SecurityPolicy&, const Label*, const Clearance*, guard::UtcTime);
  friend Decision decide(const CompiledLabel&, const CompiledClearance&, guard::UtcTime);
  explicit Decision(std::vector<Denial> reasons) : reasons_(std::move(reasons)) {}

  std::vector<Denial> reasons_;
};

// decide judges a label against a clearance, at a moment (0: nobody knows, see validity.h). nullptr
// is the nil label or the nil clearance (SPEC: XEP-0258 4.2) and always denies. The order of the
// questions: nil, policies, validity (validity.h), classification, then the tags of the label in
// the policy's order.
//
// - an invalid label is denied to everybody; what of it is known is compared all the same.
// - classification: must be a member of the clearance's set. It is not an order.
// - restrictive: all of the label's values must be in the clearance.
// - permissive: for each tag of the tag set that the label has values of, one of them must be in
//   the clearance. A tag that the label has no values of restricts nothing.
// - informative: not compared with the clearance.
//
// What a clearance holds and the policy does not know never matches anything.
[[nodiscard]] Decision decide(const SecurityPolicy& policy, const Label* label,
                              const Clearance* clearance, guard::UtcTime at);
[[nodiscard]] inline Decision decide(const SecurityPolicy& policy, const Label& label,
                                     const Clearance& clearance, guard::UtcTime at) {
  return decide(policy, &label, &clearance, at);
}

// decide on the compiled forms is the same judgement for those who ask the same clearance often. A
// granted decision needs no heap memory.
// REQUIRES: the label was compiled for the clearance's policy snapshot.
[[nodiscard]] Decision decide(const CompiledLabel& label, const CompiledClearance& clearance,
                              guard::UtcTime at);

// grants is decide(...).granted() without the reasons: no heap memory either way.
// REQUIRES: as decide() on the compiled forms.
[[nodiscard]] bool grants(const CompiledLabel& label, const CompiledClearance& clearance,
                          guard::UtcTime at);

// reaches says whether decide() could grant the label if it were valid: it is of the policy, which
// knows all of it, and the clearance reaches it. Required and excluded categories, selections,
// obsolescence and dates are not asked. For those who look at what may ever be granted, never for a
// decision. nullptr is the nil clearance: false.
[[nodiscard]] bool reaches(const SecurityPolicy& policy, const Label& label,
                           const Clearance* clearance);

}  // namespace labels
