// difference: what another policy changes, by meaning.
//
// Both policies are asked about one stanza of every class that either of them tells apart. What
// comes out alike is equivalent, however differently it was written.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "policy/analysis/crossing.h"
#include "policy/policy.h"

namespace policy {

// Comparison says what crosses under the new policy.
enum class Comparison : std::uint8_t {
  kEquivalent = 0,  // exactly the same
  kStricter,        // less, and nothing more
  kMorePermissive,  // more, and nothing less
  kIncomparable,    // some more and some less, or the same with another label
};
[[nodiscard]] std::string_view to_string(Comparison comparison);

// Region is a set of stanzas that change alike.
struct Region {
  Comparison change = Comparison::kIncomparable;
  guard::Lane lane = guard::Lane::kHighToLow;
  std::string from;  // the domains, as people read them
  std::string to;
  StanzaClass about = StanzaClass::kMessage;
  TypeSet types;
  std::vector<std::string> labels;     // of messages with content; "none" for no label
  std::array<std::string, 2> verdict;  // in the old and in the new policy, with reason and rule
  // An example, and its peer in each policy; the facts name the one in policy shown_by().
  StanzaFacts example;
  std::array<guard::PeerIndex, 2> peer{};

  // shown_by says which policy shows the example best, 0 or 1: the one that lets it cross.
  [[nodiscard]] std::size_t shown_by() const {
    return change == Comparison::kMorePermissive ? 1 : 0;
  }
};

struct Difference {
  Comparison verdict = Comparison::kEquivalent;
  std::vector<Region> regions;
  // What is different and lets neither more nor less cross: connections, limits, invariants.
  std::vector<std::string> others;
};

// `first` is the time of examples where nothing else decides.
[[nodiscard]] Difference difference(const Policy& before, const Policy& after,
                                    guard::UtcTime first = kFirstMoment);

}  // namespace policy
