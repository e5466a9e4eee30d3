#include "labels/decision.h"

#include <cstddef>
#include <string>

#include "guard/base/check.h"
#include "labels/compiled_policy.h"
#include "labels/label_rules.h"

namespace labels {
namespace {

std::string describe(const TagSet& tag_set) { return "tag set \"" + tag_set.name + "\""; }

// Reach asks whether one clearance reaches one label. Every function returns false where the list
// wants no more.
class Reach {
 public:
  Reach(const CompiledLabel& label, const CompiledClearance& clearance, DenialList& list)
      : label_(label),
        clearance_(clearance),
        content_(label.policy().content()),
        compiled_(label.policy().compiled()),
        list_(list) {}

  bool judge() { return judge_classification() && judge_restrictive() && judge_permissive(); }

 private:
  bool judge_classification() {
    if (!label_.classification()) return true;  // a fault of the label
    const Classification& one = label_.policy().classifications()[*label_.classification()];
    if (clearance_.clearance().holds(one.lacv)) return true;
    return list_.add(DenialReason::kClassification, [&] {
      return "classification " + std::to_string(one.lacv) + " (" + one.name + ") not in clearance";
    });
  }

  // The values of one tag set and type that lack make one reason.
  bool judge_restrictive() {
    const std::span<const std::uint64_t> label = label_.values().words();
    const std::span<const std::uint64_t> held = clearance_.values().words();
    const std::span<const std::uint64_t> restrictive = compiled_.restrictive().words();
    std::uint64_t lacking = 0;
    for (std::size_t i = 0; i < label.size(); ++i) lacking |= label[i] & restrictive[i] & ~held[i];
    if (lacking == 0) return true;
    for (const Category& category : label_.label().categories()) {
      if (rule_of(category.kind()) == CategoryRule::kRestrictive && !judge_restrictive(category)) {
        return false;
      }
    }
    return true;
  }

  bool judge_restrictive(const Category& category) {
    const SecurityPolicy::Space* space = label_.policy().space(category.tag_set(), category.kind());
    if (space == nullptr) return true;
    ValueList lacking;
    for (const std::uint32_t lacv : category.values()) {
      const SecurityPolicy::Space::Value* value = space->find(lacv);
      if (value == nullptr || clearance_.values().has(value->number)) continue;
      lacking.add(lacv, &space->tag_set->tags[value->tag].categories[value->category].name);
    }
    if (lacking.empty()) return true;
    return list_.add(DenialReason::kRestrictive, [&] {
      return describe(*space->tag_set) + ": " + lacking.text() + " not in clearance";
    });
  }

  bool judge_permissive() {
    const std::span<const std::uint64_t> label = label_.values().words();
    const std::span<const std::uint64_t> held = clearance_.values().words();
    for (const CompiledTag& tag : compiled_.permissive()) {
      if (!tag.values.meets(label) || tag.values.meets_both(label, held)) continue;
      const bool go_on = list_.add(DenialReason::kPermissive, [&] {
        const TagSet& tag_set = content_.tag_sets[tag.tag_set];
        ValueList wanted;
        tag.values.for_each([&](std::uint32_t value) {
          if (!label_.values().has(value)) return;
          const TagCategory& category = category_at(content_, compiled_.place(value));
          wanted.add(category.lacv, &category.name);
        });
        return describe(tag_set) + ", tag \"" + tag_set.tags[tag.tag].name + "\": none of " +
               wanted.text() + " in clearance";
      });
      if (!go_on) return false;
    }
    return true;
  }

  const CompiledLabel& label_;
  const CompiledClearance& clearance_;
  const PolicyContent& content_;
  const CompiledPolicy& compiled_;
  DenialList& list_;
};

bool judge(const CompiledLabel& label, const CompiledClearance& clearance, guard::UtcTime at,
           DenialList& list) {
  if (label.label().policy() != label.policy().id()) {
    if (!judge_validity(label, at, list)) return false;
  }
  if (!clearance.under_policy()) {
    if (!list.add(DenialReason::kClearancePolicy, [&] {
          return "clearance under policy " + clearance.clearance().policy().to_dotted() + ", not " +
                 clearance.policy().name();
        })) {
      return false;
    }
  }
  if (list.any()) return true;
  return judge_validity(label, at, list) && judge_clearance(label, clearance, list);
}

}  // namespace

bool judge_clearance(const CompiledLabel& label, const CompiledClearance& clearance,
                     DenialList& list) {
  return Reach(label, clearance, list).judge();
}

Decision::Decision() { reasons_.emplace_back(DenialReason::kNotJudged, "not judged"); }

const Denial& Decision::first() const {
  CHECK(!granted());
  return reasons_.front();
}

bool grants(const CompiledLabel& label, const CompiledClearance& clearance, guard::UtcTime at) {
  CHECK(label.policy().is(clearance.policy()));
  DenialList list(DenialList::Mode::kQuick);
  static_cast<void>(judge(label, clearance, at, list));
  return !list.any();
}

Decision decide(const CompiledLabel& label, const CompiledClearance& clearance, guard::UtcTime at) {
  if (grants(label, clearance, at)) return Decision(std::vector<Denial>());
  DenialList full(DenialList::Mode::kFull);
  static_cast<void>(judge(label, clearance, at, full));
  CHECK(full.any());
  return Decision(full.take());
}

bool reaches(const SecurityPolicy& policy, const Label& label, const Clearance* clearance) {
  if (clearance == nullptr || label.policy() != policy.id()) return false;
  const CompiledLabel compiled(policy, label);
  const CompiledClearance held(policy, *clearance);
  const std::optional<PrivacyMark>& mark = label.privacy_mark();
  if (!held.under_policy() || !compiled.knows_all() || !compiled.classification()) return false;
  if (mark && !policy.has_privacy_mark(mark->text())) return false;
  DenialList list(DenialList::Mode::kQuick);
  static_cast<void>(judge_clearance(compiled, held, list));
  return !list.any();
}

Decision decide(const SecurityPolicy& policy, const Label* label, const Clearance* clearance,
                guard::UtcTime at) {
  if (label != nullptr && clearance != nullptr) {
    return decide(CompiledLabel(policy, *label), CompiledClearance(policy, *clearance), at);
  }
  DenialList list(DenialList::Mode::kFull);
  if (label == nullptr) {
    static_cast<void>(list.add(DenialReason::kNoLabel, [] { return std::string("no label"); }));
  }
  if (clearance == nullptr) {
    static_cast<void>(
        list.add(DenialReason::kNoClearance, [] { return std::string("no clearance"); }));
  }
  return Decision(list.take());
}

}  // namespace labels
