// CompiledClearance: a clearance as a set of the values of one security policy, ready to be asked
// often.
#pragma once

#include "labels/clearance.h"
#include "labels/security_policy.h"
#include "labels/value_bits.h"

namespace labels {

// CompiledClearance is a value; it shares the policy and owns the clearance. What a clearance holds
// and the policy does not know never matches anything; one of another policy matches nothing.
class CompiledClearance {
 public:
  CompiledClearance(const SecurityPolicy& policy, Clearance clearance);

  [[nodiscard]] const SecurityPolicy& policy() const { return policy_; }
  [[nodiscard]] const Clearance& clearance() const { return clearance_; }
  // under_policy says whether the clearance is one of that policy.
  [[nodiscard]] bool under_policy() const { return under_policy_; }
  [[nodiscard]] const ValueBits& values() const { return values_; }

 private:
  SecurityPolicy policy_;
  Clearance clearance_;
  bool under_policy_;
  ValueBits values_;
};

}  // namespace labels
