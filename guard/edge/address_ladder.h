// AddressLadder: which address of a peer to try, and when (RFC 6120 3.3). Pure: time and chance are
// the caller's.
//
// A peer's addresses stand in order of preference. One that has failed is left alone for a wait
// that doubles; while another works it is not used again before it has been tried apart from the
// traffic (a probe), so that a better address that is down costs nobody a connection.
//
//   good ──failed──→ down until `at` ──due──→ (probe, or an attempt where none is good)
//    ↑                  ↑                        │ failed: twice the wait
//    └────worked────────┴────────────────────────┘
//
// One ladder holds what is true of the addresses for everybody (the network); a pair of domains has
// another for what is true for it alone (whom the server at that address lets in).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "guard/edge/backoff.h"

namespace guard::edge {

class AddressLadder {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit AddressLadder(std::size_t addresses) : rungs_(addresses) {}

  // failed: an attempt that began at `began` has failed. `random` is any number. Attempts that were
  // under way together count as one failure: one that began before the last failure adds nothing.
  void failed(std::size_t address, Moment began, Moment now, std::uint32_t random);
  // worked: it is good again; the next wait is as long as the last one was, until `lasted`.
  void worked(std::size_t address);
  // lasted: what was made there has held, so that the next failure is a first one.
  void lasted(std::size_t address);

  [[nodiscard]] std::size_t size() const { return rungs_.size(); }
  [[nodiscard]] bool good(std::size_t address) const { return !rungs_[address].down; }
  // due says whether an attempt may be made now.
  [[nodiscard]] bool due(std::size_t address, Moment now) const;
  // at gives when it is due; only for one that is not good.
  [[nodiscard]] Moment at(std::size_t address) const { return rungs_[address].at; }

 private:
  struct Rung {
    bool down = false;
    Moment failed;  // the last time
    Moment at;
    Backoff backoff;
  };
  std::vector<Rung> rungs_;
};

// Choice is what to do next about connecting: try an address now, or wait.
struct Choice {
  std::optional<std::size_t> address;
  AddressLadder::Moment at;  // without an address: when to ask again
  std::size_t soonest = 0;   // without an address: the one that is due then
};

// choose gives the first address that is good on both ladders; else the first that is due on both;
// else the moment when one will be. REQUIRES: ladders of the same size, not empty.
[[nodiscard]] Choice choose(const AddressLadder& all, const AddressLadder& own,
                            AddressLadder::Moment now);

// better_due gives the first address before `current` that is down and due: it is time to probe it.
[[nodiscard]] std::optional<std::size_t> better_due(const AddressLadder& ladder,
                                                    std::size_t current, AddressLadder::Moment now);

}  // namespace guard::edge
