// Documents for tests of the formats that are XML.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "labels/example_policy_for_test.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/reader.h"

namespace labels::test {

// Parsed is a document that its schema has accepted.
inline schemas::Document parsed(std::string_view text) {
  static schemas::FileReader reader(schemas::Grammar::kLabel);
  auto document = reader.read_text(text, "test.xml");
  if (!document) throw std::runtime_error(document.error().to_string());
  return *std::move(document);
}

// schema_refuses says whether the schema does not accept the text.
inline bool schema_refuses(std::string_view text) {
  static schemas::FileReader reader(schemas::Grammar::kLabel);
  return !reader.read_text(text, "test.xml").has_value();
}

// "reason path" of a fault.
inline std::string said(const XmlFault& fault) {
  return std::string(to_string(fault.reason)) + " " + fault.path;
}

// TEST (2.999.7) with a text for one value, and the same as NATO (2.999.8).
inline PolicyContent content_with_text() {
  PolicyContent content = example_content();
  content.tag_sets.push_back(
      {.name = "Reference",
       .id = oid("2.999.7.8"),
       .tags = {tag("Reference", CategoryKind::kInformativeValues, {{"NUMBER", 1}, {"OTHER", 2}})},
       .place = {}});
  content.tag_sets.back().tags[0].categories[0].user_input = UserInput::kString;
  return content;
}

inline PolicySet test_policies() {
  PolicyContent content = content_with_text();
  std::vector<SecurityPolicy> all{*SecurityPolicy::make(content)};
  content.name = "NATO";
  content.id = oid("2.999.8");
  all.push_back(*SecurityPolicy::make(content));
  return *PolicySet::make(std::move(all));
}

// A label of ADatP-4774 from its parts.
inline const std::string kSlab = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";

inline std::string information(const std::string& inside) {
  return "<ConfidentialityInformation>" + inside + "</ConfidentialityInformation>";
}
inline std::string originator_label(const std::string& inside, const std::string& attributes = "") {
  return "<originatorConfidentialityLabel xmlns='" + kSlab + "'" + attributes + ">" + inside +
         "</originatorConfidentialityLabel>";
}
inline const std::string kTestLow =
    "<PolicyIdentifier URI='urn:oid:2.999.7'>TEST</PolicyIdentifier>"
    "<Classification>LOW</Classification>";

}  // namespace labels::test
