#include "guard/supervisor/operator_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "guard/base/descriptor.h"
#include "guard/base/escape.h"
#include "guard/supervisor/file_text.h"

namespace guard::supervisor {
namespace {

constexpr std::string_view kFirstLine = "xmpp-guard operator state 1";
constexpr std::size_t kMaxFile = std::size_t{16} << 20U;

void write_act(std::string& text, std::string_view what, std::string_view name,
               const OperatorAct& act) {
  text += what;
  text += " ";
  text += name;
  text += " " + to_iso8601(act.since) + " " + act.who + "\n";
}

std::string_view word(std::string_view& rest) {
  const std::size_t end = rest.find(' ');
  const std::string_view first = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return first;
}

// Takes one line into the state; an empty string, or what is wrong with it.
std::string take_line(OperatorState& state, std::string_view line) {
  if (for_terminal(line) != line) return "a character that cannot be shown";
  std::string_view rest = line;
  const std::string_view what = word(rest);
  const std::string name(word(rest));
  const auto since = from_iso8601(word(rest));
  if (name.empty() || !since || rest.empty()) return "a line that is not whole";
  OperatorAct act{*since, std::string(rest)};
  if (what == "block") {
    return state.blocked.emplace(name, std::move(act)).second ? "" : "a second block of " + name;
  }
  const auto lane = lane_named(name);
  if (what != "stop" || !lane) return "neither a block nor a stop of a direction";
  auto& place = state.stopped[static_cast<std::size_t>(*lane)];
  if (place) return "a second stop of " + name;
  place = std::move(act);
  return "";
}

std::string failure(const std::filesystem::path& file) {
  return file.string() + ": " + std::strerror(errno);
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

}  // namespace

std::string write_operator_state(const OperatorState& state) {
  std::string text = std::string(kFirstLine) + "\n";
  for (const auto& [name, act] : state.blocked) write_act(text, "block", name, act);
  for (const Lane lane : kLanes) {
    if (const auto& act = state.stop_of(lane)) write_act(text, "stop", to_string(lane), *act);
  }
  return text;
}

std::expected<OperatorState, FileError> parse_operator_state(const std::string& file,
                                                             std::string_view text) {
  OperatorState state;
  std::uint64_t number = 0;
  const auto wrong = [&](std::string what) {
    return std::unexpected(FileError{file, number, 1, std::move(what),
                                     "expected a file that guardctl's acts have written"});
  };
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return wrong("a line without an end");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (line != kFirstLine) return wrong("not the state of an operator, or another version");
      continue;
    }
    if (std::string fault = take_line(state, line); !fault.empty()) return wrong(std::move(fault));
  }
  if (number == 0) return wrong("an empty file");
  return state;
}

std::expected<OperatorState, FileError> load_operator_state(const std::filesystem::path& file) {
  std::error_code fault;
  if (std::filesystem::symlink_status(file, fault).type() ==
      std::filesystem::file_type::not_found) {
    return OperatorState{};
  }
  const auto text = read_file(file, kMaxFile);
  if (!text) return std::unexpected(text.error());
  return parse_operator_state(file.string(), *text);
}

std::expected<void, std::string> can_keep_operator_state(const std::filesystem::path& file) {
  if (::access(file.parent_path().c_str(), W_OK | X_OK) == 0) return {};
  return std::unexpected("the state of the operators cannot be kept: " + failure(file));
}

std::expected<void, std::string> save_operator_state(const std::filesystem::path& file,
                                                     const OperatorState& state) {
  const std::filesystem::path folder = file.parent_path();
  const std::filesystem::path fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  const Descriptor out(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!out || !write_all(out.number(), write_operator_state(state)) ||
      ::rename(fresh.c_str(), file.c_str()) != 0) {
    return std::unexpected(failure(fresh));
  }
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.number()) != 0) return std::unexpected(failure(folder));
  return {};
}

}  // namespace guard::supervisor
