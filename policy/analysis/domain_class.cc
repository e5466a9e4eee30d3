#include "policy/analysis/domain_class.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "labels/ess.h"

namespace policy {
namespace {

// Traits writes down all that decisions ask of a domain's peer, so that equal texts are alike.
class Traits {
 public:
  explicit Traits(const Policy& policy) : members_(policy.peers().size()) {
    for (const guard::Lane lane : guard::kLanes) {
      const std::vector<Rule>& rules = policy.content().direction(lane).rules;
      for (std::size_t i = 0; i < rules.size(); ++i) {
        for (const guard::PeerIndex peer : rules[i].from_peers) note(peer, 'f', lane, i);
        for (const guard::PeerIndex peer : rules[i].to_peers) note(peer, 't', lane, i);
      }
    }
    for (guard::PeerIndex i = 0; i < members_.size(); ++i) describe(policy.peers()[i], members_[i]);
  }

  std::string of(const Policy::Standing* standing) {
    if (standing == nullptr) return "-";
    return members_[standing->peer] + "|" + clearance(standing->send) + "|" +
           clearance(standing->receive);
  }

 private:
  void note(guard::PeerIndex peer, char way, guard::Lane lane, std::size_t rule) {
    members_[peer] +=
        way + std::to_string(static_cast<unsigned>(lane)) + "." + std::to_string(rule) + ",";
  }

  void describe(const Peer& peer, std::string& text) const {
    text += "l" + std::to_string(static_cast<unsigned>(peer.labels));
    if (peer.label_policy) text += "p" + std::to_string(*peer.label_policy);
    if (peer.default_label) text += "d" + std::to_string(*peer.default_label);
    const auto period = [&](const Period& p) {
      text += "[" + (p.from ? std::to_string(p.from->microseconds) : "") + ":" +
              (p.until ? std::to_string(p.until->microseconds) : "") + "]";
    };
    if (peer.active) {
      text += "a";
      period(*peer.active);
    }
    for (const Block& block : peer.blocked) {
      text += "b";
      period(block.period);
    }
  }

  // A number for each different clearance.
  std::string clearance(const labels::Clearance* clearance) {
    if (clearance == nullptr) return "nil";
    const auto [known, added] = numbers_.try_emplace(clearance, 0);
    if (!added) return std::to_string(known->second);
    std::string text;
    for (const std::uint16_t value : clearance->classifications()) {
      text += std::to_string(value) + ",";
    }
    for (const labels::Category& category : clearance->categories()) {
      text += ";" + category.tag_set().to_dotted() + "/" +
              std::to_string(static_cast<unsigned>(category.kind()));
      for (const std::uint32_t value : category.values()) text += "," + std::to_string(value);
    }
    known->second = distinct_.try_emplace(std::move(text), distinct_.size()).first->second;
    return std::to_string(known->second);
  }

  std::vector<std::string> members_;
  std::unordered_map<const labels::Clearance*, std::size_t> numbers_;
  std::map<std::string, std::size_t> distinct_;
};

struct Candidate {
  std::string domain;
  std::string written;
};

using Standings = std::array<const Policy::Standing*, kMostPolicies>;
using Peers = std::array<std::optional<guard::PeerIndex>, kMostPolicies>;

Peers peers_of(const Standings& standing) {
  Peers peers;
  for (std::size_t i = 0; i < kMostPolicies; ++i) {
    if (standing[i] != nullptr) peers[i] = standing[i]->peer;
  }
  return peers;
}

// One for each way in which a domain can be claimed by any of the policies.
std::vector<Candidate> candidates(Policies policies) {
  std::unordered_set<std::string_view> names;
  for (const Policy* policy : policies) {
    for (const Peer& peer : policy->peers()) {
      for (const DomainClaim& claim : peer.domains) names.insert(claim.domain);
    }
  }
  const auto below = [&](const std::string& name) {
    const std::string behind = name.empty() ? std::string() : "." + name;
    std::string fresh = "any-other" + (name.empty() ? ".example" : behind);
    for (unsigned n = 2; names.contains(fresh); ++n) {
      fresh = "any-other-" + std::to_string(n) + (name.empty() ? ".example" : behind);
    }
    return fresh;
  };
  std::vector<Candidate> found;
  std::set<std::pair<std::string_view, bool>> seen;
  for (const Policy* policy : policies) {
    for (const Peer& peer : policy->peers()) {
      for (const DomainClaim& claim : peer.domains) {
        if (claim.match == guard::DomainMatch::kDefault) continue;
        if (seen.insert({claim.domain, false}).second)
          found.push_back({claim.domain, claim.domain});
        if (claim.match != guard::DomainMatch::kSubdomains) continue;
        if (!seen.insert({claim.domain, true}).second) continue;
        found.push_back({below(claim.domain), "*." + claim.domain});
      }
    }
  }
  found.push_back({below(""), "*"});
  return found;
}

}  // namespace

std::vector<DomainClass> domain_classes(Policies policies, guard::Side side, const Mark& mark) {
  std::vector<Traits> traits;
  for (const Policy* policy : policies) traits.emplace_back(*policy);
  const guard::Lane within = guard::lane_between(side, side);
  const bool apart =
      std::ranges::any_of(policies, [&](const Policy* p) { return p->uses(within); });
  std::vector<DomainClass> classes;
  std::vector<std::set<Peers>> members;
  std::unordered_map<std::string, std::size_t> known;
  for (Candidate& candidate : candidates(policies)) {
    DomainClass made{.domain = std::move(candidate.domain), .standing = {}, .written = {}};
    std::string signature;
    bool any = false;
    for (std::size_t i = 0; i < policies.size(); ++i) {
      made.standing[i] = policies[i]->standing(side, made.domain);
      any = any || made.standing[i] != nullptr;
      signature += traits[i].of(made.standing[i]) + "\n";
      if (!apart) continue;
      made.by_name[i] = policies[i]->named(side, made.domain) != nullptr;
      signature += made.by_name[i] ? "named" : "not named";
    }
    if (!any) continue;
    if (mark) signature += mark(made.domain, made.standing[0]);
    const auto [place, added] = known.try_emplace(std::move(signature), classes.size());
    if (added) members.emplace_back();
    const bool another = members[place->second].insert(peers_of(made.standing)).second;
    if (added) {
      classes.push_back(std::move(made));
    } else if (apart && another) {
      classes[place->second].others.push_back({std::move(made.domain), made.standing});
    }
    classes[place->second].written.push_back(std::move(candidate.written));
  }
  return classes;
}

namespace {

// The class, with that of its domains for it.
DomainClass shown_by(const DomainClass& of, std::size_t member) {
  DomainClass made = of;
  if (member == 0) return made;
  made.domain = of.others[member - 1].domain;
  made.standing = of.others[member - 1].standing;
  return made;
}

// Of each of its peers one domain, the class's own first.
std::size_t members_of(const DomainClass& of) { return 1 + of.others.size(); }
const Standings& standing_of(const DomainClass& of, std::size_t member) {
  return member == 0 ? of.standing : of.others[member - 1].standing;
}

// Within a side: by a bit for each policy, those that have a route.
class PairsWithin {
 public:
  PairsWithin(Policies policies, guard::Lane lane, const DomainClass& from, const DomainClass& to)
      : from_(from), to_(to) {
    for (std::size_t i = 0; i < policies.size(); ++i) {
      if (policies[i]->uses(lane) && from.by_name[i] && to.by_name[i]) possible_ |= 1U << i;
    }
    in_all_ = possible_ == (1U << policies.size()) - 1;
  }

