#include "policy/analysis/matrix.h"

#include <algorithm>
#include <map>

#include "guard/base/check.h"
#include "labels/marking.h"
#include "policy/words.h"

namespace policy {
namespace {

// A domain as the matrix writes it, as a lookup would find it.
std::string looked_up(const std::string& written) {
  if (written == "*") return "any-other.example";
  return written.starts_with("*.") ? "any-other" + written.substr(1) : written;
}

// Keeps the domains of a peer that is asked for apart from those of peers that are like it.
Mark apart(const MatrixQuestion& question) {
  return [question](const std::string&, const Policy::Standing* standing) {
    const bool asked = standing->peer == question.from_peer || standing->peer == question.to_peer;
    return asked ? std::to_string(standing->peer) : std::string();
  };
}

class MatrixSearch {
 public:
  MatrixSearch(const Policy& policy, const MatrixQuestion& question)
      : policy_(policy), question_(question), crossings_(policy, apart(question)) {}

  Matrix run() {
    for (const LabelClass& label : crossings_.labels()) {
      if (label.stands_for.empty()) continue;
      const bool known =
          std::ranges::find(matrix_.merged, label.stands_for) != matrix_.merged.end();
      if (!known) matrix_.merged.push_back(label.stands_for);
    }
    for (const guard::Lane lane : guard::kLanes) {
      if (question_.lane && *question_.lane != lane) continue;
      crossings_.pairs(lane, [&](const DomainClass& from, const DomainClass& to) {
        pair(lane, from, to);
        return true;
      });
    }
    return std::move(matrix_);
  }

 private:
  void pair(guard::Lane lane, const DomainClass& from, const DomainClass& to) {
    const guard::PeerIndex sender = from.standing[0]->peer;
    const guard::PeerIndex receiver = to.standing[0]->peer;
    if (question_.from_peer && *question_.from_peer != sender) return;
    if (question_.to_peer && *question_.to_peer != receiver) return;
    const auto at = open_moment(policy_.peers()[sender], policy_.peers()[receiver], question_.at);
    if (!at || !policy_.visible(sender, receiver)) return;
    base_ = {};
    base_.lane = lane;
    base_.sender = peers_in(policy_, from);
    base_.receiver = peers_in(policy_, to) + std::string(not_to_itself(lane, from, to));
    base_.from = joined_with(from.written, " ");
    base_.to = joined_with(to.written, " ");
    from_ = &from;
    to_ = &to;
    at_ = *at;
    for (const StanzaClass about : kClasses) {
      if (!question_.about || *question_.about == about) cases(about);
    }
  }

  struct Group {
    StanzaFacts example;
    const Rule* rule;
    TypeSet types;
    std::string payload;
  };

  // Cases of one rule, and those of none, in one row for each payload.
  void cases(StanzaClass about) {
    const std::array<const Policy*, 1> one = {&policy_};
    const std::vector<RuleCase> all = rule_cases(one, base_.lane, about, *from_, *to_);
    TypeSet allowed;
    for (const RuleCase& each : all) {
      const Rule* rule = each.rule[0];
      if (rule != nullptr && rule->verdict == Verdict::kAllow) allowed.add(each.facts.type);
    }
    std::vector<Group> groups;
    for (const RuleCase& each : all) {
      const Rule* rule = each.rule[0];
      const bool iq = each.facts.kind == StanzaKind::kIq && !each.facts.elements.empty();
      // "No rule" says something of a type only where no rule ever allows it.
      if (rule == nullptr && (iq || allowed.has(each.facts.type))) continue;
      const std::string payload =
          !iq ? std::string() : each.facts.elements[0].ns + " " + each.facts.elements[0].name;
      const auto same = std::ranges::find_if(groups, [&](const Group& group) {
        return group.rule == rule && group.payload == payload;
      });
      if (same != groups.end()) {
        same->types.add(each.facts.type);
      } else {
        groups.push_back({each.facts, rule, TypeSet(each.facts.type), payload});
      }
    }
    base_.about = about;
    rows(groups, nullptr);
    if (about != StanzaClass::kMessage) return;
    for (const LabelClass& label : crossings_.labels()) rows(groups, &label.label);
  }

