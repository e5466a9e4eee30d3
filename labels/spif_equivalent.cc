#include "labels/spif_equivalent.h"

#include <algorithm>
#include <string>
#include <utility>

#include "labels/label.h"
#include "labels/spif_constraint.h"

namespace labels {
namespace {

using schemas::Element;

// The schema has seen to it that there is one of the three.
Applied applied_of(const Element& element) {
  const std::string_view applied = attribute_or_empty(element, "applied");
  if (applied == "encrypt") return Applied::kEncrypt;
  if (applied == "decrypt") return Applied::kDecrypt;
  return Applied::kBoth;
}

SpifRead<std::string> policy_of(const Element& element, const SpifDirectory& directory) {
  const std::string_view policy = attribute_or_empty(element, "policyRef");
  if (!directory.has_equivalent_policy(policy)) {
    return fault_at(element, "policyRef " + in_quotes(policy) + " is not an equivalent policy",
                    "the name of an equivalentPolicy of this file");
  }
  return std::string(policy);
}

SpifRead<EquivalentCategory> read_category(const Element& element, const SpifDirectory& directory) {
  auto policy = policy_of(element, directory);
  if (!policy) return std::unexpected(policy.error());
  EquivalentCategory one{
      .policy = *std::move(policy), .applied = applied_of(element), .place = place_of(element)};
  one.discard = attribute_or_empty(element, "action") == "discard" ||
                attribute_or_empty(element, "tagType") == "notApplicable";
  if (one.discard) return one;
  for (const std::string_view name : {"tagSetId", "tagType", "lacv"}) {
    if (element.attribute(name) == nullptr) {
      return fault_at(element, "an equivalentSecCategoryTag without " + std::string(name),
                      "tagSetId, tagType and lacv, or action=\"discard\"");
    }
  }
  const auto id = oid_attribute(element, "tagSetId");
  if (!id) return std::unexpected(id.error());
  one.tag_set = *id;
  const auto kinds = referenced_kinds(element);
  if (!kinds) return std::unexpected(kinds.error());
  one.kind = *kinds->begin();
  one.kind_open = kinds->size() > 1;
  const auto lacv = number_attribute(element, "lacv");
  if (!lacv) return std::unexpected(lacv.error());
  const std::uint32_t most = is_bit_string(*one.kind) && !one.kind_open ? kMaxBit : kMaxAttribute;
  if (*lacv > most) {
    return fault_at(element, "lacv " + std::to_string(*lacv),
                    "a lacv from 0 to " + std::to_string(most) + " for that type");
  }
  one.lacv = *lacv;
  return one;
}

}  // namespace

SpifRead<std::vector<EquivalentPolicy>> read_equivalent_policies(const Element& element) {
  std::vector<EquivalentPolicy> all;
  for (const Element* child : element.elements()) {
    const auto id = oid_attribute(*child, "id");
    if (!id) return std::unexpected(id.error());
    EquivalentPolicy one{.name = std::string(attribute_or_empty(*child, "name")),
                         .id = *id,
                         .place = place_of(*child)};
    if (std::ranges::find(all, one.name, &EquivalentPolicy::name) != all.end()) {
      return fault_at(*child, "a second equivalent policy " + in_quotes(one.name),
                      "each name once");
    }
    if (std::ranges::find(all, one.id, &EquivalentPolicy::id) != all.end()) {
      return fault_at(*child, "a second equivalent policy with the id " + id->to_dotted(),
                      "each id once");
    }
    auto required = read_foreign_required(*child);
    if (!required) return std::unexpected(required.error());
    one.required = *std::move(required);
    all.push_back(std::move(one));
  }
  return all;
}

SpifRead<std::vector<EquivalentClassification>> read_equivalent_classifications(
    const Element& element, const SpifDirectory& directory) {
  std::vector<EquivalentClassification> all;
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "equivalentClassification")) continue;
    auto policy = policy_of(*child, directory);
    if (!policy) return std::unexpected(policy.error());
    const auto lacv = number_attribute(*child, "lacv");
    if (!lacv) return std::unexpected(lacv.error());
    if (*lacv > kMaxClassification) {
      return fault_at(*child, "lacv " + std::to_string(*lacv), "a lacv from 0 to 256");
    }
    auto required = read_foreign_required(*child);
    if (!required) return std::unexpected(required.error());
    all.push_back({.policy = *std::move(policy),
                   .lacv = *lacv,
                   .applied = applied_of(*child),
                   .required = *std::move(required),
                   .place = place_of(*child)});
  }
  return all;
}

SpifRead<std::vector<EquivalentCategory>> read_equivalent_categories(
    const Element& element, const SpifDirectory& directory) {
  std::vector<EquivalentCategory> all;
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "equivalentSecCategoryTag")) continue;
    auto one = read_category(*child, directory);
    if (!one) return std::unexpected(one.error());
    all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace labels
