#include "guard/edge/pair_places.h"

#include <algorithm>
#include <utility>

namespace guard::edge {

void PairPlaces::dispatch(const PairKey& key) {
  if (const auto found = places_.find(key); found != places_.end()) {
    if (found->second.stage == Stage::kCarried) found->second.carrier->wake_pair(key);
    return;
  }
  if (ways_.wake_own(key)) return;
  if (!place(key, ways_.carriers(key.peer))) ways_.make_own(key);
}

bool PairPlaces::place(const PairKey& key, const std::vector<Carrier*>& carriers) {
  for (Carrier* carrier : carriers) {
    if (!carrier->may_carry(key)) continue;
    places_.emplace(key, Place{carrier, Stage::kCarried});
    carrier->carry(key);
    return true;
  }
  for (Carrier* carrier : carriers) {
    if (!may_place(*carrier, key)) continue;
    places_.emplace(key, Place{carrier, Stage::kAsked});
    carrier->ask(key);
    return true;
  }
  for (Carrier* carrier : carriers) {
    if (!carrier->may_hope()) continue;
    places_.emplace(key, Place{carrier, Stage::kHoping});
    return true;
  }
  return false;
}

// No carrier is held here: what is dispatched may end another one.
void PairPlaces::ready(PeerIndex peer) {
  std::vector<PairKey> hoping;
  for (auto at = places_.lower_bound({peer, "", ""}); at != places_.end(); ++at) {
    if (at->first.peer != peer) break;
    if (at->second.stage == Stage::kHoping) hoping.push_back(at->first);
  }
  for (const PairKey& key : hoping) places_.erase(key);
  for (const PairKey& key : hoping) {
    if (ways_.pending(key)) dispatch(key);
  }
}

void PairPlaces::answered(Carrier& carrier, const PairKey& key, bool added) {
  const auto found = places_.find(key);
  const bool asked = found != places_.end() && found->second.carrier == &carrier &&
                     found->second.stage == Stage::kAsked;
  if (!asked) return;
  if (added) {
    found->second.stage = Stage::kCarried;
    return carrier.carry(key);
  }
  places_.erase(found);
  auto& refused = refused_[&carrier];
  if (refused.size() < kRefusals) refused.insert(key);
  if (ways_.pending(key)) dispatch(key);
}

void PairPlaces::tick() {
  std::vector<PairKey> overdue;
  for (auto& [key, place] : places_) {
    if (place.stage == Stage::kAsked && ++place.ticks >= kAnswerTicks) overdue.push_back(key);
  }
  for (const PairKey& key : overdue) {
    const auto found = places_.find(key);
    if (found != places_.end()) answered(*found->second.carrier, key, false);
  }
}

std::vector<PairKey> PairPlaces::lost(Carrier& carrier) {
  refused_.erase(&carrier);
  std::vector<PairKey> homeless;
  for (auto at = places_.begin(); at != places_.end();) {
    if (at->second.carrier != &carrier) {
      ++at;
      continue;
    }
    homeless.push_back(at->first);
    at = places_.erase(at);
  }
  return homeless;
}

bool PairPlaces::may_place(const Carrier& carrier, const PairKey& key) const {
  if (carrier.may_carry(key)) return true;
  const auto found = refused_.find(&carrier);
  if (found == refused_.end()) return carrier.may_ask(key);
  const auto& refused = found->second;
  return refused.size() < kRefusals && !refused.contains(key) && carrier.may_ask(key);
}

Carrier* PairPlaces::carrier_of(const PairKey& key) const {
  const auto found = places_.find(key);
  const bool carried = found != places_.end() && found->second.stage == Stage::kCarried;
  return carried ? found->second.carrier : nullptr;
}

}  // namespace guard::edge
