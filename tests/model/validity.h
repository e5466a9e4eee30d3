// The naive validity: what a security policy asks of a label, word for word, slowly.
//
// It shares no code with labels/validity.cc: it looks only at the content a security policy was
// made from and at what a label says of itself, and works on sets of numbers. Tests compare the
// two.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "labels/label.h"
#include "labels/security_policy.h"

namespace model {

// Every single value that a label or clearance holds: tag set, kind, number.
using Value = std::tuple<labels::Oid, labels::CategoryKind, unsigned>;

template <typename Holder>
std::set<Value> values_of(const Holder& holder) {
  std::set<Value> values;
  for (const auto& category : holder.categories()) {
    for (const unsigned value : category.values()) {
      values.insert({category.tag_set(), category.kind(), value});
    }
  }
  return values;
}

// A reason's stable name, and what it is about, so that each is given once.
using Reason = std::pair<std::string, std::string>;
using Reasons = std::set<Reason>;

inline std::string about(const labels::Oid& tag_set, labels::CategoryKind kind) {
  return tag_set.to_dotted() + " " + std::to_string(static_cast<int>(kind));
}

// Every value of the label, one by one: is its tag set known, has it a tag of this kind, has one
// of those the value?
inline void judge_knowledge(const labels::PolicyContent& policy, const std::set<Value>& held,
                            Reasons& reasons) {
  for (const auto& [id, kind, number] : held) {
    bool tag_set_known = false;
    bool kind_known = false;
    bool value_known = false;
    for (const auto& tag_set : policy.tag_sets) {
      if (tag_set.id != id) continue;
      tag_set_known = true;
      for (const auto& tag : tag_set.tags) {
        if (tag.kind != kind) continue;
        kind_known = true;
        for (const auto& category : tag.categories) {
          if (category.lacv == number) value_known = true;
        }
      }
    }
    if (!tag_set_known) {
      reasons.insert({"unknown-tag-set", about(id, kind)});
    } else if (!kind_known) {
      reasons.insert({"unknown-tag", about(id, kind)});
    } else if (!value_known) {
      reasons.insert({"unknown-value", about(id, kind)});
    }
  }
}

// Whether a group that leaves the type open means this kind: a file calls both enumerated kinds,
// and both informative ones, by one word.
inline bool may_mean(const labels::CategoryGroup& group, labels::CategoryKind kind) {
  using K = labels::CategoryKind;
  if (!group.kind || *group.kind == kind) return true;
  const auto enumerated = [](K k) {
    return k == K::kEnumeratedPermissive || k == K::kEnumeratedRestrictive;
  };
  const auto informative = [](K k) {
    return k == K::kInformativeBits || k == K::kInformativeValues;
  };
  return group.kind_open && ((enumerated(*group.kind) && enumerated(kind)) ||
                             (informative(*group.kind) && informative(kind)));
}

// The values of the policy that a group names.
inline std::set<Value> named_by(const labels::PolicyContent& policy,
                                const labels::CategoryGroup& group) {
  std::set<Value> named;
  for (const auto& tag_set : policy.tag_sets) {
    for (const auto& tag : tag_set.tags) {
      for (const auto& category : tag.categories) {
        const bool right_kind = may_mean(group, tag.kind);
        const bool right_number = !group.lacv || *group.lacv == category.lacv;
        if (tag_set.id == group.tag_set && right_kind && right_number) {
          named.insert({tag_set.id, tag.kind, category.lacv});
        }
      }
    }
  }
  return named;
}

inline std::set<Value> common(const std::set<Value>& one, const std::set<Value>& other) {
  std::set<Value> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(),
                        std::inserter(both, both.end()));
  return both;
}

inline bool fulfils(const labels::PolicyContent& policy, const std::set<Value>& held,
                    const labels::RequiredCategory& required) {
  std::set<Value> borne;
  bool every_group = true;
  for (const auto& group : required.groups) {
    const std::set<Value> named = named_by(policy, group);
    const std::set<Value> found = common(named, held);
    borne.insert(found.begin(), found.end());
    if (found.empty() || (group.all && found != named)) every_group = false;
  }
  if (required.operation == labels::RequiredOperation::kOnlyOne) return borne.size() == 1;
  if (required.operation == labels::RequiredOperation::kOneOrMore) return !borne.empty();
  return every_group;
}

