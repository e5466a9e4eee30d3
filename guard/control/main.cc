// guardctl: asks the running guardd, or tells it to block and to stop; and says what the servers
// behind the guard need. README.md has the rest.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "guard/base/command_line.h"
#include "guard/control/conversation.h"
#include "guard/control/leaf_commands.h"
#include "guard/control/request.h"

namespace {

using guard::control::Command;
using guard::control::Request;

constexpr int kBadInput = 2;
constexpr int kBadUsage = 3;
constexpr std::chrono::seconds kPatience{65};  // guardd answers within 60 s

void add_act(CLI::App& app, Command command, const char* argument, const char* what,
             Request& request) {
  CLI::App* act = app.add_subcommand(std::string(to_string(command)), what);
  act->add_option(argument, request.argument)->required();
  act->add_option("--reason", request.reason, "for the audit log, up to 200 octets");
  act->callback([&request, command] { request.command = command; });
}

// LeafWords is what was typed for the subcommands that read files; `run` is the one that was asked
// for.
struct LeafWords {
  std::string side;
  guard::control::LeafOptions common;
  guard::control::DnsOptions dns;
  guard::control::CertificateOptions certificates;
  guard::control::RequestOptions requests;
  std::function<int()> run;
};

CLI::App* add_leaf(CLI::App& app, const char* name, const char* what, LeafWords& words) {
  CLI::App* added = app.add_subcommand(name, what);
  added->add_option("--side", words.side, "whose servers: high or low")
      ->required()
      ->check(CLI::IsMember({"high", "low"}));
  added->add_option("--site", words.common.site, "the site file")->capture_default_str();
  added->add_option("--for", words.common.peer, "only what this peer of the side may see");
  return added;
}

void add_leaf_commands(CLI::App& app, LeafWords& words) {
  CLI::App* dns =
      add_leaf(app, "dns-records", "the names that lead a side's servers to the guard", words);
  dns->add_option("--format", words.dns.form, "bind, dnsmasq or unbound")
      ->capture_default_str()
      ->check(CLI::IsMember({"bind", "dnsmasq", "unbound"}));
  dns->add_option("--host", words.dns.host, "the guard's own name there");
  dns->callback(
      [&words] { words.run = [&words] { return print_dns_records(words.common, words.dns); }; });
  CLI::App* certificates = add_leaf(
      app, "certificates", "which far domains have a certificate, and for how long", words);
  certificates->add_option("--days", words.certificates.warn_days, "\"expiring\" below so many")
      ->capture_default_str();
  certificates->callback([&words] {
    words.run = [&words] { return print_certificates(words.common, words.certificates); };
  });
  CLI::App* requests = add_leaf(app, "certificate-request",
                                "keys and requests for the far domains' certificates", words);
  requests->add_option("--out", words.requests.out, "a directory for them")->required();
  requests->add_flag("--one-for-all", words.requests.one_for_all, "one request with all names");
  requests->add_option("--key", words.requests.key, "p-256, p-384 or rsa-3072")
      ->capture_default_str()
      ->check(CLI::IsMember({"p-256", "p-384", "rsa-3072"}));
  requests->add_option("--domain", words.requests.domains, "only this one (may be repeated)");
  requests->callback([&words] {
    words.run = [&words] { return write_certificate_requests(words.common, words.requests); };
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Asks the running guardd, or tells it to block a peer, to stop a direction or to reload the "
      "policy; says which names and certificates the servers of a side need.",
      "guardctl"};
  Request request;
  LeafWords leaf;
  std::string socket = "/run/xmpp-guard/guardd.sock";
  std::string site;
  CLI::Option* socket_option =
      app.add_option("--socket", socket, "guardd's control socket")->capture_default_str();
  app.add_option("--site", site, "the site file that names the socket, instead of --socket")
      ->excludes(socket_option);
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
  CLI::App* reload = app.add_subcommand("reload", "go over to the policy as it is on disk now");
  reload->add_option("--reason", request.reason, "for the audit log, up to 200 octets");
  reload->callback([&request] { request.command = Command::kReload; });
  add_leaf_commands(app, leaf);
  app.footer(
      "Examples:\n  guardctl status\n  guardctl block low-server --reason \"incident 42\"\n"
      "  guardctl stop high-to-low\n"
      "  guardctl reload --reason \"change 17\"\n"
      "  guardctl dns-records --side high --format unbound\n"
      "  guardctl certificates --side low\n"
      "  guardctl certificate-request --side low --out requests\n\n"
      "Exit status: 0 done; 1 no; 2 no such peer, direction or guardd, a bad file; 3 wrong usage.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return guard::report_command_line(app, error) ? 0 : kBadUsage;
  }
  if (leaf.run) {
    leaf.common.side = leaf.side == "high" ? guard::Side::kHigh : guard::Side::kLow;
    leaf.common.json = request.json;
    if (!site.empty()) leaf.common.site = site;
    return leaf.run();
  }
  const bool spaces = request.argument.find_first_of(" \n") != std::string::npos;
  if (spaces || request.reason.size() > Request::kMaxReason ||
      request.reason.find('\n') != std::string::npos) {
    std::fprintf(stderr, "guardctl: %s\n",
                 spaces ? "a name has no spaces" : "a reason is one line of at most 200 octets");
    return kBadUsage;
  }
  if (!site.empty()) {
    auto named = guard::control::socket_of(site);
    if (!named) {
      std::fprintf(stderr, "%s\n", named.error().to_string().c_str());
      return kBadInput;
    }
    socket = std::move(*named);
  }
  const auto answer = guard::control::ask(socket, request, kPatience);
  if (!answer) {
    std::fprintf(stderr, "guardctl: %s\n", answer.error().c_str());
    return kBadInput;
  }
  std::fputs(answer->text.c_str(), answer->status == 0 ? stdout : stderr);
  return answer->status;
}