  void rows(const std::vector<Group>& groups, const labels::Label* label) {
    for (const Group& group : groups) {
      base_.types = type_words(group.types) + (group.payload.empty() ? "" : " of " + group.payload);
      StanzaFacts facts = group.example;
      facts.peer = from_->standing[0]->peer;
      facts.at = at_;
      if (label != nullptr) {
        facts.label.present = true;
        facts.label.label = *label;
      }
      row(facts, group.rule);
    }
  }

  void row(const StanzaFacts& facts, const Rule* rule) {
    const Decision decision = decide(policy_, facts);
    if (question_.allowed_only && !decision.allowed()) return;
    MatrixRow made = base_;
    made.example = facts;
    made.allowed = decision.allowed();
    made.reason = decision.reason;
    made.rule = decision.rule;
    made.source = decision.label_source;
    made.label = decision.marking;
    if (decision.label_source == LabelSource::kNone && made.about == StanzaClass::kMessage) {
      made.label = "none";
    }
    if (decision.allowed() && rule != nullptr) {
      made.condition = condition_words(*rule);
      made.done = done(facts, *rule, decision);
    }
    // What a label refuses, it refuses whatever the rules say: one row for all of them.
    const bool for_its_label = !made.allowed && made.rule.empty() &&
                               made.about == StanzaClass::kMessage &&
                               made.reason != Reason::kNoRule;
    if (for_its_label) {
      made.types = "all";
      const auto same = [&](const MatrixRow& other) {
        return other.types == "all" && other.lane == made.lane && other.from == made.from &&
               other.to == made.to && other.label == made.label;
      };
      if (std::ranges::any_of(matrix_.rows, same)) return;
    }
    matrix_.rows.push_back(std::move(made));
  }

  std::string done(const StanzaFacts& facts, const Rule& rule, const Decision& decision) const {
    if (base_.about == StanzaClass::kAnswer) {
      return facts.type == StanzaType::kError ? "rebuilt, nothing but a defined condition"
                                              : "the payload";
    }
    std::string text = "keeps " + kept_words(rule);
    if (decision.strip_label) text += "; leaves without its label";
    if (const labels::Label* sent = decision.leaves_with();
        sent != nullptr && decision.translated) {
      text += "; leaves as " + labels::marking(*policy_.spif(sent->policy()), *sent);
    }
    if (decision.label_source == LabelSource::kDefault) text += "; leaves with the default label";
    return text;
  }

  const Policy& policy_;
  const MatrixQuestion question_;
  const Crossings crossings_;
  Matrix matrix_;
  MatrixRow base_;
  const DomainClass* from_ = nullptr;
  const DomainClass* to_ = nullptr;
  guard::UtcTime at_;
};

}  // namespace

std::string_view class_name(StanzaClass about) {
  return about == StanzaClass::kAnswer ? "iq-answer" : to_string(about);
}

std::optional<StanzaClass> class_from(std::string_view name) {
  for (const StanzaClass about : kClasses) {
    if (class_name(about) == name) return about;
  }
  return std::nullopt;
}

std::string peers_in(const Policy& policy, const DomainClass& domains, std::size_t which) {
  if (domains.standing[which] == nullptr) return "(nobody)";
  const guard::Side side = policy.peers()[domains.standing[which]->peer].side;
  std::vector<std::string> names;
  for (const std::string& written : domains.written) {
    const Policy::Standing* standing = policy.standing(side, looked_up(written));
    if (standing == nullptr) continue;
    const std::string& name = policy.peers()[standing->peer].name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return joined_with(names, ", ");
}

Matrix matrix(const Policy& policy, const MatrixQuestion& question) {
  return MatrixSearch(policy, question).run();
}

}  // namespace policy
