// PlainPolicy: which security policy an element of our own XML means, by policy="NAME",
// policy-id="OID" or both.
#pragma once

#include <expected>
#include <string>

#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

// plain_policy finds the policy. With neither attribute it is the only one of the set. Errors:
// kUnknownPolicy, kPolicyNames (name and identifier disagree).
[[nodiscard]] std::expected<const PolicyNames*, XmlFault> plain_policy(
    const schemas::Element& element, const PolicySet& policies);

// append_plain_policy writes both attributes.
void append_plain_policy(std::string& out, const SecurityPolicy& policy);

}  // namespace labels
