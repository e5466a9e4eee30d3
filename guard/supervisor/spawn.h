// spawn: starts one process of the graph by fork and exec, with its own descriptors and no others.
#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/descriptor.h"

namespace guard::supervisor {

// What a child gets. It has stdin from /dev/null, stdout and stderr of its parent, its control
// socket as descriptor 3, `kept` as descriptor 4 where there is one, an empty environment, no
// core dumps, no capability and no way to gain one, and it dies with its parent.
struct Birth {
  std::filesystem::path executable;
  std::vector<std::string> arguments;  // argv[1] and so on
  std::optional<std::filesystem::path> network_namespace;
  int control = -1;  // borrowed
  int kept = -1;     // borrowed; -1: none
  std::uint64_t open_files = 64;
};

// spawn returns the process id, or what failed: the fork, or a step in the child before its exec.
[[nodiscard]] std::expected<pid_t, std::string> spawn(const Birth& birth);

}  // namespace guard::supervisor
