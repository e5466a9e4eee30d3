#include "labels/spif.h"

#include <set>
#include <utility>

#include "labels/spif_category.h"
#include "labels/spif_classification.h"
#include "labels/spif_constraint.h"
#include "labels/spif_directory.h"
#include "labels/spif_element.h"
#include "labels/spif_equivalent.h"
#include "labels/spif_marking.h"
#include "schemas/reader.h"

namespace labels {
namespace {

using schemas::Element;

guard::FileError file_error(std::string_view file, const PolicyFault& fault) {
  return guard::FileError{.file = std::string(file),
                          .line = fault.place.line,
                          .column = fault.place.column,
                          .what = fault.what,
                          .expected = fault.expected};
}

// What stands once stands once, whatever its place; the schema leaves the order free.
SpifRead<void> check_parts(const Element& root) {
  if (!is_spif(root, "SPIF")) {
    return fault_at(root, "the root element " + in_quotes(root.name),
                    "SPIF in the namespace " + std::string(kSpifNamespace));
  }
  std::set<std::string_view> seen;
  for (const Element* child : root.elements()) {
    const bool repeats = is_spif(*child, "markingData") || is_spif(*child, "markingQualifier");
    if (!repeats && !seen.insert(child->name).second) {
      return fault_at(*child, "a second " + std::string(child->name), "one");
    }
  }
  for (const std::string_view name : {"securityPolicyId", "securityClassifications"}) {
    if (!seen.contains(name)) return fault_at(root, "no " + std::string(name), "one");
  }
  return {};
}

// ContentReader walks a document that is valid under schemas/spif.xsd.
class ContentReader {
 public:
  explicit ContentReader(const SpifDirectory& directory) : directory_(directory) {}

  SpifRead<SecurityPolicy> read(const Element& root) {
    content_.marking = read_marking_data(root);
    for (const Element* child : root.elements()) {
      if (auto read = read_part(*child); !read) return std::unexpected(read.error());
    }
    auto policy = SecurityPolicy::make(std::move(content_));
    if (!policy) return std::unexpected(policy.error());
    return *std::move(policy);
  }

 private:
  SpifRead<void> read_part(const Element& element) {
    if (is_spif(element, "securityPolicyId")) return read_policy_id(element);
    if (is_spif(element, "defaultSecurityPolicyId")) return read_default_policy(element);
    if (is_spif(element, "securityClassifications")) return read_classifications(element);
    if (is_spif(element, "securityCategoryTagSets")) return read_tag_sets(element);
    if (is_spif(element, "privacyMarks")) return read_privacy_marks(element);
    if (is_spif(element, "equivalentPolicies")) {
      auto policies = read_equivalent_policies(element);
      if (!policies) return std::unexpected(policies.error());
      content_.equivalent_policies = *std::move(policies);
    }
    return {};  // the markings of the whole file have been read
  }

  SpifRead<void> read_policy_id(const Element& element) {
    const auto id = oid_attribute(element, "id");
    if (!id) return std::unexpected(id.error());
    content_.id = *id;
    content_.name = attribute_or_empty(element, "name");
    content_.policy_marking = read_marking_data(element);
    return {};
  }

  SpifRead<void> read_default_policy(const Element& element) {
    const auto id = oid_attribute(element, "id");
    if (!id) return std::unexpected(id.error());
    content_.default_policy = {.name = std::string(attribute_or_empty(element, "name")),
                               .id = *id,
                               .place = place_of(element)};
    return {};
  }

  SpifRead<void> read_classifications(const Element& element) {
    content_.classification_marking = read_marking_data(element);
    for (const Element* child : element.elements()) {
      if (!is_spif(*child, "securityClassification")) continue;
      auto one = read_classification(*child, directory_);
      if (!one) return std::unexpected(one.error());
      content_.classifications.push_back(*std::move(one));
    }
    return {};
  }

  SpifRead<void> read_tag_sets(const Element& element) {
    for (const Element* child : element.elements()) {
      auto tag_set = read_tag_set(*child, directory_);
      if (!tag_set) return std::unexpected(tag_set.error());
      content_.tag_sets.push_back(*std::move(tag_set));
    }
    return {};
  }

  SpifRead<void> read_privacy_marks(const Element& element) {
    const auto selection = read_selection(element);
    if (!selection) return std::unexpected(selection.error());
    content_.privacy_mark_selection = *selection;
    for (const Element* child : element.elements()) {
      content_.privacy_marks.push_back({.name = std::string(attribute_or_empty(*child, "name")),
                                        .obsolete = is_set(*child, "obsolete"),
                                        .marking = read_marking_data(*child),
                                        .place = place_of(*child)});
    }
    return {};
  }

  const SpifDirectory& directory_;
  PolicyContent content_;
};

SpifRead<SecurityPolicy> read_document(const Element& root) {
  if (auto checked = check_parts(root); !checked) return std::unexpected(checked.error());
  const auto directory = SpifDirectory::read(root);
  if (!directory) return std::unexpected(directory.error());
  return ContentReader(*directory).read(root);
}

}  // namespace

SpifReader::SpifReader()
    : reader_(std::make_unique<schemas::FileReader>(schemas::Grammar::kSpif)) {}
SpifReader::~SpifReader() = default;
SpifReader::SpifReader(SpifReader&&) noexcept = default;
SpifReader& SpifReader::operator=(SpifReader&&) noexcept = default;

std::expected<SecurityPolicy, guard::FileError> SpifReader::read(std::string_view file_name,
                                                                 std::string_view text) {
  const auto document = reader_->read_text(text, std::string(file_name));
  if (!document) return std::unexpected(document.error());
  auto policy = read_document(document->root());
  if (!policy) return std::unexpected(file_error(file_name, policy.error()));
  return *std::move(policy);
}

std::expected<SecurityPolicy, guard::FileError> load_spif(std::string_view file_name,
                                                          std::string_view text) {
  return SpifReader().read(file_name, text);
}

}  // namespace labels
