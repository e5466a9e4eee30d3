// guard-policy: the tool with which an accreditor reads, proves, compares and signs a policy.
//
// Exit status: 0 yes (allowed, equivalent, proven, no findings); 1 no; 2 the input cannot be read
// or is malformed; 3 wrong usage.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <limits>
#include <string>

#include "guard/base/cms_signature.h"
#include "guard/base/command_line.h"
#include "guard/base/escape.h"
#include "guard/base/hex.h"
#include "guard/base/json_writer.h"
#include "policy/analysis/invariant_notes.h"
#include "policy/analysis/prove.h"
#include "policy/signature.h"
#include "policy/tool/loading.h"
#include "policy/tool/output.h"
#include "policy/tool/replay.h"
#include "policy/tool/report.h"
#include "policy/tool/stanza_text.h"
#include "policy/words.h"
#include "schemas/xerces_platform.h"

namespace {

using namespace policy;        // NOLINT: the tool is about nothing else
using namespace policy::tool;  // NOLINT

constexpr int kYes = 0;
constexpr int kNo = 1;
constexpr int kUnreadable = 2;
constexpr int kUsage = 3;

struct Options {
  std::string policy, other, stanza, peer, log, invariants, out, certificate, key, signers, report;
  std::string direction, kind, at, from_peer, to_peer;
  std::vector<std::string> signatures;
  std::uint64_t record = 0;
  std::uint64_t require = 1;
  bool json = false, csv = false, html = false, allowed = false;
};

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int complain(const std::string& what) {
  std::fprintf(stderr, "guard-policy: %s\n", guard::for_terminal(what).c_str());
  return kUnreadable;
}

int complain(const Errors& errors) {
  for (const guard::FileError& error : errors) {
    std::fprintf(stderr, "%s\n", guard::for_terminal(error.to_string()).c_str());
  }
  return kUnreadable;
}

int check(const Options& options, const Policy& policy) {
  bool any = false;
  for (const Finding& finding : lint(policy)) {
    any = any || !finding.note;
    put(options.json ? finding_json(options.policy, finding)
                     : finding_text(options.policy, finding));
  }
  return any ? kNo : kYes;
}

int show_policy(const Options& options, const Policy& policy) {
  if (!options.json) {
    put(show(policy));
    return kYes;
  }
  guard::JsonWriter out;
  out.object()
      .member("name", policy.name())
      .member("digest", guard::to_hex(policy.digest()))
      .member("text", show(policy))
      .end_object();
  put(out.take() + "\n");
  return kYes;
}

std::optional<guard::PeerIndex> peer_named(const Policy& policy, const std::string& name) {
  const auto peers = policy.peers();
  const auto peer = std::ranges::find(peers, name, &Peer::name);
  if (peer == peers.end()) return std::nullopt;
  return static_cast<guard::PeerIndex>(peer - peers.begin());
}

int show_matrix(const Options& options, const Policy& policy) {
  MatrixQuestion question;
  for (const guard::Lane lane : {guard::Lane::kHighToLow, guard::Lane::kLowToHigh}) {
    if (options.direction == guard::to_string(lane)) question.lane = lane;
  }
  question.about = class_from(options.kind);
  question.allowed_only = options.allowed;
  for (const auto& [name, field] : {std::pair(&options.from_peer, &question.from_peer),
                                    std::pair(&options.to_peer, &question.to_peer)}) {
    if (name->empty()) continue;
    *field = peer_named(policy, *name);
    if (!*field) return complain("the policy has no peer \"" + *name + "\"");
  }
  question.at = guard::now_utc();
  const Matrix found = matrix(policy, question);
  if (options.html) {
    put("<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>" +
        escaped(policy.name()) + "</title>\n" + matrix_html(found) + "</html>\n");
  } else {
    put(options.csv ? matrix_csv(found) : options.json ? matrix_json(found) : matrix_text(found));
  }
  return kYes;
}

int show_explanation(const Options& options, const Explanation& explanation) {
  put(options.json ? explanation_json(explanation) : explanation_text(explanation));
  return explanation.allowed ? kYes : kNo;
}

int explain_stanza(const Options& options, const Policy& policy) {
  const auto peer = peer_named(policy, options.peer);
  if (!peer) return complain("the policy has no peer \"" + options.peer + "\"");
  const auto text = read_text(options.stanza);
  if (!text) return complain(options.stanza + ": " + text.error());
  const std::optional<guard::UtcTime> at =
      options.at.empty() ? guard::now_utc() : guard::from_iso8601(options.at);
  if (!at) return complain(options.at + " is no time");
  const auto stanza = read_stanza(policy, *peer, text->text, *at);
  if (!stanza) return complain(options.stanza + stanza.error());
  std::optional<FilterFinding> found;
  if (!stanza->judged ||
      (!stanza->forwarded && stanza->reason != to_string(decide(policy, stanza->facts).reason))) {
    found =
        FilterFinding{.reason = stanza->reason, .detail = stanza->fault, .read = stanza->judged};
  }
  return show_explanation(options, explain(policy, stanza->facts, found));
}

int explain_any(const Options& options, const Policy& policy) {
  if (options.log.empty()) return explain_stanza(options, policy);
  const auto facts = facts_of_record(policy, options.log, options.record);
  if (!facts) return complain(options.log + ": " + facts.error());
  return show_explanation(options, explain(policy, *facts));
}

int compare(const Options& options, const Policy& before) {
  const auto after = load_file(options.other);
  if (!after) return complain(after.error());
  const Difference found = difference(before, *after, guard::now_utc());
  put(options.json ? difference_json(before, *after, found)
                   : difference_text(before, *after, found));
  return found.verdict == Comparison::kEquivalent && found.others.empty() ? kYes : kNo;
}

int prove(const Options& options, const Policy& policy) {
  std::vector<Invariant> invariants = policy.content().invariants;
  if (!options.invariants.empty()) {
    const auto text = read_text(options.invariants);
    if (!text) return complain(options.invariants + ": " + text.error());
    auto read = load_invariants(policy, *text);
    if (!read) return complain(read.error());
    invariants = std::move(*read);
  }
  bool all = true;
  for (const Invariant& invariant : invariants) {
    const auto example = refutation(policy, invariant, guard::now_utc());
    all = all && !example;
    const std::string verdict = example ? "refuted" : "proven";
    const std::string stanza = example ? write_stanza(policy, example->facts) : std::string();
    const std::string peer = example ? policy.peers()[example->facts.peer].name : std::string();
    const std::string at = example ? time_words(example->facts.at) : std::string();
    const std::vector<InvariantNote> notes = invariant_notes(policy, invariant);
    if (options.json) {
      guard::JsonWriter out;
      out.object()
          .member("id", invariant.id)
          .member("what", invariant_words(policy, invariant))
          .member("verdict", verdict)
          .member("because", example ? in_words(policy, *example) : std::string())
          .member("peer", peer)
          .member("at", at)
          .member("example", stanza)
          .key("notes")
          .array();
      for (const InvariantNote& note : notes) out.value(note.what);
      out.end_array().end_object();
      put(out.take() + "\n");
      continue;
    }
    put(verdict + ": " + invariant.id + ": " + invariant_words(policy, invariant) + "\n");
    for (const InvariantNote& note : notes) put("  note: " + note.what + "\n");
    if (!example) continue;
    put("  " + in_words(policy, *example) + "\n  example, from peer " + peer + " at " + at +
        ":\n    " + stanza + "\n");
  }
  if (invariants.empty() && !options.json) put("no invariants\n");
  return all ? kYes : kNo;
}

int replay_log(const Options& options, const Policy& policy) {
  const auto count = replay(policy, options.log, [&](const Replay& one) {
    if (one.outcome == Replayed::kSame) return;
    if (options.json) {
      guard::JsonWriter out;
      out.object()
          .member("sequence", one.sequence)
          .member("outcome", policy::tool::to_string(one.outcome))
          .member("recorded", one.recorded)
          .member("now", one.now)
          .end_object();
      put(out.take() + "\n");
      return;
    }
    put(std::to_string(one.sequence) + ": " + std::string(policy::tool::to_string(one.outcome)) +
        ": recorded " + guard::for_terminal(one.recorded) + "; now " +
        guard::for_terminal(one.now) + "\n");
  });
  if (!count) return complain(options.log + ": " + count.error());
  if (!options.json) {
    put(std::to_string(count->same) + " the same, " + std::to_string(count->different) +
        " different, " + std::to_string(count->undetermined) + " undetermined\n");
  }
  if (!count->compared())
    complain("no decision in " + options.log + " could be compared with this policy's");
  return count->agrees() ? kYes : kNo;
}

int write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? kYes : complain(path + ": cannot be written");
}

