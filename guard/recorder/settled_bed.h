// SettledBed: which tickets an edge hears to be settled, for tests.
#pragma once

#include <vector>

#include "guard/recorder/deliveries_bed.h"

namespace guard::recorder {

using Numbers = std::vector<std::uint64_t>;

class SettledBed : public DeliveriesBed {
 protected:
  // The tickets that an edge has heard to be settled since the last call, in order.
  Numbers settled(Side side = Side::kHigh) {
    Numbers numbers;
    for (const wire::Settled& told : sent<wire::Settled>(side)) {
      for (const wire::TicketRun& run : told.runs) {
        for (std::uint64_t n = run.first; n <= run.last; ++n) numbers.push_back(n);
      }
    }
    effects.clear();
    return numbers;
  }
  void flush() {
    pass(1);
    pass(Ledger::kOutcomeLinger);
    commit();
  }
  // An edge that has lived on says Hello to a new recorder.
  void greet_again(Side side, Numbers held = {}, std::uint64_t last = 0) {
    ledger->replace_edge(side, 1, now);
    commit();
    edge(side, wire::Hello{1, 0, last, std::move(held)});
    commit();
  }
};

}  // namespace guard::recorder
