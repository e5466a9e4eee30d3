// FarName: a domain that the servers of one side reach through the guard, as the policy says: of
// the other side, or of another server of the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "policy/policy.h"
#include "policy/views.h"

namespace guard::leaf {

struct FarName {
  std::string domain;  // A-labels, lower case; empty for a default route
  DomainMatch match = DomainMatch::kExact;
  std::string peer;        // whose it is
  std::uint32_t view = 0;  // who may see it: a place in the viewers' `seen`; never an empty one
  bool operator==(const FarName&) const = default;
};

// viewers_on is policy::views_of(policy) with the peers of one side alone in what is seen: by whom
// of that side a peer is seen. No two are equal.
[[nodiscard]] policy::Views viewers_on(const policy::Policy& policy, Side side);

// far_names gives what the peers of `side` may see of the other side and of each other, in the
// order of the policy. `viewers` are viewers_on(policy, side). INVARIANT(INVISIBLE): a domain that
// none of them may see is not there. Nor is one that has no form in A-labels: neither DNS nor a
// certificate can hold it.
[[nodiscard]] std::vector<FarName> far_names(const policy::Policy& policy,
                                             const policy::Views& viewers, Side side);

// seen_by keeps what one peer may see of others. `viewers` are those that the names refer to.
[[nodiscard]] std::vector<FarName> seen_by(std::vector<FarName> names, const policy::Policy& policy,
                                           const policy::Views& viewers, PeerIndex peer);

// seen_alike says whether everyone who sees one of the names sees all of them.
[[nodiscard]] bool seen_alike(const std::vector<FarName>& names);

}  // namespace guard::leaf