// What an element (`self` where it is a value itself) requires and excludes.
inline void judge_constraints(const labels::PolicyContent& policy, const std::set<Value>& held,
                              const std::vector<labels::RequiredCategory>& required,
                              const std::vector<labels::CategoryGroup>& excluded, const Value* self,
                              const std::string& element, Reasons& reasons) {
  for (const auto& group : excluded) {
    std::set<Value> found = common(named_by(policy, group), held);
    if (self != nullptr) found.erase(*self);
    if (!found.empty()) reasons.insert({"excluded-category-present", element});
  }
  for (std::size_t i = 0; i < required.size(); ++i) {
    if (!fulfils(policy, held, required[i])) {
      reasons.insert({"required-category-missing", element + " " + std::to_string(i)});
    }
  }
}

inline void judge_category(const labels::PolicyContent& policy, const labels::Label& label,
                           const labels::TagCategory& category, const Value& self,
                           const std::string& element, std::int64_t at, Reasons& reasons) {
  if (category.obsolete) reasons.insert({"obsolete-value", element});
  if (category.not_before && at < *category.not_before) {
    reasons.insert({"value-not-yet-valid", element});
  }
  if (category.not_after && at > *category.not_after) {
    reasons.insert({"value-no-longer-valid", element});
  }
  for (const auto& classification : policy.classifications) {
    if (label.classification() != classification.lacv) continue;
    bool goes = !category.required_class || *category.required_class == classification.name;
    for (const auto& name : category.excluded_classes) {
      if (name == classification.name) goes = false;
    }
    if (!goes) reasons.insert({"value-not-with-classification", element});
  }
  judge_constraints(policy, values_of(label), category.required, category.excluded, &self, element,
                    reasons);
}

inline void judge_tag(const labels::PolicyContent& policy, const labels::Label& label,
                      const labels::TagSet& tag_set, const labels::Tag& tag, std::int64_t at,
                      Reasons& reasons) {
  const std::set<Value> held = values_of(label);
  const std::string element = about(tag_set.id, tag.kind) + " " + tag.name;
  unsigned selected = 0;
  for (const auto& category : tag.categories) {
    const Value self{tag_set.id, tag.kind, category.lacv};
    if (!held.contains(self)) continue;
    ++selected;
    judge_category(policy, label, category, self, element + " " + category.name, at, reasons);
  }
  if (selected < tag.selection.minimum) reasons.insert({"too-few-values-of-tag", element});
  if (tag.selection.maximum && selected > *tag.selection.maximum) {
    reasons.insert({"too-many-values-of-tag", element});
  }
}

inline void judge_privacy_mark(const labels::PolicyContent& policy, const labels::Label& label,
                               Reasons& reasons) {
  const auto& selection = policy.privacy_mark_selection;
  if (!label.privacy_mark()) {
    if (selection.minimum > 0) reasons.insert({"privacy-mark-missing", ""});
    return;
  }
  bool known = false;
  for (const auto& entry : policy.privacy_marks) {
    if (entry.name != label.privacy_mark()->text()) continue;
    known = true;
    if (entry.obsolete) reasons.insert({"obsolete-privacy-mark", ""});
  }
  if (!known) {
    reasons.insert({"unknown-privacy-mark", ""});
  } else if (selection.maximum && *selection.maximum == 0) {
    reasons.insert({"privacy-mark-not-allowed", ""});
  }
}

// judge_validity gives every reason why the label, which is of this policy, is not valid. Texts of
// the originator are left out: no text is compared here.
inline void judge_validity(const labels::PolicyContent& policy, const labels::Label& label,
                           std::int64_t at, Reasons& reasons) {
  bool known = false;
  for (const auto& classification : policy.classifications) {
    if (label.classification() != classification.lacv) continue;
    known = true;
    const std::string element = "classification " + classification.name;
    if (classification.obsolete) reasons.insert({"obsolete-classification", element});
    judge_constraints(policy, values_of(label), classification.required, classification.excluded,
                      nullptr, element, reasons);
  }
  if (!label.classification()) {
    reasons.insert({"no-classification", ""});
  } else if (!known) {
    reasons.insert({"unknown-classification", ""});
  }
  judge_privacy_mark(policy, label, reasons);
  judge_knowledge(policy, values_of(label), reasons);
  for (const auto& tag_set : policy.tag_sets) {
    for (const auto& tag : tag_set.tags) judge_tag(policy, label, tag_set, tag, at, reasons);
  }
}

}  // namespace model
