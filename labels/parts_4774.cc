#include "labels/parts_4774.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"
#include "labels/policy_fault.h"

namespace labels {
namespace {

constexpr std::string_view kUrn = "urn:oid:";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) + 1 - first);
}

LabelReason reason_of(NameFault fault) {
  return fault == NameFault::kUnknown ? LabelReason::kUnknownName : LabelReason::kAmbiguousName;
}

std::string_view word_of(NameFault fault) {
  return fault == NameFault::kUnknown ? " is not in " : " means more than one thing in ";
}

std::optional<CategoryRule> rule_from(std::string_view type) {
  if (type == "RESTRICTIVE") return CategoryRule::kRestrictive;
  if (type == "PERMISSIVE") return CategoryRule::kPermissive;
  if (type == "INFORMATIVE") return CategoryRule::kInformative;
  return std::nullopt;
}

std::string_view type_of(CategoryRule rule) {
  switch (rule) {
    case CategoryRule::kRestrictive:
      return "RESTRICTIVE";
    case CategoryRule::kPermissive:
      return "PERMISSIVE";
    case CategoryRule::kInformative:
      return "INFORMATIVE";
  }
  return "RESTRICTIVE";
}

// The identifier of an URI; nullopt where it is none.
std::optional<Oid> oid_from(std::string_view uri) {
  if (!uri.starts_with(kUrn)) return std::nullopt;
  return Oid::from_dotted(uri.substr(kUrn.size()));
}

// The name or the text that stands for a value; that it is read as the same value again.
std::expected<std::string_view, LabelReason> spelling_of(const Category& category,
                                                         std::uint32_t lacv, const Label* texts,
                                                         const TagSet& tag_set,
                                                         const PolicyNames& names) {
  const CategoryRule rule = rule_of(category.kind());
  const auto is_it = [&](const std::expected<PolicyNames::Value, NameFault>& found) {
    return found && found->tag->kind == category.kind() && found->category->lacv == lacv;
  };
  const std::string* text =
      texts == nullptr ? nullptr : texts->user_text(category.tag_set(), category.kind(), lacv);
  if (text != nullptr) {
    const bool is_name = names.value(tag_set, rule, *text) ||
                         names.value(tag_set, rule, *text).error() == NameFault::kAmbiguous;
    if (is_name || !is_it(names.user_input(tag_set, rule))) {
      return std::unexpected(LabelReason::kAmbiguousName);
    }
    return *text;
  }
  const SecurityPolicy::Space* space = names.policy().space(tag_set.id, category.kind());
  const auto* value = space == nullptr ? nullptr : space->find(lacv);
  if (value == nullptr) return std::unexpected(LabelReason::kUnnamed);
  const std::string& name = tag_set.tags[value->tag].categories[value->category].name;
  if (!is_it(names.value(tag_set, rule, name))) {
    return std::unexpected(LabelReason::kAmbiguousName);
  }
  return name;
}

}  // namespace

std::expected<const PolicyNames*, XmlFault> Root4774::policy(const schemas::Element& identifier,
                                                             const PolicySet& policies) const {
  const std::string text = identifier.text();
  const std::string_view name = trimmed(text);
  const PolicyNames* names = policies.find(name);
  const std::string_view* uri = identifier.attribute("URI");
  if (uri != nullptr) {
    const std::optional<Oid> oid = oid_from(*uri);
    if (!oid) {
      return fault(identifier, LabelReason::kUnknownPolicy,
                   "the policy identifier " + in_quotes(*uri), "urn:oid: and an identifier");
    }
    const PolicyNames* of_uri = policies.find(*oid);
    if (of_uri == nullptr) {
      return fault(identifier, LabelReason::kUnknownPolicy, "the policy " + oid->to_dotted(),
                   known_policies(policies));
    }
    if (of_uri != names) {
      return fault(
          identifier, LabelReason::kPolicyNames,
          "the policy name " + in_quotes(name) + " with the identifier " + oid->to_dotted(),
          in_quotes(of_uri->policy().name()));
    }
  }
  if (names == nullptr) {
    return fault(identifier, LabelReason::kUnknownPolicy, "the policy " + in_quotes(name),
                 known_policies(policies));
  }
  return names;
}

std::expected<std::uint32_t, XmlFault> Root4774::classification(const schemas::Element& element,
                                                                const PolicyNames& names) const {
  const std::string text = element.text();
  const auto found = names.classification(trimmed(text));
  if (!found) {
    return fault(element, reason_of(found.error()),
                 "the classification " + in_quotes(trimmed(text)) +
                     std::string(word_of(found.error())) + "security policy " +
                     in_quotes(names.policy().name()));
  }
  return (*found)->lacv;
}

std::expected<void, XmlFault> Categories4774::add(const schemas::Element& category) {
  const std::string_view* type = category.attribute("Type");
  const std::string_view* tag_name = category.attribute("TagName");
  const std::optional<CategoryRule> rule = type == nullptr ? std::nullopt : rule_from(*type);
  if (!rule || tag_name == nullptr) {
    return root_.fault(category, LabelReason::kStructure, "a category without Type or TagName",
                       "both");
  }
  const auto tag_set = names_.tag_set(*tag_name);
  if (!tag_set) {
    return root_.fault(category, reason_of(tag_set.error()),
                       "the tag name " + in_quotes(*tag_name) +
                           std::string(word_of(tag_set.error())) + "security policy " +
                           in_quotes(names_.policy().name()));
  }
  if (const std::string_view* uri = category.attribute("URI")) {
    if (oid_from(*uri) != (*tag_set)->id) {
      return root_.fault(
          category, LabelReason::kPolicyNames,
          "the tag name " + in_quotes(*tag_name) + " with the identifier " + in_quotes(*uri),
          std::string(kUrn) + (*tag_set)->id.to_dotted());
    }
  }
  bool any = false;
  for (const schemas::Child& child : category.children) {
    const auto* const* value = std::get_if<const schemas::Element*>(&child);
    if (value == nullptr) continue;
    any = true;
    if (auto added = add_value(**value, **tag_set, *rule); !added) return added;
  }
  if (any) return {};
  return root_.fault(category, LabelReason::kCategoryEmpty,
                     "no value of the tag name " + in_quotes(*tag_name), "one or more");
}

