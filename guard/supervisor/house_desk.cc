// The part of House that serves the operator.
#include <unistd.h>

#include <chrono>
#include <utility>

#include "guard/supervisor/house.h"

namespace guard::supervisor {
namespace {

constexpr Moment kFiguresEvery = 1000;

Moment monotonic() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

void House::open_desk() {
  DeskLinks links;
  links.status = [this] { return status(); };
  links.note = [this](std::string event, std::string detail) {
    note(std::move(event), std::move(detail));
    send_notes();
  };
  links.addresses = [this](PeerIndex peer) {
    for (const wire::EdgeConfiguration& edge : parts_.plan.edges) {
      for (const wire::NearPeer& near : edge.near_peers) {
        if (near.index == peer) return near.addresses;
      }
    }
    return std::vector<wire::Endpoint>();
  };
  links.tell = [this](const wire::Controls& controls) { tell_controls(controls); };
  links.confirm = [this](const wire::Controls& controls) {
    auto& control = inhabitant(Process::kRecorder).control;
    if (!recorder_ready_ || !control) return false;
    control->send(controls);
    return true;
  };
  links.answer = [this](std::uint64_t asker, const control::Answer& answer) {
    parts_.control->socket.answer(asker, answer);
  };
  links.save = [this](const OperatorState& state) {
    return save_operator_state(parts_.control->state_file, state);
  };
  links.reload = [this](std::uint64_t asker, const control::Request& request,
                        const std::string& who) { reload(who, ReloadAsker{asker, request.json}); };
  look_up_dates(now_utc());
  desk_.emplace(parts_.control ? std::move(parts_.control->state) : OperatorState(),
                parts_.plan.recorder.peers, dates_.absent(),
                parts_.control ? parts_.control->rights : control::Rights(), ::geteuid(),
                std::move(links));
}

// A note goes before them on the same channel: its row is durable when they are in force.
void House::tell_controls(const wire::Controls& controls) {
  for (const Process process : kAllProcesses) {
    auto& control = inhabitant(process).control;
    if (control && takes_policy(process)) control->send(controls);
  }
}

void House::gone(Process process) {
  inhabitant(process) = {};
  if (process == Process::kRecorder) recorder_ready_ = false;
  if (process == Process::kRecorder) notes_.recorder_gone();
  if (process == Process::kRecorder) figures_.recorder_gone();
  if (process == Process::kEdgeHigh) figures_.edge_gone(Side::kHigh);
  if (process == Process::kEdgeLow) figures_.edge_gone(Side::kLow);
  if (process == Process::kRecorder) desk_->recorder_gone();
  if (process == Process::kEdgeHigh) desk_->edge_gone(Side::kHigh);
  if (process == Process::kEdgeLow) desk_->edge_gone(Side::kLow);
}

HouseStatus House::status() {
  HouseStatus status;
  status.version = GUARD_VERSION;
  status.site = parts_.site;
  status.started = started_;
  status.policy = parts_.plan.recorder.policy_digest;
  status.configuration = parts_.plan.recorder.configuration_digest;
  for (const wire::EdgeConfiguration& edge : parts_.plan.edges) {
    if (edge.within) status.lanes.push_back(lane_between(edge.side, edge.side));
  }
  for (const Process process : kAllProcesses) {
    if (process == Process::kMetrics && !parts_.metrics) continue;
    const Inhabitant& one = inhabitant(process);
    const std::uint64_t starts = starts_[static_cast<std::size_t>(process)];
    status.processes.push_back({.name = std::string(name_of(process)),
                                .pid = one.pid,
                                .ready = one.ready,
                                .since = one.since,
                                .restarts = starts > 0 ? starts - 1 : 0});
  }
  return status;
}

void House::tell_metrics() {
  next_figures_ = monotonic() + kFiguresEvery;
  auto& control = inhabitant(Process::kMetrics).control;
  if (!control || control->wants_write()) return;
  const bool ready = watch_.all_ready() && !watch_.stopping();
  control->send(figures_.figures(status(), ready, parts_.plan.recorder.peers, desk_->controls(),
                                 credentials_.ends()));
  control->flush();
}

}  // namespace guard::supervisor
