#include "policy/analysis/label_class.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "guard/base/check.h"
#include "labels/equivalence.h"
#include "labels/marking.h"
#include "policy/analysis/translation_table.h"

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

// What becomes of each value under the policies that labels are translated into. Of two policies
// that are compared, what it becomes counts; of one, whether it becomes anything.
class Fates {
 public:
  explicit Fates(Policies policies) {
    for (const Policy* policy : policies) {
      std::set<PeerPolicyIndex> into;
      for (const Peer& peer : policy->peers()) {
        if (peer.labels == Labels::kTranslate) into.insert(*peer.label_policy);
      }
      for (const PeerPolicyIndex index : into) {
        const TranslationTable table = translation_table(
            policy->security_policy(), policy->content().peer_policies[index].policy);
        for (const PartFate& part : table.values) {
          std::string& text = fates_[{part.tag_set->id, part.tag->kind, part.value->lacv}];
          text += std::to_string(static_cast<unsigned>(part.fate));
          if (policies.size() > 1) text += part.becomes + ";";
        }
      }
    }
  }

  // Equal for values that become the like.
  std::string of(const labels::TagSet& tag_set, const labels::Tag& tag,
                 const labels::TagCategory& value) const {
    const auto known = fates_.find({tag_set.id, tag.kind, value.lacv});
    return known == fates_.end() ? std::string() : known->second;
  }

 private:
  std::map<labels::ValueName, std::string> fates_;
};

// Values of one tag that no clearance tells apart; the first stands for all.
struct ValueClass {
  const labels::TagSet* tag_set;
  const labels::Tag* tag;
  std::vector<const labels::TagCategory*> values;
};

class LabelClasses {
 public:
  LabelClasses(const labels::SecurityPolicy& policy,
               const std::vector<const labels::Clearance*>& clearances, const Fates& fates)
      : policy_(policy), clearances_(clearances), fates_(fates) {
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
    using Traits = std::pair<std::vector<bool>, std::string>;
    std::vector<std::pair<Traits, ValueClass>> classes;
    for (const labels::TagCategory& value : tag.categories) {
      Traits traits{{}, fates_.of(tag_set, tag, value)};
      for (const labels::Clearance* clearance : clearances_) {
        const labels::Category* held = clearance->find(tag_set.id, tag.kind);
        traits.first.push_back(clearance->policy() == policy_.id() && held != nullptr &&
                               held->holds(value.lacv));
      }
      const auto same = std::ranges::find(classes, traits, &decltype(classes)::value_type::first);
      if (same != classes.end() && is_plain(value) && is_plain(*same->second.values.front())) {
        same->second.values.push_back(&value);
      } else {
        // What constrains other parts of a label stands for itself alone.
        classes.emplace_back(is_plain(value) ? traits : Traits(),
                             ValueClass{&tag_set, &tag, {&value}});
      }
    }
    for (auto& [traits, values] : classes) values_.push_back(std::move(values));
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
  const Fates& fates_;
  std::vector<ValueClass> values_;
};

}  // namespace

std::vector<LabelClass> label_classes(Policies policies) {
  const std::vector<const labels::Clearance*> all = clearances(policies);
  const Fates fates(policies);
  std::vector<LabelClass> found;
  for (const Policy* policy : policies) {
    std::vector<LabelClass> more;
    LabelClasses(policy->security_policy(), all, fates).list(more);
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
