#include "audit/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace audit::tool {
namespace {

constexpr std::size_t kWidth = 38;  // of the bar
constexpr std::string_view kErase = "\r\x1b[K";

bool same_file(int a, int b) {
  struct stat one {};
  struct stat other {};
  return ::fstat(a, &one) == 0 && ::fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

// What cannot be written is not missed.
void write_to(int terminal, std::string_view text) {
  const ssize_t written = ::write(terminal, text.data(), text.size());
  (void)written;
}

}  // namespace

Progress::Progress(std::string what, bool quiet, bool streamed, int terminal)
    : what_(std::move(what)),
      terminal_(terminal),
      wanted_(!quiet && ::isatty(terminal) == 1 &&
              !(streamed && same_file(STDOUT_FILENO, terminal))) {}

bool Progress::is_due(Clock::time_point now) {
  if (!wanted_) return false;
  if (!next_) next_ = now + kPatience;
  if (now < *next_) return false;
  next_ = now + kEvery;
  return true;
}

void Progress::share(double done, Clock::time_point now) {
  if (!is_due(now)) return;
  done = std::clamp(done, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(done * static_cast<double>(kWidth));
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3d %%", static_cast<int>(done * 100));
  show("[" + std::string(full, '#') + std::string(kWidth - full, '-') + "] " + percent);
}

void Progress::records(std::uint64_t count, Clock::time_point now) {
  if (is_due(now)) show(std::to_string(count) + " records");
}

void Progress::show(const std::string& how_far) {
  shown_ = true;
  write_to(terminal_, std::string(kErase) + what_ + "  " + how_far);
}

void Progress::hide() {
  if (std::exchange(shown_, false)) write_to(terminal_, kErase);
}

}  // namespace audit::tool
