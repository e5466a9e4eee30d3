// The naive decision: the rules of the access control decision once more, word for word, slowly.
//
// It shares no code with labels/decision.cc: it looks only at the content a security policy was
// made from and at what a label and a clearance say of themselves, and works on sets of names and
// numbers. Tests compare the two.
#pragma once

#include <map>
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

// What a tag is called in the rules: its tag set's dotted id, and its place in the file.
struct ModelTag {
  std::string tag_set;
  std::size_t place;
  std::string type;  // "restrictive", "permissive", "informative"
  std::string encoding;
  std::set<unsigned> values;
};

inline std::string type_of(labels::CategoryKind kind) {
  using K = labels::CategoryKind;
  if (kind == K::kRestrictive || kind == K::kEnumeratedRestrictive) return "restrictive";
  if (kind == K::kPermissive || kind == K::kEnumeratedPermissive) return "permissive";
  return "informative";
}

inline std::string encoding_of(labels::CategoryKind kind) {
  using K = labels::CategoryKind;
  const bool bits =
      kind == K::kRestrictive || kind == K::kPermissive || kind == K::kInformativeBits;
  return bits ? "bits" : "integers";
}

inline std::vector<ModelTag> tags_of(const labels::PolicyContent& policy) {
  std::vector<ModelTag> tags;
  for (const auto& tag_set : policy.tag_sets) {
    for (std::size_t i = 0; i < tag_set.tags.size(); ++i) {
      const auto& tag = tag_set.tags[i];
      ModelTag one{tag_set.id.to_dotted(), i, type_of(tag.kind), encoding_of(tag.kind), {}};
      for (const auto& category : tag.categories) one.values.insert(category.lacv);
      tags.push_back(one);
    }
  }
  return tags;
}

// Every single value that a label or clearance holds: tag set, type, encoding, number.
using Value = std::tuple<std::string, std::string, std::string, unsigned>;

template <typename Holder>
std::set<Value> values_of(const Holder& holder) {
  std::set<Value> values;
  for (const auto& category : holder.categories()) {
    for (const unsigned value : category.values()) {
      values.insert({category.tag_set().to_dotted(), type_of(category.kind()),
                     encoding_of(category.kind()), value});
    }
  }
  return values;
}

inline std::string join(const Value& value) {
  return std::get<0>(value) + " " + std::get<1>(value) + " " + std::get<2>(value);
}

// Every value of the label, one by one: is its tag set known, has it a tag of this type, has one
// of those the value?
inline void judge_knowledge(const std::vector<ModelTag>& tags, const std::set<Value>& held,
                            std::set<std::pair<std::string, std::string>>& reasons) {
  for (const Value& value : held) {
    bool tag_set_known = false;
    bool type_known = false;
    bool value_known = false;
    for (const ModelTag& tag : tags) {
      if (tag.tag_set != std::get<0>(value)) continue;
      tag_set_known = true;
      if (tag.type != std::get<1>(value) || tag.encoding != std::get<2>(value)) continue;
      type_known = true;
      if (tag.values.contains(std::get<3>(value))) value_known = true;
    }
    if (!tag_set_known) {
      reasons.insert({"unknown-tag-set", join(value)});
    } else if (!type_known) {
      reasons.insert({"unknown-tag", join(value)});
    } else if (!value_known) {
      reasons.insert({"unknown-value", join(value)});
    }
  }
}

// Tag by tag: what does the label hold of it, and does the clearance hold all, or one, of that?
inline void judge_tags(const std::vector<ModelTag>& tags, const std::set<Value>& label,
                       const std::set<Value>& clearance,
                       std::set<std::pair<std::string, std::string>>& reasons) {
  for (const ModelTag& tag : tags) {
    std::set<unsigned> wanted;
    std::set<unsigned> shared;
    for (const unsigned value : tag.values) {
      const Value full{tag.tag_set, tag.type, tag.encoding, value};
      if (!label.contains(full)) continue;
      wanted.insert(value);
      if (clearance.contains(full)) shared.insert(value);
    }
    const std::string where = tag.tag_set + " " + tag.type + " " + tag.encoding;
    if (tag.type == "restrictive" && shared != wanted) {
      reasons.insert({"restrictive-not-in-clearance", where});
    }
    if (tag.type == "permissive" && !wanted.empty() && shared.empty()) {
      reasons.insert({"permissive-not-in-clearance", where + " " + std::to_string(tag.place)});
    }
  }
}

inline Verdict verdict_of(const std::set<std::pair<std::string, std::string>>& reasons) {
  Verdict verdict;
  verdict.granted = reasons.empty();
  for (const auto& [reason, where] : reasons) verdict.reasons.push_back(reason);
  return verdict;
}

inline Verdict decide(const labels::PolicyContent& policy,
                      const std::optional<labels::Label>& label,
                      const std::optional<labels::Clearance>& clearance) {
  std::set<std::pair<std::string, std::string>> reasons;
  const std::string id = policy.id.to_dotted();
  if (!label) reasons.insert({"no-label", ""});
  if (!clearance) reasons.insert({"no-clearance", ""});
  if (label && label->policy().to_dotted() != id) reasons.insert({"label-of-another-policy", ""});
  if (clearance && clearance->policy().to_dotted() != id) {
    reasons.insert({"clearance-of-another-policy", ""});
  }
  if (!reasons.empty()) return verdict_of(reasons);

  std::set<unsigned> known;
  for (const auto& classification : policy.classifications) known.insert(classification.lacv);
  std::set<unsigned> cleared;
  for (const unsigned classification : clearance->classifications()) cleared.insert(classification);
  if (!label->classification()) {
    reasons.insert({"no-classification", ""});
  } else if (!known.contains(*label->classification())) {
    reasons.insert({"unknown-classification", ""});
  } else if (!cleared.contains(*label->classification())) {
    reasons.insert({"classification-not-in-clearance", ""});
  }

  if (label->privacy_mark()) {
    bool allowed = false;
    for (const std::string& mark : policy.privacy_marks) {
      if (mark == label->privacy_mark()->text()) allowed = true;
    }
    if (!allowed) reasons.insert({"unknown-privacy-mark", ""});
  }

  const std::vector<ModelTag> tags = tags_of(policy);
  judge_knowledge(tags, values_of(*label), reasons);
  judge_tags(tags, values_of(*label), values_of(*clearance), reasons);
  return verdict_of(reasons);
}

}  // namespace model
