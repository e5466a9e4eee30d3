// The naive policy: what policy/README.md says, once more, straight from the parsed file.
//
// It shares no code with policy/: it walks the elements of the file for every stanza, keeps no
// tables, and judges labels with the naive decision (decision.h). Tests compare the two. Only the
// facts of a stanza are the policy's own type, because they are the question.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "guard/base/utc_time.h"
#include "policy/stanza_facts.h"
#include "schemas/element.h"
#include "tests/model/decision.h"
#include "tests/model/names.h"
#include "tests/model/translation.h"

namespace model {

struct PolicyVerdict {
  bool allowed = false;
  std::string rule;             // that allowed it
  std::set<std::string> parts;  // kept
  std::set<std::size_t> elements;
  std::optional<labels::Label> label;  // that it leaves with
};

class NaivePolicy {
 public:
  NaivePolicy(const Element& root, const labels::PolicyContent& spif, NaiveFiles files = {})
      : root_(root), spif_(spif), names_(root, spif, std::move(files)) {}

  PolicyVerdict judge(const policy::StanzaFacts& facts, const std::string& peer) const {
    const Way way = way_of(facts.lane);
    const auto from = owner(way.near, facts.from.domain);
    const auto to = owner(way.far, facts.to.domain);
    if (!from || !to || attribute(*from->peer, "name") != peer) return {};
    if (way.near == way.far && !leads_within(way, *from, *to)) return {};
    if (!takes_part(*from->peer, facts.at) || !takes_part(*to->peer, facts.at)) return {};
    const std::string about = class_of(facts);
    if (about.empty()) return {};

    const bool labelled = facts.label.present || facts.label.fault || facts.label.label ||
                          !facts.label.equivalents.empty();
    PolicyVerdict verdict;
    if (about == "message" || about == "signal" || about == "subject-change") {
      if (!label_passes(facts, about, *from, *to, verdict.label)) return {};
    } else if (labelled && !(about == "presence" && type(facts) == "unavailable")) {
      return {};
    }

    const Element* rule =
        about == "answer" ? answer_rule(facts, *from, *to) : first_rule(facts, about, *from, *to);
    if (rule == nullptr || rule->name != "allow") return {};
    const Element& what = *rule->elements().front();
    if (about == "answer" && type(facts) == "result" &&
        facts.elements.size() + facts.more_elements > 1) {
      return {};
    }
    if (has_attribute(what, "implied-label") &&
        !granted(names_.named_label(attribute(what, "implied-label")), *from, *to,
                 seconds(facts))) {
      return {};
    }
    verdict.allowed = true;
    verdict.rule = attribute(*rule, "id");
    if (type(facts) != "error" && !(about == "presence" && facts.label.present)) {
      keep(facts, about, what, verdict);
    }
    return verdict;
  }

 private:
  static std::int64_t seconds(const policy::StanzaFacts& facts) {
    return facts.at.microseconds / 1'000'000;
  }

  // Whether the labels of a message are granted and can leave; with which one it leaves.
  bool label_passes(const policy::StanzaFacts& facts, const std::string& about, const Owner& from,
                    const Owner& to, std::optional<labels::Label>& sent) const {
    const std::int64_t at = seconds(facts);
    if (facts.label.fault) return false;
    std::optional<labels::Label> effective;
    if (facts.label.label) {
      effective = governed(*facts.label.label, *from.peer, at);
      if (!effective) return false;
    } else if (about == "message") {
      const Element* given = child(*from.peer, "default-label");
      if (given == nullptr) return false;
      effective = names_.named_label(attribute(*given, "label"));
    }
    if (effective && !granted(*effective, from, to, at)) return false;
    std::set<labels::Oid> policies;
    for (const labels::Label& equivalent : facts.label.equivalents) {
      if (!policies.insert(equivalent.policy()).second) return false;
      const auto label = governed(equivalent, *from.peer, at);
      if (!label) return false;
      if (label->policy() == spif_.id && !granted(*label, from, to, at)) return false;
    }
    const std::string action = attribute(*to.peer, "labels");
    if (!effective || action == "strip") return true;
    sent = effective;
    if (action == "translate") {
      sent = NaiveTranslation(spif_, *names_.own_policy(*to.peer)).of(*effective, at);
    }
    return sent.has_value();
  }

