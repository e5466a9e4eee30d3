#include "policy/analysis/explain.h"

#include <algorithm>

#include "labels/decision.h"
#include "labels/marking.h"
#include "labels/translation.h"
#include "policy/analysis/matrix.h"
#include "policy/rule_match.h"
#include "policy/words.h"

namespace policy {
namespace {

class Explain {
 public:
  Explain(const Policy& policy, const StanzaFacts& facts, const std::optional<FilterFinding>& found)
      : policy_(policy), facts_(facts), found_(found) {}

  Explanation run() {
    made_.decision = decide(policy_, facts_);
    if (route() && (!found_ || found_->read)) {
      about_ = class_of(facts_);
      step("what is it?",
           std::string(class_name(about_)) + ", type " + std::string(to_string(facts_.type)), true);
      label();
      rules();
      implied_label();
    }
    filter();
    verdict();
    return std::move(made_);
  }

 private:
  void step(std::string question, std::string outcome, bool passed, bool skipped = false) {
    made_.steps.push_back({std::move(question), std::move(outcome), passed, skipped});
  }

  void filter() {
    if (!found_) return;
    // What cannot be read may be refused for its addresses: that is another question.
    std::string outcome =
        !found_->read && reason_from(found_->reason) ? "no" : "no, " + found_->reason;
    if (!found_->detail.empty()) outcome += ": " + found_->detail;
    step(found_->read ? "does the filter let it through?" : "can the filter read it?",
         std::move(outcome), false);
    made_.nearest.clear();  // no rule would have let it cross
  }

  void verdict() {
    const Decision& decision = made_.decision;
    made_.allowed = !found_ && decision.allowed();
    made_.reason = found_ ? found_->reason : std::string(to_string(decision.reason));
    step("verdict",
         made_.allowed ? "allowed by rule \"" + decision.rule + "\"" : "refused: " + made_.reason,
         made_.allowed);
  }

  bool route() {
    const guard::Side near = near_side(facts_.lane);
    sender_ = policy_.standing(near, facts_.from.domain);
    const bool known = facts_.peer < policy_.peers().size();
    const std::string peer = known ? policy_.peers()[facts_.peer].name : "(unknown)";
    const bool owns = sender_ != nullptr && sender_->peer == facts_.peer;
    step("does " + facts_.from.domain + " belong to the sending peer?",
         owns ? "yes, to " + peer : "no, not to " + peer, owns);
    if (known) receiver_ = policy_.routed(facts_.lane, facts_.peer, facts_.to.domain);
    const std::string side(to_string(far_side(facts_.lane)));
    step(is_across(facts_.lane)
             ? "whose is " + facts_.to.domain + " on the " + side + " side?"
             : "which other peer of the " + side + " side claims " + facts_.to.domain + " by name?",
         receiver_ == nullptr ? nowhere(near) : policy_.peers()[receiver_->peer].name,
         receiver_ != nullptr);
    if (!owns || receiver_ == nullptr) return false;
    if (!is_across(facts_.lane)) {
      const bool named = policy_.named(near, facts_.from.domain) != nullptr;
      step("does " + peer + " claim " + facts_.from.domain + " by name?",
           named ? "yes" : "no, by its default route: an answer to it would go across", named);
      if (!named) return false;
    }
    const bool open = takes_part(facts_.peer) && takes_part(receiver_->peer);
    const bool visible = policy_.visible(facts_.peer, receiver_->peer);
    step("does any rule join the two peers?", visible ? "yes" : "no", visible);
    return open && visible;
  }

  // Why the receiver's domain is nobody's in the lane.
  std::string nowhere(guard::Side near) const {
    const Policy::Standing* here = policy_.standing(near, facts_.to.domain);
    const std::string side(to_string(near));
    if (!is_across(facts_.lane)) {
      if (here == nullptr) return "nobody";
      return here->peer == facts_.peer ? "nobody else: it is the sending peer's own"
                                       : "nobody: only the default route of the side takes it";
    }
    if (here == nullptr) return "nobody's";
    const std::string whose =
        "nobody's: it is " + policy_.peers()[here->peer].name + "'s, of the " + side + " side";
    if (here->peer == facts_.peer) return whose + ", the sending peer's own";
    if (policy_.uses(guard::lane_between(near, near))) return whose;
    return whose + ", within which no rule lets anything pass";
  }

