// run: guard-audit as its users call it, for tests.
#pragma once

#include <stdio.h>
#include <sys/wait.h>

#include <array>
#include <string>

namespace audit {

struct Done {
  int status = -1;
  std::string out;  // both streams
};

// `before` goes before the tool's name, e.g. what makes it another user's.
inline Done run(const std::string& arguments, const std::string& before = {}) {
  const std::string command = before + GUARD_BINARY_DIR "/bin/guard-audit " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  Done done;
  std::array<char, 4096> octets;
  while (const std::size_t count = ::fread(octets.data(), 1, octets.size(), pipe)) {
    done.out.append(octets.data(), count);
  }
  const int status = ::pclose(pipe);
  done.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return done;
}

}  // namespace audit
