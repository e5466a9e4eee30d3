#include "guard/net/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "guard/base/check.h"
#include "guard/net/loop_state.h"

namespace guard::net {

namespace asio = boost::asio;

namespace {
// The bound on handlers of one turn: each may read 64 KiB.
constexpr int kHandlersOfTurn = 16;
}  // namespace

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

void Loop::run() {
  const auto work = asio::make_work_guard(state_->io);
  state_->stopped = false;
  while (!state_->stopped) {
    state_->io.run_one();
    for (int handled = 1; handled < kHandlersOfTurn; ++handled) {
      if (state_->io.poll_one() == 0) break;
    }
    run_deferred();
    if (state_->turn_end) state_->turn_end();
    run_deferred();
  }
}

void Loop::run_deferred() {
  while (!state_->deferred.empty()) {
    std::vector<Task> tasks;
    tasks.swap(state_->deferred);
    for (Task& task : tasks) task();
  }
}

void Loop::at_turn_end(Task task) { state_->turn_end = std::move(task); }

void Loop::stop() { state_->stopped = true; }

void Loop::defer(Task task) {
  state_->deferred.push_back(std::move(task));
  // Wakes a loop that has not begun to run yet, or is asked from outside of a turn.
  if (state_->deferred.size() == 1) asio::post(state_->io, [] {});
}

struct Ticker::State : std::enable_shared_from_this<Ticker::State> {
  State(Loop& loop, std::chrono::milliseconds every, Task what)
      : timer(loop.state().io), period(every), task(std::move(what)) {}

  void arm() {
    timer.expires_after(period);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || self->dead) return;
      self->task();
      if (!self->dead) self->arm();
    });
  }

  asio::steady_timer timer;
  std::chrono::milliseconds period;
  Task task;
  bool dead = false;
};

Ticker::Ticker(Loop& loop, std::chrono::milliseconds period, Task task)
    : state_(std::make_shared<State>(loop, period, std::move(task))) {
  state_->arm();
}

Ticker::~Ticker() {
  state_->dead = true;
  state_->timer.cancel();
}

struct Watch::State : std::enable_shared_from_this<Watch::State> {
  State(Loop& loop, int number, Task on_readable)
      : descriptor(loop.state().io, number), readable(std::move(on_readable)) {}

  void arm() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (error || self->dead) return;
                            self->readable();
                            if (!self->dead) self->arm();
                          });
  }

  void arm_broken(Task task) {
    // Completes on a hang-up or an error only, not where the other end has ended its writing.
    descriptor.async_wait(asio::posix::stream_descriptor::wait_error,
                          [self = shared_from_this(),
                           what = std::move(task)](const boost::system::error_code& error) {
                            if (!error && !self->dead) what();
                          });
  }

  void arm_write(Task task) {
    if (writing) return;
    writing = true;
    descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                          [self = shared_from_this(),
                           what = std::move(task)](const boost::system::error_code& error) {
                            self->writing = false;
                            if (!error && !self->dead) what();
                          });
  }

  asio::posix::stream_descriptor descriptor;
  Task readable;
  bool dead = false;
  bool writing = false;
};

Watch::Watch(Loop& loop, int descriptor, Task readable)
    : state_(std::make_shared<State>(loop, descriptor, std::move(readable))) {
  if (state_->readable) state_->arm();
}

Watch::~Watch() {
  state_->dead = true;
  state_->descriptor.release();  // the descriptor is its owner's; this cancels what waits
}

void Watch::when_broken(Task task) { state_->arm_broken(std::move(task)); }

void Watch::when_writable(Task task) { state_->arm_write(std::move(task)); }

}  // namespace guard::net
