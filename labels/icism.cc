#include "labels/icism.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"

namespace labels {
namespace {

using schemas::Element;

constexpr std::string_view kElement = "icismlabel";
constexpr std::string_view kClassification = "classification";

std::vector<std::string_view> tokens_of(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  std::vector<std::string_view> tokens;
  for (std::size_t at = text.find_first_not_of(kWhite); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kWhite, at), text.size());
    tokens.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kWhite, end);
  }
  return tokens;
}

std::unexpected<XmlFault> fault(const Element& at, LabelReason reason, std::string what,
                                std::string expected) {
  return std::unexpected(xml_fault(at, at, reason, std::move(what), std::move(expected)));
}

std::string said(std::string_view attribute, std::string_view token) {
  return std::string(attribute) + "=\"" + std::string(token) + "\"";
}

using Values = std::map<std::pair<Oid, CategoryKind>, std::vector<std::uint32_t>>;

std::expected<void, XmlFault> read_classification(const Element& element, std::string_view value,
                                                  const IcismMap& map, Label& label) {
  const std::vector<std::string_view> tokens = tokens_of(value);
  if (tokens.size() != 1) {
    return fault(element, LabelReason::kStructure, said(kClassification, value), "one token");
  }
  const auto known = map.classifications.find(tokens.front());
  if (known == map.classifications.end()) {
    return fault(element, LabelReason::kUnknownName, said(kClassification, tokens.front()),
                 "a token of the mapping table");
  }
  CHECK(label.set_classification(known->second).has_value());  // checked with the table
  return {};
}

std::expected<void, XmlFault> read_tokens(const Element& element, std::string_view attribute,
                                          std::string_view value, const IcismMap& map,
                                          Values& values) {
  const std::vector<std::string_view> tokens = tokens_of(value);
  if (const auto fixed = map.fixed.find(attribute); fixed != map.fixed.end()) {
    if (tokens.size() == 1 && tokens.front() == fixed->second) return {};
    return fault(element, LabelReason::kStructure, said(attribute, value),
                 said(attribute, fixed->second));
  }
  if (tokens.empty()) {
    return fault(element, LabelReason::kCategoryEmpty, said(attribute, value), "a token");
  }
  for (const std::string_view token : tokens) {
    const auto known = map.values.find({std::string(attribute), std::string(token)});
    if (known == map.values.end()) {
      return fault(element, LabelReason::kUnknownName, said(attribute, token),
                   "a token of the mapping table");
    }
    const IcismValue& meant = known->second;
    std::vector<std::uint32_t>& lacvs = values[{meant.tag_set, meant.kind}];
    if (std::ranges::find(lacvs, meant.lacv) != lacvs.end()) {
      return fault(element, LabelReason::kDuplicateValue, said(attribute, token) + " twice",
                   "each once");
    }
    lacvs.push_back(meant.lacv);
  }
  return {};
}

}  // namespace

bool is_icism_label(const Element& element) { return element.is(kIcismNamespace, kElement); }

std::expected<Label, XmlFault> read_icism_label(const Element& element, const IcismMap& map) {
  CHECK(is_icism_label(element));
  Label label(map.policy);
  Values values;
  std::set<std::string_view> there;
  for (const schemas::Attribute& attribute : element.attributes) {
    if (!attribute.ns.empty()) {
      return fault(element, LabelReason::kUnknownName,
                   "the attribute " + std::string(attribute.name) + " with a prefix", "none");
    }
    there.insert(attribute.name);
    auto done = attribute.name == kClassification
                    ? read_classification(element, attribute.value, map, label)
                    : read_tokens(element, attribute.name, attribute.value, map, values);
    if (!done) return std::unexpected(std::move(done.error()));
  }
  if (!there.contains(kClassification)) {
    return fault(element, LabelReason::kStructure, "no classification", "one");
  }
  for (const auto& [attribute, token] : map.fixed) {
    if (there.contains(attribute)) continue;
    return fault(element, LabelReason::kStructure, "no " + attribute, said(attribute, token));
  }
  for (auto& [key, lacvs] : values) {
    auto category = Category::make(key.first, key.second, std::move(lacvs));
    if (!category) {
      return fault(element, category.error(), "values that no label can bear", "fewer of them");
    }
    if (const auto added = label.add(*std::move(category)); !added) {
      return fault(element, added.error(), "categories that no label can bear", "fewer of them");
    }
  }
  return label;
}

std::expected<std::string, LabelReason> write_icism_label(const Label& label, const IcismMap& map) {
  if (label.policy() != map.policy) return std::unexpected(LabelReason::kUnknownPolicy);
  if (!label.classification()) return std::unexpected(LabelReason::kClassificationMissing);
  if (label.privacy_mark()) return std::unexpected(LabelReason::kUnnamed);
  const auto classification = std::ranges::find_if(
      map.classifications, [&](const auto& one) { return one.second == *label.classification(); });
  if (classification == map.classifications.end()) return std::unexpected(LabelReason::kUnnamed);

  std::map<std::string, std::string> attributes(map.fixed.begin(), map.fixed.end());
  std::size_t left = 0;
  for (const Category& category : label.categories()) left += category.values().size();
  for (const auto& [key, value] : map.values) {  // in order of attribute, then token
    const Category* category = label.find(value.tag_set, value.kind);
    if (category == nullptr || !category->holds(value.lacv)) continue;
    std::string& tokens = attributes[key.first];
    if (!tokens.empty()) tokens += ' ';
    tokens += key.second;
    --left;
  }
  if (left != 0) return std::unexpected(LabelReason::kUnnamed);
  std::string out = "<icismlabel";
  guard::append_attribute(out, "xmlns", kIcismNamespace);
  guard::append_attribute(out, kClassification, classification->first);
  for (const auto& [attribute, tokens] : attributes) {
    guard::append_attribute(out, attribute, tokens);
  }
  return out + "/>";
}

}  // namespace labels
