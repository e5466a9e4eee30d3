// loop_checks: routing loops that the site file alone shows.
//
// A longer way round, over other guards, cannot be seen from one of them.
#pragma once

#include <vector>

#include "guard/base/file_error.h"
#include "guard/supervisor/site.h"
#include "policy/policy.h"

namespace guard::supervisor {

// loops gives an error for each address of a peer at which this guard listens itself, and for each
// server (address and port) that would stand on both sides. Addresses are compared within one
// network: an edge with a network namespace of its own may see the same ones as the other edge.
// Peers that the policy does not name are left to others to complain about.
[[nodiscard]] std::vector<FileError> loops(const Site& site, const policy::Policy& policy);

}  // namespace guard::supervisor
