// The commands that read: check, show, matrix, explain, diff, prove, replay, report.
#include <algorithm>
#include <optional>
#include <utility>

#include "guard/base/escape.h"
#include "guard/base/hex.h"
#include "guard/base/json_writer.h"
#include "policy/analysis/invariant_notes.h"
#include "policy/analysis/prove.h"
#include "policy/tool/command.h"
#include "policy/tool/output.h"
#include "policy/tool/replay.h"
#include "policy/tool/report.h"
#include "policy/tool/stanza_text.h"
#include "policy/words.h"

namespace policy::tool {
namespace {

std::optional<guard::PeerIndex> peer_named(const Policy& policy, const std::string& name) {
  const auto peers = policy.peers();
  const auto peer = std::ranges::find(peers, name, &Peer::name);
  if (peer == peers.end()) return std::nullopt;
  return static_cast<guard::PeerIndex>(peer - peers.begin());
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
  if (!at) {
    complain("--at " + options.at + " is no time, expected 2026-01-31T23:59:59Z");
    return kUsage;
  }
  const auto stanza = read_stanza(policy, *peer, text->text, *at);
  if (!stanza) return complain(options.stanza + stanza.error());
  std::optional<FilterFinding> found;
  if (!stanza->judged ||
      (!stanza->forwarded && stanza->reason != to_string(decide(policy, stanza->facts).reason))) {
    const bool has_place = !stanza->fault.empty() && stanza->fault.front() == ':';
    found = FilterFinding{.reason = stanza->reason,
                          .detail = (has_place ? options.stanza : std::string()) + stanza->fault,
                          .read = stanza->judged};
  }
  Explanation explanation = explain(policy, stanza->facts, found);
  if (stanza->forwarded && stanza->reason == "error-reduced") {
    explanation.nearest = "in its place the guard sends an error with the condition alone";
  }
  return show_explanation(options, explanation);
}

}  // namespace

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

int show_matrix(const Options& options, const Policy& policy) {
  MatrixQuestion question;
  for (const guard::Lane lane : guard::kLanes) {
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

int write_report(const Options& options, const Policy& policy) {
  ReportInput input{
      .file = options.policy, .policy = &policy, .against = nullptr, .made = guard::now_utc()};
  if (options.other.empty()) return write_file(options.out, report(input));
  const auto before = load_file(options.other);
  if (!before) return complain(before.error());
  input.against = &*before;
  return write_file(options.out, report(input));
}

}  // namespace policy::tool
