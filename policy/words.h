// words: what a policy says, in plain words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labels/clearance.h"
#include "policy/period.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/stanza_type.h"

namespace policy {

// joined_with puts `between` between the words.
[[nodiscard]] std::string joined_with(const std::vector<std::string>& words,
                                      std::string_view between);

// type_words names the types of a set: "chat, normal".
[[nodiscard]] std::string type_words(TypeSet types);

// subject_words says what a rule is about: "chat and normal messages", "iq get of urn:xmpp:ping".
[[nodiscard]] std::string subject_words(const Rule& rule);

// condition_words says what else a rule asks: users, resources, lengths, contents; empty where it
// asks nothing.
[[nodiscard]] std::string condition_words(const Rule& rule);

// kept_words says what an allowing rule lets through and what becomes of the rest.
[[nodiscard]] std::string kept_words(const Rule& rule);

// clearance_words lists classifications and categories by their names; "nothing" for the nil
// clearance and for one without classifications.
[[nodiscard]] std::string clearance_words(const labels::SecurityPolicy& policy,
                                          const labels::Clearance* clearance);

// period_words: "from 2026-01-01T00:00:00Z until ...", "always".
[[nodiscard]] std::string period_words(const Period& period);

// time_words writes a moment in whole seconds.
[[nodiscard]] std::string time_words(guard::UtcTime time);

// peer_words names the peers that a rule's list stands for, by groups where it named groups.
[[nodiscard]] std::string peer_words(const Policy& policy, const Rule& rule, bool from,
                                     guard::Side side);

// invariant_words says what an invariant demands.
[[nodiscard]] std::string invariant_words(const Policy& policy, const Invariant& invariant);

// show is the whole policy, as text of many lines.
[[nodiscard]] std::string show(const Policy& policy);

}  // namespace policy
