// Watch: what guardd does when a process dies, hangs or asks. A pure state machine: no clock, no
// process, no descriptor; the shell (house.cc) carries out what it answers.
//
//              start                 Ready of all
//   (nothing) ───────→ STARTING ───────────────────→ RUNNING
//                         │  ▲                          │
//              a death,   │  │ its group is started     │ a death, a Restart, a missed Ping
//              a timeout  ▼  │ again, at once or after  ▼
//                       MENDING ←───────────────────────┘
//                         │ SIGTERM, or the recorder says that the log is broken
//                         ▼
//                      STOPPING ──→ everything has exited ──→ done
//
// A group is started again at once, but for one that has died kFast times within kFastWindow:
// that one waits kPause. A stanza that kills its filter twice must not be slowed by this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guard/supervisor/graph.h"

namespace guard::supervisor {

// Milliseconds of a monotonic clock.
using Moment = std::int64_t;

constexpr int kFast = 5;
constexpr Moment kFastWindow = 10'000;
constexpr Moment kPause = 1'000;
constexpr Moment kPingEvery = 1'000;
constexpr Moment kPongWithin = 10'000;
constexpr Moment kReadyWithin = 30'000;
constexpr Moment kRecorderReadyWithin = 600'000;  // it may have much of its log to read
constexpr Moment kStopWithin = 5'000;

// kLogBroken is the exit status of a recorder that can write no more, and then of guardd.
constexpr int kLogBroken = 74;

// What the shell is to do, in order.
struct Action {
  enum class What : std::uint8_t {
    kKill,      // SIGKILL `process`; its death has been taken into account already
    kStart,     // fork, exec and configure `process`
    kJoin,      // make the socket pair of `arrow`, and hand out its ends
    kPing,      // send Ping{number} to `process`
    kStop,      // send Stop to `process`
    kNote,      // have the recorder write `event` and `detail`
    kAllReady,  // say so to the operator and to the service manager
    kExit,      // leave with `status`
  };
  What what;
  Process process = Process::kRecorder;
  Arrow arrow{};
  std::uint64_t number = 0;
  std::string event = {};
  std::string detail = {};
  int status = 0;
};

class Watch {
 public:
  using Actions = std::vector<Action>;

  // With `metrics` guard-metrics is started, too. Nothing waits for it once all have been ready.
  explicit Watch(bool metrics = false) : metrics_(metrics) {}

  // start begins everything. REQUIRES: called once, first.
  [[nodiscard]] Actions start(Moment now);

  // ready: the process has said Ready.
  [[nodiscard]] Actions ready(Process process, Moment now);

  // pong: the process has answered a Ping.
  void pong(Process process, std::uint64_t number, Moment now);

  // died: the process has ended. `status` is its exit status, or 128 plus the signal.
  [[nodiscard]] Actions died(Process process, int status, Moment now);

  // restart: the recorder wants a side's filter replaced.
  [[nodiscard]] Actions restart(Side side, const std::string& why, Moment now);

  // replace: the process is to go; a new one takes its place.
  [[nodiscard]] Actions replace(Process process, const std::string& why, Moment now);

  // slept: guardd itself has heard nobody for so long. What it waits for has so much more time.
  void slept(Moment how_long);

  // forbidden: the process broke the contract on its control socket.
  [[nodiscard]] Actions forbidden(Process process, Moment now);

  // stop: the operator wants everything to end.
  [[nodiscard]] Actions stop(Moment now);

  // tick: call at next_tick() or later.
  [[nodiscard]] Actions tick(Moment now);
  [[nodiscard]] Moment next_tick(Moment now) const;

  // all_ready: every process that stanzas depend on is.
  [[nodiscard]] bool all_ready() const;
  [[nodiscard]] bool stopping() const { return stopping_since_.has_value(); }

 private:
  enum class Life : std::uint8_t { kDown, kStarting, kReady };
  struct State {
    Life life = Life::kDown;
    Moment since = 0;      // of this life
    Moment last_pong = 0;  // or of its Ready
    std::vector<Moment> deaths;
    bool asked_to_stop = false;
    std::optional<Moment> start_at;  // kDown only: when its group is started again
  };

  [[nodiscard]] State& state(Process process);
  void take_down(Process process, const std::string& why, Moment now, Actions& actions);
  void start_due(Moment now, Actions& actions);
  void tick_stopping(Moment now, Actions& actions);
  void ping(Moment now, Actions& actions);

  const bool metrics_;
  State states_[kProcesses];
  std::vector<Process> mending_;  // the dead whose groups are to be started again
  Moment last_ping_ = 0;
  std::uint64_t ping_number_ = 0;
  bool said_ready_ = false;
  std::optional<Moment> stopping_since_;
  bool killed_all_ = false;
  int exit_status_ = 0;
};

}  // namespace guard::supervisor
