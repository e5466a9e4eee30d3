#include "policy/analysis/domain_class.h"

#include <map>
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
    for (const guard::Lane lane : {guard::Lane::kHighToLow, guard::Lane::kLowToHigh}) {
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
  std::vector<DomainClass> classes;
  std::unordered_map<std::string, std::size_t> known;
  for (Candidate& candidate : candidates(policies)) {
    DomainClass made{.domain = std::move(candidate.domain), .standing = {}, .written = {}};
    std::string signature;
    bool any = false;
    for (std::size_t i = 0; i < policies.size(); ++i) {
      made.standing[i] = policies[i]->standing(side, made.domain);
      any = any || made.standing[i] != nullptr;
      signature += traits[i].of(made.standing[i]) + "\n";
    }
    if (!any) continue;
    if (mark) signature += mark(made.domain, made.standing[0]);
    const auto [place, added] = known.try_emplace(std::move(signature), classes.size());
    if (added) classes.push_back(std::move(made));
    classes[place->second].written.push_back(std::move(candidate.written));
  }
  return classes;
}

}  // namespace policy