std::expected<void, XmlFault> Categories4774::add_value(const schemas::Element& element,
                                                        const TagSet& tag_set, CategoryRule rule) {
  std::string name = element.text();
  auto found = names_.value(tag_set, rule, name);
  const bool text = !found && found.error() == NameFault::kUnknown && !name.empty();
  if (text) {
    const auto input = names_.user_input(tag_set, rule);
    if (input || input.error() == NameFault::kAmbiguous) found = input;
  }
  if (!found) {
    return root_.fault(element, reason_of(found.error()),
                       "the value " + in_quotes(name) + std::string(word_of(found.error())) +
                           "tag set " + in_quotes(tag_set.name) + " as " +
                           std::string(type_of(rule)));
  }
  const CategoryKind kind = found->tag->kind;
  const std::uint32_t lacv = found->category->lacv;
  auto values = std::ranges::find_if(
      values_, [&](const Values& one) { return one.tag_set == &tag_set && one.kind == kind; });
  if (values == values_.end()) {
    values_.push_back({&tag_set, kind, {}});
    values = values_.end() - 1;
  }
  if (std::ranges::find(values->lacvs, lacv) != values->lacvs.end()) {
    return root_.fault(element, LabelReason::kDuplicateValue,
                       "the value " + in_quotes(name) + " a second time", "each once");
  }
  values->lacvs.push_back(lacv);
  if (text) texts_.push_back({tag_set.id, kind, lacv, std::move(name)});
  return {};
}

std::expected<std::vector<Category>, LabelReason> Categories4774::take() {
  std::vector<Category> categories;
  for (Values& one : values_) {
    auto category = Category::make(one.tag_set->id, one.kind, std::move(one.lacvs));
    if (!category) return std::unexpected(category.error());
    if (const auto added = insert(categories, *std::move(category)); !added) {
      return std::unexpected(added.error());
    }
  }
  values_.clear();
  return categories;
}

void append_policy_4774(std::string& out, std::string_view declaration,
                        const SecurityPolicy& policy) {
  out += "<PolicyIdentifier";
  out += declaration;
  guard::append_attribute(out, "URI", std::string(kUrn) + policy.id().to_dotted());
  out += '>';
  guard::append_text(out, policy.name());
  out += "</PolicyIdentifier>";
}

std::expected<void, LabelReason> append_classification_4774(std::string& out,
                                                            std::string_view declaration,
                                                            std::uint32_t lacv,
                                                            const PolicyNames& names) {
  const Classification* known = names.policy().classification(lacv);
  if (known == nullptr) return std::unexpected(LabelReason::kUnnamed);
  const auto again = names.classification(trimmed(known->name));
  if (!again || *again != known) return std::unexpected(LabelReason::kAmbiguousName);
  out += "<Classification";
  out += declaration;
  out += '>';
  guard::append_text(out, known->name);
  out += "</Classification>";
  return {};
}

std::expected<void, LabelReason> append_categories_4774(std::string& out,
                                                        std::string_view declaration,
                                                        std::span<const Category> categories,
                                                        const Label* texts,
                                                        const PolicyNames& names) {
  // Categories of one tag set and rule make one element: in canonical order by tag set, then rule.
  std::vector<const Category*> ordered;
  for (const Category& category : categories) ordered.push_back(&category);
  const auto key = [](const Category& one) {
    return std::tuple(one.tag_set(), rule_of(one.kind()), one.kind());
  };
  std::ranges::sort(ordered,
                    [&](const Category* a, const Category* b) { return key(*a) < key(*b); });
  for (std::size_t i = 0; i < ordered.size();) {
    const Category& first = *ordered[i];
    const TagSet* tag_set = names.policy().tag_set(first.tag_set());
    if (tag_set == nullptr) return std::unexpected(LabelReason::kUnnamed);
    if (const auto again = names.tag_set(tag_set->name); !again || *again != tag_set) {
      return std::unexpected(LabelReason::kAmbiguousName);
    }
    const CategoryRule rule = rule_of(first.kind());
    out += "<Category";
    out += declaration;
    guard::append_attribute(out, "TagName", tag_set->name);
    guard::append_attribute(out, "Type", type_of(rule));
    guard::append_attribute(out, "URI", std::string(kUrn) + tag_set->id.to_dotted());
    out += '>';
    for (; i < ordered.size() && ordered[i]->tag_set() == first.tag_set() &&
           rule_of(ordered[i]->kind()) == rule;
         ++i) {
      for (const std::uint32_t lacv : ordered[i]->values()) {
        const auto spelling = spelling_of(*ordered[i], lacv, texts, *tag_set, names);
        if (!spelling) return std::unexpected(spelling.error());
        out += "<GenericValue>";
        guard::append_text(out, *spelling);
        out += "</GenericValue>";
      }
    }
    out += "</Category>";
  }
  return {};
}

}  // namespace labels
