#include "labels/decision.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "guard/base/check.h"

namespace labels {
namespace {

// How many values a reason names one by one: a label may hold thousands, and what it holds is in
// the audit log already.
constexpr std::size_t kNamedValues = 8;

// ValueList collects values for a reason and writes "3 (ALPHA), 5 and 2 more".
class ValueList {
 public:
  void add(std::uint32_t lacv, const std::string* name) {
    if (++count_ > kNamedValues) return;
    if (!text_.empty()) text_ += ", ";
    text_ += std::to_string(lacv);
    if (name != nullptr) text_ += " (" + *name + ")";
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::string text() const {
    if (count_ <= kNamedValues) return text_;
    return text_ + " and " + std::to_string(count_ - kNamedValues) + " more";
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

void deny(std::vector<Denial>& reasons, DenialReason reason, std::string what) {
  reasons.push_back({.reason = reason, .what = std::move(what)});
}

std::string describe(const TagSet& tag_set) { return "tag set \"" + tag_set.name + "\""; }

void judge_classification(const SecurityPolicy& policy, const Label& label,
                          const Clearance& clearance, std::vector<Denial>& reasons) {
  const std::optional<std::uint16_t> lacv = label.classification();
  if (!lacv) return deny(reasons, DenialReason::kNoClassification, "no classification");
  const std::string number = std::to_string(*lacv);
  const Classification* known = policy.classification(*lacv);
  if (known == nullptr) {
    return deny(reasons, DenialReason::kUnknownClassification,
                "classification " + number + " unknown");
  }
  if (!clearance.holds(*lacv)) {
    deny(reasons, DenialReason::kClassification,
         "classification " + number + " (" + known->name + ") not in clearance");
  }
}

// What the pass over the values of one category found. A tag set has at most kMaxTags tags, so
// that a set of tags is one word.
struct Found {
  std::uint64_t present = 0;  // tags that the label has values of
  std::uint64_t shared = 0;   // tags of which the clearance holds one of the label's values
  bool unknown = false;
  bool lacking = false;  // a known value that the clearance does not hold
};
static_assert(kMaxTags <= 64);

Found compare(const SecurityPolicy::Space& space, const Category& category, const Category* held) {
  Found found;
  for (const std::uint32_t lacv : category.values()) {
    const SecurityPolicy::Space::Value* value = space.find(lacv);
    if (value == nullptr) {
      found.unknown = true;
      continue;
    }
    const std::uint64_t tag = std::uint64_t{1} << value->tag;
    found.present |= tag;
    if (held != nullptr && held->holds(lacv)) {
      found.shared |= tag;
    } else {
      found.lacking = true;
    }
  }
  return found;
}

const std::string* name_of(const SecurityPolicy::Space& space, std::uint32_t lacv) {
  const SecurityPolicy::Space::Value* value = space.find(lacv);
  return value == nullptr ? nullptr
                          : &space.tag_set->tags[value->tag].categories[value->category].name;
}

void deny_unknown(const SecurityPolicy::Space& space, const Category& category,
                  std::vector<Denial>& reasons) {
  ValueList unknown;
  for (const std::uint32_t lacv : category.values()) {
    if (space.find(lacv) == nullptr) unknown.add(lacv, nullptr);
  }
  deny(reasons, DenialReason::kUnknownValue,
       describe(*space.tag_set) + ": " + std::string(to_string(space.kind)) + " value " +
           unknown.text() + " unknown");
}

void deny_restrictive(const SecurityPolicy::Space& space, const Category& category,
                      const Category* held, std::vector<Denial>& reasons) {
  ValueList lacking;
  for (const std::uint32_t lacv : category.values()) {
    const std::string* name = name_of(space, lacv);
    if (name != nullptr && (held == nullptr || !held->holds(lacv))) lacking.add(lacv, name);
  }
  deny(reasons, DenialReason::kRestrictive,
       describe(*space.tag_set) + ": " + lacking.text() + " not in clearance");
}

void deny_permissive(const SecurityPolicy::Space& space, std::uint32_t tag,
                     const Category& category, std::vector<Denial>& reasons) {
  ValueList wanted;
  for (const std::uint32_t lacv : category.values()) {
    const SecurityPolicy::Space::Value* value = space.find(lacv);
    if (value != nullptr && value->tag == tag) wanted.add(lacv, name_of(space, lacv));
  }
  deny(reasons, DenialReason::kPermissive,
       describe(*space.tag_set) + ", tag \"" + space.tag_set->tags[tag].name + "\": none of " +
           wanted.text() + " in clearance");
}

void judge_category(const SecurityPolicy& policy, const Category& category,
                    const Clearance& clearance, std::vector<Denial>& reasons) {
  const SecurityPolicy::Space* space = policy.space(category.tag_set(), category.kind());
  if (space == nullptr) {
    const TagSet* tag_set = policy.tag_set(category.tag_set());
    if (tag_set == nullptr) {
      return deny(reasons, DenialReason::kUnknownTagSet,
                  "tag set " + category.tag_set().to_dotted() + " unknown");
    }
    return deny(reasons, DenialReason::kUnknownTag,
                describe(*tag_set) + ": no tag of type " + std::string(to_string(category.kind())));
  }
  const Category* held = clearance.find(category.tag_set(), category.kind());
  const Found found = compare(*space, category, held);
  if (found.unknown) deny_unknown(*space, category, reasons);
  switch (rule_of(category.kind())) {
    case CategoryRule::kRestrictive:
      if (found.lacking) deny_restrictive(*space, category, held, reasons);
      return;
    case CategoryRule::kPermissive:
      if (found.present == found.shared) return;
      for (const std::uint32_t tag : space->tags) {
        const std::uint64_t bit = std::uint64_t{1} << tag;
        if ((found.present & bit) != 0 && (found.shared & bit) == 0) {
          deny_permissive(*space, tag, category, reasons);
        }
      }
      return;
    case CategoryRule::kInformative:
      return;
  }
}

}  // namespace

std::string_view to_string(DenialReason reason) {
  switch (reason) {
    case DenialReason::kNotJudged:
      return "label-not-judged";
    case DenialReason::kNoLabel:
      return "no-label";
    case DenialReason::kNoClearance:
      return "no-clearance";
    case DenialReason::kLabelPolicy:
      return "label-of-another-policy";
    case DenialReason::kClearancePolicy:
      return "clearance-of-another-policy";
    case DenialReason::kNoClassification:
      return "no-classification";
    case DenialReason::kUnknownClassification:
      return "unknown-classification";
    case DenialReason::kClassification:
      return "classification-not-in-clearance";
    case DenialReason::kUnknownPrivacyMark:
      return "unknown-privacy-mark";
    case DenialReason::kUnknownTagSet:
      return "unknown-tag-set";
    case DenialReason::kUnknownTag:
      return "unknown-tag";
    case DenialReason::kUnknownValue:
      return "unknown-value";
    case DenialReason::kRestrictive:
      return "restrictive-not-in-clearance";
    case DenialReason::kPermissive:
      return "permissive-not-in-clearance";
  }
  return "unknown-reason";
}

Decision::Decision() { reasons_.emplace_back(DenialReason::kNotJudged, "not judged"); }

const Denial& Decision::first() const {
  CHECK(!granted());
  return reasons_.front();
}

Decision decide(const SecurityPolicy& policy, const Label* label, const Clearance* clearance) {
  std::vector<Denial> reasons;
  if (label == nullptr) deny(reasons, DenialReason::kNoLabel, "no label");
  if (clearance == nullptr) deny(reasons, DenialReason::kNoClearance, "no clearance");
  if (label != nullptr && label->policy() != policy.id()) {
    deny(reasons, DenialReason::kLabelPolicy,
         "label under policy " + label->policy().to_dotted() + ", not " + policy.name());
  }
  if (clearance != nullptr && clearance->policy() != policy.id()) {
    deny(reasons, DenialReason::kClearancePolicy,
         "clearance under policy " + clearance->policy().to_dotted() + ", not " + policy.name());
  }
  if (!reasons.empty()) return Decision(std::move(reasons));
  judge_classification(policy, *label, *clearance, reasons);
  const std::optional<PrivacyMark>& mark = label->privacy_mark();
  if (mark && !policy.has_privacy_mark(mark->text())) {
    deny(reasons, DenialReason::kUnknownPrivacyMark, "privacy mark unknown");
  }
  for (const Category& category : label->categories()) {
    judge_category(policy, category, *clearance, reasons);
  }
  return Decision(std::move(reasons));
}

}  // namespace labels
