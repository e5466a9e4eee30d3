// The naive translation: what labels/README.md says under "How a label is translated", once more,
// word for word, slowly.
//
// It shares no code with labels/translation.cc and labels/equivalence.cc: it looks only at the
// content that two security policies were made from, and works on sets of numbers. Texts of the
// originator are left out: labels that stanzas carry have none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "labels/label.h"
#include "labels/security_policy.h"
#include "tests/model/decision.h"
#include "tests/model/validity.h"

namespace model {

// Where a value of the new label comes from: a tag of the first policy, by tag set, kind and name;
// nothing for one that is required.
using Source = std::optional<std::tuple<labels::Oid, labels::CategoryKind, std::string>>;

class NaiveTranslation {
 public:
  NaiveTranslation(const labels::PolicyContent& from, const labels::PolicyContent& to)
      : from_(from), to_(to) {
    for (const auto& each : from.equivalent_policies) {
      if (each.id == to.id) there_ = &each;
    }
    for (const auto& each : to.equivalent_policies) {
      if (each.id == from.id) back_ = &each;
    }
  }

  // of gives the label under the second policy; nothing where it is refused.
  std::optional<labels::Label> of(const labels::Label& label, std::int64_t at) const {
    if (label.policy() != from_.id || !is_valid(from_, label, at)) return std::nullopt;
    if (there_ == nullptr && back_ == nullptr) return std::nullopt;
    const std::set<Value> held = values_of(label);
    std::vector<labels::RequiredCategory> required;
    if (there_ != nullptr) required = there_->required;
    const auto classification = classification_of(*label.classification(), held, required);
    if (!classification) return std::nullopt;
    std::map<Value, std::set<Source>> made;
    for (const Value& value : held) {
      const auto targets = targets_of(value, held);
      if (!targets) return std::nullopt;
      for (const Value& target : *targets) made[target].insert(find(from_, value).first);
    }
    for (const auto& each : required) add_required(each, made);
    if (is_wider(made)) return std::nullopt;
    const auto result = build(label, *classification, made);
    if (!result) return std::nullopt;
    for (const auto& each : required) {
      if (!fulfils(to_, values_of(*result), each)) return std::nullopt;
    }
    return is_valid(to_, *result, at) ? result : std::nullopt;
  }

 private:
  static bool is_valid(const labels::PolicyContent& policy, const labels::Label& label,
                       std::int64_t at) {
    Reasons reasons;
    judge_validity(policy, label, at, reasons);
    return reasons.empty();
  }

  static bool goes_there(labels::Applied applied) { return applied != labels::Applied::kDecrypt; }
  static bool comes_back(labels::Applied applied) { return applied != labels::Applied::kEncrypt; }

  // What the second policy says of labels that come in holds on its conditions only.
  bool comes_in(const std::set<Value>& held) const {
    if (back_ == nullptr) return false;
    for (const auto& each : back_->required) {
      if (!fulfils(from_, held, each)) return false;
    }
    return true;
  }

  std::optional<unsigned> classification_of(unsigned lacv, const std::set<Value>& held,
                                            std::vector<labels::RequiredCategory>& required) const {
    std::set<unsigned> found;
    for (const auto& one : from_.classifications) {
      for (const auto& each : one.equivalents) {
        if (one.lacv != lacv || there_ == nullptr || each.policy != there_->name) continue;
        if (!goes_there(each.applied)) continue;
        found.insert(each.lacv);
        required.insert(required.end(), each.required.begin(), each.required.end());
      }
    }
    for (const auto& one : to_.classifications) {
      for (const auto& each : one.equivalents) {
        if (!comes_in(held) || each.policy != back_->name || !comes_back(each.applied)) continue;
        bool met = each.lacv == lacv;
        for (const auto& demand : each.required) met = met && fulfils(from_, held, demand);
        if (met) found.insert(one.lacv);
      }
    }
    if (found.size() != 1) return std::nullopt;
    for (const auto& one : to_.classifications) {
      if (one.lacv == *found.begin()) return one.lacv;
    }
    return std::nullopt;
  }

  // What a reference names in a policy.
  static std::set<Value> meant(const labels::PolicyContent& policy,
                               const labels::EquivalentCategory& each) {
    labels::CategoryGroup group;
    group.tag_set = *each.tag_set;
    group.kind = each.kind;
    group.kind_open = each.kind_open;
    group.lacv = each.lacv;
    return named_by(policy, group);
  }

  struct Said {
    bool anything = false;
    bool nonsense = false;  // two things at once, or what is not there
    std::set<Value> targets;
  };

