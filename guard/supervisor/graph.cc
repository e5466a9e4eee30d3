#include "guard/supervisor/graph.h"

#include <algorithm>

namespace guard::supervisor {
namespace {

std::string_view name_of(wire::Channel channel) {
  switch (channel) {
    case wire::Channel::kControl:
      return "control";
    case wire::Channel::kOffers:
      return "offers";
    case wire::Channel::kJudgements:
      return "judgements";
    case wire::Channel::kTickets:
      return "tickets";
    case wire::Channel::kReleases:
      return "releases";
    case wire::Channel::kStore:
      return "store";
  }
  return "";
}

}  // namespace

Process edge_of(Side side) { return side == Side::kHigh ? Process::kEdgeHigh : Process::kEdgeLow; }

Process filter_of(Side side) {
  return side == Side::kHigh ? Process::kFilterHigh : Process::kFilterLow;
}

wire::Role role_of(Process process) {
  switch (process) {
    case Process::kEdgeHigh:
    case Process::kEdgeLow:
      return wire::Role::kEdge;
    case Process::kFilterHigh:
    case Process::kFilterLow:
      return wire::Role::kFilter;
    case Process::kRecorder:
      return wire::Role::kRecorder;
    case Process::kMetrics:
      return wire::Role::kMetrics;
  }
  return wire::Role::kSupervisor;
}

std::string_view name_of(Process process) {
  switch (process) {
    case Process::kEdgeHigh:
      return "edge-high";
    case Process::kEdgeLow:
      return "edge-low";
    case Process::kFilterHigh:
      return "filter-high";
    case Process::kFilterLow:
      return "filter-low";
    case Process::kRecorder:
      return "recorder";
    case Process::kMetrics:
      return "metrics";
  }
  return "";
}

std::string_view executable_of(Process process) { return wire::to_string(role_of(process)); }

bool takes_policy(Process process) {
  return role_of(process) == wire::Role::kEdge || role_of(process) == wire::Role::kRecorder;
}

std::vector<Arrow> arrows() {
  std::vector<Arrow> all;
  for (const Side side : kSides) {
    all.push_back({wire::Channel::kTickets, edge_of(side), Process::kRecorder, side});
    all.push_back({wire::Channel::kReleases, Process::kRecorder, edge_of(side), side});
  }
  for (const Side side : kSides) {
    all.push_back({wire::Channel::kJudgements, filter_of(side), Process::kRecorder, side});
    all.push_back({wire::Channel::kOffers, edge_of(side), filter_of(side), side});
  }
  return all;
}

std::vector<Process> falls_with(Process process) {
  switch (process) {
    case Process::kEdgeHigh:
      return {Process::kFilterHigh};
    case Process::kEdgeLow:
      return {Process::kFilterLow};
    case Process::kRecorder:
      return {Process::kFilterHigh, Process::kFilterLow};
    case Process::kFilterHigh:
    case Process::kFilterLow:
    case Process::kMetrics:
      return {};
  }
  return {};
}

std::vector<Arrow> arrows_of(Process process) {
  std::vector<Process> replaced = falls_with(process);
  replaced.push_back(process);
  const auto touches = [&replaced](Process end) {
    return std::find(replaced.begin(), replaced.end(), end) != replaced.end();
  };
  std::vector<Arrow> anew;
  for (const Arrow& arrow : arrows()) {
    if (touches(arrow.from) || touches(arrow.to)) anew.push_back(arrow);
  }
  return anew;
}

std::string describe(bool metrics) {
  std::string text;
  for (const Process process : kAllProcesses) {
    if (process == Process::kMetrics && !metrics) continue;
    text += "process " + std::string(name_of(process)) + " " + std::string(executable_of(process)) +
            "\n";
  }
  for (const Process process : kAllProcesses) {
    if (process == Process::kMetrics && !metrics) continue;
    text += "control guardd " + std::string(name_of(process)) + "\n";
  }
  for (const Arrow& arrow : arrows()) {
    text += "arrow " + std::string(name_of(arrow.channel)) + " " +
            std::string(name_of(arrow.from)) + " " + std::string(name_of(arrow.to)) + "\n";
  }
  return text;
}

}  // namespace guard::supervisor
