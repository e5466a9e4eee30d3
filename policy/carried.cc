#include "policy/carried.h"

#include <algorithm>

#include "policy/rule_match.h"

namespace policy {

bool carries(const Policy& policy, guard::Lane lane, StanzaClass about, guard::PeerIndex from,
             guard::PeerIndex to) {
  return std::ranges::any_of(policy.rules_about(lane, about), [&](const Rule* rule) {
    return rule->verdict == Verdict::kAllow && joins(*rule, from, to);
  });
}

bool carries_element(const Policy& policy, guard::Lane lane, StanzaClass about,
                     guard::PeerIndex from, guard::PeerIndex to, std::string_view ns) {
  return std::ranges::any_of(policy.rules_about(lane, about), [&](const Rule* rule) {
    return rule->verdict == Verdict::kAllow && joins(*rule, from, to) &&
           std::ranges::any_of(rule->elements, [&](const ElementName& e) { return e.ns == ns; });
  });
}

}  // namespace policy
