// LabelWriter: the security label that crosses, written anew (SPEC: XEP-0258; the label rules L6
// and L8 of guard/README.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "labels/label.h"
#include "labels/security_policy.h"
#include "policy/policy.h"

namespace guard::filter {

// write_label gives the securitylabel: marking and colours from the security policy that the label
// is under, the label encoded anew, no equivalents.
[[nodiscard]] std::string write_label(const labels::SecurityPolicy& security_policy,
                                      const labels::Label& label);

// LabelWriter remembers the label that it wrote last: the next one is likely the same.
class LabelWriter {
 public:
  explicit LabelWriter(policy::Policy policy) : policy_(std::move(policy)) {}

  // write gives the text, until the next call. REQUIRES: the label is under the governing security
  // policy or a peer policy.
  [[nodiscard]] std::string_view write(const labels::Label& label);

 private:
  policy::Policy policy_;
  std::optional<labels::Label> last_;
  std::string text_;
};

}  // namespace guard::filter
