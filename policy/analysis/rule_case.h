// RuleCase: the ways in which the rules of one or two policies answer stanzas of one class.
//
// What rules ask of a stanza is finite: its type, whether its addresses have one of the users that
// rules name and a resource, on which side of each length it is, and which parts and elements it
// holds. Of the last there are more sets than can be counted, but every rule asks only "nothing but
// these" (an allow), "any of these" (a refuse) or "content among these" (an allow that strips). The
// sets that rule i of one policy and rule j of the other decide are therefore all subsets of a
// largest one: what rule i and rule j allow to be there without what the rules before them take for
// themselves. If that largest set is decided by i and j, it is an example; if it is not, none is.
// So one stanza for each pair of rules finds every case there is, and the rules themselves
// (rule_match.h, as in the service) say who decides it.
//
// Not looked at: more than 64 elements in a stanza (every rule that allows refuses that), and more
// than one payload in a request (likewise).
#pragma once

#include <array>
#include <vector>

#include "policy/analysis/domain_class.h"
#include "policy/rule.h"
#include "policy/stanza_facts.h"

namespace policy {

struct RuleCase {
  // The most that a stanza of this case can hold, without a label, and with no time.
  StanzaFacts facts;
  // The rule that decides, in each policy; nullptr: none does, and so it is refused.
  std::array<const Rule*, kMostPolicies> rule{};
};

// rule_cases gives every case of stanzas of a class in a lane between two classes of domains; an
// answer's rule is that of its request. Cases of the same rules differ in type, users or lengths.
[[nodiscard]] std::vector<RuleCase> rule_cases(Policies policies, guard::Lane lane,
                                               StanzaClass about, const DomainClass& from,
                                               const DomainClass& to);

// deciding_rule asks the rules of one policy about facts, as decide() does: routes and labels
// apart. nullptr where no rule matches.
[[nodiscard]] const Rule* deciding_rule(const Policy& policy, const StanzaFacts& facts,
                                        guard::PeerIndex from, guard::PeerIndex to);

// smallest leaves out of a case's facts whatever its rules decide alike without, and keeps what
// `keep` insists on (it is asked about what is left after each removal).
template <class Keep>
[[nodiscard]] StanzaFacts smallest(StanzaFacts facts, const Keep& keep) {
  const auto attempt = [&](const StanzaFacts& smaller) {
    if (class_of(smaller) != class_of(facts) || !keep(smaller)) return false;
    facts = smaller;
    return true;
  };
  for (std::size_t i = facts.elements.size(); i-- > 0;) {
    StanzaFacts smaller = facts;
    smaller.elements.erase(smaller.elements.begin() + static_cast<std::ptrdiff_t>(i));
    static_cast<void>(attempt(smaller));
  }
  // A body is what people expect of a message: it goes last.
  for (std::size_t i = kPartCount; i-- > 0;) {
    StanzaFacts smaller = facts;
    smaller.parts[i] = {};
    if (!(facts.parts[i] == PartFact{})) static_cast<void>(attempt(smaller));
  }
  return facts;
}

}  // namespace policy
