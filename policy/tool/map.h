// map: sides, peers and flows, drawn.
#pragma once

#include <string>

#include "policy/policy.h"

namespace policy::tool {

// map_svg draws the peers of both sides with the guard between them, and an arrow to each from
// which, and from each to which, something can cross. At most 40 peers of a side are drawn.
[[nodiscard]] std::string map_svg(const Policy& policy);

}  // namespace policy::tool