  bool takes_part(guard::PeerIndex index) {
    const Peer& peer = policy_.peers()[index];
    if (!peer.active && peer.blocked.empty()) return true;
    const Access access = access_at(peer.active, peer.blocked, facts_.at);
    const bool open = access == Access::kOpen;
    step("does " + peer.name + " take part at " +
             (facts_.at.microseconds > 0 ? time_words(facts_.at) : "a time that nobody knows") +
             "?",
         open                         ? "yes"
         : access == Access::kBlocked ? "no, it is blocked"
                                      : "no, it is not active",
         open);
    return open;
  }

  void label() {
    if (about_ != StanzaClass::kMessage && about_ != StanzaClass::kSignal &&
        about_ != StanzaClass::kSubjectChange) {
      const bool none = !facts_.label.present || facts_.type == StanzaType::kUnavailable;
      step("does it carry a label?", none ? "no, and needs none" : "yes, where there may be none",
           none);
      return;
    }
    if (facts_.label.fault) {
      step("is its label understood?",
           "no: " + std::string(to_string(*facts_.label.fault)) +
               (facts_.label.fault_detail.empty() ? "" : ", " + facts_.label.fault_detail),
           false);
      return;
    }
    if (facts_.label.label) {
      if (const auto label = governed("its own label", *facts_.label.label)) {
        judged("its own label", *label);
        translated(*label);
      }
    } else if (about_ == StanzaClass::kMessage) {
      const std::optional<LabelIndex> index = policy_.peers()[facts_.peer].default_label;
      step("has it a label?",
           index ? "no; the default label of its peer"
                 : "no, and its peer has no "
                   "default label",
           index.has_value());
      if (index) {
        const labels::Label& label = policy_.content().labels[*index].label;
        judged("the default label", label);
        translated(label);
      }
    }
    for (const labels::Label& equivalent : facts_.label.equivalents) {
      const auto label = governed("an equivalent label", equivalent);
      if (label && label->policy() == policy_.security_policy().id()) {
        judged("an equivalent label", *label);
      }
    }
  }

  // The label to judge; nothing where it has no translation. Says what it became.
  std::optional<labels::Label> governed(const std::string& what, const labels::Label& received) {
    const labels::SecurityPolicy* own = policy_.own_policy(facts_.peer);
    if (own == nullptr || received.policy() != own->id()) return received;
    return translation(what, *own, policy_.security_policy(), received);
  }

  void translated(const labels::Label& label) {
    if (policy_.peers()[receiver_->peer].labels != Labels::kTranslate) return;
    const labels::SecurityPolicy& governing = policy_.security_policy();
    if (label.policy() != governing.id()) return;
    translation("the label", governing, *policy_.own_policy(receiver_->peer), label);
  }

  std::optional<labels::Label> translation(const std::string& what,
                                           const labels::SecurityPolicy& from,
                                           const labels::SecurityPolicy& to,
                                           const labels::Label& label) {
    auto made = labels::translate(from, to, label, facts_.at);
    step("what is " + what + " " + labels::marking(from, label) + " in " + to.name() + "?",
         made ? labels::marking(to, *made)
              : std::string(labels::to_string(made.error().reason)) + ": " + made.error().what,
         made.has_value());
    return made ? std::optional(std::move(*made)) : std::nullopt;
  }

  void judged(const std::string& what, const labels::Label& label) {
    const labels::SecurityPolicy& governing = policy_.security_policy();
    const std::string name = what + " " + labels::marking(governing, label);
    const auto ask = [&](const std::string& who, const labels::Clearance* clearance) {
      const labels::Decision verdict = labels::decide(governing, &label, clearance, facts_.at);
      std::string outcome = "yes: " + clearance_words(governing, clearance);
      if (!verdict.granted()) {
        outcome =
            "no: " + verdict.first().what + "; it may: " + clearance_words(governing, clearance);
      }
      step("may " + who + " " + name + "?", std::move(outcome), verdict.granted());
    };
    if (policy_.peers()[facts_.peer].connection.certificate_clearance) {
      using State = CertificateClearance::State;
      const State state = facts_.certificate.state;
      const bool read = state == State::kRead || state == State::kAssumed;
      step("what does the certificate of its stream say?",
           state == State::kAssumed  ? "not asked: assumed to hold all that the policy file says"
           : state == State::kRead   ? clearance_words(governing, &*facts_.certificate.clearance)
           : state == State::kAbsent ? "nothing: no clearance is in it"
                                     : "nothing that can be read under this policy",
           read);
      if (!read) return;
      const auto narrowed = narrowed_by(facts_.certificate, sender_->send);
      ask(facts_.from.domain + " send", narrowed ? &*narrowed : nullptr);
    } else {
      ask(facts_.from.domain + " send", sender_->send);
    }
    ask(facts_.to.domain + " receive", receiver_->receive);
  }

