#include "guard/recorder/requests.h"

#include <algorithm>
#include <cstring>

#include "guard/base/bytes.h"
#include "guard/base/check.h"

namespace guard::recorder {
namespace {

// Of a store entry, beside its text; more than it is.
constexpr std::size_t kEntryHead = 128;

std::size_t size_of(const Request& request) {
  return request.from.size() + request.to.size() + request.exchange.size() + request.error.size();
}

}  // namespace

// The exchange is a digest, so any of its octets will do; a filter that gives many of one hash
// slows itself down, up to kMostOfPeer.
std::size_t Requests::KeyHash::operator()(const Key& key) const {
  std::size_t hash = 0;
  std::memcpy(&hash, key.exchange.data(), sizeof hash);
  return hash ^ static_cast<std::size_t>(key.lane);
}

Requests::Room Requests::room(const Request& request, std::size_t delivery) const {
  if (by_key_.contains({request.lane, request.exchange})) return Room::kRepeated;
  const std::size_t octets = size_of(request);
  if (open_.size() >= kMost) return Room::kFull;
  if (const auto of = of_peer_.find(request.asker); of != of_peer_.end()) {
    if (of->second.count >= kMostOfPeer) return Room::kFull;
    if (of->second.octets + octets > kMostOctetsOfPeer) return Room::kFull;
  }
  return store_.fits(delivery + octets + 2 * kEntryHead) ? Room::kYes : Room::kStoreFull;
}

void Requests::add(const Request& request) {
  StoreEntry entry;
  entry.delivery = request_name(request.sequence);
  entry.peer = request.asked;
  entry.origin = request.asker;
  entry.lane = request.lane;
  entry.deadline = request.deadline;
  entry.from = request.from;
  entry.to = request.to;
  entry.bytes = as_text(request.exchange);
  entry.contingency = request.error;
  store_.put(entry);
  open(request);
}

void Requests::open(const Request& request) {
  const Key key{request.lane, request.exchange};
  CHECK(by_key_.emplace(key, request.sequence).second);
  open_.emplace(request.sequence,
                Open{key, request.asker, request.asked, request.deadline, size_of(request)});
  OfPeer& of = of_peer_[request.asker];
  ++of.count;
  of.octets += size_of(request);
}

std::optional<std::uint64_t> Requests::find(Lane lane, const Digest& exchange, PeerIndex from,
                                            PeerIndex to) const {
  const auto found = by_key_.find({reverse_of(lane), exchange});
  if (found == by_key_.end()) return std::nullopt;
  const Open& request = open_.at(found->second);
  if (request.asked != from || request.asker != to) return std::nullopt;
  return found->second;
}

void Requests::end(std::uint64_t sequence) {
  const auto found = open_.find(sequence);
  CHECK(found != open_.end());
  const auto of = of_peer_.find(found->second.asker);
  --of->second.count;
  of->second.octets -= found->second.octets;
  if (of->second.count == 0) of_peer_.erase(of);
  by_key_.erase(found->second.key);
  open_.erase(found);
  ended_.push_back(sequence);
}

void Requests::forget_ended() {
  for (const std::uint64_t sequence : ended_) store_.erase(request_name(sequence));
  ended_.clear();
}

std::vector<std::uint64_t> Requests::due(UtcTime now, std::size_t most) const {
  // All have the same time, so that the oldest is the first; another policy may have changed that
  // time, and then some wait for those before them.
  std::vector<std::uint64_t> all;
  for (const auto& [sequence, request] : open_) {
    if (request.deadline > now || all.size() == most) break;
    all.push_back(sequence);
  }
  return all;
}

Request Requests::stored(std::uint64_t sequence) const {
  const auto entry = store_.find(request_name(sequence));
  CHECK(entry.has_value());
  Request request;
  request.sequence = sequence;
  request.lane = entry->lane;
  request.asker = entry->origin;
  request.asked = entry->peer;
  CHECK(entry->bytes.size() == request.exchange.size());
  std::memcpy(request.exchange.data(), entry->bytes.data(), request.exchange.size());
  request.deadline = entry->deadline;
  request.from = entry->from;
  request.to = entry->to;
  request.error = entry->contingency;
  return request;
}

void Requests::recover(std::uint64_t committed, std::span<const std::uint64_t> ended) {
  for (const std::uint64_t name : store_.names()) {
    if (!is_request(name)) continue;
    const std::uint64_t sequence = name & ~kRequestBit;
    if (sequence > committed || std::ranges::binary_search(ended, sequence)) {
      store_.erase(name);
    } else {
      open(stored(sequence));
    }
  }
}

}  // namespace guard::recorder
