// prove: does an invariant hold, whatever stanza comes? Exhaustive over the classes of
// domain_class.h, label_class.h and rule_case.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/invariant.h"
#include "policy/policy.h"

namespace policy {

// CounterExample is a stanza that the policy lets cross and the invariant does not.
struct CounterExample {
  StanzaFacts facts;
  Decision decision;  // decide() of these facts: allowed, or refused for a label that is not valid
};

// refutation looks for a counter-example; nullopt: there is none, the invariant is proven. Its time
// is `first` where both peers take part then, else a time at which they do.
[[nodiscard]] std::optional<CounterExample> refutation(const Policy& policy,
                                                       const Invariant& invariant,
                                                       guard::UtcTime first);

// The same, before every date that a policy can name where both peers take part then.
[[nodiscard]] std::optional<CounterExample> refutation(const Policy& policy,
                                                       const Invariant& invariant);

// in_words says what the counter-example is, on one line.
[[nodiscard]] std::string in_words(const Policy& policy, const CounterExample& example);

}  // namespace policy