int write_report(const Options& options, const Policy& policy) {
  ReportInput input{
      .file = options.policy, .policy = &policy, .against = nullptr, .made = guard::now_utc()};
  if (options.other.empty()) return write_file(options.out, report(input));
  const auto before = load_file(options.other);
  if (!before) return complain(before.error());
  input.against = &*before;
  return write_file(options.out, report(input));
}

// The text that is signed, with the report's hash where there is a report.
std::expected<std::string, std::string> signed_text(const Options& options, const Policy& policy) {
  if (options.report.empty()) return statement(policy.digest(), nullptr);
  const auto text = read_text(options.report);
  if (!text) return std::unexpected(options.report + ": " + text.error());
  const guard::Digest digest = guard::Sha256().digest(guard::as_bytes(text->text));
  return statement(policy.digest(), &digest);
}

int sign_policy(const Options& options, const Policy& policy) {
  const auto text = signed_text(options, policy);
  if (!text) return complain(text.error());
  const auto certificate = read_text(options.certificate);
  if (!certificate) return complain(options.certificate + ": " + certificate.error());
  const auto key = read_text(options.key);
  if (!key) return complain(options.key + ": " + key.error());
  const auto made = guard::sign_cms(*text, certificate->text, key->text);
  if (!made) return complain(made.error());
  return write_file(options.out, *made);
}

