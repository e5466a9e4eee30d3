// Views: which peers each peer may see, for all peers of a policy at once.
//
// To ask Policy::visible about every pair costs the square of the number of peers. Peers that the
// same rules name are alike, and mostly there are few sorts: each pair of sorts is asked about
// once, and what a sort sees is listed once.
#pragma once

#include <cstdint>
#include <vector>

#include "guard/base/domain_table.h"
#include "policy/policy.h"

namespace policy {

// Where peers that are alike see each other (rules within a side), their one list holds all of
// them, and so for each of them itself. Who asks what a peer sees leaves that out: a peer's own
// domains are no route.
struct Views {
  std::vector<std::vector<guard::PeerIndex>> seen;  // no two are equal; each ascending
  std::vector<std::uint32_t> of;                    // by PeerIndex: its place in `seen`
};

// views_of lists for every peer those that Policy::visible says it sees (and itself, as above).
[[nodiscard]] Views views_of(const Policy& policy);

}  // namespace policy
