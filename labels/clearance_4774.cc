#include "labels/clearance_4774.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"
#include "labels/label_4774.h"
#include "labels/parts_4774.h"

namespace labels {

using schemas::Element;

std::expected<Clearance, XmlFault> read_clearance_4774(const Element& element,
                                                       const PolicySet& policies) {
  const Root4774 root(element);
  const Element* identifier = element.child(kLabel4774Namespace, "PolicyIdentifier");
  const Element* list = element.child(kClearance4774Namespace, "ClassificationList");
  if (identifier == nullptr || list == nullptr) {
    return root.fault(element, LabelReason::kStructure,
                      "no PolicyIdentifier or no ClassificationList", "both");
  }
  const auto names = root.policy(*identifier, policies);
  if (!names) return std::unexpected(names.error());
  Clearance clearance((*names)->policy().id());
  for (const Element* one : list->elements()) {
    const auto lacv = root.classification(*one, **names);
    if (!lacv) return std::unexpected(lacv.error());
    if (clearance.holds(*lacv)) {
      return root.fault(*one, LabelReason::kDuplicateValue,
                        "the classification \"" + one->text() + "\" a second time", "each once");
    }
    CHECK(clearance.add_classification(*lacv).has_value());  // the policy's own are within bounds
  }
  Categories4774 collected(root, **names);
  for (const Element* one : element.elements()) {
    if (!one->is(kLabel4774Namespace, "Category")) continue;
    const std::string_view* type = one->attribute("Type");
    if (type != nullptr && *type == "INFORMATIVE") {
      return root.fault(*one, LabelReason::kInformative, "an informative category in a clearance",
                        "categories that take part in the decision");
    }
    if (const auto added = collected.add(*one); !added) return std::unexpected(added.error());
    if (!collected.texts().empty()) {
      return root.fault(*one, LabelReason::kUnknownName,
                        "the value \"" + collected.texts().front().text + "\"",
                        "a name of the security policy");
    }
  }
  auto categories = collected.take();
  if (!categories) {
    return root.fault(element, categories.error(), "more categories than a clearance can hold");
  }
  for (Category& category : *categories) CHECK(clearance.add(std::move(category)).has_value());
  return clearance;
}

std::expected<std::string, LabelReason> write_clearance_4774(const Clearance& clearance,
                                                             const PolicySet& policies) {
  const PolicyNames* names = policies.find(clearance.policy());
  if (names == nullptr) return std::unexpected(LabelReason::kUnknownPolicy);
  const bool informative = std::ranges::any_of(clearance.categories(), [](const Category& one) {
    return rule_of(one.kind()) == CategoryRule::kInformative;
  });
  if (informative) return std::unexpected(LabelReason::kInformative);
  std::string declaration;
  guard::append_attribute(declaration, "xmlns", kLabel4774Namespace);
  std::string out = "<ConfidentialityClearance";
  guard::append_attribute(out, "xmlns", kClearance4774Namespace);
  out += '>';
  append_policy_4774(out, declaration, names->policy());
  out += "<ClassificationList>";
  for (const std::uint16_t lacv : clearance.classifications()) {
    if (auto done = append_classification_4774(out, declaration, lacv, *names); !done) {
      return std::unexpected(done.error());
    }
  }
  out += "</ClassificationList>";
  if (auto done = append_categories_4774(out, declaration, clearance.categories(), nullptr, *names);
      !done) {
    return std::unexpected(done.error());
  }
  out += "</ConfidentialityClearance>";
  return out;
}

}  // namespace labels
