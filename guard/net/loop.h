// Loop: the event loop of a process, with timers and watches on descriptors. Asio is behind it, so
// that whoever includes this compiles fast.
//
// One thread. A turn is: wait for something, handle a bounded number of things that are ready,
// run what was deferred. So that many stanzas share a write, writers defer their flush.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace guard::net {

using Task = std::function<void()>;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // run handles events until stop is called.
  void run();
  // stop makes run return at the end of the turn; after that it may be called again.
  void stop();

  // defer runs `task` at the end of this turn, in order. What a deferred task defers runs in the
  // same turn.
  void defer(Task task);

  // at_turn_end sets the task that runs at the end of every turn, after what was deferred; what
  // it defers runs in the same turn.
  void at_turn_end(Task task);

  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  void run_deferred();

  std::unique_ptr<State> state_;
};

// Ticker calls its task again and again until it is destroyed. REQUIRES: dies before the loop.
class Ticker {
 public:
  Ticker(Loop& loop, std::chrono::milliseconds period, Task task);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Watch calls tasks when a descriptor, which it does not own, can be read or written.
// REQUIRES: it dies before the descriptor is closed and before the loop.
class Watch {
 public:
  // `readable` is called again and again while there is something to read (or the end of file);
  // empty for an end that is only written to.
  Watch(Loop& loop, int descriptor, Task readable);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // when_broken calls `task` once, when nobody reads what is written (the other end is closed).
  void when_broken(Task task);

  // when_writable calls `task` once, as soon as the descriptor takes octets; a second call before
  // that changes nothing.
  void when_writable(Task task);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace guard::net
