#include "policy/analysis/difference.h"

#include <algorithm>
#include <map>
#include <set>

#include "labels/marking.h"
#include "policy/analysis/other_changes.h"
#include "policy/words.h"

namespace policy {
namespace {

// What one policy makes of a stanza.
struct Result {
  bool allowed = false;
  std::optional<labels::Label> label;  // that it leaves with
  bool by_default = false;             // … and that came from its peer's default
  Kept kept;
  std::string words;
};

Comparison merge(Comparison a, Comparison b) {
  if (a == Comparison::kEquivalent) return b;
  if (b == Comparison::kEquivalent || a == b) return a;
  return Comparison::kIncomparable;
}

Comparison compare_kept(const Kept& before, const Kept& after) {
  bool less = false;
  bool more = false;
  for (const Part part : kParts) {
    less = less || (before.parts.has(part) && !after.parts.has(part));
    more = more || (!before.parts.has(part) && after.parts.has(part));
  }
  less = less || !std::ranges::includes(after.elements, before.elements);
  more = more || !std::ranges::includes(before.elements, after.elements);
  if (less && more) return Comparison::kIncomparable;
  if (less) return Comparison::kStricter;
  return more ? Comparison::kMorePermissive : Comparison::kEquivalent;
}

Comparison compare(const Result& before, const Result& after) {
  if (before.allowed != after.allowed) {
    return after.allowed ? Comparison::kMorePermissive : Comparison::kStricter;
  }
  if (!before.allowed) return Comparison::kEquivalent;
  if (before.label != after.label) return Comparison::kIncomparable;
  return compare_kept(before.kept, after.kept);
}

class DifferenceSearch {
 public:
  DifferenceSearch(const Policy& before, const Policy& after, guard::UtcTime first)
      : policies_{&before, &after}, first_(first), labels_(label_classes(policies_)) {}

  Difference run() {
    for (const guard::Lane lane : guard::kLanes) {
      pairs(policies_, lane, domain_classes(policies_, near_side(lane)),
            domain_classes(policies_, far_side(lane)),
            [&](const DomainClass& from, const DomainClass& to) {
              pair(lane, from, to);
              return true;
            });
    }
    for (Region& region : found_.regions) found_.verdict = merge(found_.verdict, region.change);
    found_.others = other_changes(*policies_[0], *policies_[1]);
    return std::move(found_);
  }

 private:
  // Every moment at which a peer can come or go, and one before all of them.
  std::vector<guard::UtcTime> moments(const DomainClass& from, const DomainClass& to) const {
    std::set<guard::UtcTime> found = {kFirstMoment};
    for (std::size_t i = 0; i < 2; ++i) {
      for (const Policy::Standing* standing : {from.standing[i], to.standing[i]}) {
        if (standing == nullptr) continue;
        const Peer& peer = policies_[i]->peers()[standing->peer];
        const auto add = [&](const Period& period) {
          if (period.from) found.insert(*period.from);
          if (period.until) found.insert(*period.until);
        };
        if (peer.active) add(*peer.active);
        for (const Block& block : peer.blocked) add(block.period);
      }
    }
    std::vector<guard::UtcTime> all = {first_};
    all.insert(all.end(), found.begin(), found.end());
    return all;
  }

  bool is_open(std::size_t i, const DomainClass& from, const DomainClass& to,
               guard::UtcTime at) const {
    for (const Policy::Standing* standing : {from.standing[i], to.standing[i]}) {
      if (standing == nullptr) return false;
      const Peer& peer = policies_[i]->peers()[standing->peer];
      if (access_at(peer.active, peer.blocked, at) != Access::kOpen) return false;
    }
    return true;
  }

  void pair(guard::Lane lane, const DomainClass& from, const DomainClass& to) {
    // One moment for each way in which the two policies are open.
    std::map<std::pair<bool, bool>, guard::UtcTime> times;
    for (const guard::UtcTime at : moments(from, to)) {
      times.try_emplace({is_open(0, from, to, at), is_open(1, from, to, at)}, at);
    }
    for (const auto& [open, at] : times) {
      if (!open.first && !open.second) continue;
      for (const StanzaClass about : kClasses) {
        for (const RuleCase& each : rule_cases(policies_, lane, about, from, to)) {
          one_case(each, about, from, to, at);
        }
      }
    }
  }

  void one_case(const RuleCase& each, StanzaClass about, const DomainClass& from,
                const DomainClass& to, guard::UtcTime at) {
    const auto allows = [&](std::size_t i) {
      return each.rule[i] != nullptr && each.rule[i]->verdict == Verdict::kAllow;
    };
    if (!allows(0) && !allows(1)) return;
    StanzaFacts facts = each.facts;
    facts.at = at;
    look(each, facts, about, from, to, "none");
    if (about != StanzaClass::kMessage && about != StanzaClass::kSignal &&
        about != StanzaClass::kSubjectChange) {
      return;
    }
    facts.label.present = true;
    for (const LabelClass& label : labels_) {
      facts.label.label = label.label;
      look(each, facts, about, from, to, label.marking);
    }
  }

  Result result(std::size_t i, StanzaFacts facts, const DomainClass& from,
                const DomainClass& to) const {
    Result made;
    made.words = "refused: the sender is unknown";
    if (from.standing[i] == nullptr) return made;
    facts.peer = from.standing[i]->peer;
    const Decision decision = decide(*policies_[i], facts);
    made.allowed = decision.allowed();
    made.by_default = decision.label_source == LabelSource::kDefault;
    made.kept = decision.kept;
    if (const labels::Label* label = decision.leaves_with()) made.label = *label;
    const std::string rule = "rule \"" + decision.rule + "\"";
    made.words = decision.allowed() ? "allowed by " + rule
                                    : "refused: " + std::string(to_string(decision.reason)) +
                                          (decision.rule.empty() ? "" : ", " + rule);
    if (decision.reason == Reason::kLabelInvalid) invalid(i, facts, from, to, made);
    return made;
  }