  bool run(const Pair& visit) {
    if (possible_ == 0) return true;
    std::size_t left = possible_ == 3 ? 3 : 1;
    for (std::size_t sender = 0; sender < members_of(from_); ++sender) {
      for (std::size_t receiver = 0; receiver < members_of(to_); ++receiver) {
        const unsigned routes = routed(standing_of(from_, sender), standing_of(to_, receiver));
        if (routes == 0 || seen_[routes]) continue;
        seen_[routes] = true;
        if (in_all_ && routes == possible_ && sender == 0 && receiver == 0) {
          if (!visit(from_, to_)) return false;
          if (--left == 0) return true;
          continue;
        }
        const DomainClass one = shown_by(from_, sender);
        DomainClass other = shown_by(to_, receiver);
        for (std::size_t i = 0; i < kMostPolicies; ++i) {
          if ((routes >> i & 1U) == 0) other.standing[i] = nullptr;
        }
        if (!visit(one, other)) return false;
        if (--left == 0) return true;
      }
    }
    return true;
  }

 private:
  [[nodiscard]] unsigned routed(const Standings& from, const Standings& to) const {
    unsigned routes = 0;
    for (std::size_t i = 0; i < kMostPolicies; ++i) {
      if ((possible_ >> i & 1U) != 0 && from[i]->peer != to[i]->peer) routes |= 1U << i;
    }
    return routes;
  }

  const DomainClass& from_;
  const DomainClass& to_;
  unsigned possible_ = 0;
  bool in_all_ = false;  // every policy could have a route
  std::array<bool, 4> seen_{};
};

}  // namespace

bool pairs(Policies policies, guard::Lane lane, const DomainClass& from, const DomainClass& to,
           const Pair& visit) {
  if (guard::is_across(lane)) return visit(from, to);
  return PairsWithin(policies, lane, from, to).run(visit);
}

bool pairs(Policies policies, guard::Lane lane, const std::vector<DomainClass>& senders,
           const std::vector<DomainClass>& receivers, const Pair& visit) {
  if (std::ranges::none_of(policies, [&](const Policy* p) { return p->uses(lane); })) return true;
  for (const DomainClass& from : senders) {
    for (const DomainClass& to : receivers) {
      if (!pairs(policies, lane, from, to, visit)) return false;
    }
  }
  return true;
}

std::string_view not_to_itself(guard::Lane lane, const DomainClass& from, const DomainClass& to) {
  if (guard::is_across(lane)) return {};
  for (std::size_t i = 0; i < kMostPolicies; ++i) {
    std::set<guard::PeerIndex> senders;
    for (std::size_t member = 0; member < members_of(from); ++member) {
      const Policy::Standing* sender = standing_of(from, member)[i];
      if (sender != nullptr) senders.insert(sender->peer);
    }
    for (std::size_t member = 0; member < members_of(to); ++member) {
      const Policy::Standing* receiver = standing_of(to, member)[i];
      if (receiver != nullptr && senders.contains(receiver->peer)) return " (not to itself)";
    }
  }
  return {};
}

}  // namespace policy
