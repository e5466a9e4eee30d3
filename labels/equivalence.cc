#include "labels/equivalence.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace labels {
namespace {

using Reason = TranslationReason;

std::unexpected<TranslationFault> fault(Reason reason, std::string what) {
  return std::unexpected(TranslationFault{reason, std::move(what)});
}

const EquivalentPolicy* introduced(const SecurityPolicy& policy, const Oid& other) {
  const auto& all = policy.content().equivalent_policies;
  const auto found = std::ranges::find(all, other, &EquivalentPolicy::id);
  return found == all.end() ? nullptr : &*found;
}

bool leads_there(Applied applied) { return applied != Applied::kDecrypt; }
bool leads_back(Applied applied) { return applied != Applied::kEncrypt; }

// The kinds that a reference may mean: one, or the two that share a tag type in the file.
std::array<CategoryKind, 2> kinds_of(CategoryKind kind, bool open) {
  if (!open) return {kind, kind};
  return rule_of(kind) == CategoryRule::kInformative
             ? std::array{CategoryKind::kInformativeBits, CategoryKind::kInformativeValues}
             : std::array{CategoryKind::kEnumeratedPermissive,
                          CategoryKind::kEnumeratedRestrictive};
}

bool means(const std::optional<CategoryKind>& kind, bool open, CategoryKind other) {
  if (!kind) return true;
  const auto kinds = kinds_of(*kind, open);
  return kinds[0] == other || kinds[1] == other;
}

bool knows(const SecurityPolicy& policy, const ValueName& value) {
  const SecurityPolicy::Space* space = policy.space(value.tag_set, value.kind);
  return space != nullptr && space->find(value.lacv) != nullptr;
}

const TagCategory* category_of(const SecurityPolicy& policy, const ValueName& value) {
  const SecurityPolicy::Space* space = policy.space(value.tag_set, value.kind);
  if (space == nullptr) return nullptr;
  const SecurityPolicy::Space::Value* found = space->find(value.lacv);
  return found == nullptr ? nullptr : &space->tag_set->tags[found->tag].categories[found->category];
}

std::string classification_name(const SecurityPolicy& policy, std::uint32_t lacv) {
  const Classification* known = policy.classification(lacv);
  const std::string number = std::to_string(lacv);
  return known == nullptr ? "classification " + number
                          : "classification " + known->name + " of " + policy.name();
}

}  // namespace

std::vector<ValueName> named_values(const SecurityPolicy& policy, const CategoryGroup& group) {
  std::vector<ValueName> named;
  const TagSet* tag_set = policy.tag_set(group.tag_set);
  if (tag_set == nullptr) return named;
  for (const Tag& tag : tag_set->tags) {
    if (!means(group.kind, group.kind_open, tag.kind)) continue;
    for (const TagCategory& one : tag.categories) {
      if (group.lacv && *group.lacv != one.lacv) continue;
      named.push_back({.tag_set = tag_set->id, .kind = tag.kind, .lacv = one.lacv});
    }
  }
  return named;
}

bool bears(const Label& label, const ValueName& value) {
  const Category* category = label.find(value.tag_set, value.kind);
  return category != nullptr && category->holds(value.lacv);
}

bool meets(const SecurityPolicy& policy, const Label& label, const RequiredCategory& required) {
  std::set<ValueName> borne;
  for (const CategoryGroup& group : required.groups) {
    const std::vector<ValueName> named = named_values(policy, group);
    const auto held = std::ranges::count_if(named, [&](const auto& v) { return bears(label, v); });
    if (required.operation == RequiredOperation::kAll) {
      const auto wanted = group.all ? std::ssize(named) : 1;
      if (held < std::max<std::ptrdiff_t>(wanted, 1)) return false;
    }
    std::ranges::copy_if(named, std::inserter(borne, borne.end()),
                         [&](const auto& v) { return bears(label, v); });
  }
  switch (required.operation) {
    case RequiredOperation::kAll:
      return true;
    case RequiredOperation::kOnlyOne:
      return borne.size() == 1;
    case RequiredOperation::kOneOrMore:
      return !borne.empty();
  }
  return false;
}

std::string describe(const SecurityPolicy& policy, const ValueName& value) {
  const TagCategory* known = category_of(policy, value);
  if (known == nullptr) {
    return "category " + std::to_string(value.lacv) + " (" + std::string(to_string(value.kind)) +
           ") of " + value.tag_set.to_dotted();
  }
  return "category " + known->name + " of " + policy.tag_set(value.tag_set)->name;
}

Equivalence::Equivalence(const SecurityPolicy& from, const SecurityPolicy& to, const Label& label)
    : Equivalence(from, to, &label) {}

Equivalence::Equivalence(const SecurityPolicy& from, const SecurityPolicy& to)
    : Equivalence(from, to, nullptr) {}

Equivalence::Equivalence(const SecurityPolicy& from, const SecurityPolicy& to, const Label* label)
    : from_(from),
      to_(to),
      label_(label),
      there_(introduced(from, to.id())),
      back_(introduced(to, from.id())) {
  back_applies_ = back_ != nullptr &&
                  std::ranges::all_of(back_->required,
                                      [&](const RequiredCategory& one) { return is_met(one); });
}

bool Equivalence::is_met(const RequiredCategory& required) const {
  return label_ == nullptr || meets(from_, *label_, required);
}

std::span<const RequiredCategory> Equivalence::required() const {
  if (there_ == nullptr) return {};
  return there_->required;
}