  void rules() {
    if (about_ == StanzaClass::kAnswer) {
      const Rule* rule = deciding_rule(policy_, facts_, facts_.peer, receiver_->peer);
      rule_ = rule;
      step("which request could this answer?",
           rule == nullptr ? "none that a rule allows the other way"
                           : "one that rule \"" + rule->id +
                                 "\" allows the other way; whether its label is granted there is "
                                 "not asked",
           rule != nullptr);
      return;
    }
    const auto tried =
        trials(policy_.rules_about(facts_.lane, about_), facts_, facts_.peer, receiver_->peer);
    bool decided = false;
    for (const Trial& trial : tried) {
      const Rule& rule = *trial.rule;
      const bool matches = trial.outcome == Trial::Outcome::kMatches;
      const bool allows = matches && rule.verdict == Verdict::kAllow;
      // A rule that does not match is no reason to refuse: the next is tried.
      step("rule \"" + rule.id + "\" (line " + std::to_string(rule.place.line) + ")?",
           outcome(trial), !matches || allows, !matches);
      decided = decided || matches;
      if (allows) rule_ = &rule;
    }
    if (decided) return;
    step("is there another rule?", "no: what no rule matches is refused", false);
    for (const Trial& trial : tried) {
      if (trial.outcome != Trial::Outcome::kFails) continue;
      made_.nearest = "rule \"" + trial.rule->id + "\" is the nearest: " + outcome(trial);
      return;
    }
  }

  std::string outcome(const Trial& trial) const {
    switch (trial.outcome) {
      case Trial::Outcome::kOtherPeers:
        return "is about other peers";
      case Trial::Outcome::kOtherType:
        return "is about other types: " + type_words(trial.rule->types);
      case Trial::Outcome::kOtherAddresses:
        return "is about other addresses: " + condition_words(*trial.rule);
      case Trial::Outcome::kNotThere:
        return "would refuse what is not in the stanza";
      case Trial::Outcome::kFails:
        return "does not match: " + std::string(to_string(trial.failed)) + ", " +
               missing(*trial.rule, trial.failed);
      case Trial::Outcome::kMatches:
        return trial.rule->verdict == Verdict::kAllow ? "matches, and allows"
                                                      : "matches, and refuses";
    }
    return {};
  }

  std::string missing(const Rule& rule, Reason failed) const {
    if (failed == Reason::kTooLong) {
      return "the stanza has " + std::to_string(facts_.octets) + " octets, its bodies " +
             std::to_string(facts_.part(Part::kBody).octets) + "; it is for stanzas " +
             condition_words(rule);
    }
    std::vector<std::string> names;
    for (const Part part : kParts) {
      if (facts_.part(part).count > 0 && !rule.parts.has(part)) names.emplace_back(to_string(part));
    }
    for (const ElementFact& element : facts_.elements) {
      const bool listed = std::ranges::any_of(rule.elements, [&](const ElementName& name) {
        return name.covers(element.ns, element.name);
      });
      if (!listed) names.push_back(element.ns + " " + element.name);
    }
    return "it does not list " + (names.empty() ? "what is left" : joined_with(names, ", "));
  }

  void implied_label() {
    if (rule_ == nullptr || !rule_->implied_label) return;
    judged("the implied label of rule \"" + rule_->id + "\",",
           policy_.content().labels[*rule_->implied_label].label);
  }

  const Policy& policy_;
  const StanzaFacts& facts_;
  const std::optional<FilterFinding>& found_;
  Explanation made_;
  const Policy::Standing* sender_ = nullptr;
  const Policy::Standing* receiver_ = nullptr;
  StanzaClass about_ = StanzaClass::kMessage;
  const Rule* rule_ = nullptr;
};

}  // namespace

Explanation explain(const Policy& policy, const StanzaFacts& facts,
                    const std::optional<FilterFinding>& found) {
  return Explain(policy, facts, found).run();
}

}  // namespace policy
