#include "policy/analysis/rule_use.h"

#include <algorithm>
#include <array>
#include <vector>

#include "guard/base/check.h"
#include "policy/analysis/rule_case.h"

namespace policy {
namespace {

constexpr std::size_t kMostRules = 200;
constexpr std::size_t kMostDomains = 20'000;

bool has_a_name(const Peer& peer) {
  return std::ranges::any_of(peer.domains, [](const DomainClaim& claim) {
    return claim.match != guard::DomainMatch::kDefault;
  });
}

}  // namespace

RuleUse use_of(const Policy& policy, const Crossings& crossings) {
  RuleUse use;
  const std::array<const Policy*, 1> one = {&policy};
  for (const guard::Lane lane : guard::kLanes) {
    crossings.pairs(lane, [&](const DomainClass& from, const DomainClass& to) {
      for (const StanzaClass about : kClasses) {
        if (about == StanzaClass::kAnswer) continue;
        for (const RuleCase& each : rule_cases(one, lane, about, from, to)) {
          if (each.rule[0] != nullptr) use.decides.insert(each.rule[0]);
        }
      }
      return crossings.between(lane, from, to, [&](const Crossing& crossing) {
        use.allows.insert(crossing.rule);
        return true;
      });
    });
  }
  return use;
}

bool joins_two_peers(const Policy& policy, guard::Lane lane, const Rule& rule) {
  if (guard::is_across(lane)) return true;
  const auto at_end = [&](const std::vector<guard::PeerIndex>& listed) {
    std::vector<guard::PeerIndex> found;
    for (guard::PeerIndex i = 0; i < policy.peers().size(); ++i) {
      const Peer& peer = policy.peers()[i];
      const bool meant =
          listed.empty() ? peer.side == near_side(lane) : std::ranges::binary_search(listed, i);
      if (meant && has_a_name(peer)) found.push_back(i);
    }
    return found;
  };
  const std::vector<guard::PeerIndex> senders = at_end(rule.from_peers);
  const std::vector<guard::PeerIndex> receivers = at_end(rule.to_peers);
  return !senders.empty() && !receivers.empty() && (senders.size() > 1 || receivers != senders);
}

bool refuses_more(const Policy& policy, guard::Lane lane, const Rule& rule) {
  const auto& rules = policy.content().direction(lane).rules;
  std::size_t domains = 0;
  for (const Peer& each : policy.peers()) domains += each.domains.size();
  if (rules.size() > kMostRules || domains > kMostDomains) return true;
  PolicyContent content = policy.content();
  content.invariants.clear();
  auto& fewer = content.direction(lane).rules;
  fewer.erase(fewer.begin() + (&rule - rules.data()));
  const auto without = Policy::make(std::move(content));
  CHECK(without);
  const std::array<const Policy*, 2> both = {&policy, &*without};
  const auto is_let_through = [&](const RuleCase& each) {
    return each.rule[0] == &rule && each.rule[1] != nullptr &&
           each.rule[1]->verdict == Verdict::kAllow;
  };
  return !pairs(
      both, lane, domain_classes(both, near_side(lane)), domain_classes(both, far_side(lane)),
      [&](const DomainClass& from, const DomainClass& to) {
        return std::ranges::none_of(rule_cases(both, lane, rule.about, from, to), is_let_through);
      });
}

}  // namespace policy
