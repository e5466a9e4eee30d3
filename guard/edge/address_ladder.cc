#include "guard/edge/address_ladder.h"

#include <algorithm>

namespace guard::edge {

void AddressLadder::failed(std::size_t address, Moment began, Moment now, std::uint32_t random) {
  Rung& rung = rungs_[address];
  if (rung.down && began < rung.failed) return;
  rung.down = true;
  rung.failed = now;
  rung.at = now + rung.backoff.next(random);
}

void AddressLadder::worked(std::size_t address) { rungs_[address].down = false; }

void AddressLadder::lasted(std::size_t address) { rungs_[address].backoff.reset(); }

bool AddressLadder::due(std::size_t address, Moment now) const {
  return good(address) || rungs_[address].at <= now;
}

Choice choose(const AddressLadder& all, const AddressLadder& own, AddressLadder::Moment now) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.good(i) && own.good(i)) return {i, now, i};
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.due(i, now) && own.due(i, now)) return {i, now, i};
  }
  Choice wait{std::nullopt, AddressLadder::Moment::max(), 0};
  for (std::size_t i = 0; i < all.size(); ++i) {
    AddressLadder::Moment at = now;
    if (!all.good(i)) at = std::max(at, all.at(i));
    if (!own.good(i)) at = std::max(at, own.at(i));
    if (at >= wait.at) continue;
    wait.at = at;
    wait.soonest = i;
  }
  return wait;
}

std::optional<std::size_t> better_due(const AddressLadder& ladder, std::size_t current,
                                      AddressLadder::Moment now) {
  for (std::size_t i = 0; i < current && i < ladder.size(); ++i) {
    if (!ladder.good(i) && ladder.due(i, now)) return i;
  }
  return std::nullopt;
}

}  // namespace guard::edge
