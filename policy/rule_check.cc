#include "policy/rule_check.h"

#include <algorithm>
#include <span>

namespace policy {
namespace {

PartSet parts_about(StanzaClass about) {
  switch (about) {
    case StanzaClass::kMessage:
      return PartSet(Part::kBody, Part::kSubject, Part::kThread);
    case StanzaClass::kSubjectChange:
      return PartSet(Part::kSubject, Part::kThread);
    case StanzaClass::kSignal:
      return PartSet(Part::kThread);
    case StanzaClass::kPresence:
      return PartSet(Part::kShow, Part::kStatus, Part::kPriority);
    case StanzaClass::kRequest:
    case StanzaClass::kAnswer:
    case StanzaClass::kError:
      return {};
  }
  return {};
}

class RuleCheck {
 public:
  RuleCheck(const Rule& rule, guard::Lane lane, const PolicyContent& content)
      : rule_(rule), lane_(lane), content_(content) {}

  std::vector<RuleFault> run() {
    if (rule_.reason.find_first_not_of(" \t\r\n") == std::string::npos) {
      fault("has no reason text", "why the rule is there, in words");
    }
    if (rule_.about == StanzaClass::kAnswer) {
      fault("is about iq answers", "nothing: they go by the rule for their request");
      return std::move(faults_);
    }
    peers(rule_.from_peers, near_side(lane_), "from");
    peers(rule_.to_peers, far_side(lane_), "to");
    address(rule_.from, "from-users");
    address(rule_.to, "to-users");
    types();
    shape();
    if (rule_.verdict == Verdict::kAllow) {
      allowing();
    } else {
      refusing();
    }
    return std::move(faults_);
  }

 private:
  void fault(std::string what, std::string expected = {}) {
    faults_.push_back({std::move(what), std::move(expected)});
  }

  void peers(std::span<const guard::PeerIndex> peers, guard::Side side, std::string_view which) {
    for (const guard::PeerIndex peer : peers) {
      if (peer >= content_.peers.size()) {
        fault("names a peer that is not there (" + std::string(which) + ")");
      } else if (content_.peers[peer].side != side) {
        fault("has peer \"" + content_.peers[peer].name + "\" in " + std::string(which) +
                  "-peers, which is on the " + std::string(to_string(content_.peers[peer].side)) +
                  " side",
              "a peer of the " + std::string(to_string(side)) + " side");
      }
    }
    const bool ascending =
        std::ranges::adjacent_find(peers, std::ranges::greater_equal()) == std::ranges::end(peers);
    if (!ascending) {
      fault("names a peer twice in " + std::string(which) + "-peers", "each peer once");
    }
  }

  void address(const AddressCondition& condition, std::string_view which) {
    for (const std::string& user : condition.users) {
      const auto normal = guard::xmpp::parse_jid(user + "@a.example");
      if (normal && normal->local == user) continue;
      fault("has \"" + user + "\" in " + std::string(which) + ", which is not the local part of " +
                "an address in normal form",
            normal ? "\"" + normal->local + "\"" : "what stands before the '@'");
    }
    const bool ascending =
        std::ranges::adjacent_find(condition.users, std::ranges::greater_equal()) ==
        condition.users.end();
    if (!ascending) fault("names a user twice in " + std::string(which), "each user once");
  }

  void types() {
    if (rule_.types.empty()) fault("has no types");
    if (!types_about(rule_.about).contains(rule_.types)) {
      fault("has a type that a " + std::string(to_string(rule_.about)) + " cannot have");
    }
  }

  void shape() {
    const PartSet possible = parts_about(rule_.about);
    for (const Part part : kParts) {
      if (!rule_.parts.has(part) || possible.has(part)) continue;
      fault("has part " + std::string(to_string(part)) + ", which a " +
            std::string(to_string(rule_.about)) + " cannot have");
    }
    if (rule_.about == StanzaClass::kError && !rule_.elements.empty()) {
      fault("lists elements of an error", "nothing: errors are rebuilt without content");
    }
    for (const ElementName& element : rule_.elements) {
      if (element.ns.empty() || element.ns.size() > 512 || element.name.size() > 512) {
        fault("has an element without a namespace, or with one of more than 512 octets");
      }
    }
  }

  void allowing() {
    const bool needed = needs_implied_label(rule_.about);
    if (needed && !rule_.implied_label) {
      fault("allows what carries no label and names no implied label", "implied-label");
    }
    if (!needed && rule_.implied_label) {
      fault("has an implied label for a " + std::string(to_string(rule_.about)),
            "none: it has its own, or is exempt");
    }
    if (rule_.implied_label && *rule_.implied_label >= content_.labels.size()) {
      fault("has an implied label that is not there");
    }
    if (rule_.about == StanzaClass::kRequest && rule_.elements.empty()) {
      fault("allows an iq and names no payload", "a namespace");
    }
    if (rule_.about == StanzaClass::kRequest && rule_.others == Others::kStrip) {
      fault("strips the payload of an iq", "others=\"refuse\"");
    }
    if (rule_.about == StanzaClass::kSubjectChange && !rule_.parts.has(Part::kSubject)) {
      fault("allows a subject change without its subject", "part subject");
    }
    if (rule_.types.has(StanzaType::kAvailable) && !rule_.types.has(StanzaType::kUnavailable)) {
      fault("allows available presence without unavailable",
            "both: who has come must be able to leave");
    }
  }

  void refusing() {
    if (rule_.implied_label || rule_.max_octets || rule_.max_body_octets ||
        rule_.others == Others::kStrip) {
      fault("refuses, and says what only a rule that allows can say",
            "no implied label, no lengths, no stripping");
    }
    if (rule_.types.has(StanzaType::kUnavailable) && !rule_.types.has(StanzaType::kAvailable)) {
      fault("refuses unavailable presence without available",
            "both: who has come must be able to leave");
    }
  }

  const Rule& rule_;
  const guard::Lane lane_;
  const PolicyContent& content_;
  std::vector<RuleFault> faults_;
};

}  // namespace

TypeSet types_about(StanzaClass about) {
  using enum StanzaType;
  switch (about) {
    case StanzaClass::kMessage:
    case StanzaClass::kSignal:
      return TypeSet(kNormal, kChat, kGroupchat, kHeadline);
    case StanzaClass::kSubjectChange:
      return TypeSet(kGroupchat);
    case StanzaClass::kPresence:
      return TypeSet(kAvailable, kUnavailable, kSubscribe, kSubscribed, kUnsubscribe, kUnsubscribed,
                     kProbe);
    case StanzaClass::kRequest:
      return TypeSet(kGet, kSet);
    case StanzaClass::kAnswer:
      return TypeSet(kResult, kError);
    case StanzaClass::kError:
      return TypeSet(kError);
  }
  return {};
}

bool needs_implied_label(StanzaClass about) {
  return about == StanzaClass::kSignal || about == StanzaClass::kSubjectChange ||
         about == StanzaClass::kPresence || about == StanzaClass::kRequest;
}

std::vector<RuleFault> check_rule(const Rule& rule, guard::Lane lane,
                                  const PolicyContent& content) {
  return RuleCheck(rule, lane, content).run();
}

}  // namespace policy
