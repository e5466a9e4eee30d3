#include "policy/analysis/prove.h"

#include <algorithm>

#include "guard/base/check.h"
#include "policy/analysis/crossing.h"

namespace policy {
namespace {

bool holds(const std::vector<guard::PeerIndex>& peers, guard::PeerIndex peer) {
  return std::ranges::binary_search(peers, peer);
}

bool is_below(std::string_view domain, std::string_view name) {
  return domain == name || (domain.size() > name.size() && domain.ends_with(name) &&
                            domain[domain.size() - name.size() - 1] == '.');
}

// Proof looks for a crossing that one invariant forbids.
class Proof {
 public:
  Proof(const Policy& policy, const Crossings& crossings)
      : policy_(policy), crossings_(crossings) {}

  std::optional<CounterExample> of(const Invariant& invariant) {
    std::visit([&](const auto& what) { look(what); }, invariant.what);
    return std::move(found_);
  }

 private:
  using Forbidden = std::function<bool(const Crossing&)>;

  void look(const NothingAbove& what) {
    const labels::Classification* bound =
        policy_.security_policy().classification(std::string_view(what.classification));
    CHECK(bound != nullptr);  // checked when the policy was made
    const auto forbidden = [&](const Crossing& crossing) {
      if (crossing.label == nullptr) return false;
      const auto number = crossing.label->classification();
      const labels::Classification* has =
          number ? policy_.security_policy().classification(*number) : nullptr;
      return has == nullptr || has->hierarchy > bound->hierarchy;
    };
    for (const guard::Lane lane : guard::kLanes) {
      search(
          lane, [&](const DomainClass& to) { return holds(what.to_peers, to.standing[0]->peer); },
          forbidden);
    }
  }

  void look(const NothingReaches& what) {
    for (const guard::Lane lane : guard::kLanes) {
      // The domain may be one that no rule or claim names: it is looked up as it would be.
      to(lane, what, what.domain);
      if (!what.subdomains) continue;
      for (const DomainClass& below : crossings_.domains(far_side(lane))) {
        if (is_below(below.domain, what.domain)) to(lane, what, below);
      }
      to(lane, what, "any-other." + what.domain);
    }
  }

  void to(guard::Lane lane, const NothingReaches& what, const std::string& domain) {
    const guard::Side far = far_side(lane);
    const DomainClass made{.domain = domain,
                           .standing = {policy_.standing(far, domain), nullptr},
                           .written = {domain},
                           .by_name = {policy_.named(far, domain) != nullptr, false}};
    if (made.standing[0] != nullptr) to(lane, what, made);
  }

  void to(guard::Lane lane, const NothingReaches& what, const DomainClass& domains) {
    if (found_) return;
    crossings_.pairs_to(lane, domains, [&](const DomainClass& from, const DomainClass& to) {
      return !holds(what.from_peers, from.standing[0]->peer) ||
             crossings_.between(lane, from, to,
                                [&](const Crossing& crossing) { return take(crossing); });
    });
  }

  void look(const OnlyLabelled& what) {
    const auto all = [](const DomainClass&) { return true; };
    search(what.lane, all, [&](const Crossing& crossing) {
      return crossing.source != LabelSource::kOwn &&
             std::ranges::find(what.classes, crossing.about) != what.classes.end();
    });
  }

  void look(const OnlyIq& what) {
    const auto all = [](const DomainClass&) { return true; };
    search(what.lane, all, [&](const Crossing& crossing) {
      if (crossing.facts.kind != StanzaKind::kIq || crossing.facts.elements.empty()) return false;
      const ElementFact& payload = crossing.facts.elements.front();
      return std::ranges::none_of(what.payloads, [&](const ElementName& name) {
        return name.covers(payload.ns, payload.name);
      });
    });
  }

  template <class To>
  void search(guard::Lane lane, const To& to_suits, const Forbidden& forbidden) {
    if (found_) return;
    crossings_.pairs(lane, [&](const DomainClass& from, const DomainClass& to) {
      return !to_suits(to) || crossings_.between(lane, from, to, [&](const Crossing& crossing) {
        return !forbidden(crossing) || take(crossing);
      });
    });
  }

  // The counter-example is one that decide() itself lets pass, unless its label is not valid in
  // itself: another label of its class may be, so it counts all the same.
  bool take(const Crossing& crossing) {
    const auto same = [&](const StanzaFacts& smaller) {
      return deciding_rule(policy_, smaller, crossing.facts.peer, crossing.to->standing[0]->peer) ==
             crossing.rule;
    };
    StanzaFacts facts = crossing.facts;
    if (facts.kind != StanzaKind::kIq) facts = smallest(std::move(facts), same);
    Decision decision = decide(policy_, facts);
    found_ = CounterExample{.facts = std::move(facts), .decision = std::move(decision)};
    return false;
  }

  const Policy& policy_;
  const Crossings& crossings_;
  std::optional<CounterExample> found_;
};

}  // namespace

std::optional<CounterExample> refutation(const Policy& policy, const Invariant& invariant,
                                         guard::UtcTime first) {
  const auto mark = [&](const std::string& domain, const Policy::Standing* standing) {
    if (const auto* above = std::get_if<NothingAbove>(&invariant.what)) {
      return std::string(holds(above->to_peers, standing->peer) ? "in" : "out");
    }
    if (const auto* reaches = std::get_if<NothingReaches>(&invariant.what)) {
      return std::string(holds(reaches->from_peers, standing->peer) ? "in" : "out") +
             (is_below(domain, reaches->domain) ? "below" : "");
    }
    return std::string();
  };
  const Crossings crossings(policy, mark, first);
  return Proof(policy, crossings).of(invariant);
}

std::optional<CounterExample> refutation(const Policy& policy, const Invariant& invariant) {
  return refutation(policy, invariant, kFirstMoment);
}

std::string in_words(const Policy& policy, const CounterExample& example) {
  const StanzaFacts& facts = example.facts;
  std::string text = std::string(to_string(class_of(facts))) + " of type " +
                     std::string(to_string(facts.type)) + " from " + facts.from.to_string() + " (" +
                     policy.peers()[facts.peer].name + ") to " + facts.to.to_string() + " (" +
                     policy.peers()[*example.decision.far_peer].name + ")";
  if (facts.kind == StanzaKind::kIq && !facts.elements.empty()) {
    text += " with " + facts.elements.front().ns;
  }
  switch (example.decision.label_source) {
    case LabelSource::kOwn:
      text += " labelled " + example.decision.marking;
      break;
    case LabelSource::kDefault:
      text += " without a label, judged as the default label " + example.decision.marking;
      break;
    case LabelSource::kImplied:
      text += " without a label, judged as " + example.decision.marking;
      break;
    case LabelSource::kNone:
      break;
  }
  if (example.decision.reason == Reason::kReceiverTranslation) {
    return text + " would be allowed, if its label had an equivalent in the receiver's policy";
  }
  if (!example.decision.allowed()) return text + " would be allowed, if its label were valid";
  return text + " is allowed by rule \"" + example.decision.rule + "\"";
}

}  // namespace policy