  Said said_there(const Value& value) const {
    Said said;
    const labels::TagCategory* category = find(from_, value).second;
    if (category == nullptr || there_ == nullptr) return said;
    bool discarded = false;
    for (const auto& each : category->equivalents) {
      if (each.policy != there_->name || !goes_there(each.applied)) continue;
      said.anything = true;
      if (each.discard) {
        discarded = true;
        continue;
      }
      const std::set<Value> targets = meant(to_, each);
      if (targets.size() != 1) said.nonsense = true;
      said.targets.insert(targets.begin(), targets.end());
    }
    if (discarded && !said.targets.empty()) said.nonsense = true;
    return said;
  }

  std::set<Value> said_back(const Value& value, const std::set<Value>& held) const {
    std::set<Value> found;
    if (!comes_in(held)) return found;
    for (const auto& tag_set : to_.tag_sets) {
      for (const auto& tag : tag_set.tags) {
        for (const auto& category : tag.categories) {
          for (const auto& each : category.equivalents) {
            const bool speaks =
                each.policy == back_->name && comes_back(each.applied) && !each.discard;
            if (speaks && meant(from_, each).contains(value)) {
              found.insert({tag_set.id, tag.kind, category.lacv});
            }
          }
        }
      }
    }
    return found;
  }

  std::optional<std::set<Value>> targets_of(const Value& value, const std::set<Value>& held) const {
    const Said there = said_there(value);
    const std::set<Value> back = said_back(value, held);
    if (there.nonsense) return std::nullopt;
    if (!there.anything) return back.size() == 1 ? std::optional(back) : std::nullopt;
    return back.empty() || back == there.targets ? std::optional(there.targets) : std::nullopt;
  }

  static labels::CategoryKind kind_of(const Value& value) { return std::get<1>(value); }

  // A value that is named by number, where nothing is to be chosen, is added.
  void add_required(const labels::RequiredCategory& required,
                    std::map<Value, std::set<Source>>& made) const {
    const bool each_group = required.operation == labels::RequiredOperation::kAll;
    if (!each_group && required.groups.size() != 1) return;
    for (const auto& group : required.groups) {
      const std::set<Value> named = named_by(to_, group);
      if (!group.lacv || named.size() != 1 || made.contains(*named.begin())) continue;
      made[*named.begin()].insert(std::nullopt);
    }
  }

  using Found = std::pair<Source, const labels::TagCategory*>;

  // The tag that a value is in, and what the policy says of the value.
  static Found find(const labels::PolicyContent& policy, const Value& value) {
    for (const auto& tag_set : policy.tag_sets) {
      for (const auto& tag : tag_set.tags) {
        for (const auto& category : tag.categories) {
          if (Value{tag_set.id, tag.kind, category.lacv} == value) {
            return {std::tuple{tag_set.id, tag.kind, tag.name}, &category};
          }
        }
      }
    }
    return {};
  }

  // Two values of one permissive tag are alternatives: they must have been alternatives before.
  bool is_wider(const std::map<Value, std::set<Source>>& made) const {
    for (const auto& [one, sources] : made) {
      for (const auto& [other, others] : made) {
        if (one == other || type_of(kind_of(one)) != Type::kPermissive) continue;
        if (find(to_, one).first != find(to_, other).first) continue;
        if (sources.size() != 1 || sources != others || !*sources.begin()) return true;
        if (type_of(std::get<1>(**sources.begin())) != Type::kPermissive) return true;
      }
    }
    return false;
  }

  std::optional<labels::Label> build(const labels::Label& label, unsigned classification,
                                     const std::map<Value, std::set<Source>>& made) const {
    labels::Label result(to_.id);
    if (!result.set_classification(classification)) return std::nullopt;
    std::map<std::pair<labels::Oid, labels::CategoryKind>, std::vector<std::uint32_t>> sorted;
    for (const auto& [value, sources] : made) {
      sorted[{std::get<0>(value), kind_of(value)}].push_back(std::get<2>(value));
    }
    for (const auto& [key, numbers] : sorted) {
      if (!result.add(*labels::Category::make(key.first, key.second, numbers))) return std::nullopt;
    }
    if (label.privacy_mark()) result.set_privacy_mark(*label.privacy_mark());
    if (label.created() && !result.set_created(*label.created())) return std::nullopt;
    if (label.review() && !result.set_review(*label.review())) return std::nullopt;
    return result;
  }

  const labels::PolicyContent& from_;
  const labels::PolicyContent& to_;
  const labels::EquivalentPolicy* there_ = nullptr;  // in the first policy, the second
  const labels::EquivalentPolicy* back_ = nullptr;   // in the second policy, the first
};

}  // namespace model
