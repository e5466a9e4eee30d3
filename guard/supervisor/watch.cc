#include "guard/supervisor/watch.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"

namespace guard::supervisor {
namespace {

using What = Action::What;

constexpr int kUnavailable = 69;  // sysexits.h: what guardd ends with when it cannot go on

// The order in which an orderly end goes: first those who let stanzas in, last who records them.
constexpr std::array<std::array<Process, 2>, 3> kStopOrder = {{
    {Process::kEdgeHigh, Process::kEdgeLow},
    {Process::kFilterHigh, Process::kFilterLow},
    {Process::kRecorder, Process::kMetrics},
}};

Action note(std::string event, std::string detail) {
  return {.what = What::kNote, .event = std::move(event), .detail = std::move(detail)};
}

std::string describe_status(int status) {
  return status >= 128 ? "signal " + std::to_string(status - 128)
                       : "status " + std::to_string(status);
}

}  // namespace

Watch::State& Watch::state(Process process) { return states_[static_cast<std::size_t>(process)]; }

Watch::Actions Watch::start(Moment now) {
  Actions actions;
  for (const Process process : kAllProcesses) {
    if (process == Process::kMetrics && !metrics_) continue;
    state(process).life = Life::kStarting;
    state(process).since = now;
    actions.push_back({.what = What::kStart, .process = process});
  }
  for (const Arrow& arrow : arrows()) actions.push_back({.what = What::kJoin, .arrow = arrow});
  actions.push_back(note("service-started", ""));
  last_ping_ = now;
  return actions;
}

bool Watch::all_ready() const {
  return std::ranges::all_of(kAllProcesses, [this](Process process) {
    return process == Process::kMetrics ||
           states_[static_cast<std::size_t>(process)].life == Life::kReady;
  });
}

Watch::Actions Watch::ready(Process process, Moment now) {
  State& self = state(process);
  Actions actions;
  if (self.life != Life::kStarting) return actions;
  self.life = Life::kReady;
  self.last_pong = now;
  if (all_ready() && !said_ready_ && !stopping()) {
    said_ready_ = true;
    actions.push_back({.what = What::kAllReady});
  }
  return actions;
}

void Watch::pong(Process process, std::uint64_t number, Moment now) {
  // A number that was never sent does not count as an answer.
  if (number <= ping_number_) state(process).last_pong = now;
}

void Watch::take_down(Process process, const std::string& why, Moment now, Actions& actions) {
  State& self = state(process);
  if (self.life == Life::kDown) return;
  self.life = Life::kDown;
  actions.push_back(note("process-died", std::string(name_of(process)) + ": " + why));
  std::erase_if(self.deaths, [now](Moment death) { return now - death > kFastWindow; });
  self.deaths.push_back(now);
  const bool fast = self.deaths.size() >= static_cast<std::size_t>(kFast);
  self.start_at = now + (fast ? kPause : 0);
  mending_.push_back(process);
  for (const Process fallen : falls_with(process)) {
    if (state(fallen).life == Life::kDown) continue;
    state(fallen).life = Life::kDown;
    actions.push_back({.what = What::kKill, .process = fallen});
  }
}

void Watch::start_due(Moment now, Actions& actions) {
  std::vector<Process> due;
  for (const Process process : mending_) {
    if (state(process).start_at && *state(process).start_at <= now) due.push_back(process);
  }
  if (due.empty()) return;
  std::vector<Process> started;
  const auto begin = [&](Process process) {
    State& self = state(process);
    if (self.life != Life::kDown) return;
    // A member of the group that is waiting out its own pause is not started by the group.
    if (self.start_at && *self.start_at > now) return;
    self.life = Life::kStarting;
    self.since = now;
    self.start_at.reset();
    std::erase(mending_, process);
    started.push_back(process);
    actions.push_back({.what = What::kStart, .process = process});
  };
  for (const Process process : due) {
    begin(process);
    for (const Process fallen : falls_with(process)) begin(fallen);
  }
  const auto in = [](const std::vector<Process>& list, Process process) {
    return std::find(list.begin(), list.end(), process) != list.end();
  };
  for (const Arrow& arrow : arrows()) {
    const bool both_live =
        state(arrow.from).life != Life::kDown && state(arrow.to).life != Life::kDown;
    if (both_live && (in(started, arrow.from) || in(started, arrow.to))) {
      actions.push_back({.what = What::kJoin, .arrow = arrow});
    }
  }
  for (const Process process : due) {
    actions.push_back(note("process-started", std::string(name_of(process))));
  }
}

Watch::Actions Watch::died(Process process, int status, Moment now) {
  Actions actions;
  if (stopping()) {
    state(process).life = Life::kDown;
    if (status != 0 && exit_status_ == 0 && process == Process::kRecorder) exit_status_ = status;
    tick_stopping(now, actions);
    return actions;
  }
  if (process == Process::kRecorder && status == kLogBroken) {
    state(process).life = Life::kDown;
    exit_status_ = kLogBroken;
    stopping_since_ = now;
    tick_stopping(now, actions);
    return actions;
  }
  if (!said_ready_ && status != 0 && status < 128) {
    // Nothing ever worked: this is a fault of the installation, which no restart mends.
    exit_status_ = kUnavailable;
    state(process).life = Life::kDown;
    stopping_since_ = now;
    tick_stopping(now, actions);
    return actions;
  }
  take_down(process, describe_status(status), now, actions);
  start_due(now, actions);
  return actions;
}

Watch::Actions Watch::replace(Process process, const std::string& why, Moment now) {
  Actions actions;
  if (stopping() || state(process).life == Life::kDown) return actions;
  actions.push_back({.what = What::kKill, .process = process});
  take_down(process, why, now, actions);
  start_due(now, actions);
  return actions;
}

Watch::Actions Watch::restart(Side side, const std::string& why, Moment now) {
  return replace(filter_of(side), why, now);
}

Watch::Actions Watch::forbidden(Process process, Moment now) {
  return replace(process, "forbidden message", now);
}

void Watch::slept(Moment how_long) {
  for (State& one : states_) {
    one.since += how_long;
    one.last_pong += how_long;
  }
}

Watch::Actions Watch::stop(Moment now) {
  Actions actions;
  if (stopping()) return actions;
  actions.push_back(note("service-stopping", ""));
  stopping_since_ = now;
  mending_.clear();
  tick_stopping(now, actions);
  return actions;
}

// Asks the next stage to stop when the one before it is gone; ends everything that is late.
void Watch::tick_stopping(Moment now, Actions& actions) {
  const auto down = [this](Process process) { return state(process).life == Life::kDown; };
  if (std::all_of(kAllProcesses.begin(), kAllProcesses.end(), down)) {
    actions.push_back({.what = What::kExit, .status = exit_status_});
    return;
  }
  if (now - *stopping_since_ >= kStopWithin && !killed_all_) {
    killed_all_ = true;
    for (const Process process : kAllProcesses) {
      if (!down(process)) actions.push_back({.what = What::kKill, .process = process});
      state(process).life = Life::kDown;
    }
    const int status = exit_status_ != 0 ? exit_status_ : kUnavailable;
    actions.push_back({.what = What::kExit, .status = status});
    return;
  }
  for (const auto& stage : kStopOrder) {
    if (std::all_of(stage.begin(), stage.end(), down)) continue;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      if (down(stage[i]) || std::exchange(state(stage[i]).asked_to_stop, true)) continue;
      actions.push_back({.what = What::kStop, .process = stage[i]});
    }
    break;
  }
}

