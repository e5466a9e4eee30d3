// Label4774: confidentiality labels of ADatP-4774, in XML.
//
//   originator-, alternative- or metadataConfidentialityLabel (@Id @ReviewDateTime)
//     ConfidentialityInformation
//       PolicyIdentifier (@URI "urn:oid:…"), Classification, PrivacyMark?,
//       Category* (@Type @TagName @URI?) { GenericValue* }
//     OriginatorID? (@IDType), CreationDateTime?, SuccessionHandling?
//
// Values are the names of the security policy, so nothing can be read or written without it. The
// type of a category is the rule of its tags: permissive and enumerated permissive ones are
// PERMISSIVE, and so on; both kinds of informative ones are INFORMATIVE. A value that is no name
// is the text of the only category of that tag set and type that the policy has for texts of the
// originator (userInput).
//
// Who controls the content: a hostile peer; the tree has passed schemas/label-4774.xsd.
//
// Choices of our own: TagName is the name of the tag set (the name of a tag is understood where
// only one tag of the policy is called so); an URI must agree with the name; a category twice is
// taken together where no value stands twice; names are exact but for white space around those of
// policy and classification, and but for the case of letters where PolicyNames says so.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "labels/label.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

inline constexpr std::string_view kLabel4774Namespace =
    "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";

// Role4774 is whose label it is; in the element's name.
enum class Role4774 : std::uint8_t { kOriginator, kAlternative, kMetadata };

// Originator4774 names who made a label. The type is one of the eight of the schema.
struct Originator4774 {
  std::string type = {};
  std::string id = {};

  bool operator==(const Originator4774&) const = default;
};

// Successor4774 is the label that takes the place of another at a time.
struct Successor4774 {
  LabelTime from = {};
  Label label;
  std::string id = {};  // the element's Id; empty: none
  std::optional<Originator4774> originator = {};

  bool operator==(const Successor4774&) const = default;
};

struct Label4774 {
  Role4774 role = Role4774::kOriginator;
  Label label;
  std::string id = {};  // the element's Id; empty: none
  std::optional<Originator4774> originator = {};
  std::optional<Successor4774> successor = {};

  bool operator==(const Label4774&) const = default;
};

// is_label_4774 says whether the element is one of the four that read_label_4774 reads
// (ConfidentialityLabel, of old, is an originator's).
[[nodiscard]] bool is_label_4774(const schemas::Element& element);

// read_label_4774 reads one label. REQUIRES: is_label_4774(element), and that its schema has been
// checked. Errors: kUnknownPolicy, kPolicyNames, kUnknownName, kAmbiguousName, kTime, and those of
// Label and Category.
[[nodiscard]] std::expected<Label4774, XmlFault> read_label_4774(const schemas::Element& element,
                                                                 const PolicySet& policies);

// write_label_4774 writes one label: no prefixes, no white space, attributes and categories in one
// order, so that equal labels are equal octets. Errors: kClassificationMissing, kUnknownPolicy,
// kUnnamed, kAmbiguousName (the name would be read as something else).
[[nodiscard]] std::expected<std::string, LabelReason> write_label_4774(const Label4774& label,
                                                                       const PolicySet& policies);

}  // namespace labels
