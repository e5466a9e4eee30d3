// Matching: does a rule match this stanza? Pure functions, shared by the service and the tools.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "guard/base/domain_table.h"
#include "policy/reason.h"
#include "policy/rule.h"
#include "policy/stanza_facts.h"

namespace policy {

// joins says whether the rule is about stanzas from that peer to that one.
[[nodiscard]] bool joins(const Rule& rule, guard::PeerIndex from, guard::PeerIndex to);

// addressed says whether the rule is about stanzas between these two addresses.
[[nodiscard]] bool addressed(const Rule& rule, const guard::xmpp::Jid& from,
                             const guard::xmpp::Jid& to);

// lists_nothing says whether the rule names no parts and no elements: a rule that refuses is then
// about everything of its types, peers and addresses.
[[nodiscard]] bool lists_nothing(const Rule& rule);

// is_unconditional says whether the rule is about everything of its types and peers.
[[nodiscard]] bool is_unconditional(const Rule& rule);

// Matching is what came of trying rules in their order.
struct Matching {
  const Rule* rule = nullptr;  // the first that matches; nullptr: none does
  // Where none does: the first allowing rule that is about the type and the peers, and the
  // condition of it that fails; kNoRule without one.
  const Rule* nearest = nullptr;
  Reason failed = Reason::kNoRule;
};

// match tries the rules that Policy::rules_about gave for the stanza's class. REQUIRES: the class
// is not kAnswer.
[[nodiscard]] Matching match(std::span<const Rule* const> rules, const StanzaFacts& facts,
                             guard::PeerIndex from, guard::PeerIndex to);

// Trial is what came of trying one rule; the first that matches ends the trials.
struct Trial {
  enum class Outcome : std::uint8_t {
    kOtherPeers = 0,
    kOtherType,
    kOtherAddresses,
    kNotThere,  // a rule that refuses: nothing of what it lists is in the stanza
    kFails,     // a rule that allows: `failed` says which condition does not hold
    kMatches,
  };
  const Rule* rule = nullptr;
  Outcome outcome = Outcome::kOtherPeers;
  Reason failed = Reason::kNoRule;
};

// trials says of each rule that match tries what came of it. REQUIRES: as match.
[[nodiscard]] std::vector<Trial> trials(std::span<const Rule* const> rules,
                                        const StanzaFacts& facts, guard::PeerIndex from,
                                        guard::PeerIndex to);

// Asking is who would have asked whom: the ends of the request that an answer belongs to.
struct Asking {
  guard::PeerIndex asker;
  guard::PeerIndex other;
  const guard::xmpp::Jid& from;
  const guard::xmpp::Jid& to;
};

// match_request finds the rule that would let an iq of `type` with that payload cross from
// asker to other; nullptr where none would. An answer goes by it.
[[nodiscard]] const Rule* match_request(std::span<const Rule* const> rules, StanzaType type,
                                        const ElementName& payload, const Asking& asking);

// match_answer finds the rule that an iq result or error from `answerer` to `asker` goes by, among
// the rules about requests in the other lane: the first that would have let some request with the
// result's payload cross; where it has none, the first that would have let any request cross.
[[nodiscard]] const Rule* match_answer(std::span<const Rule* const> rules, const StanzaFacts& facts,
                                       guard::PeerIndex answerer, guard::PeerIndex asker);

}  // namespace policy
