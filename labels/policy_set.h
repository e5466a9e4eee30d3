// PolicySet: the security policies that labels may be under, found by identifier or by name, and
// their names made ready for looking up.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "labels/category.h"
#include "labels/oid.h"
#include "labels/security_policy.h"

namespace labels {

enum class NameFault : std::uint8_t { kUnknown, kAmbiguous };

// PolicyNames finds what a policy calls by a name, as ADatP-4774 asks for it: octet for octet, but
// for the policies named NATO and PUBLIC (in any case), where the 26 letters of ASCII count alike
// in both cases (SPEC: ADatP-4774, "case insensitive during processing"). Names that then are the
// same are ambiguous. Copies share one immutable index; what is returned lives as long as any of
// them.
class PolicyNames {
 public:
  explicit PolicyNames(SecurityPolicy policy);

  [[nodiscard]] const SecurityPolicy& policy() const;
  [[nodiscard]] bool ignores_case() const;
  // is_policy_name says whether a label that names its policy so means this one.
  [[nodiscard]] bool is_policy_name(std::string_view name) const;

  [[nodiscard]] std::expected<const Classification*, NameFault> classification(
      std::string_view name) const;
  // tag_set finds a tag set by its name, or, where none has it, by the name of the only tag in the
  // policy that is called so.
  [[nodiscard]] std::expected<const TagSet*, NameFault> tag_set(std::string_view name) const;

  // privacy_mark finds the policy's spelling of a privacy mark.
  [[nodiscard]] std::expected<const PrivacyMarkEntry*, NameFault> privacy_mark(
      std::string_view name) const;

  struct Value {
    const Tag* tag = nullptr;
    const TagCategory* category = nullptr;
  };
  // value finds a value by name among all tags of that rule in a tag set of this policy.
  [[nodiscard]] std::expected<Value, NameFault> value(const TagSet& tag_set, CategoryRule rule,
                                                      std::string_view name) const;
  // user_input finds the only value of those tags that stands for a text of the originator.
  [[nodiscard]] std::expected<Value, NameFault> user_input(const TagSet& tag_set,
                                                           CategoryRule rule) const;

 private:
  struct Index;
  std::shared_ptr<const Index> index_;
};

// PolicySet is cheap to copy.
class PolicySet {
 public:
  // Holds no policy.
  PolicySet() = default;

  // make refuses two policies of one identifier or one name, with a sentence that names them.
  [[nodiscard]] static std::expected<PolicySet, std::string> make(
      std::vector<SecurityPolicy> policies);

  [[nodiscard]] std::span<const PolicyNames> policies() const { return policies_; }
  // Each returns nullptr where there is none; else a pointer that lives as long as this set.
  [[nodiscard]] const PolicyNames* find(const Oid& id) const;
  [[nodiscard]] const PolicyNames* find(std::string_view name) const;

 private:
  std::vector<PolicyNames> policies_;
};

// known_policies says in words what a name of a policy should have been: "one of the security
// policies at hand: \"A\", \"B\"".
[[nodiscard]] std::string known_policies(const PolicySet& policies);

}  // namespace labels
