#include "audit/tool.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "guard/base/escape.h"

namespace audit::tool {
namespace {

constexpr std::size_t kUnknownWidth = 160;
constexpr std::size_t kMostOctets = 16U << 20;

}  // namespace

void complain(const std::string& what) {
  std::fprintf(stderr, "guard-audit: %s\n", guard::for_terminal(what).c_str());
}

void complain(const ReadError& error) {
  complain(error.sequence == 0 ? error.what
                               : "record " + std::to_string(error.sequence) + ": " + error.what);
}

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    const long count = std::strtol(columns, nullptr, 10);
    if (count > 0 && count < 10'000) return static_cast<std::size_t>(count);
  }
  return kUnknownWidth;
}

std::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMostOctets + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in.eof() && in.fail())) return std::unexpected(path + ": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMostOctets) return std::unexpected(path + ": has more than 16 MiB");
  return text;
}

CLI::Validator positive() {
  return CLI::Validator(
      [](const std::string& text) {
        const bool digits = !text.empty() && text.size() <= 19 &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        if (digits && text.find_first_not_of('0') != std::string::npos) return std::string();
        return text + " is no number from 1 on";
      },
      "");
}

namespace {

// An option without a value would be no filter at all, and a script's unset variable the whole log.
CLI::Validator filled() {
  return CLI::Validator(
      [](const std::string& text) { return text.empty() ? std::string("it is empty") : ""; }, "");
}

}  // namespace

void add_quiet(CLI::App& command, bool& quiet) {
  command.add_flag("--quiet", quiet, "Show no progress on the terminal");
}

void add_filter(CLI::App& command, FilterOptions& options) {
  Filter& filter = options.filter;
  command.add_option("--since", options.since, "From then: ISO 8601, today, yesterday, or 2h ago")
      ->check(filled());
  command.add_option("--until", options.until, "Before then: the same")->check(filled());
  command
      .add_option("--direction", options.direction,
                  "high-to-low, low-to-high, high-to-high or low-to-low")
      ->check(CLI::IsMember({"high-to-low", "low-to-high", "high-to-high", "low-to-low"}));
  command.add_option("--peer", filter.peer, "A peer's name, as sender, receiver or subject")
      ->check(filled());
  command.add_option("--from", filter.from, "An address, a bare address, or a domain")
      ->check(filled());
  command.add_option("--to", filter.to, "The same")->check(filled());
  command.add_option("--verdict", filter.verdict, "allowed, refused or withheld")
      ->check(CLI::IsMember({"allowed", "refused", "withheld"}));
  command.add_option("--reason", filter.reason, "A reason's name")->check(filled());
  command.add_option("--rule", filter.rule, "A rule's id")->check(filled());
  command.add_option("--policy", filter.policy, "The digest of a policy, or how it begins")
      ->check(filled());
  command.add_option("--label,--classification", filter.label, "Part of the marking")
      ->check(filled());
  command.add_option("--event", filter.event, "An event's name")->check(filled());
  command.add_option("--kind", filter.kind, "message, presence or iq")->check(filled());
  command.add_option("--id", filter.id, "A stanza's id")->check(filled());
  command.add_option("--text", filter.text, "Part of reason, detail or facts")->check(filled());
  command.add_option("--class", options.row_class, "decision, event or outcome")
      ->check(CLI::IsMember({"decision", "event", "outcome"}));
}

std::string complete(FilterOptions& options) {
  const guard::UtcTime now = guard::now_utc();
  for (const auto& [text, moment] : {std::pair{&options.since, &options.filter.since},
                                     std::pair{&options.until, &options.filter.until}}) {
    if (text->empty()) continue;
    *moment = parse_moment(*text, now);
    if (!*moment) return *text + " is no time: expected ISO 8601, today, yesterday, now, or 2h";
  }
  options.filter.direction = guard::lane_named(options.direction);
  std::string& policy = options.filter.policy;
  std::ranges::transform(policy, policy.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (policy.size() > 64 || policy.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return options.filter.policy + " is no digest: expected up to 64 hexadecimal digits";
  }
  Class row_class{};
  if (read_name(options.row_class, row_class)) options.filter.row_class = row_class;
  return {};
}

}  // namespace audit::tool
