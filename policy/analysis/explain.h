// explain: why a stanza is allowed or refused, step by step.
#pragma once

#include <optional>
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
  bool skipped = false;  // a rule that does not match: neither for nor against, the next is tried
};

// FilterFinding is why the filter refuses a stanza of its own accord (guard/filter/README.md).
struct FilterFinding {
  std::string reason;  // e.g. "schema"
  std::string detail;  // what was found, and in which file and where; may be empty
  bool read = true;    // the facts say what is in it; else nothing but its start tag was read
};

struct Explanation {
  std::vector<Step> steps;  // in order; the first that has not passed is why it is refused
  Decision decision;        // decide()'s own
  bool allowed = false;     // what the guard does in the end
  std::string reason;       // and why
  std::string nearest;      // what the nearest rule that would have allowed it misses; may be empty
};

// explain says why the policy decides as it does; with a finding of the filter, why the guard
// refuses whatever the policy would say.
[[nodiscard]] Explanation explain(const Policy& policy, const StanzaFacts& facts,
                                  const std::optional<FilterFinding>& found = {});

}  // namespace policy
