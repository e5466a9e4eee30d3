#include "guard/edge/delivery_queue.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/wire/repeatable.h"

namespace guard::edge {

namespace {
// A single Outcomes stays a small message.
constexpr std::size_t kDeliveriesOfOutcomes = 1024;
}  // namespace

bool DeliveryQueue::add(wire::Deliver deliver) {
  if (!held_.insert(deliver.delivery).second) return false;
  PairKey key{deliver.peer, std::move(deliver.pair.from), std::move(deliver.pair.to)};
  pairs_[std::move(key)].items.push_back(
      {deliver.delivery, deliver.deadline, 0, std::move(deliver.bytes)});
  return true;
}

void DeliveryQueue::refuse(const wire::Deliver& deliver) {
  if (!held_.insert(deliver.delivery).second) return;
  end(deliver.peer, deliver.delivery, wire::Delivery::kExpired);
}

bool DeliveryQueue::waiting(const PairKey& key) const { return next(key) != nullptr; }

bool DeliveryQueue::pending(const PairKey& key) const { return pairs_.contains(key); }

std::vector<PairKey> DeliveryQueue::pairs() const {
  std::vector<PairKey> all;
  for (const auto& [key, pair] : pairs_) all.push_back(key);
  return all;
}

std::vector<PairKey> DeliveryQueue::pairs_of(PeerIndex peer) const {
  std::vector<PairKey> all;
  for (auto at = pairs_.lower_bound({peer, "", ""}); at != pairs_.end(); ++at) {
    if (at->first.peer != peer) break;
    all.push_back(at->first);
  }
  return all;
}

const std::string* DeliveryQueue::next(const PairKey& key) const {
  const auto found = pairs_.find(key);
  if (found == pairs_.end()) return nullptr;
  const Pair& pair = found->second;
  return pair.given < pair.items.size() ? &pair.items[pair.given].bytes : nullptr;
}

std::uint64_t DeliveryQueue::given(const PairKey& key, std::uint64_t mark, bool managed) {
  const auto found = pairs_.find(key);
  CHECK(found != pairs_.end() && found->second.given < found->second.items.size());
  Pair& pair = found->second;
  CHECK(pair.given == 0 || pair.managed == managed);
  pair.managed = managed;
  Item& item = pair.items[pair.given++];
  item.mark = mark;
  return item.delivery;
}

bool DeliveryQueue::holds(const PairKey& key) const {
  const auto found = pairs_.find(key);
  return found != pairs_.end() && found->second.given > 0;
}

void DeliveryQueue::acknowledged(const PairKey& key, std::uint64_t delivery) {
  const auto found = pairs_.find(key);
  CHECK(found != pairs_.end() && found->second.managed);
  Pair& pair = found->second;
  const auto end_of_given = pair.items.begin() + static_cast<std::ptrdiff_t>(pair.given);
  const auto item = std::find_if(pair.items.begin(), end_of_given,
                                 [&](const Item& one) { return one.delivery == delivery; });
  CHECK(item != end_of_given);
  // The answer may be heard of before the kernel's word.
  const bool taken = item - pair.items.begin() < static_cast<std::ptrdiff_t>(pair.taken);
  end(key.peer, delivery, wire::Delivery::kDelivered);
  pair.items.erase(item);
  --pair.given;
  if (taken) --pair.taken;
  if (pair.items.empty()) pairs_.erase(found);
}

void DeliveryQueue::drop(const PairKey& key) {
  const auto found = pairs_.find(key);
  CHECK(found != pairs_.end() && found->second.given < found->second.items.size());
  Pair& pair = found->second;
  const auto item = pair.items.begin() + static_cast<std::ptrdiff_t>(pair.given);
  fail(key.peer, *item, wire::Delivery::kExpired);
  pair.items.erase(item);
  if (pair.items.empty()) pairs_.erase(found);
}

void DeliveryQueue::written(const PairKey& key, std::uint64_t octets) {
  const auto found = pairs_.find(key);
  if (found == pairs_.end()) return;
  Pair& pair = found->second;
  while (pair.managed && pair.taken < pair.given && pair.items[pair.taken].mark <= octets) {
    pair.items[pair.taken++].tried = true;
  }
  while (!pair.managed && pair.given > 0 && pair.items.front().mark <= octets) {
    end(key.peer, pair.items.front().delivery, wire::Delivery::kWritten);
    pair.items.pop_front();
    --pair.given;
  }
  if (pair.items.empty()) pairs_.erase(found);
}

void DeliveryQueue::lost(const PairKey& key) {
  const auto found = pairs_.find(key);
  if (found == pairs_.end()) return;
  Pair& pair = found->second;
  const auto first = pair.items.begin();
  const auto tried = first + static_cast<std::ptrdiff_t>(pair.taken);
  for (auto item = first; item != tried; ++item) {
    if (!wire::repeatable(item->bytes)) end(key.peer, item->delivery, wire::Delivery::kInDoubt);
  }
  const auto kept =
      std::remove_if(first, tried, [](const Item& item) { return !wire::repeatable(item.bytes); });
  pair.items.erase(kept, tried);
  pair.given = pair.taken = 0;
  drop_withdrawn(key, pair);
  if (pair.items.empty()) pairs_.erase(found);
}

void DeliveryQueue::withdraw(const std::vector<std::uint64_t>& deliveries) {
  const std::unordered_set<std::uint64_t> named(deliveries.begin(), deliveries.end());
  for (auto at = pairs_.begin(); at != pairs_.end();) {
    auto& [key, pair] = *at;
    for (Item& item : pair.items) item.withdrawn = item.withdrawn || named.contains(item.delivery);
    drop_withdrawn(key, pair);
    at = pair.items.empty() ? pairs_.erase(at) : std::next(at);
  }
}

void DeliveryQueue::give_up(const PairKey& key) {
  const auto found = pairs_.find(key);
  if (found == pairs_.end()) return;
  for (Item& item : found->second.items) item.withdrawn = true;
  drop_withdrawn(key, found->second);
  if (found->second.items.empty()) pairs_.erase(found);
}

// Ends what no connection holds.
void DeliveryQueue::drop_withdrawn(const PairKey& key, Pair& pair) {
  const auto first = pair.items.begin() + static_cast<std::ptrdiff_t>(pair.given);
  for (auto item = first; item != pair.items.end(); ++item) {
    if (item->withdrawn) fail(key.peer, *item, wire::Delivery::kWithdrawn);
  }
  const auto kept =
      std::remove_if(first, pair.items.end(), [](const Item& item) { return item.withdrawn; });
  pair.items.erase(kept, pair.items.end());
}

std::vector<PairKey> DeliveryQueue::expire(UtcTime now) {
  std::vector<PairKey> stuck;
  for (auto at = pairs_.begin(); at != pairs_.end();) {
    auto& [key, pair] = *at;
    const bool unwritten = pair.taken < pair.given && pair.items[pair.taken].deadline < now;
    const bool unanswered =
        pair.taken > 0 &&
        pair.items.front().deadline.microseconds + kAnswerGrace < now.microseconds;
    if (unwritten || unanswered) stuck.push_back(key);
    const auto first = pair.items.begin() + static_cast<std::ptrdiff_t>(pair.given);
    const auto last =
        std::find_if(first, pair.items.end(), [&](const Item& i) { return i.deadline >= now; });
    for (auto item = first; item != last; ++item) fail(key.peer, *item, wire::Delivery::kExpired);
    pair.items.erase(first, last);
    at = pair.items.empty() ? pairs_.erase(at) : std::next(at);
  }
  return stuck;
}

void DeliveryQueue::fail(PeerIndex peer, const Item& item, wire::Delivery result) {
  end(peer, item.delivery, item.tried ? wire::Delivery::kInDoubt : result);
}

void DeliveryQueue::end(PeerIndex peer, std::uint64_t delivery, wire::Delivery result) {
  if (endings_.empty() || endings_.back().peer != peer ||
      endings_.back().outcomes.result != result ||
      endings_.back().outcomes.deliveries.size() >= kDeliveriesOfOutcomes) {
    endings_.push_back({peer, {0, result, {}}});
  }
  endings_.back().outcomes.deliveries.push_back(delivery);
}

std::vector<wire::Outcomes> DeliveryQueue::take_outcomes() {
  std::vector<wire::Outcomes> taken;
  for (Ending& ending : endings_) {
    ending.outcomes.number = ++last_outcomes_;
    outcomes_.push_back(ending.outcomes);
    taken.push_back(std::move(ending.outcomes));
  }
  endings_.clear();
  return taken;
}

void DeliveryQueue::stored(std::uint64_t number) {
  while (!outcomes_.empty() && outcomes_.front().number <= number) {
    for (const std::uint64_t delivery : outcomes_.front().deliveries) held_.erase(delivery);
    outcomes_.pop_front();
  }
}

std::vector<std::uint64_t> DeliveryQueue::held() const {
  std::vector<std::uint64_t> all(held_.begin(), held_.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace guard::edge
