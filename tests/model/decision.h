// The naive decision: the rules of the access control decision once more, word for word, slowly.
//
// It shares no code with labels/decision.cc: it looks only at the content a security policy was
// made from and at what a label and a clearance say of themselves, and works on sets of names and
// numbers. Tests compare the two.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace model {

struct Verdict {
  bool granted = false;
  std::vector<std::string> reasons;  // the stable names, sorted
};

// How the values of a kind are judged, by the table of the five tag types.
enum class Type { kRestrictive, kPermissive, kInformative };

inline Type type_of(labels::CategoryKind kind) {
  using K = labels::CategoryKind;
  if (kind == K::kRestrictive || kind == K::kEnumeratedRestrictive) return Type::kRestrictive;
  if (kind == K::kPermissive || kind == K::kEnumeratedPermissive) return Type::kPermissive;
  return Type::kInformative;
}

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

// A reason with what it is about, so that each is given once: tag set, kind, and for permissive
// tags the tag's place in the file.
using Reason = std::tuple<std::string, labels::Oid, labels::CategoryKind, std::size_t>;
using Reasons = std::set<Reason>;

inline void because(Reasons& reasons, const std::string& name) {
  reasons.insert({name, labels::Oid(), labels::CategoryKind::kRestrictive, 0});
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
      reasons.insert({"unknown-tag-set", id, kind, 0});
    } else if (!kind_known) {
      reasons.insert({"unknown-tag", id, kind, 0});
    } else if (!value_known) {
      reasons.insert({"unknown-value", id, kind, 0});
    }
  }
}

// Tag by tag: what does the label hold of it, and does the clearance hold all, or one, of that?
inline void judge_tags(const labels::PolicyContent& policy, const std::set<Value>& label,
                       const std::set<Value>& clearance, Reasons& reasons) {
  for (const auto& tag_set : policy.tag_sets) {
    for (std::size_t place = 0; place < tag_set.tags.size(); ++place) {
      const auto& tag = tag_set.tags[place];
      std::set<unsigned> wanted;
      std::set<unsigned> shared;
      for (const auto& category : tag.categories) {
        const Value value{tag_set.id, tag.kind, category.lacv};
        if (!label.contains(value)) continue;
        wanted.insert(category.lacv);
        if (clearance.contains(value)) shared.insert(category.lacv);
      }
      if (type_of(tag.kind) == Type::kRestrictive && shared != wanted) {
        reasons.insert({"restrictive-not-in-clearance", tag_set.id, tag.kind, 0});
      }
      if (type_of(tag.kind) == Type::kPermissive && !wanted.empty() && shared.empty()) {
        reasons.insert({"permissive-not-in-clearance", tag_set.id, tag.kind, place});
      }
    }
  }
}

inline Verdict verdict_of(const Reasons& reasons) {
  Verdict verdict;
  verdict.granted = reasons.empty();
  for (const Reason& reason : reasons) verdict.reasons.push_back(std::get<0>(reason));
  return verdict;
}

inline Verdict decide(const labels::PolicyContent& policy,
                      const std::optional<labels::Label>& label,
                      const std::optional<labels::Clearance>& clearance) {
  Reasons reasons;
  if (!label) because(reasons, "no-label");
  if (!clearance) because(reasons, "no-clearance");
  if (label && label->policy() != policy.id) because(reasons, "label-of-another-policy");
  if (clearance && clearance->policy() != policy.id) {
    because(reasons, "clearance-of-another-policy");
  }
  if (!reasons.empty()) return verdict_of(reasons);

  std::set<unsigned> known;
  for (const auto& classification : policy.classifications) known.insert(classification.lacv);
  std::set<unsigned> cleared;
  for (const unsigned classification : clearance->classifications()) cleared.insert(classification);
  if (!label->classification()) {
    because(reasons, "no-classification");
  } else if (!known.contains(*label->classification())) {
    because(reasons, "unknown-classification");
  } else if (!cleared.contains(*label->classification())) {
    because(reasons, "classification-not-in-clearance");
  }

  if (label->privacy_mark()) {
    bool allowed = false;
    for (const labels::PrivacyMarkEntry& entry : policy.privacy_marks) {
      if (entry.name == label->privacy_mark()->text()) allowed = true;
    }
    if (!allowed) because(reasons, "unknown-privacy-mark");
  }

  judge_knowledge(policy, values_of(*label), reasons);
  judge_tags(policy, values_of(*label), values_of(*clearance), reasons);
  return verdict_of(reasons);
}

}  // namespace model
