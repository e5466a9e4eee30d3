#include "labels/plain_clearance.h"

#include <algorithm>
#include <utility>

#include "guard/base/xml_text.h"
#include "labels/named.h"
#include "labels/plain_policy.h"

namespace labels {
namespace {

using schemas::Element;

std::string value(const Element& element, std::string_view attribute) {
  const std::string_view* found = element.attribute(attribute);
  return found == nullptr ? std::string() : std::string(*found);
}

NamedCategory category_of(const Element& element) {
  NamedCategory category{.tag_set = value(element, "tag-set"),
                         .tag = value(element, "tag"),
                         .values = {},
                         .all = element.name == "categories"};
  if (!category.all) category.values.push_back(value(element, "value"));
  return category;
}

// What one child says by itself, as a clearance that can be made.
NamedClearance part_of(const Element& child, const std::string& some_classification) {
  NamedClearance part;
  if (child.name == "classification") {
    part.classifications.push_back(value(child, "name"));
  } else if (child.name == "classifications") {
    part.from = value(child, "from");
    part.to = value(child, "to");
  } else {
    part.classifications.push_back(some_classification);
    part.categories.push_back(category_of(child));
  }
  return part;
}

void add(NamedClearance& whole, const Element& child) {
  if (child.name == "classification") {
    whole.classifications.push_back(value(child, "name"));
  } else if (child.name == "classifications") {
    whole.from = value(child, "from");
    whole.to = value(child, "to");
  } else {
    whole.categories.push_back(category_of(child));
  }
}

}  // namespace

std::expected<Clearance, std::vector<XmlFault>> read_plain_clearance(const Element& element,
                                                                     const SecurityPolicy& policy) {
  std::vector<XmlFault> faults;
  const auto fault = [&](const Element& at, const NameError& error) {
    faults.push_back(xml_fault(element, at, LabelReason::kUnknownName, error.what, error.expected));
  };
  NamedClearance whole;
  bool range = false;
  for (const Element* child : element.elements()) {
    if (child->name == "classifications" && std::exchange(range, true)) {
      fault(*child, {"a second range of classifications", "one"});
      continue;
    }
    const auto part =
        clearance_from_names(policy, part_of(*child, policy.classifications().front().name));
    if (!part) fault(*child, part.error());
    add(whole, *child);
  }
  if (faults.empty()) {
    auto clearance = clearance_from_names(policy, whole);
    if (clearance) return *std::move(clearance);
    fault(element, clearance.error());
  }
  return std::unexpected(std::move(faults));
}

std::expected<std::string, LabelReason> write_plain_clearance(const Clearance& clearance,
                                                              const PolicySet& policies) {
  const PolicyNames* names = policies.find(clearance.policy());
  if (names == nullptr) return std::unexpected(LabelReason::kUnknownPolicy);
  const SecurityPolicy& policy = names->policy();
  if (clearance.classifications().empty()) {
    return std::unexpected(LabelReason::kClassificationMissing);
  }
  std::string out = "<clearance";
  guard::append_attribute(out, "xmlns", kPlainNamespace);
  append_plain_policy(out, policy);
  out += '>';
  for (const std::uint16_t lacv : clearance.classifications()) {
    const Classification* known = policy.classification(lacv);
    if (known == nullptr) return std::unexpected(LabelReason::kUnnamed);
    out += "<classification";
    guard::append_attribute(out, "name", known->name);
    out += "/>";
  }
  for (const Category& category : clearance.categories()) {
    if (rule_of(category.kind()) == CategoryRule::kInformative) {
      return std::unexpected(LabelReason::kInformative);
    }
    const SecurityPolicy::Space* space = policy.space(category.tag_set(), category.kind());
    for (const std::uint32_t lacv : category.values()) {
      const auto* found = space == nullptr ? nullptr : space->find(lacv);
      if (found == nullptr) return std::unexpected(LabelReason::kUnnamed);
      const Tag& tag = space->tag_set->tags[found->tag];
      out += "<category";
      guard::append_attribute(out, "tag-set", space->tag_set->name);
      guard::append_attribute(out, "tag", tag.name);
      guard::append_attribute(out, "value", tag.categories[found->category].name);
      out += "/>";
    }
  }
  return out + "</clearance>";
}

}  // namespace labels
