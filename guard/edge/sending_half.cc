#include "guard/edge/sending_half.h"

#include "guard/base/check.h"

namespace guard::edge {

void SendingHalf::carry(const PairKey& key) { make_ready(pairs_.try_emplace(key).first); }

std::vector<PairKey> SendingHalf::pairs() const {
  std::vector<PairKey> keys;
  for (const auto& [key, pair] : pairs_) keys.push_back(key);
  return keys;
}

void SendingHalf::wake(const PairKey& key) {
  const auto found = pairs_.find(key);
  if (found != pairs_.end()) make_ready(found);
}

void SendingHalf::make_ready(Pairs::iterator pair) {
  if (pair->second.ready) return;
  pair->second.ready = true;
  ready_.push_back(pair);
}

bool SendingHalf::open(const Pair& pair) const {
  return acknowledging_ != Acknowledging::kEach || pair.unacknowledged < kUnacknowledged;
}

std::uint32_t SendingHalf::pump(Outlet& outlet, std::uint64_t max_bytes) {
  std::uint32_t sent = 0;
  while (!ready_.empty() && outlet.queued() < kAhead) {
    if (acknowledging_ == Acknowledging::kInOrder && places_.size() >= kUnacknowledged) break;
    const auto at = ready_.front();
    auto& [key, pair] = *at;
    ready_.pop_front();
    pair.ready = false;
    if (!open(pair)) continue;  // an acknowledgement makes it ready again
    const std::string* bytes = queue_.next(key);
    if (bytes == nullptr) continue;  // wake does
    make_ready(at);                  // behind the others
    if (max_bytes != 0 && bytes->size() > max_bytes) {
      queue_.drop(key);
      continue;
    }
    outlet.send(*bytes);
    pair.mark = outlet.given();
    const bool managed = acknowledging_ != Acknowledging::kNone;
    const std::uint64_t delivery = queue_.given(key, pair.mark, managed);
    ++given_;
    ++sent;
    if (!managed) continue;
    places_.emplace_hint(places_.end(), given_, Place{at, delivery});
    ++pair.unacknowledged;
  }
  return sent;
}

void SendingHalf::acknowledged(std::uint64_t first, std::uint64_t last) {
  CHECK(acknowledging_ != Acknowledging::kNone);
  CHECK(first >= 1 && first <= last && last <= given_);
  auto at = places_.lower_bound(first);
  while (at != places_.end() && at->first <= last) {
    const auto pair = at->second.pair;
    queue_.acknowledged(pair->first, at->second.delivery);
    --pair->second.unacknowledged;
    make_ready(pair);
    at = places_.erase(at);
  }
}

void SendingHalf::written(std::uint64_t octets) {
  const std::uint64_t before = written_;
  written_ = octets;
  for (const auto& [key, pair] : pairs_) {
    // Of the others all was said before.
    if (pair.mark > before) queue_.written(key, octets);
  }
}

void SendingHalf::lost(std::uint64_t octets) {
  written(octets);
  places_.clear();
  ready_.clear();
  for (const auto& [key, pair] : pairs_) queue_.lost(key);
  pairs_.clear();
}

bool SendingHalf::holds() const {
  for (const auto& [key, pair] : pairs_) {
    if (queue_.holds(key)) return true;
  }
  return false;
}

bool SendingHalf::pending() const {
  for (const auto& [key, pair] : pairs_) {
    if (queue_.pending(key)) return true;
  }
  return false;
}

}  // namespace guard::edge
