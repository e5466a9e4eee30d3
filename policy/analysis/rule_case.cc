#include "policy/analysis/rule_case.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "policy/analysis/rule_item.h"
#include "policy/rule_check.h"
#include "policy/rule_match.h"

namespace policy {
namespace {

StanzaKind kind_of(StanzaClass about) {
  switch (about) {
    case StanzaClass::kMessage:
    case StanzaClass::kSignal:
    case StanzaClass::kSubjectChange:
    case StanzaClass::kError:
      return StanzaKind::kMessage;
    case StanzaClass::kPresence:
      return StanzaKind::kPresence;
    case StanzaClass::kRequest:
    case StanzaClass::kAnswer:
      return StanzaKind::kIq;
  }
  return StanzaKind::kMessage;
}

using Rules = std::vector<const Rule*>;

// The two ends of an address that rules tell apart.
std::vector<guard::xmpp::Jid> addresses_of(const std::string& domain, const Rules& rules,
                                           AddressCondition Rule::*end) {
  std::map<std::vector<bool>, std::string> users;  // by the rules that name them
  std::set<std::string> named;
  bool resources = false;
  for (const Rule* rule : rules) {
    const AddressCondition& condition = rule->*end;
    named.insert(condition.users.begin(), condition.users.end());
    resources = resources || condition.resource != Resource::kAny;
  }
  const auto add = [&](const std::string& user) {
    std::vector<bool> holders;
    for (const Rule* rule : rules) {
      holders.push_back(std::ranges::binary_search((rule->*end).users, user));
    }
    users.try_emplace(std::move(holders), user);
  };
  std::string other = "somebody";
  while (named.contains(other)) other += "-else";
  add(other);
  for (const std::string& user : named) add(user);
  std::vector<guard::xmpp::Jid> found;
  for (const auto& [holders, user] : users) {
    found.push_back({.local = user, .domain = domain, .resource = "desk"});
    if (resources) found.push_back({.local = user, .domain = domain, .resource = ""});
  }
  return found;
}

struct Lengths {
  std::uint32_t octets = 0;
  std::uint32_t body = 0;
};

// One example for each side of each length that rules name.
std::vector<Lengths> lengths_of(const Rules& rules) {
  std::set<std::uint32_t> whole;
  std::set<std::uint32_t> body;
  for (const Rule* rule : rules) {
    if (rule->max_octets) whole.insert(*rule->max_octets);
    if (rule->max_body_octets) body.insert(*rule->max_body_octets);
  }
  constexpr std::uint32_t kMost = 0xFFFF'FFFF;
  whole.insert(kMost);
  std::vector<std::uint32_t> bodies = {0};  // the shortest of each range
  for (const std::uint32_t bound : body) {
    if (bound < kMost) bodies.push_back(bound + 1);
  }
  std::vector<Lengths> found;
  for (const std::uint32_t length : bodies) {
    std::uint32_t least = 0;
    for (const std::uint32_t most : whole) {
      const std::uint32_t octets = std::max(least, length);
      if (octets <= most) found.push_back({.octets = octets, .body = length});
      if (most == kMost) break;
      least = most + 1;
    }
  }
  return found;
}

// CaseSearch finds the cases of one lane and class between two classes of domains.
class CaseSearch {
 public:
  CaseSearch(Policies policies, guard::Lane lane, StanzaClass about, const DomainClass& from,
             const DomainClass& to)
      : policies_(policies), lane_(lane), about_(about), from_(from), to_(to) {
    for (std::size_t i = 0; i < policies_.size(); ++i) {
      if (from.standing[i] == nullptr || to.standing[i] == nullptr) continue;
      const bool answer = about == StanzaClass::kAnswer;
      const guard::Lane asked = answer ? reverse_of(lane) : lane;
      const guard::PeerIndex near = from.standing[i]->peer;
      const guard::PeerIndex far = to.standing[i]->peer;
      const auto rules = policies_[i]->rules_about(asked, answer ? StanzaClass::kRequest : about);
      std::ranges::copy_if(rules, std::back_inserter(rules_[i]), [&](const Rule* rule) {
        return answer ? joins(*rule, far, near) : joins(*rule, near, far);
      });
      all_.insert(all_.end(), rules_[i].begin(), rules_[i].end());
    }
    items_ = items_of(about, all_);
  }

  std::vector<RuleCase> run() {
    if (all_.empty()) return {};
    const bool answer = about_ == StanzaClass::kAnswer;
    const auto senders = addresses_of(from_.domain, all_, answer ? &Rule::to : &Rule::from);
    const auto receivers = addresses_of(to_.domain, all_, answer ? &Rule::from : &Rule::to);
    for (unsigned number = 0; number <= static_cast<unsigned>(StanzaType::kError); ++number) {
      const auto type = static_cast<StanzaType>(number);
      if (!types_about(about_).has(type)) continue;
      for (const auto& sender : senders) {
        for (const auto& receiver : receivers) settings(type, sender, receiver);
      }
    }
    return std::move(found_);
  }

 private:
  void settings(StanzaType type, const guard::xmpp::Jid& from, const guard::xmpp::Jid& to) {
    StanzaFacts facts;
    facts.lane = lane_;
    // The widest that a certificate can be: what cannot cross then cannot cross at all.
    facts.certificate.state = CertificateClearance::State::kAssumed;
    facts.kind = kind_of(about_);
    facts.type = type;
    facts.from = from;
    facts.to = to;
    seen_.clear();
    if (about_ == StanzaClass::kAnswer) return answers(facts);
    for (const Lengths& lengths : lengths_of(all_)) {
      seen_.clear();
      facts.octets = lengths.octets;
      if (about_ == StanzaClass::kRequest) {
        requests(facts);
      } else {
        sets(facts, lengths);
      }
    }
  }

