// LabelReader: the security label of a stanza, out of its tree (SPEC: XEP-0258; the label rules L1
// to L6 of guard/README.md).
#pragma once

#include <string>

#include "guard/base/bytes.h"
#include "policy/stanza_facts.h"
#include "schemas/element.h"

namespace guard::filter {

// ReadLabel is what the policy is told, and the octets for the record.
struct ReadLabel {
  policy::LabelFacts facts;
  Bytes received;  // of the primary label, decoded from base64; empty where that failed
};

// read_label looks at the children of `stanza`. More than one securitylabel, not exactly one label
// in it, not exactly one child in that, another format than ESS, base64 that is not canonical once
// white space has been collapsed, and octets that are not DER of exactly one label are faults. So
// are more than labels::kMaxEquivalents, and the same faults of an equivalent label: what crosses
// never carries equivalents, but what is there must be understood. The display marking is not
// looked at.
[[nodiscard]] ReadLabel read_label(const schemas::Element& stanza);

}  // namespace guard::filter
