// guard-policy: the tool with which an accreditor reads, proves, compares and signs a policy.
//
// Exit status: 0 yes (allowed, equivalent, proven, no findings); 1 no; 2 the input cannot be read
// or is malformed; 3 wrong usage.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>

#include "guard/base/command_line.h"
#include "policy/tool/command.h"
#include "schemas/xerces_platform.h"

namespace {

using namespace policy;        // NOLINT: the tool is about nothing else
using namespace policy::tool;  // NOLINT

using Command = int (*)(const Options&, const Policy&);

// add makes a command that takes a policy.
CLI::App* add(CLI::App& app, Options& options, const std::string& name, const std::string& what,
              const std::string& first = "policy") {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option(first, options.policy, "the policy file")->required();
  command->add_flag("--json", options.json, "JSON: lines for lists, one object otherwise");
  return command;
}

using Commands = std::vector<std::pair<CLI::App*, Command>>;

void add_reading(CLI::App& app, Options& options, Commands& commands) {
  commands.emplace_back(add(app, options, "check", "what a policy says to no purpose"), check);
  commands.emplace_back(add(app, options, "show", "the policy in plain words"), show_policy);
  CLI::App* matrix_of = add(app, options, "matrix", "what crosses, from whom to whom");
  matrix_of->add_option("--direction", options.direction, "one lane")
      ->check(CLI::IsMember({"high-to-low", "low-to-high", "high-to-high", "low-to-low"}));
  matrix_of->add_option("--kind", options.kind, "one kind of stanzas")
      ->check(CLI::IsMember(
          {"message", "signal", "subject-change", "presence", "iq", "iq-answer", "error"}));
  matrix_of->add_option("--from-peer", options.from_peer, "what this peer sends");
  matrix_of->add_option("--to-peer", options.to_peer, "what goes to this peer");
  matrix_of->add_flag("--allowed", options.allowed, "only what crosses");
  CLI::Option* csv = matrix_of->add_flag("--csv", options.csv, "comma-separated values");
  CLI::Option* html = matrix_of->add_flag("--html", options.html, "a page");
  csv->excludes(html)->excludes(matrix_of->get_option("--json"));
  html->excludes(matrix_of->get_option("--json"));
  commands.emplace_back(matrix_of, show_matrix);
  CLI::App* diff = add(app, options, "diff", "what another policy changes, by meaning", "old");
  diff->add_option("new", options.other, "the new policy file")->required();
  commands.emplace_back(diff, compare);
  CLI::App* proof = add(app, options, "prove", "whether invariants hold");
  proof->add_option("invariants", options.invariants,
                    "a file of invariants; the policy's own where it is left out");
  commands.emplace_back(proof, prove);
  CLI::App* again = add(app, options, "replay", "which recorded decisions would be different");
  again->add_option("log", options.log, "the audit log")->required();
  commands.emplace_back(again, replay_log);
  CLI::App* review = add(app, options, "report", "the whole review as one HTML file");
  review->add_option("--against", options.other, "the policy before it");
  review->add_option("-o,--output", options.out, "the file to write")->required();
  commands.emplace_back(review, write_report);
}

CLI::App* add_explain(CLI::App& app, Options& options, Commands& commands) {
  CLI::App* why = add(app, options, "explain", "why a stanza is allowed or refused");
  CLI::Option* stanza = why->add_option("stanza", options.stanza, "a file with one stanza");
  CLI::Option* peer = why->add_option("--from-peer", options.peer, "the peer that sent it");
  CLI::Option* log = why->add_option("--log", options.log, "the audit log, instead of a stanza");
  CLI::Option* record = why->add_option("--record", options.record, "the record's sequence in it");
  constexpr std::uint64_t kLast = std::numeric_limits<std::int64_t>::max();
  record->check(CLI::Range(std::uint64_t{1}, kLast));
  why->add_option("--at", options.at, "time of judgement, ISO 8601; now where it is left out");
  stanza->needs(peer)->excludes(log);
  log->needs(record);
  record->needs(log);
  commands.emplace_back(why, explain_any);
  return why;
}

void add_signing(CLI::App& app, Options& options, Commands& commands) {
  CLI::App* signing = add(app, options, "sign", "sign a policy's digest (detached CMS)");
  signing->add_option("--certificate", options.certificate, "the signer's, PEM")->required();
  signing->add_option("--key", options.key, "the signer's key, PEM")->required();
  signing->add_option("--report", options.report, "a report that is signed with it");
  signing->add_option("-o,--output", options.out, "the signature to write")->required();
  commands.emplace_back(signing, sign_policy);
  CLI::App* verifying = add(app, options, "verify", "whether enough people have signed");
  verifying->add_option("--signers", options.signers, "certificates of those who count, PEM")
      ->required();
  verifying->add_option("--require", options.require, "how many of them")
      ->check(CLI::Range(1, 1000));
  verifying->add_option("--report", options.report, "the report that was signed with it");
  verifying->add_option("signatures", options.signatures, "the signatures")->required();
  commands.emplace_back(verifying, verify_policy);
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Reads, proves, compares and signs the policy of an XMPP guard.", "guard-policy");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  guard-policy check policy.xml\n  guard-policy matrix policy.xml --html > "
      "m.html\n"
      "  guard-policy explain policy.xml stanza.xml --from-peer high-server\n"
      "  guard-policy diff old.xml new.xml\n"
      "  guard-policy report policy.xml --against old.xml -o review.html\n"
      "Exit status: 0 yes, 1 no, 2 the input cannot be read, 3 wrong usage.");
  Commands commands;
  add_reading(app, options, commands);
  const CLI::App* why = add_explain(app, options, commands);
  add_signing(app, options, commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return guard::report_command_line(app, error) ? kYes : kUsage;
  }
  if (why->parsed() && options.stanza.empty() && options.log.empty()) {
    complain("explain wants a stanza and --from-peer, or --log and --record");
    return kUsage;
  }
  const schemas::XercesPlatform platform;
  const auto loaded = load_file(options.policy);
  if (!loaded) return complain(loaded.error());
  for (const auto& [command, act] : commands) {
    if (command->parsed()) return act(options, *loaded);
  }
  return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      return complain("standard output cannot be written");
    }
    return status;
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
