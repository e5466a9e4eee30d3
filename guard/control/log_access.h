// LogAccess: the file `access` in the directory of an audit log. guardd writes it; guard-audit
// reads in it whom it has to tell that somebody reads the log, before it does:
//
//   xmpp-guard log access v1
//   recorded | required
//   PATH of guardd's control socket
//
// Who controls the input: whoever may write in the log's directory. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace guard::control {

struct LogAccess {
  static constexpr const char* kName = "access";
  static constexpr std::size_t kMostOctets = 8192;

  bool required = false;  // what cannot be recorded may not be done
  std::string socket;     // absolute
  bool operator==(const LogAccess&) const = default;
};

// to_text spells it. REQUIRES: an absolute path without a line end.
[[nodiscard]] std::string to_text(const LogAccess& access);

// parse_log_access reads the file. The error says what was expected.
[[nodiscard]] std::expected<LogAccess, std::string_view> parse_log_access(std::string_view text);

// shown_words makes of what somebody typed a text that a request takes as its reason: in one line,
// of at most Request::kMaxReason octets, with "..." where something is left out, and "?" for what
// cannot be shown.
[[nodiscard]] std::string shown_words(std::string_view typed);

}  // namespace guard::control
