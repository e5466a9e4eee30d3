#include "labels/policy_set.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace labels {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

bool equal_folded(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Dictionary maps names to things; a name of two things is kept as ambiguous.
template <class Thing>
class Dictionary {
 public:
  void add(std::string name, Thing thing) {
    const auto [place, is_new] = things_.emplace(std::move(name), std::optional(thing));
    if (!is_new) place->second.reset();
  }
  [[nodiscard]] std::expected<Thing, NameFault> find(std::string_view name) const {
    const auto found = things_.find(name);
    if (found == things_.end()) return std::unexpected(NameFault::kUnknown);
    if (!found->second) return std::unexpected(NameFault::kAmbiguous);
    return *found->second;
  }

 private:
  std::unordered_map<std::string, std::optional<Thing>, Hash, std::equal_to<>> things_;
};

constexpr std::size_t kRules = 3;

}  // namespace

struct PolicyNames::Index {
  explicit Index(SecurityPolicy of) : policy(std::move(of)) {}

  // The form of a name that the dictionaries have.
  [[nodiscard]] std::string key(std::string_view name) const {
    return ignores_case ? folded(name) : std::string(name);
  }
  template <class Thing>
  [[nodiscard]] std::expected<Thing, NameFault> find(const Dictionary<Thing>& in,
                                                     std::string_view name) const {
    return ignores_case ? in.find(folded(name)) : in.find(name);
  }

  SecurityPolicy policy;
  bool ignores_case = false;
  Dictionary<const Classification*> classifications;
  Dictionary<const PrivacyMarkEntry*> privacy_marks;
  Dictionary<const TagSet*> tag_sets;
  Dictionary<const TagSet*> tag_sets_by_tag;
  struct OfTagSet {
    Dictionary<Value> values;
    std::vector<Value> user_inputs;
  };
  std::vector<std::array<OfTagSet, kRules>> values;  // by the tag set's place, then rule
};

PolicyNames::PolicyNames(SecurityPolicy policy) {
  auto index = std::make_shared<Index>(std::move(policy));
  const SecurityPolicy& of = index->policy;
  index->ignores_case = equal_folded(of.name(), "NATO") || equal_folded(of.name(), "PUBLIC");
  for (const Classification& one : of.classifications()) {
    index->classifications.add(index->key(one.name), &one);
  }
  for (const PrivacyMarkEntry& one : of.content().privacy_marks) {
    index->privacy_marks.add(index->key(one.name), &one);
  }
  index->values.resize(of.tag_sets().size());
  std::size_t place = 0;
  for (const TagSet& tag_set : of.tag_sets()) {
    index->tag_sets.add(index->key(tag_set.name), &tag_set);
    for (const Tag& tag : tag_set.tags) {
      index->tag_sets_by_tag.add(index->key(tag.name), &tag_set);
      Index::OfTagSet& names = index->values[place][static_cast<std::size_t>(rule_of(tag.kind))];
      for (const TagCategory& one : tag.categories) {
        names.values.add(index->key(one.name), Value{&tag, &one});
        if (one.user_input) names.user_inputs.push_back({&tag, &one});
      }
    }
    ++place;
  }
  index_ = std::move(index);
}

const SecurityPolicy& PolicyNames::policy() const { return index_->policy; }
bool PolicyNames::ignores_case() const { return index_->ignores_case; }

bool PolicyNames::is_policy_name(std::string_view name) const {
  return ignores_case() ? equal_folded(name, policy().name()) : name == policy().name();
}

std::expected<const Classification*, NameFault> PolicyNames::classification(
    std::string_view name) const {
  return index_->find(index_->classifications, name);
}

std::expected<const TagSet*, NameFault> PolicyNames::tag_set(std::string_view name) const {
  auto found = index_->find(index_->tag_sets, name);
  if (found || found.error() == NameFault::kAmbiguous) return found;
  return index_->find(index_->tag_sets_by_tag, name);
}

std::expected<const PrivacyMarkEntry*, NameFault> PolicyNames::privacy_mark(
    std::string_view name) const {
  return index_->find(index_->privacy_marks, name);
}

std::expected<PolicyNames::Value, NameFault> PolicyNames::value(const TagSet& tag_set,
                                                                CategoryRule rule,
                                                                std::string_view name) const {
  const auto place = static_cast<std::size_t>(&tag_set - policy().tag_sets().data());
  return index_->find(index_->values.at(place)[static_cast<std::size_t>(rule)].values, name);
}

std::expected<PolicyNames::Value, NameFault> PolicyNames::user_input(const TagSet& tag_set,
                                                                     CategoryRule rule) const {
  const auto place = static_cast<std::size_t>(&tag_set - policy().tag_sets().data());
  const auto& inputs = index_->values.at(place)[static_cast<std::size_t>(rule)].user_inputs;
  if (inputs.empty()) return std::unexpected(NameFault::kUnknown);
  if (inputs.size() > 1) return std::unexpected(NameFault::kAmbiguous);
  return inputs.front();
}

std::expected<PolicySet, std::string> PolicySet::make(std::vector<SecurityPolicy> policies) {
  PolicySet set;
  for (SecurityPolicy& policy : policies) {
    if (set.find(policy.id()) != nullptr) {
      return std::unexpected("two security policies with the identifier " +
                             policy.id().to_dotted());
    }
    PolicyNames names(std::move(policy));
    const auto same = [&](const PolicyNames& other) {
      return other.is_policy_name(names.policy().name()) ||
             names.is_policy_name(other.policy().name());
    };
    if (std::ranges::any_of(set.policies_, same)) {
      return std::unexpected("two security policies with the name \"" + names.policy().name() +
                             "\"");
    }
    set.policies_.push_back(std::move(names));
  }
  return set;
}

const PolicyNames* PolicySet::find(const Oid& id) const {
  for (const PolicyNames& one : policies_) {
    if (one.policy().id() == id) return &one;
  }
  return nullptr;
}

const PolicyNames* PolicySet::find(std::string_view name) const {
  for (const PolicyNames& one : policies_) {
    if (one.is_policy_name(name)) return &one;
  }
  return nullptr;
}

std::string known_policies(const PolicySet& policies) {
  std::string words;
  for (const PolicyNames& one : policies.policies()) {
    words += words.empty() ? "one of the security policies at hand: " : ", ";
    words += in_quotes(one.policy().name());
  }
  return words.empty() ? "a security policy, and none is at hand" : words;
}

}  // namespace labels