  void answers(StanzaFacts facts) {
    attempt(facts);  // without a payload; of an error none is looked at
    if (facts.type == StanzaType::kResult) requests(facts);
  }

  void requests(StanzaFacts facts) {
    for (const RuleItem& item : items_) {
      facts.elements = {item.element};
      attempt(facts);
    }
  }

  // The largest set for each pair of rules.
  void sets(const StanzaFacts& facts, const Lengths& lengths) {
    std::set<ItemSet> first = largest(rules_[0], facts, lengths);
    const std::set<ItemSet> second = largest(rules_[1], facts, lengths);
    std::set<ItemSet> tried;
    for (const ItemSet& a : first) {
      for (const ItemSet& b : second) {
        ItemSet set = both(a, b);
        if (tried.insert(set).second) attempt(with(facts, set, lengths));
      }
    }
  }

  // For each rule of a list, and for none of them: what may be there where it decides.
  std::set<ItemSet> largest(const Rules& rules, const StanzaFacts& facts,
                            const Lengths& lengths) const {
    std::set<ItemSet> found;
    ItemSet left(items_.size(), true);
    const bool reduced = facts.type == StanzaType::kUnavailable || about_ == StanzaClass::kError;
    for (const Rule* rule : rules) {
      if (!rule->types.has(facts.type) || !addressed(*rule, facts.from, facts.to)) continue;
      if (rule->verdict == Verdict::kRefuse) {
        found.insert(left);
        if (lists_nothing(*rule)) return found;
        if (!reduced) exclude(left, *rule, false);
        continue;
      }
      if (reduced) {
        found.insert(left);
        return found;
      }
      const bool fits = (!rule->max_octets || facts.octets <= *rule->max_octets) &&
                        (!rule->max_body_octets || lengths.body <= *rule->max_body_octets);
      if (!fits) continue;
      if (rule->others == Others::kRefuse) {
        ItemSet listed(items_.size(), false);
        for (std::size_t i = 0; i < items_.size(); ++i) {
          if (left.has(i) && lists(*rule, items_[i])) listed.add(i);
        }
        found.insert(std::move(listed));
        continue;
      }
      found.insert(left);
      if (about_ == StanzaClass::kMessage) exclude(left, *rule, true);
    }
    found.insert(left);
    return found;
  }

  void exclude(ItemSet& left, const Rule& rule, bool content_only) const {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (lists(rule, items_[i]) && (!content_only || is_content(items_[i]))) left.remove(i);
    }
  }

  StanzaFacts with(StanzaFacts facts, const ItemSet& set, const Lengths& lengths) const {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!set.has(i)) continue;
      if (items_[i].part) {
        const std::uint32_t octets = *items_[i].part == Part::kBody ? lengths.body : 0;
        facts.part(*items_[i].part) = {.count = 1, .octets = octets};
      } else {
        facts.elements.push_back(items_[i].element);
      }
    }
    return facts;
  }

  void attempt(const StanzaFacts& facts) {
    if (class_of(facts) != about_) return;
    RuleCase made{.facts = facts, .rule = {}};
    for (std::size_t i = 0; i < policies_.size(); ++i) {
      if (from_.standing[i] == nullptr || to_.standing[i] == nullptr) continue;
      made.rule[i] =
          deciding_rule(*policies_[i], facts, from_.standing[i]->peer, to_.standing[i]->peer);
    }
    // A request and an answer are told apart by their payload, too: it is what is read of them.
    const bool payload = about_ == StanzaClass::kRequest || about_ == StanzaClass::kAnswer;
    const std::string name = payload && !facts.elements.empty()
                                 ? facts.elements[0].ns + " " + facts.elements[0].name
                                 : std::string();
    const auto [place, added] = seen_.try_emplace({made.rule, name}, found_.size());
    if (added) {
      found_.push_back(std::move(made));
    } else if (size_of(found_[place->second].facts) < size_of(made.facts)) {
      found_[place->second] = std::move(made);  // the largest set of these rules holds all others
    }
  }

  static std::size_t size_of(const StanzaFacts& facts) {
    const auto there = [](const PartFact& part) { return part.count > 0; };
    return facts.elements.size() +
           static_cast<std::size_t>(std::ranges::count_if(facts.parts, there));
  }

  Policies policies_;
  guard::Lane lane_;
  StanzaClass about_;
  const DomainClass& from_;
  const DomainClass& to_;
  std::array<Rules, kMostPolicies> rules_;
  Rules all_;
  std::vector<RuleItem> items_;
  // Cases of one setting by their rules and payload.
  std::map<std::pair<std::array<const Rule*, kMostPolicies>, std::string>, std::size_t> seen_;
  std::vector<RuleCase> found_;
};

}  // namespace

std::vector<RuleCase> rule_cases(Policies policies, guard::Lane lane, StanzaClass about,
                                 const DomainClass& from, const DomainClass& to) {
  return CaseSearch(policies, lane, about, from, to).run();
}

const Rule* deciding_rule(const Policy& policy, const StanzaFacts& facts, guard::PeerIndex from,
                          guard::PeerIndex to) {
  const StanzaClass about = class_of(facts);
  if (about == StanzaClass::kAnswer) {
    const guard::Lane asked = reverse_of(facts.lane);
    return match_answer(policy.rules_about(asked, StanzaClass::kRequest), facts, from, to);
  }
  return match(policy.rules_about(facts.lane, about), facts, from, to).rule;
}

}  // namespace policy
