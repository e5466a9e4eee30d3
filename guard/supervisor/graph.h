// Graph: the processes of the guard and the arrows between them, declared once. The supervisor
// makes exactly these, `guardd --graph` prints them, and a test compares them with the
// descriptors that the running processes hold (INVARIANT(NO_OTHER_PATH)).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/side.h"
#include "guard/wire/messages.h"
#include "guard/wire/permitted.h"

namespace guard::supervisor {

// Process: the processes that guardd starts.
enum class Process : std::uint8_t {
  kEdgeHigh = 0,
  kEdgeLow,
  kFilterHigh,
  kFilterLow,
  kRecorder,
  kMetrics,  // only where the site file wants it; stanzas do not depend on it
};
constexpr std::size_t kProcesses = 6;
constexpr std::array<Process, kProcesses> kAllProcesses = {
    Process::kEdgeHigh,  Process::kEdgeLow,  Process::kFilterHigh,
    Process::kFilterLow, Process::kRecorder, Process::kMetrics};

[[nodiscard]] Process edge_of(Side side);
[[nodiscard]] Process filter_of(Side side);
[[nodiscard]] wire::Role role_of(Process process);
// name_of returns e.g. "edge-high", "filter-high", "recorder".
[[nodiscard]] std::string_view name_of(Process process);
// executable_of returns e.g. "guard-edge".
[[nodiscard]] std::string_view executable_of(Process process);

// takes_policy says whether the process is told of another policy, of blocks and of stops while it
// runs: the edges and the recorder. Filters are replaced instead.
[[nodiscard]] bool takes_policy(Process process);

// Arrow: a one-way socket pair from one process to another. Control sockets (guardd ⇄ each) are
// not arrows: they carry no stanza.
struct Arrow {
  wire::Channel channel;
  Process from;
  Process to;
  Side side;  // whose line it is part of: edge, filter, recorder
};

// arrows returns all of them, in the order in which guardd makes them at the start.
[[nodiscard]] std::vector<Arrow> arrows();

// arrows_of returns those that have to be made anew when `process` has been replaced.
[[nodiscard]] std::vector<Arrow> arrows_of(Process process);

// falls_with returns the processes that are taken down with a dead one, itself not included: a
// filter shares the fate of the edge that feeds it, and both filters that of the recorder, so
// that nothing half-judged is left in a pipe.
[[nodiscard]] std::vector<Process> falls_with(Process process);

// describe prints the graph, with or without guard-metrics, one line for each process, control
// socket and arrow:
//   process edge-high guard-edge
//   control guardd edge-high
//   arrow offers edge-high filter-high
[[nodiscard]] std::string describe(bool metrics);

}  // namespace guard::supervisor
