// SendingHalf: what goes out on one authenticated connection, whoever has opened it, for one pair
// of domains or several. Pure: how to write comes in with each call.
//
// INVARIANT(NO_OTHER_PATH): what it writes comes from the delivery queue and from nowhere else.
//
//   carry, wake          pump                     acknowledged, or written without management
//   ───────────→ ready ────────→ given at a place ──────────────────────────────────────────→ ended
//                  ↑                │ lost: back to the queue, which knows what is sent again
//                  └── its window opens
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string_view>
#include <vector>

#include "guard/edge/delivery_queue.h"

namespace guard::edge {

// Outlet is what a half writes to: the part of net::Connection that it needs.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(std::string_view bytes) = 0;
  // given counts the octets of send() since the beginning, queued those that are not written.
  [[nodiscard]] virtual std::uint64_t given() const = 0;
  [[nodiscard]] virtual std::uint64_t queued() const = 0;
};

// Acknowledging says how the peer tells what it has taken.
enum class Acknowledging : std::uint8_t {
  kNone,     // it does not: what the kernel has taken ends as written
  kInOrder,  // by one count for the stream (SPEC: XEP-0198): one window for all its pairs
  kEach,     // each stanza by itself: a window for each pair, so that none waits for another
};

class SendingHalf {
 public:
  // What a connection is given ahead of the kernel, in octets: enough for full records, little to
  // take back.
  static constexpr std::uint64_t kAhead = 128U << 10;
  // What is carried without an acknowledgement, for each window. COMPAT(prosody 0.12): below the
  // 500 that it keeps itself; and below what the recorder lets out for a peer, so that other
  // streams go on.
  static constexpr std::size_t kUnacknowledged = 256;

  // `queue` outlives the half.
  SendingHalf(DeliveryQueue& queue, Acknowledging acknowledging)
      : queue_(queue), acknowledging_(acknowledging) {}
  ~SendingHalf() { lost(written_); }  // what it holds waits again
  SendingHalf(const SendingHalf&) = delete;
  SendingHalf& operator=(const SendingHalf&) = delete;

  // carry: from now on the pair is given here. REQUIRES: no other half carries it.
  void carry(const PairKey& key);
  [[nodiscard]] bool carries(const PairKey& key) const { return pairs_.contains(key); }
  [[nodiscard]] std::vector<PairKey> pairs() const;

  // wake: something may wait for the pair; call it for each delivery that is added. A pair that the
  // half does not carry is ignored.
  void wake(const PairKey& key);

  // pump gives what waits, one stanza of each pair in turn, while less than kAhead is queued and
  // the windows are open. A stanza of more than `max_bytes` is dropped as expired (SPEC: XEP-0478);
  // 0: the peer takes any. It returns how many stanzas were given.
  [[nodiscard]] std::uint32_t pump(Outlet& outlet, std::uint64_t max_bytes);

  // acknowledged: the peer has taken what was given at the places from `first` to `last`, counted
  // from 1 in the order of giving. What was acknowledged before is ignored. Windows that it opens
  // are used by the next pump. REQUIRES: 1 <= first <= last <= given(); not kNone.
  void acknowledged(std::uint64_t first, std::uint64_t last);

  // written: the kernel has taken so many octets of the connection.
  void written(std::uint64_t octets);
  // lost: the connection is gone, and the kernel has had so many octets of it. The half carries
  // nothing any more.
  void lost(std::uint64_t octets);

  // holds says whether something was given that has not ended; pending, whether there is anything
  // at all for one of the pairs.
  [[nodiscard]] bool holds() const;
  [[nodiscard]] bool pending() const;
  // given counts the stanzas ever given; unacknowledged those that wait for it, 0 with kNone.
  [[nodiscard]] std::uint64_t given() const { return given_; }
  [[nodiscard]] std::size_t unacknowledged() const { return places_.size(); }

 private:
  struct Pair {
    std::size_t unacknowledged = 0;
    std::uint64_t mark = 0;  // of the last that it was given
    bool ready = false;      // it stands in ready_
  };
  using Pairs = std::map<PairKey, Pair>;
  // Place is one stanza that is not acknowledged.
  struct Place {
    Pairs::iterator pair;
    std::uint64_t delivery = 0;
  };

  void make_ready(Pairs::iterator pair);
  [[nodiscard]] bool open(const Pair& pair) const;

  DeliveryQueue& queue_;
  const Acknowledging acknowledging_;
  Pairs pairs_;
  std::deque<Pairs::iterator> ready_;      // pairs that may have something to give, in turn
  std::map<std::uint64_t, Place> places_;  // without those that are acknowledged
  std::uint64_t given_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace guard::edge
