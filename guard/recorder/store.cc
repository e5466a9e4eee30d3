#include "guard/recorder/store.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "guard/base/check.h"

namespace guard::recorder {
namespace {

constexpr std::uint64_t kMagic = 0x33'65'72'6f'74'53'68'67;  // "ghStore3"
constexpr std::uint32_t kEntryMagic = 0x79'72'74'45;         // "Etry"
constexpr std::size_t kPage = 4096;
constexpr std::size_t kHeaderSpace = 5 * kPage;
constexpr std::size_t kSmallSpan = 1U << 20;   // below this a space is not worth compacting
constexpr std::size_t kLargeSpan = 16U << 20;  // above this the old space goes back to the kernel

constexpr std::uint64_t kSpaceBit = 1ULL << 63;

// Everything before this line is in memory before anything after it. Another process reads only
// after this one is dead, so that the compiler is all that has to be held back.
void fence() { std::atomic_signal_fence(std::memory_order_seq_cst); }

// Mixes octets into 64 bits: finds damage, not malice (only guardd and the recorder can write).
std::uint64_t mix(std::uint64_t sum, const void* data, std::size_t size) {
  const auto* octets = static_cast<const std::uint8_t*>(data);
  constexpr std::uint64_t kPrime = 0x9e3779b97f4a7c15;
  while (size > 0) {
    std::uint64_t word = 0;
    const std::size_t take = std::min<std::size_t>(size, sizeof word);
    std::memcpy(&word, octets, take);
    sum = (sum ^ word ^ (static_cast<std::uint64_t>(take) << 56)) * kPrime;
    sum ^= sum >> 29;
    octets += take;
    size -= take;
  }
  return sum;
}

}  // namespace

struct Store::Header {
  std::uint64_t magic;
  std::uint64_t size;   // of the memory
  std::uint64_t state;  // kSpaceBit: the active space; below it: its end, in octets
  std::uint64_t which;  // of the two progress slots
  Progress progress[2];
  Announced announced[2];                      // by Side
  std::uint8_t within[2][kMostAnnounced / 8];  // by Side and ticket: a bit for each
};

struct Store::EntryHeader {
  std::uint32_t magic;
  std::uint32_t erased;
  std::uint64_t size;  // of header and text, a multiple of 8
  std::uint64_t checksum;
  std::uint64_t delivery;
  std::int64_t deadline;
  std::uint64_t epoch;
  std::uint64_t ticket;
  std::uint32_t peer;
  std::uint32_t origin;
  std::uint32_t from_size;
  std::uint32_t to_size;
  std::uint32_t bytes_size;
  std::uint32_t contingency_size;
  std::uint32_t lane;
  std::uint32_t handed;

