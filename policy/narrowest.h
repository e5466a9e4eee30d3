// narrowest: what two clearances both hold.
//
// A peer that is a trunk has domains behind it that may see less than the trunk carries. What a
// domain may see is the intersection of all that is said of it: nothing that is said of a domain
// can widen what is said of its peer.
#pragma once

#include <optional>

#include "labels/clearance.h"

namespace policy {

// narrowest holds the classifications that both hold and, of each tag set and kind, the values
// that both hold. nullopt is the nil clearance, which grants nothing; so does what it is narrowed
// with. REQUIRES: both are under one security policy.
[[nodiscard]] std::optional<labels::Clearance> narrowest(const std::optional<labels::Clearance>& a,
                                                         const std::optional<labels::Clearance>& b);

}  // namespace policy
