// Given: what the options name: security policies, a mapping table for ICISM, a label, a clearance.
//
// Who controls it: labels come from anybody, the rest from those who wrote the policy.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/json_writer.h"
#include "labels/icism_map.h"
#include "labels/label_reading.h"
#include "labels/policy_set.h"
#include "labels/security_policy.h"
#include "labels/tool/answer.h"
#include "labels/tool/command.h"

namespace labels::tool {

// load_policies reads and checks every file. Bad input: a file that cannot be read or is refused,
// and two policies of one name or object identifier.
[[nodiscard]] std::expected<PolicySet, Answer> load_policies(const std::vector<std::string>& files);

// Given reads labels and clearances with the policies and the mapping table of the options.
struct Given {
  LabelReader reader;
  std::optional<IcismMap> icism;

  [[nodiscard]] const PolicySet& policies() const { return reader.policies(); }
};

// load_given reads the policies and the mapping table.
[[nodiscard]] std::expected<Given, Answer> load_given(const Options& options);

// read_label reads options.input. Bad input: what is no label, with its place.
[[nodiscard]] std::expected<ReadLabel, Answer> read_label(Given& given, const Options& options);

// GivenClearance is a clearance under one of the policies.
struct GivenClearance {
  ReadClearance read;
  SecurityPolicy policy;
};

// read_clearance reads options.clearance. Bad input: what is no clearance, with its place, and one
// that is under none of the policies.
[[nodiscard]] std::expected<GivenClearance, Answer> read_clearance(Given& given,
                                                                   const Options& options);

// policy_of returns the policy of that identifier, or nullptr; it lives as long as the set.
[[nodiscard]] const SecurityPolicy* policy_of(const PolicySet& policies, const Oid& id);

// policy_named takes a name or an object identifier in dotted form.
[[nodiscard]] const SecurityPolicy* policy_named(const PolicySet& policies, std::string_view name);

// shown_policy is "NAME (2.999.1)", or the object identifier alone where no policy is known.
[[nodiscard]] std::string shown_policy(const SecurityPolicy* policy, const Oid& id);

}  // namespace labels::tool
