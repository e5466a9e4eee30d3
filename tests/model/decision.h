// The naive decision: the rules of the access control decision once more, word for word, slowly.
//
// It shares no code with labels/decision.cc: it looks only at the content a security policy was
// made from and at what a label and a clearance say of themselves, and works on sets of names and
// numbers. Tests compare the two.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"
#include "tests/model/validity.h"

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

// What a label holds of one tag.
struct Wanted {
  Type type = Type::kRestrictive;
  std::string tag_set;  // and kind, for the reason
  std::string tag;
  std::set<Value> values;
};

inline std::vector<Wanted> wanted_by(const labels::PolicyContent& policy,
                                     const std::set<Value>& label) {
  std::vector<Wanted> all;
  for (const auto& tag_set : policy.tag_sets) {
    for (const auto& tag : tag_set.tags) {
      Wanted wanted{type_of(tag.kind), about(tag_set.id, tag.kind), tag.name, {}};
      for (const auto& category : tag.categories) {
        const Value value{tag_set.id, tag.kind, category.lacv};
        if (label.contains(value)) wanted.values.insert(value);
      }
      if (!wanted.values.empty()) all.push_back(wanted);
    }
  }
  return all;
}

// Tag by tag: does the clearance hold all, or one, of what the label holds of it?
inline void judge_tags(const std::vector<Wanted>& all, const std::set<Value>& clearance,
                       Reasons& reasons) {
  for (const Wanted& wanted : all) {
    std::size_t shared = 0;
    for (const Value& value : wanted.values) {
      if (clearance.contains(value)) ++shared;
    }
    if (wanted.type == Type::kRestrictive && shared < wanted.values.size()) {
      reasons.insert({"restrictive-not-in-clearance", wanted.tag_set});
    }
    if (wanted.type == Type::kPermissive && shared == 0) {
      reasons.insert({"permissive-not-in-clearance", wanted.tag_set + " " + wanted.tag});
    }
  }
}

inline void judge_classification(const labels::PolicyContent& policy, const labels::Label& label,
                                 const labels::Clearance& clearance, Reasons& reasons) {
  std::set<unsigned> cleared;
  for (const unsigned classification : clearance.classifications()) cleared.insert(classification);
  for (const auto& classification : policy.classifications) {
    if (label.classification() == classification.lacv && !cleared.contains(classification.lacv)) {
      reasons.insert({"classification-not-in-clearance", ""});
    }
  }
}

inline Verdict verdict_of(const Reasons& reasons) {
  Verdict verdict;
  verdict.granted = reasons.empty();
  for (const Reason& reason : reasons) verdict.reasons.push_back(reason.first);  // in order
  return verdict;
}

inline Verdict decide(const labels::PolicyContent& policy,
                      const std::optional<labels::Label>& label,
                      const std::optional<labels::Clearance>& clearance, std::int64_t at) {
  Reasons reasons;
  if (!label) reasons.insert({"no-label", ""});
  if (!clearance) reasons.insert({"no-clearance", ""});
  if (!reasons.empty()) return verdict_of(reasons);
  if (label->policy() != policy.id) reasons.insert({"label-of-another-policy", ""});
  if (clearance->policy() != policy.id) reasons.insert({"clearance-of-another-policy", ""});
  if (!reasons.empty()) return verdict_of(reasons);

  judge_validity(policy, *label, at, reasons);
  judge_classification(policy, *label, *clearance, reasons);
  judge_tags(wanted_by(policy, values_of(*label)), values_of(*clearance), reasons);
  return verdict_of(reasons);
}

}  // namespace model
