// guardctl: asks the running guardd, or tells it to block and to stop. README.md has the rest.
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <expected>
#include <string>

#include "guard/control/request.h"

namespace {

using guard::control::Answer;
using guard::control::Command;
using guard::control::Request;

constexpr int kBadInput = 2;
constexpr int kBadUsage = 3;
constexpr int kPatience = 20;  // seconds; guardd answers within 15

std::expected<Answer, std::string> ask(const std::string& path, const Request& request) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return std::unexpected(path + ": the path is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  const int connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return std::unexpected(std::strerror(errno));
  const timeval patience{kPatience, 0};
  (void)::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the interface wants
  if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    ::close(connection);
    return std::unexpected(path + ": no guardd answers there (" + why + ")");
  }
  const std::string line = guard::control::write_request(request);
  // Whom guardd does not hear it answers at once: the line may find nobody, and the answer is
  // there.
  (void)::send(connection, line.data(), line.size(), MSG_NOSIGNAL);
  std::string bytes;
  char buffer[65536];
  ssize_t got = 0;
  while ((got = ::recv(connection, buffer, sizeof buffer, 0)) > 0) {
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(connection);
  return guard::control::read_answer(bytes);
}

void add_act(CLI::App& app, Command command, const char* argument, const char* what,
             Request& request) {
  CLI::App* act = app.add_subcommand(std::string(to_string(command)), what);
  act->add_option(argument, request.argument)->required();
  act->add_option("--reason", request.reason, "for the audit log, up to 200 octets");
  act->callback([&request, command] { request.command = command; });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Asks the running guardd, or tells it to block a peer or to stop a direction."};
  Request request;
  std::string socket = "/run/xmpp-guard/guardd.sock";
  app.add_option("--socket", socket, "guardd's control socket")->capture_default_str();
  app.add_flag("--json", request.json, "print JSON");
  app.set_version_flag("--version", GUARD_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_subcommand("status", "processes, policy, what is blocked and stopped")
      ->callback([&request] { request.command = Command::kStatus; });
  app.add_subcommand("peers", "each peer's streams and queue")->callback([&request] {
    request.command = Command::kPeers;
  });
  add_act(app, Command::kBlock, "PEER", "let nothing of a peer or for it cross", request);
  add_act(app, Command::kUnblock, "PEER", "undo an operator's block", request);
  add_act(app, Command::kStop, "DIRECTION", "let nothing cross in a direction", request);
  add_act(app, Command::kResume, "DIRECTION", "undo an operator's stop", request);
  app.footer(
      "Examples:\n  guardctl status\n  guardctl block low-server --reason \"incident 42\"\n"
      "  guardctl stop high-to-low\n\n"
      "Exit status: 0 done; 1 no; 2 no such peer, direction or guardd; 3 wrong usage.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  const bool spaces = request.argument.find_first_of(" \n") != std::string::npos;
  if (spaces || request.reason.size() > Request::kMaxReason ||
      request.reason.find('\n') != std::string::npos) {
    std::fprintf(stderr, "guardctl: %s\n",
                 spaces ? "a name has no spaces" : "a reason is one line of at most 200 octets");
    return kBadUsage;
  }
  const auto answer = ask(socket, request);
  if (!answer) {
    std::fprintf(stderr, "guardctl: %s\n", answer.error().c_str());
    return kBadInput;
  }
  std::fputs(answer->text.c_str(), answer->status == 0 ? stdout : stderr);
  return answer->status;
}
