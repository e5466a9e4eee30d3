// Named: labels and clearances as people write them in a policy file, by the names that the
// security policy gives to classifications, tag sets, tags and values.
//
// Who controls them: the people who write the policy. Whatever is misspelt is an error that says
// what there is instead.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

// NamedCategory names values of one tag set. `tag` may be left empty where the value names are
// found in one tag of the tag set only.
struct NamedCategory {
  std::string tag_set = {};
  std::string tag = {};
  std::vector<std::string> values = {};
  bool all = false;  // every value of the tag (of every tag but the informative ones, where `tag`
                     // is empty); `values` must be empty then. Clearances only.
};

struct NamedLabel {
  std::string classification = {};
  std::optional<std::string> privacy_mark = {};
  std::vector<NamedCategory> categories = {};
};

// NamedClearance lists classifications, or gives a range by hierarchy (both ends included), or
// both; then it holds all of them.
struct NamedClearance {
  std::vector<std::string> classifications = {};
  std::optional<std::string> from = {};  // with `to`; an error without it
  std::optional<std::string> to = {};
  std::vector<NamedCategory> categories = {};
};

// NameError is ready to become a guard::FileError: what was found, and what the policy has.
struct NameError {
  std::string what;
  std::string expected;

  bool operator==(const NameError&) const = default;
};

// NamedValue is what a name means. It lives as long as the policy.
struct NamedValue {
  const TagSet* tag_set = nullptr;
  const Tag* tag = nullptr;
  const TagCategory* value = nullptr;
};

// find_named_classification finds a classification, or says which there are.
[[nodiscard]] std::expected<const Classification*, NameError> find_named_classification(
    const SecurityPolicy& policy, const std::string& name);

// find_named_value finds the one value that `named` names. REQUIRES: exactly one value, not `all`.
[[nodiscard]] std::expected<NamedValue, NameError> find_named_value(const SecurityPolicy& policy,
                                                                    const NamedCategory& named);

// label_from_names makes a label under `policy`. A label needs a classification. Errors: a name
// that the policy does not have, a value named twice, a value name found in several tags.
[[nodiscard]] std::expected<Label, NameError> label_from_names(const SecurityPolicy& policy,
                                                               const NamedLabel& names);

// clearance_from_names makes a clearance under `policy`. Errors: as above; no classification at
// all; `from` above `to`; an informative tag (it plays no part in a decision, so naming it is a
// mistake).
[[nodiscard]] std::expected<Clearance, NameError> clearance_from_names(const SecurityPolicy& policy,
                                                                       const NamedClearance& names);

}  // namespace labels
