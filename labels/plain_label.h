// PlainLabel: labels in an XML form of our own (namespace urn:xmpp-guard:label:1), for tests, and
// for people: by the names of the security policy.
//
//   <label xmlns="urn:xmpp-guard:label:1" policy="TEST" policy-id="2.999.7" classification="MID"
//          privacy-mark="STAFF" created="2026-01-31T12:00:00Z" review="2036-01-31T12:00:00Z">
//     <category tag-set="Release" tag="Nations" value="ALPHA"/>
//     <category tag-set="Reference" value="NUMBER" text="17/4"/>
//   </label>
//
// What is written of a label in a policy file is written here in the same words.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "labels/label.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kPlainNamespace = "urn:xmpp-guard:label:1";

// read_plain_label reads a <label>. The tag may be left out where the tag set has the value in one
// tag only; the policy, where there is only one. Errors: kUnknownPolicy, kPolicyNames, kUnknownName
// (which says what there is), kTime, kDuplicateValue, and those of Label. REQUIRES: that its schema
// (schemas/label.xsd) has been checked.
[[nodiscard]] std::expected<Label, XmlFault> read_plain_label(const schemas::Element& element,
                                                              const PolicySet& policies);

// write_plain_label writes one in one spelling, everything named. Errors: kUnknownPolicy, kUnnamed.
[[nodiscard]] std::expected<std::string, LabelReason> write_plain_label(const Label& label,
                                                                        const PolicySet& policies);

}  // namespace labels
