#include "labels/tool/policy_words.h"

#include <cstdint>
#include <optional>

#include "guard/base/utc_time.h"
#include "labels/tool/given.h"
#include "labels/tool/shown_category.h"

namespace labels::tool {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += separator;
    text += words[i];
  }
  return text;
}

// "Caveats: CRYPTO (0)"; `policy` is nullptr where the tag set's policy is not known.
std::string value_words(const SecurityPolicy* policy, const Oid& id,
                        std::optional<CategoryKind> kind, std::uint32_t lacv) {
  const TagSet* tag_set = policy != nullptr ? policy->tag_set(id) : nullptr;
  if (tag_set == nullptr) {
    return id.to_dotted() + (kind ? ", " + std::string(to_string(*kind)) : "") + ": " +
           shown_number("", lacv);
  }
  for (const Tag& tag : tag_set->tags) {
    if (kind && *kind != tag.kind) continue;
    for (const TagCategory& category : tag.categories) {
      if (category.lacv == lacv) return tag_set->name + ": " + shown_number(category.name, lacv);
    }
  }
  return tag_set->name + ": " + shown_number("", lacv);
}

// The kind where the file says which of two kinds is meant.
std::optional<CategoryKind> known_kind(std::optional<CategoryKind> kind, bool open) {
  return open ? std::nullopt : kind;
}

// `every`: all values of a set are meant where the group names no single one.
std::string group_words(const SecurityPolicy* policy, const CategoryGroup& group, bool every) {
  const auto kind = known_kind(group.kind, group.kind_open);
  if (group.lacv) return value_words(policy, group.tag_set, kind, *group.lacv);
  const TagSet* tag_set = policy != nullptr ? policy->tag_set(group.tag_set) : nullptr;
  std::string words = every ? "every value of " : "any of ";
  words += tag_set != nullptr ? tag_set->name : group.tag_set.to_dotted();
  if (kind) words += ", " + std::string(to_string(*kind));
  return words;
}

std::string groups_words(const SecurityPolicy* policy, const std::vector<CategoryGroup>& groups,
                         RequiredOperation operation) {
  std::vector<std::string> words;
  for (const CategoryGroup& group : groups) {
    words.push_back(group_words(policy, group, group.all && operation == RequiredOperation::kAll));
  }
  return joined(words, "; ");
}

std::string required_words(const SecurityPolicy* policy, const RequiredCategory& required) {
  std::string words;
  switch (required.operation) {
    case RequiredOperation::kOnlyOne:
      words = "needs exactly one of: ";
      break;
    case RequiredOperation::kOneOrMore:
      words = "needs one or more of: ";
      break;
    case RequiredOperation::kAll:
      words = "needs: ";
      break;
  }
  return words + groups_words(policy, required.groups, required.operation);
}

void add_constraints(std::vector<std::string>& words, const SecurityPolicy& policy,
                     const std::vector<RequiredCategory>& required,
                     const std::vector<CategoryGroup>& excluded) {
  for (const RequiredCategory& one : required) words.push_back(required_words(&policy, one));
  if (!excluded.empty()) {
    words.push_back("not with: " + groups_words(&policy, excluded, RequiredOperation::kOneOrMore));
  }
}

std::string user_input_words(const TagCategory& category) {
  switch (*category.user_input) {
    case UserInput::kString:
      return "with a text that the originator writes";
    case UserInput::kInteger:
      return "with a number that the originator writes";
    case UserInput::kDate:
      return "with a date that the originator writes" +
             (category.date_format.empty() ? "" : " (" + category.date_format + ")");
  }
  return {};
}

std::string moment(std::int64_t seconds) {
  return guard::to_iso8601({.microseconds = seconds * 1'000'000}).substr(0, 19) + "Z";
}

const EquivalentPolicy* named(const SecurityPolicy& policy, const std::string& name) {
  for (const EquivalentPolicy& other : policy.content().equivalent_policies) {
    if (other.name == name) return &other;
  }
  return nullptr;
}

const SecurityPolicy* other_policy(const SecurityPolicy& policy, const PolicySet& others,
                                   const std::string& name) {
  const EquivalentPolicy* other = named(policy, name);
  return other != nullptr ? policy_of(others, other->id) : nullptr;
}

std::string_view direction(Applied applied) {
  switch (applied) {
    case Applied::kEncrypt:
      return "on the way there";
    case Applied::kDecrypt:
      return "on the way back";
    case Applied::kBoth:
      return "both ways";
  }
  return {};
}

}  // namespace

std::vector<std::string> conditions(const SecurityPolicy& policy,
                                    const Classification& classification) {
  std::vector<std::string> words;
  if (classification.obsolete) words.emplace_back("obsolete");
  add_constraints(words, policy, classification.required, classification.excluded);
  return words;
}

std::vector<std::string> conditions(const SecurityPolicy& policy, const TagCategory& category) {
  std::vector<std::string> words;
  if (category.obsolete) words.emplace_back("obsolete");
  if (category.required_class) words.push_back("only with " + *category.required_class);
  if (!category.excluded_classes.empty()) {
    words.push_back("not with " + joined(category.excluded_classes, ", "));
  }
  add_constraints(words, policy, category.required, category.excluded);
  if (category.user_input) words.push_back(user_input_words(category));
  if (category.not_before) words.push_back("from " + moment(*category.not_before));
  if (category.not_after) words.push_back("until " + moment(*category.not_after));
  return words;
}

std::vector<std::string> conditions(const SecurityPolicy* other,
                                    const std::vector<RequiredCategory>& required) {
  std::vector<std::string> words;
  for (const RequiredCategory& one : required) words.push_back(required_words(other, one));
  return words;
}

std::string selection(const Selection& selection) {
  const std::string least = std::to_string(selection.minimum);
  if (!selection.maximum) return selection.minimum == 0 ? "any number" : least + " or more";
  const std::string most = std::to_string(*selection.maximum);
  if (selection.minimum == 0) return "at most " + most;
  return least == most ? "exactly " + least : least + " to " + most;
}

std::string equivalent(const SecurityPolicy& policy, const PolicySet& others,
                       const EquivalentClassification& equivalent) {
  const SecurityPolicy* other = other_policy(policy, others, equivalent.policy);
  const Classification* known = other != nullptr ? other->classification(equivalent.lacv) : nullptr;
  std::string words = "in " + equivalent.policy + ": " +
                      shown_number(known != nullptr ? known->name : "", equivalent.lacv) + ", " +
                      std::string(direction(equivalent.applied));
  for (const std::string& condition : conditions(other, equivalent.required)) {
    words += "; " + condition;
  }
  return words;
}

std::string equivalent(const SecurityPolicy& policy, const PolicySet& others,
                       const EquivalentCategory& equivalent) {
  const SecurityPolicy* other = other_policy(policy, others, equivalent.policy);
  const bool kept = !equivalent.discard && equivalent.tag_set && equivalent.lacv;
  return "in " + equivalent.policy + ": " +
         (kept ? value_words(other, *equivalent.tag_set,
                             known_kind(equivalent.kind, equivalent.kind_open), *equivalent.lacv)
               : "left out") +
         ", " + std::string(direction(equivalent.applied));
}

std::string_view meaning(CategoryKind kind) {
  switch (rule_of(kind)) {
    case CategoryRule::kRestrictive:
      return "a reader must hold all of them";
    case CategoryRule::kPermissive:
      return "a reader must hold one of them";
    case CategoryRule::kInformative:
      return "they are shown and do not decide";
  }
  return {};
}

}  // namespace labels::tool
