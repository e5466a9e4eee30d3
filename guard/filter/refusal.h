// Refusal: what the sender of a stanza is told, and when it is told nothing.
//
// SPEC: RFC 6120 8.3. An error reply has the same kind and id, the addresses swapped, type error
// and one defined condition: no payload, no label, no text, no word about policy or the far side.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guard/base/side.h"
#include "guard/filter/envelope.h"
#include "guard/xmpp/stanza_error.h"
#include "policy/stanza_facts.h"
#include "schemas/element.h"

namespace guard::filter {

// Answer is one condition with its type.
struct Answer {
  xmpp::StanzaError condition = xmpp::StanzaError::kPolicyViolation;
  xmpp::ErrorType type = xmpp::ErrorType::kModify;
  bool operator==(const Answer&) const = default;
};

// error_reply writes the reply. REQUIRES: envelope.answerable.
[[nodiscard]] std::string error_reply(const Envelope& envelope, const Answer& answer);

// contingency_reply writes what the sender gets when a forwarded stanza cannot be delivered; empty
// where it gets nothing. Towards the high side the condition is remote-server-timeout (wait);
// towards the low side an iq gets service-unavailable and all else nothing, so that the state of
// the high side does not show.
[[nodiscard]] std::string contingency_reply(const Envelope& envelope, Lane lane);

// read_condition gives the condition of an error stanza that crosses: one of an allow-list, with
// the type that RFC 6120 8.3.3 gives it; anything else as undefined-condition. nullopt where the
// stanza has no error element.
[[nodiscard]] std::optional<Answer> read_condition(const schemas::Element& stanza);

// rebuilt_error writes an error stanza that crosses: addresses and id kept, payload and text gone.
[[nodiscard]] std::string rebuilt_error(const Envelope& envelope, const Answer& condition);

// set_unread_content tells the facts of a presence that its schema refused, and of which there is
// no tree, what decides about the answer: whether it would have joined a room, and whether there is
// a label. It looks for the two namespaces in the octets.
void set_unread_content(policy::StanzaFacts& facts, std::string_view stanza);

}  // namespace guard::filter
