// Request and Answer: what guardctl and guardd say to each other (README.md, The conversation).
//
// Who controls a request: whoever may open the control socket. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace guard::control {

// kLogRead is not an operator's: guard-audit says that somebody is about to read the audit log, and
// `reason` is what he typed (log_access.h).
enum class Command : std::uint8_t {
  kStatus,
  kPeers,
  kBlock,
  kUnblock,
  kStop,
  kResume,
  kReload,
  kLogRead
};

// to_string gives the word that is typed, e.g. "block".
[[nodiscard]] std::string_view to_string(Command command);
// acts says whether a command changes what crosses: it wants the right to act, not only to look.
[[nodiscard]] bool acts(Command command);
// takes_argument says whether it is about a peer or a direction.
[[nodiscard]] bool takes_argument(Command command);

struct Request {
  static constexpr std::size_t kMaxLine = 1024;   // octets, the line end included
  static constexpr std::size_t kMaxReason = 200;  // octets

  Command command = Command::kStatus;
  bool json = false;
  std::string argument = {};  // a peer or a direction; empty where none is taken
  std::string reason = {};    // free text, without control characters; empty only of an operator
  bool operator==(const Request&) const = default;
};

// write_request gives the line, with its line end. REQUIRES: argument without spaces, reason within
// its bound.
[[nodiscard]] std::string write_request(const Request& request);

// read_request reads a line without its line end. Errors, a sentence for the operator: another
// version, an unknown word, an argument missing or superfluous, a reason that is missing where it
// is all, is too long or has control characters or is not UTF-8.
[[nodiscard]] std::expected<Request, std::string> read_request(std::string_view line);

struct Answer {
  int status = 1;  // of guardctl: 0 to 3
  std::string
      text;  // to be printed: to standard output, or where status is not 0, to standard error
  bool operator==(const Answer&) const = default;
};

[[nodiscard]] std::string write_answer(const Answer& answer);
// read_answer reads what came up to the end of file; an error where it is cut or malformed.
[[nodiscard]] std::expected<Answer, std::string> read_answer(std::string_view bytes);

}  // namespace guard::control
