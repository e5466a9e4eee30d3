#include "guard/supervisor/reload.h"

#include <algorithm>

#include "guard/base/check.h"

namespace guard::supervisor {

using What = ReloadAction::What;

bool Reload::switched() const {
  return std::holds_alternative<Switching>(state_) || std::holds_alternative<Draining>(state_);
}

Reload::Actions Reload::begin(Moment now) {
  CHECK(idle());
  state_ = Staging{now, {}};
  return {{.what = What::kStage}};
}

Reload::Actions Reload::ready(Side side) {
  if (auto* staging = std::get_if<Staging>(&state_)) {
    staging->ready[static_cast<std::size_t>(side)] = true;
  }
  return {};
}

Reload::Actions Reload::give_up(const std::string& why) {
  state_ = Idle{};
  return {{.what = What::kGiveUp, .why = why}};
}

Reload::Actions Reload::died(Side side, const std::string& why) {
  if (!std::holds_alternative<Staging>(state_)) return {};
  return give_up("the new " + std::string(name_of(filter_of(side))) + " ended: " + why);
}

Reload::Actions Reload::reconfigured(Process process, std::uint64_t number, Moment now) {
  return number == number_ ? answered(process, now) : Actions{};
}

Reload::Actions Reload::answered(Process process, Moment now) {
  auto* switching = std::get_if<Switching>(&state_);
  if (switching == nullptr || switching->waiting.erase(process) == 0) return {};
  if (!switching->waiting.empty()) return {};
  Actions actions{{.what = What::kEndOld}};
  if (switching->drained) {
    actions.push_back({.what = What::kDone, .withdrawn = *switching->drained});
    state_ = Idle{};
  } else {
    state_ = Draining{now};
  }
  return actions;
}

Reload::Actions Reload::started(Process process, Moment now) {
  auto* draining = std::get_if<Draining>(&state_);
  if (draining == nullptr) return answered(process, now);
  if (process == Process::kRecorder) draining->since = now;  // it has much to read first
  return {};
}

Reload::Actions Reload::drained(std::uint64_t number, std::uint64_t withdrawn) {
  if (number != number_) return {};
  if (auto* switching = std::get_if<Switching>(&state_)) switching->drained = withdrawn;
  if (!std::holds_alternative<Draining>(state_)) return {};
  state_ = Idle{};
  return {{.what = What::kDone, .withdrawn = withdrawn}};
}

Reload::Actions Reload::tick(bool all_ready, Moment now) {
  if (const auto* staging = std::get_if<Staging>(&state_)) {
    if (now - staging->since >= kReadyWithin) {
      return give_up("the service was not ready for it in time");
    }
    if (!all_ready || !std::ranges::all_of(staging->ready, [](bool one) { return one; })) return {};
    state_ = Switching{now, {Process::kEdgeHigh, Process::kEdgeLow, Process::kRecorder}, {}};
    return {{.what = What::kSwitch, .number = ++number_}};
  }
  Actions actions;
  if (auto* switching = std::get_if<Switching>(&state_)) {
    if (now - switching->since < kAnswerWithin) return {};
    switching->since = now;
    for (const Process late : switching->waiting) {
      actions.push_back({.what = What::kReplace, .process = late});
    }
  } else if (auto* draining = std::get_if<Draining>(&state_)) {
    if (now - draining->since < kDrainedWithin) return {};
    draining->since = now;
    actions.push_back({.what = What::kReplace, .process = Process::kRecorder});
  }
  return actions;
}

Reload::Actions Reload::stop() {
  if (std::holds_alternative<Staging>(state_)) return give_up("guardd is ending");
  const bool old_ones = std::holds_alternative<Switching>(state_);
  state_ = Idle{};
  if (old_ones) return {{.what = What::kEndOld}};
  return {};
}

}  // namespace guard::supervisor
