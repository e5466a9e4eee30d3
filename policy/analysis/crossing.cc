#include "policy/analysis/crossing.h"

#include <algorithm>

#include "guard/base/check.h"
#include "labels/decision.h"

namespace policy {

bool grants(const Policy& policy, std::size_t which, const labels::Label& label,
            const DomainClass& from, const DomainClass& to) {
  const Policy::Standing* sender = from.standing[which];
  const Policy::Standing* receiver = to.standing[which];
  if (sender == nullptr || receiver == nullptr) return false;
  const labels::SecurityPolicy& governing = policy.security_policy();
  return label.policy() == governing.id() && labels::reaches(governing, label, sender->send) &&
         labels::reaches(governing, label, receiver->receive);
}

std::optional<guard::UtcTime> open_moment(const Peer& a, const Peer& b, guard::UtcTime first) {
  std::vector<guard::UtcTime> moments = {first, kFirstMoment};
  for (const Peer* peer : {&a, &b}) {
    const auto add = [&](const Period& period) {
      if (period.from) moments.push_back(*period.from);
      if (period.until) moments.push_back(*period.until);
    };
    if (peer->active) add(*peer->active);
    for (const Block& block : peer->blocked) add(block.period);
  }
  const auto open = [&](guard::UtcTime at) {
    return access_at(a.active, a.blocked, at) == Access::kOpen &&
           access_at(b.active, b.blocked, at) == Access::kOpen;
  };
  const auto found = std::ranges::find_if(moments, open);
  return found == moments.end() ? std::nullopt : std::optional(*found);
}

Crossings::Crossings(const Policy& policy, const Mark& mark, guard::UtcTime first)
    : policy_(policy), first_(first) {
  const std::array<const Policy*, 1> one = {&policy_};
  domains_ = {domain_classes(one, guard::Side::kHigh, mark),
              domain_classes(one, guard::Side::kLow, mark)};
  labels_ = label_classes(one);
}

bool Crossings::pairs(guard::Lane lane, const Pair& visit) const {
  const std::array<const Policy*, 1> one = {&policy_};
  return policy::pairs(one, lane, domains(near_side(lane)), domains(far_side(lane)), visit);
}

bool Crossings::pairs_to(guard::Lane lane, const DomainClass& to, const Pair& visit) const {
  const std::array<const Policy*, 1> one = {&policy_};
  return std::ranges::all_of(domains(near_side(lane)), [&](const DomainClass& from) {
    return policy::pairs(one, lane, from, to, visit);
  });
}

bool Crossings::between(guard::Lane lane, const DomainClass& from, const DomainClass& to,
                        const Visit& visit) const {
  const std::array<const Policy*, 1> one = {&policy_};
  const auto at = open_moment(policy_.peers()[from.standing[0]->peer],
                              policy_.peers()[to.standing[0]->peer], first_);
  if (!at) return true;
  for (const StanzaClass about : kClasses) {
    for (const RuleCase& each : rule_cases(one, lane, about, from, to)) {
      if (each.rule[0] == nullptr || each.rule[0]->verdict != Verdict::kAllow) continue;
      if (!visit_case(each, about, from, to, *at, visit)) return false;
    }
  }
  return true;
}

bool Crossings::visit_case(const RuleCase& one, StanzaClass about, const DomainClass& from,
                           const DomainClass& to, guard::UtcTime at, const Visit& visit) const {
  Crossing crossing{.about = about,
                    .from = &from,
                    .to = &to,
                    .facts = one.facts,
                    .rule = one.rule[0],
                    .source = LabelSource::kNone,
                    .label = nullptr};
  crossing.facts.peer = from.standing[0]->peer;
  crossing.facts.at = at;
  if (about == StanzaClass::kError) return visit(crossing);
  const auto named = [&](LabelIndex index) { return &policy_.content().labels[index].label; };
  if (about == StanzaClass::kMessage) {
    const std::optional<LabelIndex> index = policy_.peers()[crossing.facts.peer].default_label;
    if (index && grants(policy_, 0, *named(*index), from, to)) {
      crossing.source = LabelSource::kDefault;
      crossing.label = named(*index);
      if (!visit(crossing)) return false;
    }
    return visit_labels(crossing, visit);
  }
  const labels::Label* implied = named(*one.rule[0]->implied_label);
  if (!grants(policy_, 0, *implied, from, to)) return true;
  crossing.source = LabelSource::kImplied;
  crossing.label = implied;
  if (!visit(crossing)) return false;
  const bool may_carry = about == StanzaClass::kSignal || about == StanzaClass::kSubjectChange;
  return !may_carry || visit_labels(crossing, visit);
}

bool Crossings::visit_labels(Crossing& crossing, const Visit& visit) const {
  crossing.source = LabelSource::kOwn;
  crossing.facts.label.present = true;
  for (const LabelClass& each : labels_) {
    if (!grants(policy_, 0, each.label, *crossing.from, *crossing.to)) continue;
    crossing.label = &each.label;
    crossing.facts.label.label = each.label;
    if (!visit(crossing)) return false;
  }
  return true;
}

}  // namespace policy