  // A label as it is judged; nothing where it has no translation.
  std::optional<labels::Label> governed(const labels::Label& label, const Element& peer,
                                        std::int64_t at) const {
    const labels::PolicyContent* own = names_.own_policy(peer);
    if (own == nullptr || label.policy() != own->id) return label;
    return NaiveTranslation(*own, spif_).of(label, at);
  }

  std::optional<Owner> owner(const std::string& side, const std::string& domain) const {
    if (domain.empty()) return std::nullopt;
    std::optional<Owner> best;
    std::optional<Owner> route;
    std::size_t length = 0;
    for (const Element* peer : root_.elements()) {
      if (peer->name != "peer") continue;
      for (const Element* claim : peer->elements()) {
        if (claim->name == "default-route" && attribute(*peer, "side") == side) {
          route = Owner{peer, claim};
        }
        if (claim->name != "domain") continue;
        const std::string name = attribute(*claim, "name");
        const bool wide = attribute(*claim, "match") == "subdomains";
        // An exact claim counts one more than one with subdomains of the same name.
        const std::size_t weight = 2 * name.size() + (wide ? 0 : 1);
        if (!(wide ? covers(name, domain) : name == domain) || weight <= length) continue;
        length = weight;
        best = Owner{peer, claim};
      }
    }
    if (!best) return route;
    if (attribute(*best->peer, "side") != side) return std::nullopt;
    return best;
  }

  // Way is a lane by the names of its sides, as the file has them.
  struct Way {
    std::string near;
    std::string far;
  };
  static Way way_of(guard::Lane lane) {
    switch (lane) {
      case guard::Lane::kHighToLow:
        return {"high", "low"};
      case guard::Lane::kLowToHigh:
        return {"low", "high"};
      case guard::Lane::kHighToHigh:
        return {"high", "high"};
      case guard::Lane::kLowToLow:
        return {"low", "low"};
    }
    return {};
  }
  static Way back(const Way& way) { return {way.far, way.near}; }

  // Two peers, both by name, of a side that has a rule for traffic within it.
  bool leads_within(const Way& way, const Owner& from, const Owner& to) const {
    if (from.peer == to.peer) return false;
    if (from.claim->name != "domain" || to.claim->name != "domain") return false;
    return std::ranges::any_of(root_.elements(), [&](const Element* direction) {
      return is_about(*direction, way) && !direction->elements().empty();
    });
  }

  static bool is_about(const Element& direction, const Way& way) {
    return direction.name == "direction" && attribute(direction, "from") == way.near &&
           attribute(direction, "to") == way.far;
  }

  static bool within(const Element& period, guard::UtcTime at) {
    const auto from = guard::from_iso8601(attribute(period, "from"));
    const auto until = guard::from_iso8601(attribute(period, "until"));
    return (!from || from->microseconds <= at.microseconds) &&
           (!until || at.microseconds < until->microseconds);
  }

  static bool takes_part(const Element& peer, guard::UtcTime at) {
    const bool known = at.microseconds > 0;
    for (const Element* each : peer.elements()) {
      const bool dated = has_attribute(*each, "from") || has_attribute(*each, "until");
      if (each->name == "blocked" && (!known || within(*each, at))) return false;
      if (each->name == "active" && dated && !(known && within(*each, at))) return false;
    }
    return true;
  }

  static std::string type(const policy::StanzaFacts& facts) {
    return std::string(policy::to_string(facts.type));
  }

  static bool contentless(const std::string& ns) {
    return ns == "urn:xmpp:receipts" || ns == "http://jabber.org/protocol/chatstates" ||
           ns == "urn:xmpp:sid:0" || ns == "urn:xmpp:delay";
  }

