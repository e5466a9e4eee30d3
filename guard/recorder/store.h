// Store: the hand-over store: released deliveries that have no outcome yet, in a memory file that
// guardd owns and lends to the recorder, so that they survive the recorder's death.
//
// The memory holds a header and two spaces. Entries are appended to the active space; an erased
// one is marked; when the space has grown to twice what is live, the live entries are copied to the
// other space and the header switches to it. A process that is killed between any two
// instructions leaves a store that opens: an entry counts once the header's end has passed it, and
// only up to the last sequence that the log has.
//
// Beside deliveries it keeps requests that have no answer yet (requests.h), under names that no
// delivery has.
//
// Who controls its content: the bytes were written by a filter; the frame around them by the
// recorder alone. guardd never reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/wire/messages.h"

namespace guard::recorder {

// How far a delivery has come: whether it was handed to the channel of its edge, and whether that
// has said how it ended. That has no row yet, or the entry would be gone.
enum class Handed : std::uint8_t { kNo = 0, kYes = 1, kEnded = 2 };

// request_name is what the request that a row released is called in the store.
constexpr std::uint64_t kRequestBit = 1ULL << 63;
[[nodiscard]] constexpr std::uint64_t request_name(std::uint64_t sequence) {
  return sequence | kRequestBit;
}
[[nodiscard]] constexpr bool is_request(std::uint64_t name) { return (name & kRequestBit) != 0; }

// StoreEntry is one delivery, or one request. Its views live until the store's next put or erase.
struct StoreEntry {
  std::uint64_t delivery = 0;
  PeerIndex peer = wire::kNoPeer;    // for whom the bytes are
  PeerIndex origin = wire::kNoPeer;  // who gets the contingency bytes
  Lane lane = Lane::kHighToLow;      // of the stanza that it came from
  Handed handed = Handed::kNo;
  std::uint64_t epoch = 0;   // of the lane's near edge,
  std::uint64_t ticket = 0;  // and of the stanza there, if its end is waited for; else 0
  UtcTime deadline;
  std::string_view from;  // of the pair
  std::string_view to;
  std::string_view bytes;
  std::string_view contingency;
};

// Progress is what the recorder keeps beside the entries: the last committed sequence, and what
// had been reached then, for each side's edge.
struct Progress {
  struct OfEdge {
    std::uint64_t epoch = 0;
    std::uint64_t ended = 0;   // last ticket
    std::uint64_t events = 0;  // last event number
    bool operator==(const OfEdge&) const = default;
  };
  std::uint64_t committed = 0;
  // Rows from this one on may have closed streams that have not ended; 0 without one.
  std::uint64_t closes_since = 0;
  OfEdge edges[2];  // by Side
  bool operator==(const Progress&) const = default;
};

// kMostAnnounced bounds how many tickets of a side's edge are open, and so for how many their lane
// has to be known.
constexpr std::size_t kMostAnnounced = 65'536;

// Announced is the newest ticket of a side's edge that a recorder has heard of.
struct Announced {
  std::uint64_t epoch = 0;
  std::uint64_t last = 0;
  bool operator==(const Announced&) const = default;
};

// Store. Not thread-safe. Borrows the memory.
class Store {
 public:
  // The smallest memory that a store fits in, in octets.
  static constexpr std::size_t kSmallest = 131'072;

  // format makes an empty store. REQUIRES: memory is 8-octet aligned and at least kSmallest.
  [[nodiscard]] static Store format(std::span<std::uint8_t> memory);

  // open takes over what an earlier recorder left; nullopt where header or an entry is damaged,
  // or the memory was never formatted.
  [[nodiscard]] static std::optional<Store> open(std::span<std::uint8_t> memory);

  // fits says whether put would take an entry with that many octets of text in all. A quarter of a
  // space stays free, so that copying costs each entry a bounded number of moves.
  [[nodiscard]] bool fits(std::size_t octets) const;

  // put adds an entry. REQUIRES: fits, and nothing of that name was put before.
  void put(const StoreEntry& entry);

  // find returns the entry of a name; nullopt where there is none.
  [[nodiscard]] std::optional<StoreEntry> find(std::uint64_t delivery) const;

  void set_handed(std::uint64_t delivery, Handed handed);

  // erase forgets an entry; one that is not there is not missed.
  void erase(std::uint64_t delivery);

  // names lists what is in the store, ascending: deliveries, then requests.
  [[nodiscard]] std::vector<std::uint64_t> names() const;

  [[nodiscard]] Progress progress() const;
  void set_progress(const Progress& progress);

  // What is announced is kept at once, not with the next commit: where edge and recorder die
  // together it is all that is left of a ticket.
  [[nodiscard]] Announced announced(Side side) const;
  // announced_lane is the lane of one of the last kMostAnnounced tickets that were announced.
  [[nodiscard]] Lane announced_lane(Side side, std::uint64_t ticket) const;
  // announce notes a ticket of an edge, in sequence for each epoch; once more is no harm.
  void announce(std::uint64_t epoch, std::uint64_t ticket, Lane lane);
  // forget_announced begins another epoch, without a ticket.
  void forget_announced(Side side, std::uint64_t epoch);

 private:
  explicit Store(std::span<std::uint8_t> memory) : memory_(memory) {}
  struct Header;
  struct EntryHeader;
  [[nodiscard]] Header& header() const;
  [[nodiscard]] EntryHeader& entry_at(std::size_t offset) const;
  [[nodiscard]] std::size_t space_size() const;
  [[nodiscard]] std::size_t space_begin(std::size_t space) const;
  [[nodiscard]] bool load();
  void compact();

  std::span<std::uint8_t> memory_;
  std::unordered_map<std::uint64_t, std::size_t> offsets_;  // of delivery, in the memory
  std::size_t live_ = 0;                                    // octets of entries not erased
};

}  // namespace guard::recorder
