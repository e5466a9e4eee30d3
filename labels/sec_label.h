// SecLabel: the securitylabel element of XEP-0258, around labels of other formats.
//
//   securitylabel { displaymarking? (@fgcolor @bgcolor), label, equivalentlabel* }
//
// label and equivalentlabel hold one child: esssecuritylabel (base64 of DER), a label of
// ADatP-4774, an icismlabel; an empty label asks for the default label.
//
// Who controls the content: a hostile peer; the tree has passed schemas/sec-label.xsd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/bytes.h"
#include "labels/category_der.h"
#include "labels/icism_map.h"
#include "labels/label.h"
#include "labels/label_format.h"
#include "labels/marking.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kSecLabelNamespace = "urn:xmpp:sec-label:0";
inline constexpr std::string_view kEssLabelNamespace = "urn:xmpp:sec-label:ess:0";

inline constexpr std::size_t kMaxEquivalents = 8;

// LabelSource is what gives names and tokens a meaning. Nothing in it is owned; nullptr: there is
// none, and formats that need it are kFormat.
struct LabelSource {
  const PolicySet* policies = nullptr;
  const IcismMap* icism = nullptr;
};

// HeldLabel is one label and the format it came in.
struct HeldLabel {
  LabelFormat format = LabelFormat::kEss;
  Label label;
  CategoryEncoding encoding = CategoryEncoding::kTagTypes;  // of an ESS label
  guard::Bytes octets = {};  // of an ESS label, as they came, decoded from base64
};

// SecLabel: everything that a securitylabel says.
struct SecLabel {
  std::optional<HeldLabel> label = {};  // nothing for an empty <label/>
  std::vector<HeldLabel> equivalents = {};
  std::optional<std::string> display_marking = {};  // as it came; it never decides
};

// SecLabelFault says of which label the fault is, and what octets were in it (for records).
struct SecLabelFault {
  XmlFault fault = {};
  bool in_primary = false;
  guard::Bytes octets = {};
};

// read_sec_label reads one securitylabel. Refused, each with its reason and place: not exactly one
// label; not exactly one child in it, or text beside it (kStructure); markup in an
// esssecuritylabel (kStructure); base64 that is not canonical once white space has been collapsed
// (kBase64); octets that are not the DER of a label (its reason, the offset in the words); another
// format, or one that `source` does not serve (kFormat); an alternative or metadata label of
// ADatP-4774 as a label, an originator's or metadata label as an equivalent (kStructure); more than
// kMaxEquivalents equivalents (kStructure); an empty equivalent (kStructure); two equivalents under
// one policy (kDuplicateField). The first fault in document order is told.
[[nodiscard]] std::expected<SecLabel, SecLabelFault> read_sec_label(const schemas::Element& element,
                                                                    const LabelSource& source);

// effective_label gives the label that is judged under a governing policy: the label itself where
// it is under it, else the equivalent that is; nullptr where none is. An equivalent never rescues:
// a label under the governing policy that is refused stays refused. (SPEC: XEP-0258 4.2)
[[nodiscard]] const Label* effective_label(const SecLabel& label, const Oid& governing);

// write_sec_label writes a securitylabel in one spelling: the marking, the label as ESS (tag
// types), the equivalents likewise, in their canonical order. An absent label is written <label/>.
// What ESS cannot carry is lost: losses.h.
[[nodiscard]] std::string write_sec_label(const std::optional<DisplayMarking>& marking,
                                          const Label* label,
                                          const std::vector<Label>& equivalents);

}  // namespace labels
