// lint: what a policy says to no purpose, or hardly meant.
#pragma once

#include <string>
#include <vector>

#include "policy/place.h"
#include "policy/policy.h"

namespace policy {

// Finding is one of them. A note is worth knowing and may well be meant; it does not count.
struct Finding {
  Place place;
  bool note = false;
  std::string kind;  // stable: "unreachable-rule", "unused-peer", ...
  std::string what;

  bool operator==(const Finding&) const = default;
};

// lint gives the findings in the order of the file. policy/README.md lists the kinds.
[[nodiscard]] std::vector<Finding> lint(const Policy& policy);

}  // namespace policy
