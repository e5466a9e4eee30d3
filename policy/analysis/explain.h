// explain: why a stanza is allowed or refused, step by step.
#pragma once

#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/policy.h"

namespace policy {

// Step is one question of a decision, and what came of it.
struct Step {
  std::string question;
  std::string outcome;
  bool passed = false;
};

struct Explanation {
  std::vector<Step> steps;  // in order; the first that has not passed is why it is refused
  Decision decision;        // decide()'s own
  std::string nearest;      // what the nearest rule that would have allowed it misses; may be empty
};

[[nodiscard]] Explanation explain(const Policy& policy, const StanzaFacts& facts);

}  // namespace policy
