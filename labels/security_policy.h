// SecurityPolicy: which classifications and categories exist, what they are called, how they are
// judged and marked. Read from an Open XML SPIF by spif.h; immutable from then on.
//
// Who controls its content: the people who wrote the file, which the policy digest covers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labels/category.h"
#include "labels/label.h"
#include "labels/oid.h"
#include "labels/policy_content.h"
#include "labels/policy_fault.h"

namespace labels {

class CompiledPolicy;

// SecurityPolicy is cheap to copy (a shared immutable snapshot).
class SecurityPolicy {
 public:
  // make checks that names and numbers are unique where they must be (classifications by name and
  // lacv, tag sets by name and id, tags by name within a tag set, values by name within a tag and
  // by lacv within all tags of one kind of a tag set) and within bounds, and that there is a name,
  // an id, at least one classification and one value in every tag; then compiles what decide()
  // needs. Empty phrases become the names.
  [[nodiscard]] static std::expected<SecurityPolicy, PolicyFault> make(PolicyContent content);

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const Oid& id() const;
  [[nodiscard]] const PolicyContent& content() const;
  // covers_unlabelled says whether data without a label is under this policy: it is, unless the
  // file names another (defaultSecurityPolicyId). Then no label of this policy may stand for it.
  [[nodiscard]] bool covers_unlabelled() const;
  // classifications in ascending order of hierarchy, and as in the file where that is equal.
  [[nodiscard]] std::span<const Classification> classifications() const;
  [[nodiscard]] std::span<const TagSet> tag_sets() const;

  // Each returns nullptr where there is none. Names are compared octet for octet. What they return
  // lives as long as any copy of this policy.
  [[nodiscard]] const Classification* classification(std::uint32_t lacv) const;
  [[nodiscard]] const Classification* classification(std::string_view name) const;
  [[nodiscard]] const TagSet* tag_set(const Oid& id) const;
  [[nodiscard]] const TagSet* tag_set(std::string_view name) const;
  [[nodiscard]] const PrivacyMarkEntry* privacy_mark(std::string_view text) const;
  [[nodiscard]] bool has_privacy_mark(std::string_view text) const {
    return privacy_mark(text) != nullptr;
  }

  // Space is what one tag set holds of one kind, compiled: every known value and its tag.
  struct Space {
    const TagSet* tag_set = nullptr;
    CategoryKind kind = CategoryKind::kRestrictive;
    struct Value {
      std::uint32_t lacv;
      std::uint32_t tag;       // index into tag_set->tags
      std::uint32_t category;  // index into tag_set->tags[tag].categories
      std::uint32_t number;    // in the compiled form
    };
    std::vector<Value> values;        // in ascending order of lacv
    std::vector<std::uint32_t> tags;  // those of this kind, in the file's order

    [[nodiscard]] const Value* find(std::uint32_t lacv) const;
  };
  // space returns nullptr where the tag set is unknown or has no tag of that kind.
  [[nodiscard]] const Space* space(const Oid& tag_set, CategoryKind kind) const;

  // classification_index returns where `lacv` stands in classifications(), or nullopt.
  [[nodiscard]] std::optional<std::size_t> classification_index(std::uint32_t lacv) const;
  // compiled returns the values as numbers and what is asked of labels as sets of them.
  [[nodiscard]] const CompiledPolicy& compiled() const;
  // is says whether the two are the same snapshot.
  [[nodiscard]] bool is(const SecurityPolicy& other) const { return compiled_ == other.compiled_; }

 private:
  struct Compiled;
  explicit SecurityPolicy(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace labels
