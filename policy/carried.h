// Carried: what some rule lets pass from one peer to another.
//
// Not what becomes of a stanza (decide.h): a rule that refuses, or that is about single addresses,
// may stand before the one that is found here.
#pragma once

#include <string_view>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace policy {

// carries says whether a rule of that lane and class lets something pass from one peer to the
// other.
[[nodiscard]] bool carries(const Policy& policy, guard::Lane lane, StanzaClass about,
                           guard::PeerIndex from, guard::PeerIndex to);

// carries_element likewise, of one that lists some element of that namespace: an extension, or the
// payload of a request.
[[nodiscard]] bool carries_element(const Policy& policy, guard::Lane lane, StanzaClass about,
                                   guard::PeerIndex from, guard::PeerIndex to, std::string_view ns);

}  // namespace policy
