#include "labels/translation.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "labels/equivalence.h"
#include "labels/validity.h"

namespace labels {
namespace {

using Reason = TranslationReason;

std::unexpected<TranslationFault> fault(Reason reason, std::string what) {
  return std::unexpected(TranslationFault{reason, std::move(what)});
}

// Origin is the tag of the first policy that a value comes from; nullptr for one that is required.
using Origin = const Tag*;

const Tag& tag_of(const SecurityPolicy& policy, const ValueName& value) {
  const SecurityPolicy::Space* space = policy.space(value.tag_set, value.kind);
  return space->tag_set->tags[space->find(value.lacv)->tag];
}

// Translator gathers the values of the new label, each with the tags that it comes from.
class Translator {
 public:
  Translator(const SecurityPolicy& from, const SecurityPolicy& to, const Label& label)
      : from_(from), to_(to), label_(label), equivalence_(from, to, label) {}

  std::expected<Label, TranslationFault> translate();

 private:
  std::expected<void, TranslationFault> translate_values();
  std::expected<void, TranslationFault> translate_text(const ValueName& value,
                                                       std::span<const ValueName> targets);
  [[nodiscard]] std::expected<void, TranslationFault> check_widening() const;
  [[nodiscard]] std::expected<Label, TranslationFault> build() const;
  std::expected<void, TranslationFault> require(const RequiredCategory& required);
  [[nodiscard]] std::expected<void, TranslationFault> check_privacy_mark() const;

  [[nodiscard]] bool has(const ValueName& value) const { return values_.contains(value); }

