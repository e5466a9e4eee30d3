// LabelCache: from the octets of a label to what was decided about it.
//
// Who controls the keys: a hostile peer, which may send a new label each time. So
// - memory is bounded: a fixed number of entries, keys of at most kMaxKey octets;
// - time is bounded: a key is looked for in one set of kWays entries, whatever is stored;
// - which set that is depends on a random key (keyed_hash.h), so that nobody can aim at one;
// - what is in use stays. Half of a set is for newcomers, which only push out each other. One that
//   is asked for again takes a place in the other half only where that is free or its least used
//   entry is used less. A burst counts once; uses are halved as a set ages, so that what was in use
//   long ago goes.
//
// What is kept must depend on the label's octets alone: throw the cache away with the policy and
// the clearances that it was filled under, and keep nothing that changes with time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "guard/base/bytes.h"
#include "labels/keyed_hash.h"

namespace labels {

// LabelCache is not thread-safe.
template <class Value>
class LabelCache {
 public:
  static constexpr std::size_t kMaxKey = 1'024;  // octets; longer labels are never kept
  static constexpr std::size_t kWays = 8;        // entries of a set; half of them for newcomers

  // capacity in entries, rounded up to a power of two of sets. At most capacity keys and values are
  // kept, rounded so.
  LabelCache(std::size_t capacity, const HashKey& key)
      : key_(key), sets_(round_up((capacity + kWays - 1) / kWays)) {}

  [[nodiscard]] std::size_t capacity() const { return sets_.size() * kWays; }

  // find returns what is kept for the octets, or nullptr. The pointer lives until the next call of
  // find or put.
  [[nodiscard]] const Value* find(guard::BytesView octets) {
    if (octets.size() > kMaxKey) return nullptr;
    const std::uint64_t hash = keyed_hash(key_, octets);
    Set& set = set_of(hash);
    for (std::size_t i = 0; i < kWays; ++i) {
      Entry& entry = set.entries[i];
      if (!entry.is(hash, octets)) continue;
      // A burst is one use: what is asked for again only before anything else comes earns nothing.
      if (entry.counted != set.births && entry.uses < kMaxUses) ++entry.uses;
      entry.counted = set.births;
      age(set);
      return set.entries[i < kNewcomers ? promote(set, i) : i].value.get();
    }
    return nullptr;
  }

  // put keeps a value, in the place of the least used newcomer of its set, any of equals.
  // Labels that are too long are not kept.
  void put(guard::BytesView octets, Value value) {
    if (octets.size() > kMaxKey) return;
    const std::uint64_t hash = keyed_hash(key_, octets);
    Set& set = set_of(hash);
    for (Entry& entry : set.entries) {
      if (!entry.is(hash, octets)) continue;
      *entry.value = std::move(value);
      return;
    }
    // From a place that nobody can foresee: in order of age, five labels in turn would always push
    // out the one that comes next.
    const std::size_t first = ((hash ^ set.births) * 0x9e3779b97f4a7c15U >> 32) % kNewcomers;
    std::size_t place = first;
    for (std::size_t i = 1; i < kNewcomers; ++i) {
      const std::size_t next = (first + i) % kNewcomers;
      if (set.entries[next].precedes(set.entries[place])) place = next;
    }
    ++set.births;
    set.entries[place] = Entry{.hash = hash,
                               .key = {octets.begin(), octets.end()},
                               .value = std::make_unique<Value>(std::move(value)),
                               .uses = 0,
                               .counted = set.births};
    age(set);
  }

 private:
  static constexpr std::size_t kNewcomers = kWays / 2;
  static constexpr std::uint32_t kMaxUses = 255;
  static constexpr std::uint32_t kAge = 1'024;  // steps after which uses are halved

  struct Entry {
    std::uint64_t hash = 0;
    guard::Bytes key = {};
    std::unique_ptr<Value> value = {};
    std::uint32_t uses = 0;
    std::uint64_t counted = 0;  // births of the set when a use was last counted

    [[nodiscard]] bool is(std::uint64_t other, guard::BytesView octets) const {
      return value != nullptr && hash == other && std::ranges::equal(key, octets);
    }
    // Whether this entry is to go before that one: empty ones first.
    [[nodiscard]] bool precedes(const Entry& that) const {
      if ((value == nullptr) != (that.value == nullptr)) return value == nullptr;
      return uses < that.uses;
    }
  };

  struct Set {
    std::array<Entry, kWays> entries = {};  // the first kNewcomers are for newcomers
    std::uint64_t births = 0;
    std::uint32_t steps = 0;
  };

  static std::size_t round_up(std::size_t sets) {
    std::size_t power = 1;
    while (power < sets) power *= 2;
    return power;
  }

  Set& set_of(std::uint64_t hash) { return sets_[(hash >> 32) & (sets_.size() - 1)]; }

  static void age(Set& set) {
    if (++set.steps < kAge) return;
    set.steps = 0;
    for (Entry& entry : set.entries) entry.uses /= 2;
  }

  // Moves a newcomer to the other half where it has earned that, and says where it is then.
  static std::size_t promote(Set& set, std::size_t newcomer) {
    std::size_t weakest = kNewcomers;
    for (std::size_t i = kNewcomers + 1; i < kWays; ++i) {
      if (set.entries[i].precedes(set.entries[weakest])) weakest = i;
    }
    const Entry& other = set.entries[weakest];
    if (other.value != nullptr && other.uses >= set.entries[newcomer].uses) return newcomer;
    std::swap(set.entries[weakest], set.entries[newcomer]);
    return weakest;
  }

  HashKey key_;
  std::vector<Set> sets_;
};

}  // namespace labels
