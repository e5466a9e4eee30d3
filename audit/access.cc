#include "audit/access.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "audit/merged.h"
#include "audit/tool.h"
#include "guard/base/descriptor.h"
#include "guard/control/conversation.h"
#include "guard/control/log_access.h"

namespace audit::tool {
namespace {

using guard::control::LogAccess;

// The commands that show or copy what is in a log. What the others do to one is a row already, or
// shows nothing of it.
constexpr std::array kLooks = {"query", "show",   "follow", "trace", "report",  "export",
                               "open",  "verify", "prove",  "ship",  "anchors", "archive"};
constexpr std::chrono::seconds kPatience{15};  // guardd answers within 10 s
constexpr std::string_view kAnswerer = "guardctl: ";

// What a log's directory says, and whose directory that is: the guard's.
struct Told {
  LogAccess access;
  uid_t owner = 0;
};

// nullopt where it says nothing. An error is what is wrong.
std::expected<std::optional<Told>, std::string> read_access(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / LogAccess::kName;
  const guard::Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.number() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return std::unexpected(path.string() + ": " + std::strerror(errno));
  }
  struct stat about{};
  struct stat around{};
  if (::fstat(file.number(), &about) != 0 || ::stat(folder.c_str(), &around) != 0) {
    return std::unexpected(path.string() + ": " + std::strerror(errno));
  }
  if (!S_ISREG(about.st_mode) || (about.st_uid != around.st_uid && about.st_uid != 0)) {
    return std::unexpected(path.string() + ": is no file of the log's owner");
  }
  std::string text(LogAccess::kMostOctets + 1, '\0');
  const ssize_t size = ::read(file.number(), text.data(), text.size());
  if (size < 0) return std::unexpected(path.string() + ": " + std::strerror(errno));
  text.resize(static_cast<std::size_t>(size));
  auto access = guard::control::parse_log_access(text);
  if (!access) return std::unexpected(path.string() + ": expected " + std::string(access.error()));
  return Told{std::move(*access), around.st_uid};
}

// The directories of the logs that are named; of what is no log there is none.
std::vector<std::filesystem::path> folders_of(const CLI::App& command) {
  std::vector<std::filesystem::path> folders;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    for (const std::string& text : option->results()) {
      const auto source = sources_of({text});
      if (!source) continue;
      std::filesystem::path folder = source->front().log;
      std::error_code ignored;
      if (!std::filesystem::is_directory(folder, ignored)) {
        if (!std::filesystem::exists(folder, ignored)) continue;  // a sequence, an id, a typo
        folder = folder.parent_path().empty() ? "." : folder.parent_path();
      }
      folder = std::filesystem::weakly_canonical(folder, ignored);
      if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
    }
  }
  return folders;
}

// The command line as it is recorded: options first, so that a long path hides none. A database's
// URL may have a password in it.
std::string words_of(const CLI::App& command) {
  std::string options;
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || option->get_name() == "--database") continue;
    if (option->get_positional()) {
      for (const std::string& value : option->results()) names += " " + value;
      continue;
    }
    const bool flag = option->get_items_expected_max() == 0;
    for (const std::string& value : option->results()) {
      options += " " + option->get_name() + (flag ? "" : " " + value);
    }
  }
  return guard::control::shown_words(command.get_name() + options + names);
}

// Asks one guard; "" or why it has not recorded.
std::string ask(const Told& told, const std::string& words) {
  const auto answer = guard::control::ask(
      told.access.socket, {.command = guard::control::Command::kLogRead, .reason = words},
      kPatience, told.owner);
  if (!answer) return answer.error();
  if (answer->status == kYes) return {};
  std::string why = answer->text.substr(0, answer->text.find('\n'));
  if (why.starts_with(kAnswerer)) why.erase(0, kAnswerer.size());
  return "the guard: " + why;
}

}  // namespace

int tell_guards(const CLI::App& command) {
  if (std::ranges::find(kLooks, command.get_name()) == kLooks.end()) return kYes;
  const CLI::Option* database = command.get_option_no_throw("--database");
  if (database != nullptr && database->count() > 0 && command.get_name() != "ship") return kYes;
  for (const std::filesystem::path& folder : folders_of(command)) {
    const auto told = read_access(folder);
    if (!told) {
      complain(told.error());
      return kUnreadable;
    }
    if (!*told) continue;
    const std::string why = ask(**told, words_of(command));
    if (why.empty()) continue;
    if ((*told)->access.required) {
      complain("who reads " + folder.string() + " has to be recorded, and cannot be: " + why);
      return kNo;
    }
    complain("it is not recorded that you read " + folder.string() + ": " + why);
  }
  return kYes;
}

}  // namespace audit::tool
