// DeliveryQueue: what the recorder has released to this edge and what became of it. Pure.
//
//              add             next, given             written
//   (Deliver) ────→ waiting ────────────────→ given ────────────→ outcome kWritten ──stored──→ gone
//                     │  ↑        lost          │ on a managed stream
//                     │  ├──────────────────────┤ written        acknowledged
//                     │  └───────────────────── tried ──────────→ outcome kDelivered
//                     │           lost          └ lost, and not to be repeated ──→ outcome kInDoubt
//                     └ past its deadline ──→ outcome kExpired
//
// What the recorder takes back ends as kWithdrawn when it waits, or would wait again.
//
// A stream is managed where the peer acknowledges what it gets (SPEC: XEP-0198). What it was given
// there whole and has not acknowledged when the stream is lost may have arrived: it was *tried*. It
// is sent again on the next stream, in its old place, but for an iq of type set
// (guard/wire/repeatable.h); whatever was tried never ends as expired or withdrawn, but as
// kInDoubt. A peer that has not acknowledged something kAnswerGrace after its deadline loses the
// stream.
//
// Elsewhere bytes that a connection was given count as written when the kernel has taken the whole
// TLS record that ends them; before that the peer can read no complete stanza, so what a broken
// connection leaves is known not to have arrived, and waits again in its old place. Order is kept
// for each pair (SPEC: RFC 6120 10.1).
//
// Bounds: the recorder lets out a window for each peer; this holds no more than that.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "guard/wire/messages.h"

namespace guard::edge {

// PairKey names an outgoing stream: `local` is the far domain that the guard speaks for.
struct PairKey {
  PeerIndex peer = wire::kNoPeer;
  std::string local;
  std::string remote;
  auto operator<=>(const PairKey&) const = default;
};

class DeliveryQueue {
 public:
  static constexpr std::int64_t kAnswerGrace = 30'000'000;  // microseconds past the deadline

  // add queues a delivery; one that is held already is ignored (a new recorder sends it again).
  // It returns false then.
  bool add(wire::Deliver deliver);

  // refuse ends a delivery at once, as expired: there is no such stream.
  void refuse(const wire::Deliver& deliver);

  // waiting says whether the pair has something that no connection was given.
  [[nodiscard]] bool waiting(const PairKey& key) const;
  // pending says whether the pair has anything at all.
  [[nodiscard]] bool pending(const PairKey& key) const;

  // pairs are those that have anything at all; pairs_of, those of one peer.
  [[nodiscard]] std::vector<PairKey> pairs() const;
  [[nodiscard]] std::vector<PairKey> pairs_of(PeerIndex peer) const;

  // next returns the bytes of the pair's next delivery; nullptr without one. The pointer dies with
  // the next call. given says that the connection has them, and that they are written once its
  // count of written octets is `mark`. It returns the delivery's number.
  [[nodiscard]] const std::string* next(const PairKey& key) const;
  // `managed` says that the peer will acknowledge it; it is the same for all of one connection.
  std::uint64_t given(const PairKey& key, std::uint64_t mark, bool managed = false);
  // drop ends what next gave, as expired: the peer does not take it. REQUIRES: next gave it.
  void drop(const PairKey& key);

  // withdraw takes back deliveries: those that wait end as withdrawn; those that a connection was
  // given end as written, or as withdrawn when it is lost. Others are ignored.
  void withdraw(const std::vector<std::uint64_t>& deliveries);

  // give_up does the same with all that the pair has: it is no pair any more.
  void give_up(const PairKey& key);

  // acknowledged: the peer has taken this one, whatever has become of those before it.
  // REQUIRES: it was given to the pair's managed connection, and has not ended.
  void acknowledged(const PairKey& key, std::uint64_t delivery);
  // holds says whether the pair's connection was given something that has not ended.
  [[nodiscard]] bool holds(const PairKey& key) const;

  // written: the connection of the pair has written so many octets.
  void written(const PairKey& key, std::uint64_t octets);
  // lost: the connection of the pair is gone.
  void lost(const PairKey& key);

  // expire ends what has waited past its deadline, and returns the pairs whose connection holds
  // something past its deadline: the caller aborts them, so that it can expire.
  [[nodiscard]] std::vector<PairKey> expire(UtcTime now);

  // take_outcomes numbers what has ended since the last call; the caller sends it.
  [[nodiscard]] std::vector<wire::Outcomes> take_outcomes();
  // stored forgets the outcomes up to that number.
  void stored(std::uint64_t number);
  // outcomes are those that are not stored, in order: for a new recorder.
  [[nodiscard]] const std::deque<wire::Outcomes>& outcomes() const { return outcomes_; }

  // held are the deliveries that are here, and those whose outcome is not stored.
  [[nodiscard]] std::vector<std::uint64_t> held() const;

  [[nodiscard]] std::size_t size() const { return held_.size(); }

 private:
  struct Item {
    std::uint64_t delivery = 0;
    UtcTime deadline;
    std::uint64_t mark = 0;
    std::string bytes;
    bool withdrawn = false;
    bool tried = false;  // a managed connection took it whole
  };
  struct Pair {
    std::deque<Item> items;
    std::size_t given = 0;  // of items, from the front
    std::size_t taken = 0;  // of those, what the kernel has; they wait to be acknowledged
    bool managed = false;   // the connection that they were given to
  };

  void end(PeerIndex peer, std::uint64_t delivery, wire::Delivery result);
  // fail ends what will not be sent any more: `result`, or kInDoubt where it was tried.
  void fail(PeerIndex peer, const Item& item, wire::Delivery result);
  void drop_withdrawn(const PairKey& key, Pair& pair);

  struct Ending {
    PeerIndex peer = wire::kNoPeer;
    wire::Outcomes outcomes;
  };
  std::map<PairKey, Pair> pairs_;
  std::unordered_set<std::uint64_t> held_;  // as held()
  std::vector<Ending> endings_;             // not numbered yet
  std::deque<wire::Outcomes> outcomes_;     // numbered, not stored
  std::uint64_t last_outcomes_ = 0;
};

}  // namespace guard::edge