void Watch::ping(Moment now, Actions& actions) {
  if (now - last_ping_ < kPingEvery) return;
  last_ping_ = now;
  ++ping_number_;
  for (const Process process : kAllProcesses) {
    if (state(process).life != Life::kReady) continue;
    actions.push_back({.what = What::kPing, .process = process, .number = ping_number_});
  }
}

Watch::Actions Watch::tick(Moment now) {
  Actions actions;
  if (stopping()) {
    tick_stopping(now, actions);
    return actions;
  }
  for (const Process process : kAllProcesses) {
    const State& self = state(process);
    const bool mute = self.life == Life::kReady && now - self.last_pong >= kPongWithin;
    const Moment patience = process == Process::kRecorder ? kRecorderReadyWithin : kReadyWithin;
    const bool late = self.life == Life::kStarting && now - self.since >= patience;
    if (!mute && !late) continue;
    actions.push_back({.what = What::kKill, .process = process});
    take_down(process, mute ? "no answer" : "not ready in time", now, actions);
  }
  start_due(now, actions);
  ping(now, actions);
  return actions;
}

Moment Watch::next_tick(Moment now) const {
  if (stopping()) return now + 100;
  Moment next = std::max(now, last_ping_ + kPingEvery);
  for (const State& state : states_) {
    if (state.start_at) next = std::min(next, std::max(now, *state.start_at));
  }
  return next;
}

}  // namespace guard::supervisor
