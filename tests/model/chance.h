// Chance: random policies, as files, and random stanzas for them. The seed is the caller's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "guard/base/utc_time.h"
#include "labels/label.h"
#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace model {

using policy::StanzaFacts;
using policy::StanzaKind;
using policy::StanzaType;

inline const char* const kDomains[] = {"h.example",        "x.h.example", "deep.x.h.example",
                                       "h2.example",       "l.example",   "leaf.l.example",
                                       "a.leaf.l.example", "l2.example",  "elsewhere.example"};
inline const char* const kElements[][2] = {{"urn:xmpp:receipts", "received"},
                                           {"urn:xmpp:receipts", "request"},
                                           {"urn:xmpp:delay", "delay"},
                                           {"urn:a", "x"},
                                           {"urn:a", "y"},
                                           {"urn:xmpp:ping", "ping"}};
inline const char* const kClasses[] = {"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"};
inline const char* const kDates[] = {"2026-01-01", "2026-02-01", "2026-03-01T12:00:00Z"};

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed), pins_(seed) {}

  std::uint32_t below(std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random_);
  }
  bool once_in(std::uint32_t n) { return below(n) == 0; }
  template <class List>
  auto& one_of(List& list) {
    return list[below(static_cast<std::uint32_t>(std::size(list)))];
  }
  std::string maybe(std::uint32_t n, const std::string& text) { return once_in(n) ? text : ""; }

  // Some of these words, at least one.
  std::string some_of(std::vector<std::string> words) {
    std::string text;
    for (const std::string& word : words) {
      if (once_in(2)) text += word + " ";
    }
    return text.empty() ? words[below(static_cast<std::uint32_t>(words.size()))] : text;
  }

  std::string clearance(const std::string& use) {
    const std::uint32_t low = once_in(3) ? below(3) : 0;
    std::string text = "<clearance for='" + use + "'>";
    if (once_in(4)) {
      text += "<classification name='" + std::string(one_of(kClasses)) + "'/>";
    } else {
      text += "<classifications from='" + std::string(kClasses[low]) + "' to='" +
              kClasses[low + below(4 - low)] + "'/>";
    }
    text += maybe(3, "<category tag-set='Caveats' value='CRYPTO'/>");
    text += maybe(3, "<category tag-set='Releasable to' value='ALPHA'/>");
    text += maybe(3, "<category tag-set='Releasable to' value='BRAVO'/>");
    text += maybe(5, "<categories tag-set='Projects'/>");
    return text + "</clearance>";
  }
  std::string clearances() {
    if (once_in(12)) return maybe(2, clearance("send"));
    if (once_in(2)) return clearance("both");
    return clearance("send") + clearance("receive");
  }

  // Sometimes the certificates of pins narrow what the peer receives. (What one lets it send is
  // known of streams only, and these stanzas have none.)
  std::string connection_and_clearances() {
    const std::string start = "<connection authentication='external' tls='1.2'";
    std::string all = clearances();
    const std::string receive = "for='receive'";
    const std::size_t at = all.find(receive);
    if (at == std::string::npos || pins_() % 4 != 0) return start + "/>" + all;
    all.insert(at + receive.size(), " certificate='yes'");
    return start + ">" + (pins_() % 2 == 0 ? "<pin file='narrow.pem'/>" : "") +
           "<pin file='wide.pem'/></connection>" + all;
  }

  std::string domain(const std::string& name, bool wide) {
    return "<domain name='" + name + "'" + (wide ? " match='subdomains'" : "") + ">" +
           maybe(3, clearances()) + "</domain>";
  }

  std::string dates() {
    if (!once_in(5)) return "";
    std::string text = maybe(2, "<active from='" + std::string(kDates[0]) + "'" +
                                    maybe(2, " until='" + std::string(kDates[2]) + "'") + "/>");
    text += maybe(2, "<blocked reason='r' from='" + std::string(kDates[1]) + "'" +
                         maybe(2, " until='" + std::string(kDates[2]) + "'") + "/>");
    return text;
  }

  std::string peer(const std::string& name, const std::string& side, const std::string& domains) {
    std::string labels = maybe(5, " labels='strip'");
    if (once_in(2)) {
      labels = " label-policy='own'" + maybe(2, " labels='translate'");
    }
    return "<peer name='" + name + "' side='" + side + "'" + labels + ">" + dates() + domains +
           connection_and_clearances() +
           maybe(3, "<default-label label='" + std::string(once_in(2) ? "a" : "b") + "'/>") +
           "</peer>";
  }

  std::string extensions() {
    std::string text;
    for (std::uint32_t i = below(3); i > 0; --i) {
      const auto& [ns, name] = one_of(kElements);
      text += "<extension namespace='" + std::string(ns) + "'" +
              maybe(2, " element='" + std::string(name) + "'") + "/>";
    }
    return text;
  }

  std::string address(const std::string& end) {
    return maybe(5, " " + end + "-users='" + some_of({"ann", "bob"}) + "'") +
           maybe(8, " " + end + "-resource='" + (once_in(2) ? "some" : "none") + "'");
  }

  std::string what(bool allow) {
    const std::string label =
        allow ? " implied-label='" + std::string(once_in(3) ? "b" : "a") + "'" : "";
    const std::string others = allow ? maybe(2, " others='strip'") : "";
    const std::string most =
        allow ? maybe(5, " max-octets='" + std::to_string(250 + below(3) * 100) + "'") : "";
    switch (below(6)) {
      case 0:
        return "<message types='" + some_of({"normal", "chat", "groupchat"}) + "'" +
               (allow ? " parts='" + maybe(1, some_of({"body", "subject", "thread"})) + "'" : "") +
               others + most + (allow ? maybe(5, " max-body-octets='50'") : "") + ">" +
               extensions() + "</message>";
      case 1:
        return "<signal types='" + some_of({"normal", "chat"}) + "'" + label +
               (allow ? maybe(2, " parts='thread'") : "") + others + most + ">" + extensions() +
               "</signal>";
      case 2:
        return allow ? "<subject-change" + label + others + most + ">" + extensions() +
                           "</subject-change>"
                     : "<subject-change/>";
      case 3:
        return "<presence types='available unavailable " + maybe(2, "subscribe") + "'" + label +
               (allow ? maybe(2, " parts='" + some_of({"show", "status"}) + "'") : "") + others +
               most + ">" + extensions() + "</presence>";
      case 4: {
        const auto& [ns, name] = one_of(kElements);
        const bool all = !allow && once_in(3);
        return "<iq types='" + some_of({"get", "set"}) + "'" +
               (all ? std::string()
                    : " namespace='" + std::string(ns) + "'" +
                          maybe(2, " element='" + std::string(name) + "'")) +
               label + most + "/>";
      }
      default:
        return "<error/>";
    }
  }

  std::string rule(const std::string& id, guard::Lane lane) {
    const std::string near = near_side(lane) == guard::Side::kHigh ? "h" : "l";
    const std::string far = far_side(lane) == guard::Side::kHigh ? "h" : "l";
    const bool allow = !once_in(4);
    const std::string name = allow ? "allow" : "refuse";
    return "<" + name + " id='" + id + "' reason='r'" +
           maybe(4, " from-peers='" + some_of({near + "1", near + "2"}) + "'") +
           maybe(4, " to-peers='" + far + "1'") + maybe(6, " to-groups='" + far + "'") +
           address("from") + address("to") + ">" + what(allow) + "</" + name + ">";
  }

  std::string policy_text() {
    std::string text =
        "<policy name='t' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
        "<peer-policy name='own' file='../star/bravo.xml'/>"
        "<label name='a' classification='UNCLASSIFIED'/>"
        "<label name='b' classification='RESTRICTED'><category tag-set='Releasable to' "
        "value='ALPHA'/></label>";
    text += peer("h1", "high",
                 domain("h.example", once_in(2)) + maybe(2, domain("x.h.example", once_in(2))) +
                     maybe(4, "<default-route/>"));
    text += peer("h2", "high", domain("h2.example", false));
    text += peer("l1", "low",
                 domain("l.example", once_in(2)) + domain("leaf.l.example", once_in(2)) +
                     maybe(2, domain("a.leaf.l.example", false)) +
                     maybe(3, "<default-route>" + maybe(2, clearances()) + "</default-route>"));
    text += peer("l2", "low", maybe(1, domain("l2.example", false)));
    text += "<group name='h' peers='h1 h2'/><group name='l' peers='l1 l2'/>";
    std::uint32_t number = 0;
    for (const guard::Lane lane : guard::kLanes) {
      if (!is_across(lane) && once_in(3)) continue;
      text += "<direction from='" + std::string(to_string(near_side(lane))) + "' to='" +
              std::string(to_string(far_side(lane))) + "'>";
      for (std::uint32_t i = below(10); i > 0; --i) {
        text += rule("r" + std::to_string(++number), lane);
      }
      text += "</direction>";
    }
    return text + "</policy>";
  }

  StanzaFacts stanza(const policy::Policy& policy, const std::vector<labels::Label>& labels) {
    StanzaFacts facts;
    do {
      facts.lane = one_of(guard::kLanes);
    } while (!policy.uses(facts.lane) && !once_in(5));
    facts.from = {.local = user(),
                  .domain = domain_of(near_side(facts.lane)),
                  .resource = once_in(2) ? "" : "r"};
    facts.to = {.local = user(),
                .domain = domain_of(far_side(facts.lane)),
                .resource = once_in(2) ? "" : "r"};
    if (!is_across(facts.lane) && !once_in(4)) facts.to.domain = neighbour(facts.from.domain);
    const auto owner = policy.peer_of(near_side(facts.lane), facts.from.domain);
    facts.peer =
        owner && !once_in(20) ? *owner : below(static_cast<std::uint32_t>(policy.peers().size()));
    facts.kind = static_cast<StanzaKind>(below(3));
    do {
      facts.type = static_cast<StanzaType>(below(15));
    } while (!policy::fits(facts.kind, facts.type) && !once_in(30));
    for (const policy::Part part : policy::kParts) {
      const bool likely = part == policy::Part::kBody && facts.kind == StanzaKind::kMessage;
      if (once_in(likely ? 2 : 6)) facts.part(part) = {.count = 1, .octets = below(100)};
    }
    facts.octets = 200 + below(300);
    for (std::uint32_t i = facts.kind == StanzaKind::kIq ? below(5) == 0 ? 2U : 1U : below(3);
         i > 0 && (facts.kind == StanzaKind::kIq || once_in(2)); --i) {
      const auto& [ns, name] = one_of(kElements);
      facts.elements.push_back({.ns = ns, .name = name});
    }
    if (once_in(40)) facts.more_elements = 1;
    if (once_in(6)) chat(facts);
    label(facts, labels, policy.own_policy(facts.peer) != nullptr);
    if (!once_in(10)) facts.at = *guard::from_iso8601(one_of(kDates));
    if (once_in(3) && facts.at.microseconds > 0) facts.at.microseconds -= 1;
    return facts;
  }

 private:
  // What rules allow most often, so that labels decide.
  static void chat(StanzaFacts& facts) {
    facts.kind = StanzaKind::kMessage;
    facts.type = StanzaType::kChat;
    facts.octets = 200;
    facts.parts = {};
    facts.part(policy::Part::kBody) = {.count = 1, .octets = 10};
    facts.elements.clear();
    facts.more_elements = 0;
  }

  // A domain of that side, most often.
  std::string domain_of(guard::Side side) {
    if (once_in(10)) return one_of(kDomains);
    return kDomains[(side == guard::Side::kHigh ? 0 : 4) + below(4)];
  }

  // A domain of the other peer of the same side.
  std::string neighbour(const std::string& domain) {
    const bool high = domain.ends_with("h.example") || domain == "h2.example";
    const bool second = domain.starts_with("h2.") || domain.starts_with("l2.");
    return kDomains[(high ? 0 : 4) + (second ? below(3) : 3)];
  }

  std::string user() { return once_in(3) ? "" : once_in(2) ? "ann" : "bob"; }

  // Peers with a policy of their own use it, most often.
  void label(StanzaFacts& facts, const std::vector<labels::Label>& labels, bool own) {
    facts.label.present = facts.kind == StanzaKind::kMessage ? !once_in(3) : once_in(20);
    if (!facts.label.present) return;
    // The first of each policy are the lowest classification, without and with a category.
    const auto other = std::ranges::find_if(
        labels, [&](const labels::Label& each) { return each.policy() != labels[0].policy(); });
    const bool uses_it = own != once_in(4) && labels.end() - other > 2;
    const auto first = uses_it ? other : labels.begin();
    if (!once_in(10)) facts.label.label = once_in(3) ? one_of(labels) : first[below(3)];
    if (once_in(20)) facts.label.fault = policy::LabelFault::kFormat;
    for (std::uint32_t i = once_in(8) ? below(3) : 0; i > 0; --i) {
      facts.label.equivalents.push_back(one_of(labels));
    }
  }

  std::mt19937 random_;
  std::mt19937 pins_;
};

}  // namespace model
