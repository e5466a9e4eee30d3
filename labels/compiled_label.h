// CompiledLabel: a label as a set of the values of its security policy.
#pragma once

#include <cstddef>
#include <optional>

#include "labels/label.h"
#include "labels/security_policy.h"
#include "labels/value_bits.h"

namespace labels {

// CompiledLabel borrows the policy and the label. Under another policy than the label's own it
// holds nothing. No heap memory for policies of up to 1,024 values.
class CompiledLabel {
 public:
  CompiledLabel(const SecurityPolicy& policy, const Label& label);

  [[nodiscard]] const SecurityPolicy& policy() const { return *policy_; }
  [[nodiscard]] const Label& label() const { return *label_; }
  // classification returns where the label's stands in policy().classifications(); nullopt where
  // it has none or one that is unknown.
  [[nodiscard]] std::optional<std::size_t> classification() const { return classification_; }
  // values holds those of the label's values that the policy knows.
  [[nodiscard]] const ValueBits& values() const { return values_; }
  // knows_all says whether the policy knows all of them.
  [[nodiscard]] bool knows_all() const { return knows_all_; }

 private:
  const SecurityPolicy* policy_;
  const Label* label_;
  std::optional<std::size_t> classification_;
  bool knows_all_ = true;
  ValueBits values_;
};

}  // namespace labels