  static std::string class_of(const policy::StanzaFacts& facts) {
    const std::string t = type(facts);
    using Types = std::set<std::string>;
    if (facts.kind == policy::StanzaKind::kIq) {
      if (t == "get" || t == "set") return "iq";
      return t == "result" || t == "error" ? "answer" : "";
    }
    if (facts.kind == policy::StanzaKind::kPresence) {
      if (t == "error") return "error";
      return Types{"available",   "unavailable",  "subscribe", "subscribed",
                   "unsubscribe", "unsubscribed", "probe"}
                     .contains(t)
                 ? "presence"
                 : "";
    }
    if (t == "error") return "error";
    if (!Types{"normal", "chat", "groupchat", "headline"}.contains(t)) return "";
    bool content = facts.part(policy::Part::kBody).count > 0 || facts.more_elements > 0;
    for (const auto& element : facts.elements) content = content || !contentless(element.ns);
    const bool subject = facts.part(policy::Part::kSubject).count > 0;
    if (!content && !subject) return "signal";
    if (!content && t == "groupchat") return "subject-change";
    return "message";
  }

  bool speaks_of(const Element& rule, const std::string& peers, const std::string& groups,
                 const Element& peer) const {
    std::set<std::string> names = word_set(rule, peers);
    for (const Element* group : root_.elements()) {
      if (group->name != "group" || !word_set(rule, groups).contains(attribute(*group, "name"))) {
        continue;
      }
      names.merge(word_set(*group, "peers"));
    }
    return names.empty() || names.contains(attribute(peer, "name"));
  }

  static bool addressed(const Element& rule, const std::string& end,
                        const guard::xmpp::Jid& address) {
    const std::string resource = attribute(rule, end + "-resource");
    if (resource == "none" && !address.resource.empty()) return false;
    if (resource == "some" && address.resource.empty()) return false;
    const std::set<std::string> users = word_set(rule, end + "-users");
    return users.empty() || users.contains(address.local);
  }

  bool between(const Element& rule, const Element& from, const Element& to,
               const guard::xmpp::Jid& sender, const guard::xmpp::Jid& receiver) const {
    return speaks_of(rule, "from-peers", "from-groups", from) &&
           speaks_of(rule, "to-peers", "to-groups", to) && addressed(rule, "from", sender) &&
           addressed(rule, "to", receiver);
  }

  // The rules of a direction about one class, in their order.
  std::vector<const Element*> rules(const Way& way, const std::string& about) const {
    std::vector<const Element*> found;
    for (const Element* direction : root_.elements()) {
      if (!is_about(*direction, way)) continue;
      for (const Element* rule : direction->elements()) {
        if (rule->elements().front()->name == about) found.push_back(rule);
      }
    }
    return found;
  }

  static bool lists(const Element& what, const policy::ElementFact& element) {
    std::vector<const Element*> names = what.elements();
    if (has_attribute(what, "namespace")) names.push_back(&what);
    return std::ranges::any_of(names, [&](const Element* name) {
      return attribute(*name, "namespace") == element.ns &&
             (!has_attribute(*name, "element") || attribute(*name, "element") == element.name);
    });
  }

  static std::set<std::string> parts_there(const policy::StanzaFacts& facts) {
    std::set<std::string> there;
    for (const policy::Part part : policy::kParts) {
      if (facts.part(part).count > 0) there.insert(std::string(policy::to_string(part)));
    }
    return there;
  }

  static std::set<std::string> parts_listed(const Element& what) {
    std::set<std::string> listed = word_set(what, "parts");
    if (what.name == "subject-change") listed.insert("subject");
    return listed;
  }

