#include "labels/plain_policy.h"

#include <optional>

#include "guard/base/xml_text.h"
#include "labels/policy_fault.h"

namespace labels {

std::expected<const PolicyNames*, XmlFault> plain_policy(const schemas::Element& element,
                                                         const PolicySet& policies) {
  const auto fault = [&](LabelReason reason, std::string what, std::string expected) {
    return std::unexpected(
        xml_fault(element, element, reason, std::move(what), std::move(expected)));
  };
  const std::string_view* name = element.attribute("policy");
  const std::string_view* id = element.attribute("policy-id");
  if (name == nullptr && id == nullptr) {
    if (policies.policies().size() == 1) return &policies.policies().front();
    return fault(LabelReason::kUnknownPolicy, "no policy is named", "policy or policy-id");
  }
  const PolicyNames* by_name = name == nullptr ? nullptr : policies.find(*name);
  const std::optional<Oid> oid = id == nullptr ? std::nullopt : Oid::from_dotted(*id);
  const PolicyNames* by_id = oid ? policies.find(*oid) : nullptr;
  if ((name != nullptr && by_name == nullptr) || (id != nullptr && by_id == nullptr)) {
    const std::string_view unknown = name != nullptr && by_name == nullptr ? *name : *id;
    return fault(LabelReason::kUnknownPolicy, "the policy " + in_quotes(unknown),
                 known_policies(policies));
  }
  if (name != nullptr && id != nullptr && by_name != by_id) {
    return fault(LabelReason::kPolicyNames,
                 "the policy " + in_quotes(*name) + " with the identifier " + in_quotes(*id),
                 by_name->policy().id().to_dotted());
  }
  return name != nullptr ? by_name : by_id;
}

void append_plain_policy(std::string& out, const SecurityPolicy& policy) {
  guard::append_attribute(out, "policy", policy.name());
  guard::append_attribute(out, "policy-id", policy.id().to_dotted());
}

}  // namespace labels
