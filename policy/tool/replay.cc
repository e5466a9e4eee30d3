#include "policy/tool/replay.h"

#include <algorithm>
#include <array>
#include <optional>

#include "audit/catalogue.h"
#include "audit/query.h"
#include "guard/base/escape.h"
#include "policy/decide.h"
#include "policy/facts_json.h"

namespace policy::tool {
namespace {

std::string words(std::string_view verdict, std::string_view reason, std::string_view rule) {
  std::string text(verdict);
  if (!reason.empty() && reason != verdict) text += ", " + std::string(reason);
  if (!rule.empty()) text += ", rule \"" + std::string(rule) + "\"";
  return text;
}

// The lane is the policy's to say: what had no route within its side then may have one now, and the
// other way round.
StanzaFacts as_routed(const Policy& policy, StanzaFacts facts) {
  if (policy.peers()[facts.peer].side == near_side(facts.lane)) {
    facts.lane = policy.lane_to(facts.peer, facts.to.domain);
  }
  return facts;
}

// Reasons of what was refused after the policy had let it pass: by an operator's order, a date, a
// full queue, a request that is not outstanding.
bool is_of_the_recorder(std::string_view reason) {
  constexpr std::array kReasons{audit::reason::kQueueFull,       audit::reason::kStoreFull,
                                audit::reason::kNoRequest,       audit::reason::kRequestRepeated,
                                audit::reason::kRequestsFull,    audit::reason::kContentBudget,
                                audit::reason::kPeerBlocked,     audit::reason::kPeerInactive,
                                audit::reason::kDirectionStopped};
  return std::ranges::find(kReasons, reason) != kReasons.end();
}

Replay replay_one(const Policy& policy, const audit::Record& record) {
  Replay made{.sequence = record.sequence,
              .outcome = Replayed::kUndetermined,
              .recorded = words(audit::to_string(record.verdict), record.reason, record.rule),
              .now = {}};
  if (record.verdict == audit::Verdict::kWithheld || record.facts.empty()) {
    made.now = "nobody judged it";
    return made;
  }
  if (is_of_the_recorder(record.reason)) {
    made.now = "the recorder refused it, whatever the policy said";
    return made;
  }
  if (record.facts.starts_with("{\"stage\":")) {
    made.now = "the filter refused it before it asked the policy, or after";
    return made;
  }
  const auto facts = from_json(policy, record.facts);
  if (!facts) {
    // Its peer may be gone: then nothing of it is let in any more. Else the facts are damaged.
    made.now = "its facts cannot be read: " + facts.error();
    return made;
  }
  if (policy.peers()[facts->peer].connection.certificate_clearance &&
      facts->certificate.state == CertificateClearance::State::kNone) {
    made.now = "the clearance in its certificate decides now, and was not recorded then";
    return made;
  }
  const Decision decision = decide(policy, as_routed(policy, *facts));
  made.now =
      words(decision.allowed() ? "allowed" : "refused", to_string(decision.reason), decision.rule);
  const bool same_verdict = decision.allowed() == (record.verdict == audit::Verdict::kAllowed);
  // Of what leaves, the label that it was translated into counts, too.
  const bool same_label = !decision.allowed() || decision.translated == facts->sent;
  if (same_verdict && !same_label) made.now += ", leaves with another label";
  made.outcome = same_verdict && same_label ? Replayed::kSame : Replayed::kDifferent;
  return made;
}

// What can be done about a record whose stanza the filter did not understand, or changed its mind
// about: what was wrong with it is not in the record.
std::string not_explained(std::uint64_t sequence, const std::string& reason) {
  const std::string number = std::to_string(sequence);
  return "the filter decided about record " + number + " by itself, " +
         guard::for_terminal(reason) +
         ". What it found is not in the record, which keeps length and digest of the stanza alone. "
         "Where the policy says content=\"refused\", an officer gets the stanza out with "
         "guard-audit open LOG " +
         number + ", and explain POLICY STANZA --from-peer PEER says what is wrong, and where";
}

}  // namespace

std::string_view to_string(Replayed replayed) {
  switch (replayed) {
    case Replayed::kSame:
      return "same";
    case Replayed::kDifferent:
      return "different";
    case Replayed::kUndetermined:
      return "undetermined";
  }
  return {};
}

std::expected<ReplayCount, std::string> replay(const Policy& policy, const std::string& log,
                                               const std::function<void(const Replay&)>& take) {
  ReplayCount count;
  audit::Filter filter;
  filter.row_class = audit::Class::kDecision;
  const auto read = audit::query(log, filter, [&](const audit::Found& found) {
    const Replay made = replay_one(policy, found.record);
    switch (made.outcome) {
      case Replayed::kSame:
        ++count.same;
        break;
      case Replayed::kDifferent:
        ++count.different;
        break;
      case Replayed::kUndetermined:
        ++count.undetermined;
        break;
    }
    take(made);
    return true;
  });
  if (!read) return std::unexpected(read.error().what);
  return count;
}

std::expected<StanzaFacts, std::string> facts_of_record(const Policy& policy,
                                                        const std::string& log,
                                                        std::uint64_t sequence) {
  std::optional<std::string> facts;
  std::string reason;
  const auto read = audit::query(log, {}, [&](const audit::Found& found) {
    if (found.record.sequence < sequence) return true;
    if (found.record.sequence == sequence) {
      facts = found.record.facts;
      reason = found.record.reason;
    }
    return false;
  });
  if (!read) return std::unexpected(read.error().what);
  if (!facts) return std::unexpected("the log has no record " + std::to_string(sequence));
  if (facts->empty()) return std::unexpected(std::string("the record is not of a judged stanza"));
  if (facts->starts_with("{\"stage\":")) {
    return std::unexpected(not_explained(sequence, reason));
  }
  auto made = from_json(policy, *facts);
  if (!made) return made;
  return as_routed(policy, std::move(*made));
}

}  // namespace policy::tool