  static bool allows(const policy::StanzaFacts& facts, const Element& what) {
    if (type(facts) == "unavailable" || what.name == "error") return true;
    if (facts.more_elements > 0) return false;
    const std::set<std::string> listed = parts_listed(what);
    bool content = false;
    for (const std::string& part : parts_there(facts)) {
      if (!listed.contains(part) && attribute(what, "others") != "strip") return false;
      content = content || (listed.contains(part) && part != "thread");
    }
    for (const auto& element : facts.elements) {
      if (!lists(what, element) && attribute(what, "others") != "strip") return false;
      content = content || (lists(what, element) && !contentless(element.ns));
    }
    if (what.name == "iq" && facts.elements.size() != 1) return false;
    if (what.name == "message" && !content) return false;
    const std::string most = attribute(what, "max-octets");
    if (!most.empty() && facts.octets > std::stoul(most)) return false;
    const std::string body = attribute(what, "max-body-octets");
    return body.empty() || facts.part(policy::Part::kBody).octets <= std::stoul(body);
  }

  static bool refuses(const policy::StanzaFacts& facts, const Element& what) {
    const bool names = !what.elements().empty() || has_attribute(what, "namespace");
    if (!names) return true;
    if (type(facts) == "unavailable") return false;
    return std::ranges::any_of(facts.elements,
                               [&](const auto& element) { return lists(what, element); });
  }

  const Element* first_rule(const policy::StanzaFacts& facts, const std::string& about,
                            const Owner& from, const Owner& to) const {
    for (const Element* rule : rules(way_of(facts.lane), about)) {
      const Element& what = *rule->elements().front();
      if (!between(*rule, *from.peer, *to.peer, facts.from, facts.to)) continue;
      if (has_attribute(what, "types") && !word_set(what, "types").contains(type(facts))) continue;
      if (rule->name == "allow" ? allows(facts, what) : refuses(facts, what)) return rule;
    }
    return nullptr;
  }

  // A request of that type and payload, from the receiver of the answer to its sender.
  const Element* request_rule(const policy::StanzaFacts& facts, const std::string& request_type,
                              const policy::ElementFact& payload, const Owner& from,
                              const Owner& to) const {
    for (const Element* rule : rules(back(way_of(facts.lane)), "iq")) {
      const Element& what = *rule->elements().front();
      if (!between(*rule, *to.peer, *from.peer, facts.to, facts.from)) continue;
      if (!word_set(what, "types").contains(request_type)) continue;
      const bool all = !has_attribute(what, "namespace");
      if (rule->name == "allow" && lists(what, payload)) return rule;
      if (rule->name == "refuse" && (all || lists(what, payload))) return nullptr;
    }
    return nullptr;
  }

  const Element* answer_rule(const policy::StanzaFacts& facts, const Owner& from,
                             const Owner& to) const {
    const auto either = [&](const policy::ElementFact& payload) {
      const Element* get = request_rule(facts, "get", payload, from, to);
      return get != nullptr ? get : request_rule(facts, "set", payload, from, to);
    };
    if (type(facts) == "result" && !facts.elements.empty()) return either(facts.elements.front());
    for (const Element* rule : rules(back(way_of(facts.lane)), "iq")) {
      if (rule->name != "allow") continue;
      const Element& what = *rule->elements().front();
      const Element* found =
          either({.ns = attribute(what, "namespace"), .name = attribute(what, "element")});
      if (found != nullptr) return found;
    }
    return nullptr;
  }

  static void keep(const policy::StanzaFacts& facts, const std::string& about, const Element& what,
                   PolicyVerdict& verdict) {
    if (about != "answer") {
      for (const std::string& part : parts_there(facts)) {
        if (parts_listed(what).contains(part)) verdict.parts.insert(part);
      }
    }
    for (std::size_t i = 0; i < facts.elements.size(); ++i) {
      if (lists(what, facts.elements[i])) verdict.elements.insert(i);
    }
  }

  bool granted(const labels::Label& label, const Owner& from, const Owner& to,
               std::int64_t at) const {
    return decide(spif_, label, names_.cleared(from, "send"), at).granted &&
           decide(spif_, label, names_.cleared(to, "receive"), at).granted;
  }

  const Element& root_;
  const labels::PolicyContent& spif_;
  const NaiveNames names_;
};

}  // namespace model
