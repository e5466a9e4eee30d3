// Requests: what has been asked across the guard and has no answer yet.
//
//             add                      end                    forget_ended
//   (record) ─────→ outstanding ─────────────────→ ended ──────────────────→ gone
//                        │  answered, or its time     (its row is to be
//                        └─ is up (due)                durable first)
//
// INVARIANT(ONE_ANSWER): a request ends once, by the row of its answer or by that of its time; what
// the log has as ended is not outstanding for a later recorder.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "guard/recorder/store.h"
#include "guard/wire/messages.h"

namespace guard::recorder {

// Request is one that has crossed, or is about to. Views live as those of StoreEntry do.
struct Request {
  std::uint64_t sequence = 0;       // of its row
  Lane lane = Lane::kHighToLow;     // that it took
  PeerIndex asker = wire::kNoPeer;  // of the lane's near side
  PeerIndex asked = wire::kNoPeer;  // of its far side, which may be the same
  Digest exchange{};                // (wire::Exchange)
  UtcTime deadline;                 // of its answer
  std::string_view from;            // the pair of the error that the asker gets at the deadline
  std::string_view to;
  std::string_view error;
};

// Requests holds who waits for what; the bytes are in the store, which it borrows.
class Requests {
 public:
  static constexpr std::size_t kMost = 65'536;
  static constexpr std::size_t kMostOfPeer = 4'096;           // that it has asked
  static constexpr std::size_t kMostOctetsOfPeer = 4U << 20;  // that they take in the store

  explicit Requests(Store& store) : store_(store) {}

  // room says whether a request may be added, while `delivery` octets go into the store with it.
  enum class Room : std::uint8_t { kYes = 0, kRepeated, kFull, kStoreFull };
  [[nodiscard]] Room room(const Request& request, std::size_t delivery) const;

  // add makes it outstanding and puts it into the store. REQUIRES: room said yes.
  void add(const Request& request);

  // find gives the row of the outstanding request that a stanza of `lane`, from a peer to a peer,
  // would answer; nullopt where there is none.
  [[nodiscard]] std::optional<std::uint64_t> find(Lane lane, const Digest& exchange, PeerIndex from,
                                                  PeerIndex to) const;

  // end takes it off: its answer, or the error in its place, is in a row that is to be durable.
  // REQUIRES: it is outstanding.
  void end(std::uint64_t sequence);

  // forget_ended erases the bytes of those that have ended. To be called when that is durable.
  void forget_ended();

  // due lists requests whose deadline has come, the oldest first, `most` at most.
  [[nodiscard]] std::vector<std::uint64_t> due(UtcTime now, std::size_t most) const;

  // stored reads an outstanding request back.
  [[nodiscard]] Request stored(std::uint64_t sequence) const;

  // recover takes over what the store has, but for what was never committed (past `committed`) and
  // what the log has as ended (`ended`, ascending). To be called first.
  void recover(std::uint64_t committed, std::span<const std::uint64_t> ended);

  [[nodiscard]] std::size_t outstanding() const { return open_.size(); }

 private:
  struct Key {
    Lane lane = Lane::kHighToLow;
    Digest exchange{};
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Open {
    Key key;
    PeerIndex asker = wire::kNoPeer;
    PeerIndex asked = wire::kNoPeer;
    UtcTime deadline;
    std::size_t octets = 0;
  };
  struct OfPeer {
    std::size_t count = 0;
    std::size_t octets = 0;
  };

  void open(const Request& request);

  Store& store_;
  std::map<std::uint64_t, Open> open_;  // by sequence
  std::unordered_map<Key, std::uint64_t, KeyHash> by_key_;
  std::unordered_map<PeerIndex, OfPeer> of_peer_;  // by asker
  std::vector<std::uint64_t> ended_;               // still in the store
};

}  // namespace guard::recorder
