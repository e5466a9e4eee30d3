// answer_to: what the sender of a refused stanza is told (the L table of the protocol rules).
//
// What is refused for its label or by a rule gets one uniform answer, so that the answer does not
// say which it was. What is never answered: errors, iq results, presence but for joining a room,
// headlines, signals, and groupchat that came from a room. may_be_answered is the one place that
// knows.
#pragma once

#include <optional>

#include "guard/base/domain_table.h"
#include "policy/decide.h"
#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace policy {

// is_room_join says whether a presence asks to enter a room (SPEC: XEP-0045 7.2.2).
[[nodiscard]] bool is_room_join(const StanzaFacts& facts);

// may_be_answered says whether the standards let the sender of this stanza be told that it was
// refused or could not be delivered (SPEC: RFC 6120 8.3.1, 8.2.3; RFC 6121 5.2.2; XEP-0258 for a
// label on a presence that would otherwise join a room).
[[nodiscard]] bool may_be_answered(const StanzaFacts& facts);

// answer_to gives the answer. `far` is the peer that it would have gone to, where there is one: if
// no rule lets messages of any kind pass to it, the recipient is as good as not there.
[[nodiscard]] Answer answer_to(const Policy& policy, const StanzaFacts& facts, Reason reason,
                               std::optional<guard::PeerIndex> far);

}  // namespace policy
