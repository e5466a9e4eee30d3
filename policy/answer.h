// answer_to: what the sender of a refused stanza is told (the L table of the protocol rules).
//
// What is refused for its label or by a rule gets one uniform answer, so that the answer does not
// say which it was. What is never answered: errors, iq results, presence but for joining a room,
// headlines, and groupchat that came from a room.
#pragma once

#include "policy/decide.h"
#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace policy {

// is_room_join says whether a presence asks to enter a room (SPEC: XEP-0045 7.2.2).
[[nodiscard]] bool is_room_join(const StanzaFacts& facts);

// answer_to gives the answer. `joined` says whether some rule of the stanza's class is about the
// two peers; without one the recipient is not allowed at all.
[[nodiscard]] Answer answer_to(const Policy& policy, const StanzaFacts& facts, Reason reason,
                               bool joined);

}  // namespace policy
