#include "policy/analysis/label_class.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "guard/base/check.h"
#include "labels/marking.h"

namespace policy {
namespace {

// Every clearance that decisions of these policies look at.
std::vector<const labels::Clearance*> clearances(Policies policies) {
  std::vector<const labels::Clearance*> found;
  std::unordered_set<const labels::Clearance*> seen;
  const auto add = [&](const labels::Clearance* clearance) {
    if (clearance != nullptr && seen.insert(clearance).second) found.push_back(clearance);
  };
  for (const Policy* policy : policies) {
    for (guard::PeerIndex peer = 0; peer < policy->peers().size(); ++peer) {
      for (std::size_t claim = 0; claim < policy->peers()[peer].domains.size(); ++claim) {
        add(policy->standing_of(peer, claim).send);
        add(policy->standing_of(peer, claim).receive);
      }
    }
  }
  return found;
}

// Values of one tag that no clearance tells apart; the first stands for all.
struct ValueClass {
  const labels::TagSet* tag_set;
  const labels::Tag* tag;
  std::vector<const labels::TagCategory*> values;
};

class LabelClasses {
 public:
  LabelClasses(const labels::SecurityPolicy& policy,
               const std::vector<const labels::Clearance*>& clearances)
      : policy_(policy), clearances_(clearances) {
    for (const labels::TagSet& tag_set : policy_.tag_sets()) {
      for (const labels::Tag& tag : tag_set.tags) add(tag_set, tag);
    }
  }

  void list(std::vector<LabelClass>& out) const {
    for (const labels::Classification& classification : policy_.classifications()) {
      labels::Label base(policy_.id());
      CHECK(base.set_classification(classification.lacv));
      put(out, base, {});
      for (std::size_t i = 0; i < values_.size(); ++i) {
        put(out, base, {i});
        if (labels::rule_of(values_[i].tag->kind) != labels::CategoryRule::kPermissive) continue;
        for (std::size_t j = i + 1; j < values_.size() && values_[j].tag == values_[i].tag; ++j) {
          put(out, base, {i, j});
        }
      }
    }
  }

 private:
  void add(const labels::TagSet& tag_set, const labels::Tag& tag) {
    if (labels::rule_of(tag.kind) == labels::CategoryRule::kInformative) return;
    std::vector<std::pair<std::vector<bool>, ValueClass>> classes;
    for (const labels::TagCategory& value : tag.categories) {
      std::vector<bool> holders;
      for (const labels::Clearance* clearance : clearances_) {
        const labels::Category* held = clearance->find(tag_set.id, tag.kind);
        holders.push_back(clearance->policy() == policy_.id() && held != nullptr &&
                          held->holds(value.lacv));
      }
      const auto same = std::ranges::find(classes, holders, &decltype(classes)::value_type::first);
      if (same != classes.end() && is_plain(value) && is_plain(*same->second.values.front())) {
        same->second.values.push_back(&value);
      } else {
        // What constrains other parts of a label stands for itself alone.
        classes.emplace_back(is_plain(value) ? holders : std::vector<bool>(),
                             ValueClass{&tag_set, &tag, {&value}});
      }
    }
    for (auto& [holders, values] : classes) values_.push_back(std::move(values));
  }

  static bool is_plain(const labels::TagCategory& value) {
    return !value.obsolete && !value.required_class && value.excluded_classes.empty() &&
           value.required.empty() && value.excluded.empty() && !value.not_before &&
           !value.not_after;
  }

  void put(std::vector<LabelClass>& out, labels::Label label,
           const std::vector<std::size_t>& chosen) const {
    std::string stands_for;
    if (!chosen.empty()) {
      const ValueClass& first = values_[chosen.front()];
      std::vector<std::uint32_t> numbers;
      for (const std::size_t i : chosen) numbers.push_back(values_[i].values.front()->lacv);
      auto category =
          labels::Category::make(first.tag_set->id, first.tag->kind, std::move(numbers));
      CHECK(category);
      CHECK(label.add(std::move(*category)));
      for (const std::size_t i : chosen) describe(values_[i], stands_for);
    }
    std::string marking = labels::marking(policy_, label);
    out.push_back({std::move(label), std::move(marking), std::move(stands_for)});
  }

  static void describe(const ValueClass& values, std::string& text) {
    if (values.values.size() < 2) return;
    if (!text.empty()) text += "; ";
    text += values.values.front()->name + " stands for";
    for (std::size_t i = 1; i < values.values.size(); ++i) {
      text += (i > 1 ? ", " : " ") + values.values[i]->name;
    }
    text += ", too: every clearance holds all of them or none";
  }

  const labels::SecurityPolicy& policy_;
  const std::vector<const labels::Clearance*>& clearances_;
  std::vector<ValueClass> values_;
};

}  // namespace

std::vector<LabelClass> label_classes(Policies policies) {
  const std::vector<const labels::Clearance*> all = clearances(policies);
  std::vector<LabelClass> found;
  for (const Policy* policy : policies) {
    std::vector<LabelClass> more;
    LabelClasses(policy->security_policy(), all).list(more);
    for (LabelClass& each : more) {
      const bool known =
          policies.size() > 1 && std::ranges::any_of(found, [&](const LabelClass& other) {
            return other.label == each.label;
          });
      if (!known) found.push_back(std::move(each));
    }
  }
  return found;
}

}  // namespace policy