int verify_policy(const Options& options, const Policy& policy) {
  const auto text = signed_text(options, policy);
  if (!text) return complain(text.error());
  const auto list = read_text(options.signers);
  if (!list) return complain(options.signers + ": " + list.error());
  std::map<std::string, std::string> signers;  // by key: the same one twice is one
  for (const std::string& path : options.signatures) {
    const auto signature = read_text(path);
    if (!signature) return complain(path + ": " + signature.error());
    const auto found = guard::verify_cms(*text, signature->text, list->text);
    if (!found && found.error().malformed) return complain(path + ": " + found.error().what);
    if (!found) {
      put(path + ": does not count: " + found.error().what + "\n");
      continue;
    }
    for (const guard::Signer& signer : *found) signers.emplace(signer.fingerprint, signer.subject);
  }
  const bool enough = signers.size() >= options.require;
  if (options.json) {
    guard::JsonWriter out;
    out.object()
        .member("digest", guard::to_hex(policy.digest()))
        .member("enough", enough)
        .key("signers")
        .array();
    for (const auto& [key, subject] : signers) out.value(subject);
    out.end_array().end_object();
    put(out.take() + "\n");
    return enough ? kYes : kNo;
  }
  for (const auto& [key, subject] : signers)
    put("signed by " + guard::for_terminal(subject) + "\n");
  put(std::to_string(signers.size()) + " of " + std::to_string(options.require) +
      " demanded signers; policy digest " + guard::to_hex(policy.digest()) + "\n");
  return enough ? kYes : kNo;
}

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
  matrix_of->add_option("--direction", options.direction, "high-to-low or low-to-high")
      ->check(CLI::IsMember({"high-to-low", "low-to-high"}));
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
