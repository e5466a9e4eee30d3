#include "guard/control/request.h"

#include <array>
#include <optional>
#include <utility>

#include "guard/base/check.h"
#include "guard/base/escape.h"

namespace guard::control {
namespace {

constexpr std::string_view kVersion = "1";
constexpr std::array kCommands = {Command::kStatus,  Command::kPeers,  Command::kBlock,
                                  Command::kUnblock, Command::kStop,   Command::kResume,
                                  Command::kReload,  Command::kLogRead};

// Cuts the first word off `rest`.
std::string_view word(std::string_view& rest) {
  const std::size_t end = rest.find(' ');
  const std::string_view first = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return first;
}

std::optional<Command> command_of(std::string_view typed) {
  for (const Command command : kCommands) {
    if (to_string(command) == typed) return command;
  }
  return std::nullopt;
}

// What the audit log and a terminal show as it is.
bool is_plain(std::string_view text) {
  return text.find('\\') == std::string_view::npos && for_terminal(text) == text;
}

}  // namespace

std::string_view to_string(Command command) {
  switch (command) {
    case Command::kStatus:
      return "status";
    case Command::kPeers:
      return "peers";
    case Command::kBlock:
      return "block";
    case Command::kUnblock:
      return "unblock";
    case Command::kStop:
      return "stop";
    case Command::kResume:
      return "resume";
    case Command::kReload:
      return "reload";
    case Command::kLogRead:
      return "log-read";
  }
  return "";
}

bool acts(Command command) {
  return command != Command::kStatus && command != Command::kPeers && command != Command::kLogRead;
}

bool takes_argument(Command command) { return acts(command) && command != Command::kReload; }

std::string write_request(const Request& request) {
  CHECK(request.argument.find(' ') == std::string::npos);
  CHECK(request.reason.size() <= Request::kMaxReason);
  std::string line = std::string(kVersion) + (request.json ? " json " : " text ");
  line += to_string(request.command);
  const bool argument = takes_argument(request.command);
  if (argument) line += " " + request.argument;
  if (!request.reason.empty()) line += " " + request.reason;
  return line + "\n";
}

std::expected<Request, std::string> read_request(std::string_view line) {
  if (line.size() >= Request::kMaxLine) return std::unexpected("the request is too long");
  std::string_view rest = line;
  if (word(rest) != kVersion) return std::unexpected("guardctl and guardd are not of one version");
  Request request;
  const std::string_view form = word(rest);
  if (form != "text" && form != "json")
    return std::unexpected("a form that is neither text nor json");
  request.json = form == "json";
  const std::string_view typed = word(rest);
  const auto command = command_of(typed);
  if (!command) return std::unexpected("no such command");
  request.command = *command;
  if (takes_argument(*command)) request.argument = word(rest);
  const bool reads_log = *command == Command::kLogRead;
  if (acts(*command) || reads_log) request.reason = std::exchange(rest, {});
  const bool missing = (takes_argument(*command) && request.argument.empty()) ||
                       (reads_log && request.reason.empty());
  if (!rest.empty() || missing) {
    return std::unexpected(std::string(typed) +
                           (rest.empty() ? " wants an argument" : " takes no argument"));
  }
  if (request.reason.size() > Request::kMaxReason) {
    return std::unexpected("a reason of more than " + std::to_string(Request::kMaxReason) +
                           " octets");
  }
  if (!is_plain(request.argument) || !is_plain(request.reason)) {
    return std::unexpected("a character that cannot be shown");
  }
  return request;
}

std::string write_answer(const Answer& answer) {
  CHECK(answer.status >= 0 && answer.status <= 3);
  return std::to_string(answer.status) + "\n" + answer.text;
}

std::expected<Answer, std::string> read_answer(std::string_view bytes) {
  if (bytes.size() < 2 || bytes[1] != '\n' || bytes[0] < '0' || bytes[0] > '3') {
    return std::unexpected("guardd broke off before its answer");
  }
  return Answer{bytes[0] - '0', std::string(bytes.substr(2))};
}

}  // namespace guard::control