std::expected<Equivalence::ClassificationAnswer, TranslationFault> Equivalence::classification(
    std::uint32_t lacv) const {
  ClassificationAnswer answer;
  std::set<std::uint32_t> lacvs;
  const Classification* known = from_.classification(lacv);
  if (there_ != nullptr && known != nullptr) {
    for (const EquivalentClassification& one : known->equivalents) {
      if (one.policy != there_->name || !leads_there(one.applied)) continue;
      lacvs.insert(one.lacv);
      for (const RequiredCategory& required : one.required) answer.required.push_back(&required);
    }
  }
  for (const Classification& target : to_.classifications()) {
    if (!back_applies_) break;
    for (const EquivalentClassification& one : target.equivalents) {
      const bool is_it =
          one.policy == back_->name && leads_back(one.applied) && one.lacv == lacv &&
          std::ranges::all_of(one.required, [&](const auto& r) { return is_met(r); });
      if (is_it) lacvs.insert(target.lacv);
    }
  }
  const std::string name = classification_name(from_, lacv);
  if (lacvs.empty()) {
    return fault(Reason::kClassificationMissing, name + " has no equivalent in " + to_.name());
  }
  if (lacvs.size() > 1) {
    return fault(Reason::kClassificationAmbiguous,
                 name + " has more than one equivalent in " + to_.name() + ": " +
                     classification_name(to_, *lacvs.begin()) + " and " +
                     classification_name(to_, *lacvs.rbegin()));
  }
  answer.lacv = *lacvs.begin();
  if (to_.classification(answer.lacv) == nullptr) {
    return fault(Reason::kTargetUnknown, name + " is equivalent to a classification " +
                                             std::to_string(answer.lacv) + " that " + to_.name() +
                                             " does not have");
  }
  return answer;
}

// What the first policy says; nothing said is kCategoryMissing, discarded an empty list.
std::expected<std::vector<ValueName>, TranslationFault> Equivalence::value_there(
    const TagCategory& category) const {
  std::vector<ValueName> targets;
  bool discarded = false;
  bool said = false;
  for (const EquivalentCategory& one : category.equivalents) {
    if (there_ == nullptr || one.policy != there_->name || !leads_there(one.applied)) continue;
    said = true;
    discarded = discarded || one.discard;
    if (one.discard || !one.tag_set || !one.kind || !one.lacv) continue;
    const auto kinds = kinds_of(*one.kind, one.kind_open);
    std::set<ValueName> meant;
    for (const CategoryKind kind : kinds) {
      const ValueName value{.tag_set = *one.tag_set, .kind = kind, .lacv = *one.lacv};
      if (knows(to_, value)) meant.insert(value);
    }
    if (meant.size() > 1) return fault(Reason::kCategoryAmbiguous, "means either of two types");
    if (meant.empty()) {
      return fault(Reason::kTargetUnknown, "is equivalent to number " + std::to_string(*one.lacv) +
                                               " of " + one.tag_set->to_dotted() + ", which " +
                                               to_.name() + " does not have");
    }
    targets.push_back(*meant.begin());
  }
  if (!said) return fault(Reason::kCategoryMissing, "has no equivalent in " + to_.name());
  if (discarded && !targets.empty()) {
    return fault(Reason::kCategoryAmbiguous,
                 "is discarded and has an equivalent at once towards " + to_.name());
  }
  std::ranges::sort(targets);
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

// What the second policy says; discarding on the way in is not a thing that a file can say.
std::vector<ValueName> Equivalence::value_back(const ValueName& value) const {
  std::vector<ValueName> targets;
  if (!back_applies_) return targets;
  for (const TagSet& tag_set : to_.tag_sets()) {
    for (const Tag& tag : tag_set.tags) {
      for (const TagCategory& category : tag.categories) {
        const bool is_it =
            std::ranges::any_of(category.equivalents, [&](const EquivalentCategory& one) {
              return one.policy == back_->name && leads_back(one.applied) && !one.discard &&
                     one.tag_set == value.tag_set && means(one.kind, one.kind_open, value.kind) &&
                     one.lacv == value.lacv;
            });
        if (is_it) {
          targets.push_back({.tag_set = tag_set.id, .kind = tag.kind, .lacv = category.lacv});
        }
      }
    }
  }
  std::ranges::sort(targets);
  return targets;
}

std::expected<std::vector<ValueName>, TranslationFault> Equivalence::value(
    const ValueName& value) const {
  const TagCategory* known = category_of(from_, value);
  if (known == nullptr) {
    return fault(Reason::kCategoryMissing, describe(from_, value) + " is unknown");
  }
  auto there = value_there(*known);
  const std::vector<ValueName> back = value_back(value);
  const std::string name = describe(from_, value) + " ";
  if (!there && there.error().reason != Reason::kCategoryMissing) {
    return fault(there.error().reason, name + there.error().what);
  }
  if (!there) {
    if (back.empty()) return fault(Reason::kCategoryMissing, name + there.error().what);
    if (back.size() > 1) {
      return fault(Reason::kCategoryAmbiguous, name + "has more than one equivalent in " +
                                                   to_.name() + ": " + describe(to_, back.front()) +
                                                   " and " + describe(to_, back.back()));
    }
    return back;
  }
  if (!back.empty() && back != *there) {
    return fault(Reason::kCategoryAmbiguous,
                 name + "is one thing by " + from_.name() + " and another by " + to_.name());
  }
  return there;
}

}  // namespace labels
