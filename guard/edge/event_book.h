// EventBook: the events that the recorder has not stored yet, and what waits for that. Pure.
//
// INVARIANT(AUDIT_BEFORE_RELEASE): what an authenticated stream is answered about itself waits
// here until its row is durable.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "guard/wire/messages.h"

namespace guard::edge {

class EventBook {
 public:
  // kCeiling: with so many waiting the edge takes no new connections.
  static constexpr std::size_t kCeiling = 8192;

  // add numbers the event, keeps it, and returns it for sending. `stored` runs once the event is
  // durable.
  const wire::Event& add(wire::Event event, std::function<void()> stored = {});

  // stored forgets the events up to `number` and runs what waited for them, in order.
  void stored(std::uint64_t number);

  [[nodiscard]] bool full() const { return waiting_.size() >= kCeiling; }

  // each calls `tell` with every waiting event, in order: for a new recorder.
  void each(const std::function<void(const wire::Event&)>& tell) const;

 private:
  struct Waiting {
    wire::Event event;
    std::function<void()> stored;
  };
  std::uint64_t last_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace guard::edge
