// guard-filter: judges the stanzas that come from one side. Started by guardd, which holds the
// other end of descriptor 3; there is nothing to configure on the command line.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "guard/base/descriptor.h"
#include "guard/filter/filter_process.h"
#include "guard/filter/warm_up.h"
#include "guard/sandbox/sandbox.h"
#include "guard/wire/channel_end.h"
#include "schemas/xerces_platform.h"

// The leak check at exit opens files and traces threads, which the sandbox has taken away; what
// leaks is found by the unit tests, which run without one. Asked by AddressSanitizer only.
extern "C" int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() { return 1; }

namespace {

constexpr int kControl = 3;

void complain(std::string_view name, std::string_view what) {
  std::string line;
  while (!what.empty()) {
    const std::string_view first = what.substr(0, what.find('\n'));
    line += std::string(name) + ": " + std::string(first) + '\n';
    what.remove_prefix(std::min(first.size() + 1, what.size()));
  }
  // One call, so that lines of several processes do not mix; nobody to tell if it fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

int main() {
  using namespace guard;
  struct stat about {};
  if (::fstat(kControl, &about) != 0 || !S_ISSOCK(about.st_mode)) {
    complain("guard-filter", "is started by guardd, which gives it its control socket");
    return 3;
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::string name = "guard-filter";
  try {
    const schemas::XercesPlatform xerces;
    filter::FilterProcess process(
        wire::ChannelEnd(Descriptor(kControl), wire::Channel::kControl, wire::Role::kFilter),
        [&](std::string_view what) { complain(name, what); },
        [&](const wire::FilterConfiguration& configuration) {
          name += ' ';
          name += to_string(configuration.side);
          filter::warm_up();
          if (const auto entered = sandbox::enter_sandbox(sandbox::Duty::kFilter); !entered) {
            complain(name, "sandbox: " + entered.error());
            return filter::kExitSandbox;
          }
          return 0;
        });
    return process.run();
  } catch (const std::exception& error) {
    complain(name, error.what());
    return filter::kExitException;
  }
}
