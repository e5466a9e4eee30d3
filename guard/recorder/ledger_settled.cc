// The part of Ledger that says which stanzas are settled. INVARIANT(AUDIT_BEFORE_COUNT): what a
// peer is told to be handled has been refused, or its delivery has ended, in a row that is durable;
// or it goes from the low side to the high one, and its row is durable and its bytes are in the
// hand-over store (SPEC: S23).
#include <algorithm>
#include <utility>

#include "guard/recorder/ledger.h"

namespace guard::recorder {
namespace {

using Runs = std::vector<wire::TicketRun>;

// Adds `first` to `last`; runs that touch become one.
void add_run(Runs& runs, std::uint64_t first, std::uint64_t last) {
  if (first > last) return;
  if (!runs.empty() && runs.back().last + 1 == first) {
    runs.back().last = last;
  } else {
    runs.push_back({first, last});
  }
}

}  // namespace

// Takes the stanzas whose deliveries have ended. Those of an edge that is dead are of no use to the
// next one, whose streams are others. Of a lane that does not wait there is none: forward has kept
// no ticket.
void Ledger::settle(const std::vector<StanzaOrigin>& origins) {
  for (const StanzaOrigin& origin : origins) {
    Edge& near = edge(near_side(origin.lane));
    if (!near.adopted || near.epoch != origin.epoch) continue;
    near.waiting.erase(origin.ticket);
    if (origin.ticket <= near.settled_told) near.settled.push_back(origin.ticket);
  }
}

// A ticket is settled when it has ended, unless its stanza was forwarded in a lane that waits:
// then, when the delivery has.
void Ledger::tell_settled(Side side, std::vector<Effect>& effects) {
  Edge& self = edge(side);
  Runs runs;
  std::ranges::sort(self.settled);
  for (const std::uint64_t ticket : std::exchange(self.settled, {})) add_run(runs, ticket, ticket);
  const std::uint64_t ended = tickets(side).ended();
  std::uint64_t first = self.settled_told + 1;
  for (auto at = self.waiting.lower_bound(first); at != self.waiting.end() && *at <= ended; ++at) {
    add_run(runs, first, *at - 1);
    first = *at + 1;
  }
  add_run(runs, first, ended);
  self.settled_told = std::max(self.settled_told, ended);
  for (std::size_t at = 0; at < runs.size(); at += kRunsAtOnce) {
    const auto begin = runs.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t count = std::min(kRunsAtOnce, runs.size() - at);
    effects.emplace_back(
        ToEdge{side, wire::Settled{{begin, begin + static_cast<std::ptrdiff_t>(count)}}});
  }
}

}  // namespace guard::recorder
