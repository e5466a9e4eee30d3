// Parts4774: what labels and clearances of ADatP-4774 have in common: a policy, classifications,
// categories, by their names. label_4774.h says how names are understood.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labels/category.h"
#include "labels/label.h"
#include "labels/policy_set.h"
#include "labels/xml_fault.h"
#include "schemas/element.h"

namespace labels {

// Root4774 reads parts below one element, for which paths are given.
class Root4774 {
 public:
  explicit Root4774(const schemas::Element& root) : root_(root) {}

  [[nodiscard]] std::unexpected<XmlFault> fault(const schemas::Element& at, LabelReason reason,
                                                std::string what, std::string expected = {}) const {
    return std::unexpected(xml_fault(root_, at, reason, std::move(what), std::move(expected)));
  }

  // policy finds the policy of a PolicyIdentifier.
  [[nodiscard]] std::expected<const PolicyNames*, XmlFault> policy(
      const schemas::Element& identifier, const PolicySet& policies) const;
  [[nodiscard]] std::expected<std::uint32_t, XmlFault> classification(
      const schemas::Element& element, const PolicyNames& names) const;

 private:
  const schemas::Element& root_;
};

// Categories4774 collects Category elements.
class Categories4774 {
 public:
  Categories4774(const Root4774& root, const PolicyNames& names) : root_(root), names_(names) {}

  [[nodiscard]] std::expected<void, XmlFault> add(const schemas::Element& category);
  // take gives them in canonical order.
  [[nodiscard]] std::expected<std::vector<Category>, LabelReason> take();
  [[nodiscard]] std::vector<UserText>& texts() { return texts_; }

 private:
  struct Values {
    const TagSet* tag_set;
    CategoryKind kind;
    std::vector<std::uint32_t> lacvs;
  };

  [[nodiscard]] std::expected<void, XmlFault> add_value(const schemas::Element& element,
                                                        const TagSet& tag_set, CategoryRule rule);

  const Root4774& root_;
  const PolicyNames& names_;
  std::vector<Values> values_;
  std::vector<UserText> texts_;
};

// Writers append elements in the namespace of labels; `declaration` follows the element's name
// (e.g. " xmlns=…" where that is not the default namespace), or is empty.
void append_policy_4774(std::string& out, std::string_view declaration,
                        const SecurityPolicy& policy);
[[nodiscard]] std::expected<void, LabelReason> append_classification_4774(
    std::string& out, std::string_view declaration, std::uint32_t lacv, const PolicyNames& names);
// append_categories_4774 writes one Category for each tag set and rule; `texts` take the place of
// names.
[[nodiscard]] std::expected<void, LabelReason> append_categories_4774(
    std::string& out, std::string_view declaration, std::span<const Category> categories,
    const Label* texts, const PolicyNames& names);

}  // namespace labels
