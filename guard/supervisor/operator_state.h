// OperatorState: what operators have blocked and stopped, who did, when and why. It outlives guardd
// in a file of lines that people can read:
//
//   xmpp-guard operator state 1
//   block low-server 2026-11-23T06:10:00.000000Z uid 1000: incident 42
//   stop high-to-low 2026-11-23T06:11:00.000000Z uid 0
//
// A file that cannot be read or understood keeps guardd from starting (INVARIANT(FAIL_CLOSED)):
// what it blocked would be open otherwise. No file is an empty state.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "guard/base/file_error.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"

namespace guard::supervisor {

struct OperatorAct {
  UtcTime since;
  std::string who;  // "uid 1000", or "uid 1000: reason"; one line, without control characters
  bool operator==(const OperatorAct&) const = default;
};

struct OperatorState {
  std::map<std::string, OperatorAct> blocked;                     // by the peer's name
  std::array<std::optional<OperatorAct>, kLanes.size()> stopped;  // by Lane

  [[nodiscard]] const std::optional<OperatorAct>& stop_of(Lane lane) const {
    return stopped[static_cast<std::size_t>(lane)];
  }
  bool operator==(const OperatorState&) const = default;
};

[[nodiscard]] std::string write_operator_state(const OperatorState& state);

// parse_operator_state reads what write_operator_state writes and nothing else. `file` is for
// errors.
[[nodiscard]] std::expected<OperatorState, FileError> parse_operator_state(const std::string& file,
                                                                           std::string_view text);

// load_operator_state reads the file; an empty state where there is none.
[[nodiscard]] std::expected<OperatorState, FileError> load_operator_state(
    const std::filesystem::path& file);

// can_keep_operator_state says whether whoever asks could write that file now. The error names the
// file and why not.
[[nodiscard]] std::expected<void, std::string> can_keep_operator_state(
    const std::filesystem::path& file);

// save_operator_state replaces the file as a whole (a new one is synced and renamed, mode 0640).
// An error says what failed; the old file stands then.
[[nodiscard]] std::expected<void, std::string> save_operator_state(
    const std::filesystem::path& file, const OperatorState& state);

}  // namespace guard::supervisor
