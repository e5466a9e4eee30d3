// Validity: does a label keep to its security policy? A question of its own, asked of the label
// alone; an invalid label is granted to nobody.
//
// SPEC: Open XML SPIF 2.1 (obsolete, requiredClass, excludedClass, requiredCategory,
// excludedCategory, selections, notBefore, notAfter, userInput). labels/README.md says how each is
// read.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "guard/base/utc_time.h"
#include "labels/compiled_label.h"
#include "labels/denial.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

class Validity {
 public:
  Validity();  // invalid: kNotJudged

  [[nodiscard]] bool valid() const { return faults_.empty(); }
  // faults in the order in which the rules are asked; empty only where valid.
  [[nodiscard]] std::span<const Denial> faults() const { return faults_; }
  // REQUIRES: !valid().
  [[nodiscard]] const Denial& first() const;

  bool operator==(const Validity&) const = default;

 private:
  friend Validity validate(const CompiledLabel&, guard::UtcTime);
  explicit Validity(std::vector<Denial> faults) : faults_(std::move(faults)) {}

  std::vector<Denial> faults_;
};

// validate judges a label by itself, at a moment. The moment 0 says that nobody knows the time:
// then a value that is limited in time is not valid. The order of the
// questions: policy; classification; privacy mark; what is unknown, by tag set and type;
// selections of the tags; conditions of the classification, then of each value, in the policy's
// order; texts of the originator. A label under another policy has that one fault.
[[nodiscard]] Validity validate(const CompiledLabel& label, guard::UtcTime at);
[[nodiscard]] Validity validate(const SecurityPolicy& policy, const Label& label,
                                guard::UtcTime at);

// is_valid is validate(...).valid(), without the reasons: no heap memory.
[[nodiscard]] bool is_valid(const CompiledLabel& label, guard::UtcTime at);

}  // namespace labels