  [[nodiscard]] char* text() { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] std::size_t text_size() const {
    return std::size_t{from_size} + to_size + bytes_size + contingency_size;
  }
  [[nodiscard]] static std::size_t rounded(std::size_t text) {
    return (sizeof(EntryHeader) + text + 7) / 8 * 8;
  }
  [[nodiscard]] std::uint64_t sum() {
    std::uint64_t value = mix(1, &size, sizeof size);
    value = mix(value, &delivery, sizeof delivery);
    value = mix(value, &deadline, sizeof deadline);
    value = mix(value, &epoch, sizeof epoch);
    value = mix(value, &ticket, sizeof ticket);
    for (const std::uint32_t field :
         {peer, origin, from_size, to_size, bytes_size, contingency_size, lane}) {
      value = mix(value, &field, sizeof field);
    }
    return mix(value, text(), text_size());
  }
};

Store::Header& Store::header() const {
  static_assert(sizeof(Header) <= kHeaderSpace);
  return *reinterpret_cast<Header*>(memory_.data());
}

Store::EntryHeader& Store::entry_at(std::size_t offset) const {
  return *reinterpret_cast<EntryHeader*>(memory_.data() + offset);
}

std::size_t Store::space_size() const {
  return (memory_.size() - kHeaderSpace) / 2 / kPage * kPage;
}

std::size_t Store::space_begin(std::size_t space) const {
  return kHeaderSpace + space * space_size();
}

Store Store::format(std::span<std::uint8_t> memory) {
  CHECK(memory.size() >= kSmallest && reinterpret_cast<std::uintptr_t>(memory.data()) % 8 == 0);
  Store store(memory);
  Header& header = store.header();
  header.magic = 0;
  fence();
  header.size = memory.size();
  header.state = 0;
  header.which = 0;
  header.progress[0] = {};
  header.progress[1] = {};
  header.announced[0] = {};
  header.announced[1] = {};
  fence();
  header.magic = kMagic;
  return store;
}

std::optional<Store> Store::open(std::span<std::uint8_t> memory) {
  CHECK(memory.size() >= kSmallest && reinterpret_cast<std::uintptr_t>(memory.data()) % 8 == 0);
  Store store(memory);
  if (!store.load()) return std::nullopt;
  return store;
}

bool Store::load() {
  const Header& head = header();
  if (head.magic != kMagic || head.size != memory_.size() || head.which > 1) return false;
  const std::size_t begin = space_begin((head.state & kSpaceBit) != 0 ? 1 : 0);
  const std::size_t end = head.state & ~kSpaceBit;
  if (end > space_size()) return false;
  std::size_t at = 0;
  while (at < end) {
    if (end - at < sizeof(EntryHeader)) return false;
    EntryHeader& entry = entry_at(begin + at);
    if (entry.magic != kEntryMagic || entry.size > end - at || entry.lane >= kLanes.size() ||
        entry.handed > static_cast<std::uint32_t>(Handed::kEnded) ||
        EntryHeader::rounded(entry.text_size()) != entry.size || entry.sum() != entry.checksum) {
      return false;
    }
    if (entry.erased == 0) {
      if (!offsets_.emplace(entry.delivery, begin + at).second) return false;
      live_ += entry.size;
    }
    at += entry.size;
  }
  return true;
}

bool Store::fits(std::size_t octets) const {
  constexpr std::size_t kLargest = 0xffff'ffff;
  return octets <= kLargest && live_ + EntryHeader::rounded(octets) <= space_size() / 4 * 3;
}

void Store::put(const StoreEntry& entry) {
  const std::size_t text =
      entry.from.size() + entry.to.size() + entry.bytes.size() + entry.contingency.size();
  CHECK(fits(text));
  const std::size_t size = EntryHeader::rounded(text);
  std::size_t end = header().state & ~kSpaceBit;
  const std::size_t span = std::min(space_size(), std::max(kSmallSpan, 2 * (live_ + size)));
  if (end + size > span) {
    compact();
    end = header().state & ~kSpaceBit;
  }
  CHECK(end + size <= space_size());
  const bool second = (header().state & kSpaceBit) != 0;
  const std::size_t offset = space_begin(second ? 1 : 0) + end;
  EntryHeader& added = entry_at(offset);
  added.magic = kEntryMagic;
  added.erased = 0;
  added.size = size;
  added.delivery = entry.delivery;
  added.deadline = entry.deadline.microseconds;
  added.epoch = entry.epoch;
  added.ticket = entry.ticket;
  added.peer = entry.peer;
  added.origin = entry.origin;
  added.from_size = static_cast<std::uint32_t>(entry.from.size());
  added.to_size = static_cast<std::uint32_t>(entry.to.size());
  added.bytes_size = static_cast<std::uint32_t>(entry.bytes.size());
  added.contingency_size = static_cast<std::uint32_t>(entry.contingency.size());
  added.lane = static_cast<std::uint32_t>(entry.lane);
  added.handed = static_cast<std::uint32_t>(entry.handed);
  char* to = added.text();
  for (const std::string_view part : {entry.from, entry.to, entry.bytes, entry.contingency}) {
    to = std::ranges::copy(part, to).out;
  }
  added.checksum = added.sum();
  fence();
  header().state = (second ? kSpaceBit : 0) | (end + size);
  CHECK(offsets_.emplace(entry.delivery, offset).second);
  live_ += size;
}

std::optional<StoreEntry> Store::find(std::uint64_t delivery) const {
  const auto found = offsets_.find(delivery);
  if (found == offsets_.end()) return std::nullopt;
  EntryHeader& entry = entry_at(found->second);
  StoreEntry view;
  view.delivery = delivery;
  view.peer = entry.peer;
  view.origin = entry.origin;
  view.lane = static_cast<Lane>(entry.lane);
  view.handed = static_cast<Handed>(entry.handed);
  view.epoch = entry.epoch;
  view.ticket = entry.ticket;
  view.deadline = {entry.deadline};
  const char* text = entry.text();
  view.from = {text, entry.from_size};
  view.to = {text + entry.from_size, entry.to_size};
  view.bytes = {text + entry.from_size + entry.to_size, entry.bytes_size};
  view.contingency = {view.bytes.data() + entry.bytes_size, entry.contingency_size};
  return view;
}

void Store::set_handed(std::uint64_t delivery, Handed handed) {
  const auto found = offsets_.find(delivery);
  CHECK(found != offsets_.end());
  entry_at(found->second).handed = static_cast<std::uint32_t>(handed);
}

void Store::erase(std::uint64_t delivery) {
  const auto found = offsets_.find(delivery);
  if (found == offsets_.end()) return;
  EntryHeader& entry = entry_at(found->second);
  entry.erased = 1;
  live_ -= entry.size;
  offsets_.erase(found);
  if (!offsets_.empty()) return;
  // Nothing is live: begin the same space again.
  fence();
  header().state &= kSpaceBit;
}

std::vector<std::uint64_t> Store::names() const {
  std::vector<std::uint64_t> all;
  all.reserve(offsets_.size());
  for (const auto& [delivery, offset] : offsets_) all.push_back(delivery);
  std::ranges::sort(all);
  return all;
}

Progress Store::progress() const { return header().progress[header().which]; }

void Store::set_progress(const Progress& progress) {
  const std::uint64_t other = 1 - header().which;
  header().progress[other] = progress;
  fence();
  header().which = other;
}

Announced Store::announced(Side side) const {
  return header().announced[static_cast<std::size_t>(side)];
}

Lane Store::announced_lane(Side side, std::uint64_t ticket) const {
  const std::size_t place = ticket % kMostAnnounced;
  const std::uint8_t octet = header().within[static_cast<std::size_t>(side)][place / 8];
  return lane_between(side, (octet >> (place % 8) & 1U) != 0 ? side : other(side));
}

void Store::announce(std::uint64_t epoch, std::uint64_t ticket, Lane lane) {
  const Side side = near_side(lane);
  forget_announced(side, epoch);
  const std::size_t place = ticket % kMostAnnounced;
  std::uint8_t& octet = header().within[static_cast<std::size_t>(side)][place / 8];
  const auto bit = static_cast<std::uint8_t>(1U << (place % 8));
  octet = static_cast<std::uint8_t>(is_across(lane) ? octet & ~bit : octet | bit);
  fence();
  // What an edge announces again to a new recorder is no news.
  Announced& kept = header().announced[static_cast<std::size_t>(side)];
  kept.last = std::max(kept.last, ticket);
}

void Store::forget_announced(Side side, std::uint64_t epoch) {
  Announced& kept = header().announced[static_cast<std::size_t>(side)];
  if (kept.epoch == epoch) return;
  kept.last = 0;
  fence();
  kept.epoch = epoch;
  fence();
}

void Store::compact() {
  const bool second = (header().state & kSpaceBit) != 0;
  const std::size_t old_end = header().state & ~kSpaceBit;
  const std::size_t begin = space_begin(second ? 0 : 1);
  std::size_t end = 0;
  for (const std::uint64_t delivery : names()) {
    std::size_t& offset = offsets_.at(delivery);
    const std::size_t size = entry_at(offset).size;
    std::memcpy(memory_.data() + begin + end, memory_.data() + offset, size);
    offset = begin + end;
    end += size;
  }
  fence();
  header().state = (second ? 0 : kSpaceBit) | end;
  if (old_end > kLargeSpan) {
    // Only saves memory: where the kernel declines (memory that is no shared file), it stays.
    (void)::madvise(memory_.data() + space_begin(second ? 1 : 0), space_size(), MADV_REMOVE);
  }
}

}  // namespace guard::recorder