  // Another label of the class may be valid, so it counts as what becomes of that.
  void invalid(std::size_t i, const StanzaFacts& facts, const DomainClass& from,
               const DomainClass& to, Result& made) const {
    const Rule* rule = deciding_rule(*policies_[i], facts, facts.peer, to.standing[i]->peer);
    if (rule == nullptr || rule->verdict != Verdict::kAllow || !facts.label.label ||
        !grants(*policies_[i], i, *facts.label.label, from, to)) {
      return;
    }
    made.allowed = true;
    made.words = "allowed by rule \"" + rule->id + "\", where the label is valid";
  }

  void look(const RuleCase& each, const StanzaFacts& facts, StanzaClass about,
            const DomainClass& from, const DomainClass& to, const std::string& label) {
    const Result before = result(0, facts, from, to);
    const Result after = result(1, facts, from, to);
    const Comparison change = compare(before, after);
    if (change == Comparison::kEquivalent) return;
    Region region{
        .change = change,
        .lane = facts.lane,
        .from = joined_with(from.written, " "),
        .to = joined_with(to.written, " ") + std::string(not_to_itself(facts.lane, from, to)),
        .about = about,
        .types = TypeSet(facts.type),
        .labels = {label},
        .verdict = {before.words, after.words},
        .example = facts,
        .peer = {}};
    if (before.allowed && after.allowed) {
      kept_words(region, facts, before, after);
    } else if (before.by_default || after.by_default) {
      const std::size_t crosses = before.allowed ? 0 : 1;
      region.verdict[crosses] += leaving_words(crosses, before.allowed ? before : after);
    }
    if (const auto same = std::ranges::find_if(
            found_.regions, [&](const Region& other) { return is_same(other, region); });
        same != found_.regions.end()) {
      same->types.add(facts.type);
      if (std::ranges::find(same->labels, label) == same->labels.end()) {
        same->labels.push_back(label);
      }
      return;
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (from.standing[i] != nullptr) region.peer[i] = from.standing[i]->peer;
    }
    region.example = example(each, facts, from, to, change);
    region.example.peer = region.peer[region.shown_by()];
    found_.regions.push_back(std::move(region));
  }

  static bool is_same(const Region& a, const Region& b) {
    const auto payload = [](const Region& region) {
      const bool iq = region.example.kind == StanzaKind::kIq && !region.example.elements.empty();
      return iq ? region.example.elements.front() : ElementFact{};
    };
    return a.change == b.change && a.lane == b.lane && a.from == b.from && a.to == b.to &&
           a.about == b.about && a.verdict == b.verdict && payload(a) == payload(b);
  }

  // A label of its own under the governing policy is the one that it came with; one under another
  // is a translation. A default label is named: the stanza does not show it.
  std::string leaving_words(std::size_t i, const Result& of) const {
    if (!of.label) return ", leaves without a label";
    const labels::SecurityPolicy* spif = policies_[i]->spif(of.label->policy());
    if (!of.by_default && spif->is(policies_[i]->security_policy())) {
      return ", leaves with its label";
    }
    return ", leaves as " + labels::marking(*spif, *of.label);
  }

  void kept_words(Region& region, const StanzaFacts& facts, const Result& before,
                  const Result& after) const {
    const auto words = [&](const Result& of, const Result& other) {
      std::vector<std::string> names;
      for (const Part part : kParts) {
        if (of.kept.parts.has(part) && !other.kept.parts.has(part)) {
          names.emplace_back(policy::to_string(part));
        }
      }
      for (const std::uint32_t i : of.kept.elements) {
        if (std::ranges::find(other.kept.elements, i) == other.kept.elements.end()) {
          names.push_back(facts.elements[i].ns + " " + facts.elements[i].name);
        }
      }
      return names.empty() ? std::string() : ", keeps " + joined_with(names, ", ");
    };
    region.verdict[0] += words(before, after);
    region.verdict[1] += words(after, before);
    if (before.label == after.label) return;
    region.verdict[0] += leaving_words(0, before);
    region.verdict[1] += leaving_words(1, after);
  }

  StanzaFacts example(const RuleCase& each, const StanzaFacts& facts, const DomainClass& from,
                      const DomainClass& to, Comparison change) const {
    if (facts.kind == StanzaKind::kIq) return facts;
    return smallest(facts, [&](const StanzaFacts& smaller) {
      for (std::size_t i = 0; i < 2; ++i) {
        if (from.standing[i] == nullptr || to.standing[i] == nullptr) continue;
        if (deciding_rule(*policies_[i], smaller, from.standing[i]->peer, to.standing[i]->peer) !=
            each.rule[i]) {
          return false;
        }
      }
      return compare(result(0, smaller, from, to), result(1, smaller, from, to)) == change;
    });
  }

  std::array<const Policy*, 2> policies_;
  const guard::UtcTime first_;
  std::vector<LabelClass> labels_;
  Difference found_;
};

}  // namespace

std::string_view to_string(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEquivalent:
      return "equivalent";
    case Comparison::kStricter:
      return "stricter";
    case Comparison::kMorePermissive:
      return "more permissive";
    case Comparison::kIncomparable:
      return "incomparable";
  }
  return {};
}

Difference difference(const Policy& before, const Policy& after, guard::UtcTime first) {
  return DifferenceSearch(before, after, first).run();
}

}  // namespace policy