  const SecurityPolicy& from_;
  const SecurityPolicy& to_;
  const Label& label_;
  Equivalence equivalence_;
  std::uint32_t classification_ = 0;
  std::map<ValueName, std::set<Origin>> values_;
  std::map<ValueName, std::string> texts_;
};

std::expected<void, TranslationFault> Translator::translate_values() {
  for (const Category& category : label_.categories()) {
    for (const std::uint32_t lacv : category.values()) {
      const ValueName value{.tag_set = category.tag_set(), .kind = category.kind(), .lacv = lacv};
      const auto targets = equivalence_.value(value);
      if (!targets) return std::unexpected(targets.error());
      for (const ValueName& target : *targets) values_[target].insert(&tag_of(from_, value));
      if (auto text = translate_text(value, *targets); !text) return text;
    }
  }
  return {};
}

// A text goes with its value, wherever the other policy asks for one; with a discarded value it is
// discarded.
std::expected<void, TranslationFault> Translator::translate_text(
    const ValueName& value, std::span<const ValueName> targets) {
  const std::string* text = label_.user_text(value.tag_set, value.kind, value.lacv);
  if (text == nullptr || targets.empty()) return {};
  bool taken = false;
  for (const ValueName& target : targets) {
    const SecurityPolicy::Space* space = to_.space(target.tag_set, target.kind);
    const SecurityPolicy::Space::Value* at = space->find(target.lacv);
    if (!space->tag_set->tags[at->tag].categories[at->category].user_input) continue;
    const auto [known, is_new] = texts_.emplace(target, *text);
    if (!is_new && known->second != *text) {
      return fault(Reason::kUserText, describe(to_, target) + " would bear two different texts");
    }
    taken = true;
  }
  if (!taken) {
    return fault(Reason::kUserText, describe(from_, value) + " bears a text that no category of " +
                                        to_.name() + " has a place for");
  }
  return {};
}

// One value of a permissive tag suffices, so that several there are fewer demands than one in each
// of several tags, or than all of several. Several may only come from one permissive tag.
std::expected<void, TranslationFault> Translator::check_widening() const {
  std::map<const Tag*, std::vector<const std::pair<const ValueName, std::set<Origin>>*>> by_tag;
  for (const auto& value : values_) {
    if (rule_of(value.first.kind) != CategoryRule::kPermissive) continue;
    by_tag[&tag_of(to_, value.first)].push_back(&value);
  }
  for (const auto& [tag, values] : by_tag) {
    if (values.size() < 2) continue;
    const std::set<Origin>& first = values.front()->second;
    const bool one_origin = first.size() == 1 && *first.begin() != nullptr &&
                            rule_of((*first.begin())->kind) == CategoryRule::kPermissive;
    const bool all_alike =
        std::ranges::all_of(values, [&first](const auto* v) { return v->second == first; });
    if (!one_origin || !all_alike) {
      return fault(Reason::kWidened, describe(to_, values.back()->first) + " of " + to_.name() +
                                         " would be an alternative to what must be held as well");
    }
  }
  return {};
}

std::expected<Label, TranslationFault> Translator::build() const {
  Label result(to_.id());
  const auto too_large = [&] {
    return fault(Reason::kTooLarge, "a label under " + to_.name() + " has no room for all of it");
  };
  if (!result.set_classification(classification_)) return too_large();
  std::map<std::pair<Oid, CategoryKind>, std::vector<std::uint32_t>> categories;
  for (const auto& [value, origins] : values_) {
    categories[{value.tag_set, value.kind}].push_back(value.lacv);
  }
  for (auto& [key, values] : categories) {
    auto category = Category::make(key.first, key.second, std::move(values));
    if (!category || !result.add(*std::move(category))) return too_large();
  }
  for (const auto& [value, text] : texts_) {
    if (!result.add_user_text(
            {.tag_set = value.tag_set, .kind = value.kind, .lacv = value.lacv, .text = text})) {
      return too_large();
    }
  }
  if (label_.privacy_mark()) result.set_privacy_mark(*label_.privacy_mark());
  if (label_.created() && !result.set_created(*label_.created())) return too_large();
  if (label_.review() && !result.set_review(*label_.review())) return too_large();
  return result;
}

// Adds what is required where there is no choice in it: one value that a group names by number.
std::expected<void, TranslationFault> Translator::require(const RequiredCategory& required) {
  const bool of_each = required.operation == RequiredOperation::kAll;
  if (!of_each && required.groups.size() > 1) return {};
  for (const CategoryGroup& group : required.groups) {
    const std::vector<ValueName> named = named_values(to_, group);
    if (!group.lacv || named.size() != 1 || has(named.front())) continue;
    values_[named.front()].insert(nullptr);
  }
  return {};
}

std::expected<void, TranslationFault> Translator::check_privacy_mark() const {
  if (!label_.privacy_mark() || to_.has_privacy_mark(label_.privacy_mark()->text())) return {};
  return fault(Reason::kPrivacyMark, to_.name() + " has no such privacy mark");
}

std::expected<Label, TranslationFault> Translator::translate() {
  if (!equivalence_.is_any()) {
    return fault(Reason::kNotEquivalent,
                 "neither of " + from_.name() + " and " + to_.name() + " introduces the other");
  }
  const auto classification = equivalence_.classification(*label_.classification());
  if (!classification) return std::unexpected(classification.error());
  classification_ = classification->lacv;
  if (auto done = translate_values(); !done) return std::unexpected(done.error());
  std::vector<const RequiredCategory*> required = classification->required;
  for (const RequiredCategory& one : equivalence_.required()) required.push_back(&one);
  for (const RequiredCategory* one : required) {
    if (auto done = require(*one); !done) return std::unexpected(done.error());
  }
  if (auto checked = check_widening(); !checked) return std::unexpected(checked.error());
  if (auto checked = check_privacy_mark(); !checked) return std::unexpected(checked.error());
  auto result = build();
  if (!result) return result;
  for (const RequiredCategory* one : required) {
    if (!meets(to_, *result, *one)) {
      return fault(Reason::kRequired, from_.name() + " requires a category of labels under " +
                                          to_.name() + " that this one does not have");
    }
  }
  return result;
}

}  // namespace

std::string_view to_string(TranslationReason reason) {
  switch (reason) {
    case Reason::kLabelPolicy:
      return "label-under-another-policy";
    case Reason::kLabelInvalid:
      return "label-invalid";
    case Reason::kNotEquivalent:
      return "policies-not-equivalent";
    case Reason::kNoClassification:
      return "no-classification";
    case Reason::kClassificationMissing:
      return "classification-without-equivalent";
    case Reason::kClassificationAmbiguous:
      return "classification-ambiguous";
    case Reason::kCategoryMissing:
      return "category-without-equivalent";
    case Reason::kCategoryAmbiguous:
      return "category-ambiguous";
    case Reason::kTargetUnknown:
      return "equivalent-unknown";
    case Reason::kPrivacyMark:
      return "privacy-mark-without-equivalent";
    case Reason::kUserText:
      return "text-without-equivalent";
    case Reason::kWidened:
      return "audience-widened";
    case Reason::kRequired:
      return "required-category-missing";
    case Reason::kTooLarge:
      return "label-too-large";
    case Reason::kResultInvalid:
      return "translated-label-invalid";
  }
  return "unknown-reason";
}

std::expected<Label, TranslationFault> translate(const SecurityPolicy& from,
                                                 const SecurityPolicy& to, const Label& label,
                                                 guard::UtcTime at) {
  if (label.policy() != from.id()) {
    return fault(Reason::kLabelPolicy,
                 "label under policy " + label.policy().to_dotted() + ", not " + from.name());
  }
  if (!label.classification()) {
    return fault(Reason::kNoClassification, "a label without a classification");
  }
  const Validity before = validate(from, label, at);
  if (!before.valid()) {
    return fault(Reason::kLabelInvalid,
                 "not valid under " + from.name() + ": " + before.first().what);
  }
  if (from.id() == to.id()) return label;
  auto result = Translator(from, to, label).translate();
  if (!result) return result;
  const Validity after = validate(to, *result, at);
  if (!after.valid()) {
    return fault(Reason::kResultInvalid,
                 "not valid under " + to.name() + ": " + after.first().what);
  }
  return result;
}

}  // namespace labels
