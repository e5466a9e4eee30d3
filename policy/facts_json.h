// Facts as JSON: the form in which the record keeps what a decision was made from.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace policy {

// to_json writes one object in one canonical spelling: fixed order of members, no white space,
// only the octets 0x20 to 0x7e, everything else as \uXXXX. Peers are written by name, labels as
// base64 of their DER; namespaces and names longer than 512 octets are cut behind the 513th,
// which no rule can match. policy/README.md lists the members.
// REQUIRES: facts.peer is a peer of the policy.
[[nodiscard]] std::string to_json(const Policy& policy, const StanzaFacts& facts);

// from_json reads it back; the peer's name is looked up in `policy`, which need not be the one
// that it was written under. The error says what is missing or wrong; it is total.
[[nodiscard]] std::expected<StanzaFacts, std::string> from_json(const Policy& policy,
                                                                std::string_view json);

}  // namespace policy
