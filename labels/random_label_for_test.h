// Random labels and clearances of a security policy, for tests of properties.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels::test {

// RandomLabels gives labels that the policy has names for; whether they are valid is another
// question.
class RandomLabels {
 public:
  RandomLabels(SecurityPolicy policy, unsigned seed) : policy_(std::move(policy)), random_(seed) {}

  Label label() {
    Label label(policy_.id());
    (void)label.set_classification(any(policy_.classifications()).lacv);
    const auto& marks = policy_.content().privacy_marks;
    if (!marks.empty() && chance(3)) label.set_privacy_mark(*PrivacyMark::of(any(marks).name));
    if (chance(2)) (void)label.set_created(LabelTime{time()});
    if (chance(3)) (void)label.set_review(LabelTime{time()});
    for_each_space([&](const TagSet& tag_set, CategoryKind kind, std::vector<std::uint32_t> lacvs) {
      (void)label.add(*Category::make(tag_set.id, kind, std::move(lacvs)));
    });
    for (const TagSet& tag_set : policy_.tag_sets()) {
      for (const Tag& tag : tag_set.tags) {
        for (const TagCategory& one : tag.categories) {
          if (!one.user_input || !chance(2)) continue;
          (void)label.add_user_text(
              {tag_set.id, tag.kind, one.lacv, "text <&> \"" + std::to_string(random_())});
        }
      }
    }
    return label;
  }

  // A clearance with one classification or more and no informative category.
  Clearance clearance() {
    Clearance clearance(policy_.id());
    (void)clearance.add_classification(any(policy_.classifications()).lacv);
    for (const Classification& one : policy_.classifications()) {
      if (chance(2)) (void)clearance.add_classification(one.lacv);
    }
    for_each_space([&](const TagSet& tag_set, CategoryKind kind, std::vector<std::uint32_t> lacvs) {
      if (rule_of(kind) == CategoryRule::kInformative) return;
      (void)clearance.add(*Category::make(tag_set.id, kind, std::move(lacvs)));
    });
    return clearance;
  }

  [[nodiscard]] const SecurityPolicy& policy() const { return policy_; }

 private:
  template <class Range>
  const typename Range::value_type& any(const Range& range) {
    return range[random_() % range.size()];
  }
  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  std::int64_t time() { return static_cast<std::int64_t>(random_() * 1'000 + random_() % 1'000); }

  // Gives some of the values of each kind in each tag set.
  template <class Use>
  void for_each_space(const Use& use) {
    for (const TagSet& tag_set : policy_.tag_sets()) {
      for (int kind = 0; kind <= static_cast<int>(CategoryKind::kEnumeratedRestrictive); ++kind) {
        const auto* space = policy_.space(tag_set.id, static_cast<CategoryKind>(kind));
        if (space == nullptr || chance(3)) continue;
        std::vector<std::uint32_t> lacvs;
        for (const auto& value : space->values) {
          if (chance(2)) lacvs.push_back(value.lacv);
        }
        if (!lacvs.empty()) use(tag_set, space->kind, std::move(lacvs));
      }
    }
  }

  SecurityPolicy policy_;
  std::mt19937 random_;
};

}  // namespace labels::test
