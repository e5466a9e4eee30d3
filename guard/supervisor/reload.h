// Reload: what guardd does from the moment at which another plan has been made until nothing of the
// policy before it is left. A pure state machine: no clock, no process; the shell
// (house_reload.cc) carries out what it answers. README.md, Reload, says why in this order.
//
//   IDLE ──begin──→ STAGING ──both new filters are ready, all five processes too──→ SWITCHING
//    ↑ ↑               │ one dies, or is late: give up                                 │
//    │ └───────────────┘                            recorder and edges have answered,  │
//    │                                              or are new: the old filters end    ▼
//    └────────────────────── the recorder says Drained ────────────────────────── DRAINING
//
// After the switch there is no way back and nothing that can fail: whoever does not answer is
// replaced, and a new process starts with the new policy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "guard/supervisor/graph.h"
#include "guard/supervisor/watch.h"

namespace guard::supervisor {

// What the shell is to do, in order.
struct ReloadAction {
  enum class What : std::uint8_t {
    kStage,    // start two filters with the new plan
    kGiveUp,   // end them; the policy is refused because of `why`
    kSwitch,   // the new plan is the plan; tell everybody, with `number`
    kEndOld,   // end the filters of the old policy
    kReplace,  // `process` does not answer: replace it
    kDone,     // `withdrawn` stanzas of the old policy did not leave in time
  };
  What what;
  std::string why = {};
  Process process = Process::kRecorder;
  std::uint64_t number = 0;
  std::uint64_t withdrawn = 0;
};

class Reload {
 public:
  using Actions = std::vector<ReloadAction>;

  static constexpr Moment kReadyWithin = 30'000;    // milliseconds, for new filters
  static constexpr Moment kAnswerWithin = 10'000;   // for Reconfigured
  static constexpr Moment kDrainedWithin = 30'000;  // for Drained; the recorder waits five seconds

  [[nodiscard]] bool idle() const { return std::holds_alternative<Idle>(state_); }
  // switched says whether the new plan is in force and the old policy not yet over: a recorder that
  // is started meanwhile is to be told of the switch, with number().
  [[nodiscard]] bool switched() const;
  [[nodiscard]] std::uint64_t number() const { return number_; }

  // begin: another plan has been made. REQUIRES: idle().
  [[nodiscard]] Actions begin(Moment now);

  // ready, died: the new filter of a side.
  [[nodiscard]] Actions ready(Side side);
  [[nodiscard]] Actions died(Side side, const std::string& why);

  // reconfigured, drained: as the messages say. Numbers of other switches count for nothing.
  [[nodiscard]] Actions reconfigured(Process process, std::uint64_t number, Moment now);
  [[nodiscard]] Actions drained(std::uint64_t number, std::uint64_t withdrawn);

  // started: a process has been replaced, with the plan in force.
  [[nodiscard]] Actions started(Process process, Moment now);

  // tick: call it often. `all_ready`: all five processes are.
  [[nodiscard]] Actions tick(bool all_ready, Moment now);

  // stop: guardd is to end.
  [[nodiscard]] Actions stop();

 private:
  struct Idle {};
  struct Staging {
    Moment since = 0;
    std::array<bool, 2> ready{};  // by Side
  };
  struct Switching {
    Moment since = 0;
    std::set<Process> waiting;
    std::optional<std::uint64_t> drained;  // the recorder was done before an edge had answered
  };
  struct Draining {
    Moment since = 0;
  };

  [[nodiscard]] Actions give_up(const std::string& why);
  [[nodiscard]] Actions answered(Process process, Moment now);

  std::variant<Idle, Staging, Switching, Draining> state_;
  std::uint64_t number_ = 0;
};

}  // namespace guard::supervisor
