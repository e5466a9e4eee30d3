// Invariant: a sentence that must hold of the policy that it stands in, whatever its rules say.
//
// A policy whose own invariants do not hold is refused when it is loaded, with a counter-example.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "policy/place.h"
#include "policy/rule.h"
#include "policy/stanza_facts.h"

namespace policy {

// NothingAbove: nothing whose effective label is classified higher (by the SPIF's hierarchy) than
// `classification` reaches one of the peers. Errors bear no label and no content; they are exempt.
struct NothingAbove {
  std::string classification;              // as the SPIF has it
  std::vector<guard::PeerIndex> to_peers;  // ascending; not empty
};

// NothingReaches: nothing at all, errors and answers included, from one of the peers reaches the
// domain.
struct NothingReaches {
  std::vector<guard::PeerIndex> from_peers;  // ascending; not empty
  std::string domain;                        // normal form
  bool subdomains = false;                   // and nothing below it
};

// OnlyLabelled: what crosses the lane in these classes of messages bears a label of its own.
struct OnlyLabelled {
  guard::Lane lane = guard::Lane::kHighToLow;
  std::vector<StanzaClass> classes;
};

// OnlyIq: no request and no result with another payload than these crosses the lane.
struct OnlyIq {
  guard::Lane lane = guard::Lane::kHighToLow;
  std::vector<ElementName> payloads;
};

struct Invariant {
  std::string id;      // unique among the invariants
  std::string reason;  // for people; never empty
  std::variant<NothingAbove, NothingReaches, OnlyLabelled, OnlyIq> what;
  Place place = {};
};

}  // namespace policy
