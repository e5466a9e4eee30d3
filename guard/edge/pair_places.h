// PairPlaces: on which stream each pair's stanzas go out, where pairs may share streams (SPEC:
// XEP-0220 2.6, XEP-0288). Pure.
//
//             may_carry                                       lost
//   dispatch ─────────────────────────────→ carried ─────────────────────→ dispatch, if
//      │      may_ask        answered: yes ──↑                             something is left
//      ├──────────────→ asked
//      │                  └ answered: no, or not at all ──→ dispatch, without asking there again
//      │      may_hope    ready, or lost
//      ├──────────────→ hoping ────────────→ dispatch
//      └──────────────→ a stream of its own
//
// A pair is in one place at a time, and leaves it only when that stream is gone, so that the order
// of its stanzas is kept (SPEC: RFC 6120 10.1).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "guard/edge/delivery_queue.h"

namespace guard::edge {

// Carrier is a stream, ours or the peer's, that several pairs may go out on.
class Carrier {
 public:
  // may_carry: the pair is authenticated on it, and it is given stanzas still.
  [[nodiscard]] virtual bool may_carry(const PairKey& key) const = 0;
  // may_ask: it is not, and might be.
  [[nodiscard]] virtual bool may_ask(const PairKey& key) const = 0;
  // may_hope: the stream is being made, and may take pairs once it is there.
  [[nodiscard]] virtual bool may_hope() const = 0;

  // carry: from now on it gives what waits for the pair. REQUIRES: may_carry, or answered.
  virtual void carry(const PairKey& key) = 0;
  // ask: PairPlaces::answered follows, perhaps at once; lost may come before it.
  virtual void ask(const PairKey& key) = 0;
  // wake_pair: there may be more for a pair that it carries.
  virtual void wake_pair(const PairKey& key) = 0;
  // break_off drops the connection at once.
  virtual void break_off() = 0;

 protected:
  ~Carrier() = default;
};

class PairPlaces {
 public:
  struct Ways {
    // carriers of the peer, those that the peer has opened first; none where it shares no streams.
    std::function<std::vector<Carrier*>(PeerIndex)> carriers;
    // wake_own wakes the pair's own stream; false where it has none and waits for none.
    std::function<bool(const PairKey&)> wake_own;
    std::function<void(const PairKey&)> make_own;
    std::function<bool(const PairKey&)> pending;  // whether the pair has anything at all
  };
  explicit PairPlaces(Ways ways) : ways_(std::move(ways)) {}

  // dispatch: the pair has something to deliver.
  void dispatch(const PairKey& key);

  // A peer that has refused so many pairs on a stream is asked for no more there.
  static constexpr std::size_t kRefusals = 256;
  // One that does not answer for so many ticks has refused: 30 seconds.
  static constexpr unsigned kAnswerTicks = 120;

  // ready: a carrier of the peer can carry and be asked from now on.
  void ready(PeerIndex peer);
  void answered(Carrier& carrier, const PairKey& key, bool added);
  // tick: call it four times each second.
  void tick();
  // forget_refusals lets the carrier be asked again for what it has refused.
  void forget_refusals(const Carrier& carrier) { refused_.erase(&carrier); }
  // lost: the carrier holds nothing any more, and is forgotten. The pairs that were with it are
  // nowhere now: those that have something are for the caller to dispatch, not from within.
  [[nodiscard]] std::vector<PairKey> lost(Carrier& carrier);

  // may_place says whether the carrier would take the pair, as far as is known.
  [[nodiscard]] bool may_place(const Carrier& carrier, const PairKey& key) const;

  // carrier_of gives the stream that carries the pair; nullptr where it has its own, or none.
  [[nodiscard]] Carrier* carrier_of(const PairKey& key) const;

 private:
  enum class Stage : std::uint8_t { kHoping, kAsked, kCarried };
  struct Place {
    Carrier* carrier = nullptr;
    Stage stage = Stage::kHoping;
    unsigned ticks = 0;  // since it was asked
  };
  bool place(const PairKey& key, const std::vector<Carrier*>& carriers);

  const Ways ways_;
  std::map<PairKey, Place> places_;
  std::map<const Carrier*, std::set<PairKey>> refused_;
};

}  // namespace guard::edge
