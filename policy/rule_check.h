// rule_check: what contradicts itself in one rule.
#pragma once

#include <string>
#include <vector>

#include "guard/base/side.h"
#include "policy/policy.h"
#include "policy/rule.h"

namespace policy {

// RuleFault reads "rule "id" <what>".
struct RuleFault {
  std::string what;
  std::string expected;
};

// check_rule looks at one rule of `lane`; empty where there is nothing to say.
[[nodiscard]] std::vector<RuleFault> check_rule(const Rule& rule, guard::Lane lane,
                                                const PolicyContent& content);

// types_about gives the types that stanzas of a class can have.
[[nodiscard]] TypeSet types_about(StanzaClass about);

// needs_implied_label says whether a rule that allows stanzas of that class must name the label
// that they are judged as.
[[nodiscard]] bool needs_implied_label(StanzaClass about);

}  // namespace policy
