#include "policy/rule_match.h"

#include <algorithm>

#include "guard/base/check.h"

namespace policy {
namespace {

bool holds(std::span<const guard::PeerIndex> peers, guard::PeerIndex peer) {
  return peers.empty() || std::ranges::binary_search(peers, peer);
}

bool lists(const Rule& rule, const ElementFact& element) {
  return std::ranges::any_of(
      rule.elements, [&](const ElementName& e) { return e.covers(element.ns, element.name); });
}

bool refuses(const Rule& rule, const StanzaFacts& facts) {
  if (lists_nothing(rule)) return true;
  // An unavailable presence is reduced rather than refused for what is in it, so that nobody is
  // left behind as a ghost on the other side (SPEC: S29).
  if (facts.type == StanzaType::kUnavailable) return false;
  const bool part = std::ranges::any_of(
      kParts, [&](Part p) { return rule.parts.has(p) && facts.part(p).count > 0; });
  return part ||
         std::ranges::any_of(facts.elements, [&](const ElementFact& e) { return lists(rule, e); });
}

bool has_content_left(const Rule& rule, const StanzaFacts& facts) {
  for (const Part part : {Part::kBody, Part::kSubject}) {
    if (rule.parts.has(part) && facts.part(part).count > 0) return true;
  }
  return std::ranges::any_of(facts.elements, [&](const ElementFact& e) {
    return lists(rule, e) && !carries_no_content(e.ns);
  });
}

// The first condition of an allowing rule that the stanza does not meet.
std::optional<Reason> failing(const Rule& rule, const StanzaFacts& facts) {
  if (facts.type == StanzaType::kUnavailable) return std::nullopt;  // SPEC: S29, as above
  if (rule.about == StanzaClass::kError) return std::nullopt;       // rebuilt without content
  if (rule.others == Others::kRefuse) {
    for (const Part part : kParts) {
      if (facts.part(part).count > 0 && !rule.parts.has(part)) return Reason::kPartNotAllowed;
    }
    for (const ElementFact& element : facts.elements) {
      if (!lists(rule, element)) return Reason::kElementNotAllowed;
    }
  }
  if (facts.more_elements > 0) return Reason::kElementNotAllowed;
  if (rule.about == StanzaClass::kRequest &&
      (facts.elements.size() != 1 || rule.others == Others::kStrip)) {
    return Reason::kElementNotAllowed;  // SPEC: RFC 6120 8.2.3, a request has one payload
  }
  if (rule.max_octets && facts.octets > *rule.max_octets) return Reason::kTooLong;
  if (rule.max_body_octets && facts.part(Part::kBody).octets > *rule.max_body_octets) {
    return Reason::kTooLong;
  }
  if (rule.about == StanzaClass::kMessage && !has_content_left(rule, facts)) {
    return Reason::kNothingLeft;
  }
  if (rule.about == StanzaClass::kSubjectChange && !rule.parts.has(Part::kSubject)) {
    return Reason::kNothingLeft;
  }
  return std::nullopt;
}

}  // namespace

bool joins(const Rule& rule, guard::PeerIndex from, guard::PeerIndex to) {
  return holds(rule.from_peers, from) && holds(rule.to_peers, to);
}

bool addressed(const Rule& rule, const guard::xmpp::Jid& from, const guard::xmpp::Jid& to) {
  return rule.from.holds(from) && rule.to.holds(to);
}

bool lists_nothing(const Rule& rule) { return rule.parts.empty() && rule.elements.empty(); }

bool is_unconditional(const Rule& rule) {
  return lists_nothing(rule) && rule.from.is_empty() && rule.to.is_empty();
}

namespace {

// What comes of one rule; match and trials differ in what they keep of it.
Trial attempt(const Rule& rule, const StanzaFacts& facts, guard::PeerIndex from,
              guard::PeerIndex to) {
  using enum Trial::Outcome;
  Trial trial{.rule = &rule, .outcome = kMatches, .failed = Reason::kNoRule};
  if (!joins(rule, from, to)) {
    trial.outcome = kOtherPeers;
  } else if (!rule.types.has(facts.type)) {
    trial.outcome = kOtherType;
  } else if (!addressed(rule, facts.from, facts.to)) {
    trial.outcome = kOtherAddresses;
  } else if (rule.verdict == Verdict::kRefuse) {
    if (!refuses(rule, facts)) trial.outcome = kNotThere;
  } else if (const std::optional<Reason> reason = failing(rule, facts)) {
    trial.outcome = kFails;
    trial.failed = *reason;
  }
  return trial;
}

}  // namespace

Matching match(std::span<const Rule* const> rules, const StanzaFacts& facts, guard::PeerIndex from,
               guard::PeerIndex to) {
  Matching result;
  CHECK(rules.empty() || rules.front()->about == class_of(facts));
  for (const Rule* rule : rules) {
    const Trial trial = attempt(*rule, facts, from, to);
    if (trial.outcome == Trial::Outcome::kMatches) {
      result.rule = rule;
      return result;
    }
    if (trial.outcome == Trial::Outcome::kFails && result.nearest == nullptr) {
      result.nearest = rule;
      result.failed = trial.failed;
    }
  }
  return result;
}

std::vector<Trial> trials(std::span<const Rule* const> rules, const StanzaFacts& facts,
                          guard::PeerIndex from, guard::PeerIndex to) {
  std::vector<Trial> all;
  CHECK(rules.empty() || rules.front()->about == class_of(facts));
  for (const Rule* rule : rules) {
    all.push_back(attempt(*rule, facts, from, to));
    if (all.back().outcome == Trial::Outcome::kMatches) break;
  }
  return all;
}

const Rule* match_request(std::span<const Rule* const> rules, StanzaType type,
                          const ElementName& payload, const Asking& asking) {
  for (const Rule* rule : rules) {
    if (!rule->types.has(type) || !joins(*rule, asking.asker, asking.other) ||
        !addressed(*rule, asking.from, asking.to)) {
      continue;
    }
    const bool covered = std::ranges::any_of(
        rule->elements, [&](const ElementName& e) { return e.covers(payload.ns, payload.name); });
    if (rule->verdict == Verdict::kAllow && covered) return rule;
    if (rule->verdict == Verdict::kRefuse && (covered || lists_nothing(*rule))) return nullptr;
  }
  return nullptr;
}

const Rule* match_answer(std::span<const Rule* const> rules, const StanzaFacts& facts,
                         guard::PeerIndex answerer, guard::PeerIndex asker) {
  const Asking asking{.asker = asker, .other = answerer, .from = facts.to, .to = facts.from};
  const auto either = [&](const ElementName& payload) -> const Rule* {
    for (const StanzaType type : {StanzaType::kGet, StanzaType::kSet}) {
      const Rule* rule = match_request(rules, type, payload, asking);
      if (rule != nullptr) return rule;
    }
    return nullptr;
  };
  if (facts.type == StanzaType::kResult && !facts.elements.empty()) {
    const ElementFact& payload = facts.elements.front();
    return either({payload.ns, payload.name});
  }
  for (const Rule* rule : rules) {
    if (rule->verdict != Verdict::kAllow) continue;
    for (const ElementName& payload : rule->elements) {
      const Rule* found = either(payload);
      if (found != nullptr) return found;
    }
  }
  return nullptr;
}

}  // namespace policy
