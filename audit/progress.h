// Progress: how far long work is, in one line on the standard error that is written over.
//
//   verify  [##############------------------------]  37 %
//
// Only a terminal is shown it, from half a second on, ten times a second at most, and nothing is
// left of it afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace audit::tool {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kPatience = std::chrono::milliseconds(500);  // before it is shown
  static constexpr auto kEvery = std::chrono::milliseconds(100);

  // `terminal` is where it is shown, if it is one. Where what the work writes is `streamed` to the
  // same terminal, nothing is: it would stand between its lines.
  Progress(std::string what, bool quiet, bool streamed, int terminal = 2);
  ~Progress() { hide(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // share says how much is done: 0 to 1. records says how many there were where nobody knows of how
  // many.
  void share(double done, Clock::time_point now = Clock::now());
  void records(std::uint64_t count, Clock::time_point now = Clock::now());

  // hide takes the line away, before something else is written there.
  void hide();

 private:
  [[nodiscard]] bool is_due(Clock::time_point now);
  void show(const std::string& how_far);

  std::string what_;
  int terminal_;
  bool wanted_;
  bool shown_ = false;
  std::optional<Clock::time_point> next_;
};

}  // namespace audit::tool
