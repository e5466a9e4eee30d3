// TestPolicy: small policies and stanzas for the tests of this folder. Not part of the library.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "guard/base/check.h"
#include "labels/named.h"
#include "labels/security_policy.h"
#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace policy::test {

inline const labels::Oid kPolicyId = *labels::Oid::from_dotted("2.999.1");

// UNCLASSIFIED (1) to SECRET (4); restrictive caveats; permissive nations.
inline labels::SecurityPolicy security_policy(const char* id = "2.999.1") {
  labels::PolicyContent content;
  content.name = "EXAMPLE";
  content.id = *labels::Oid::from_dotted(id);
  std::uint32_t number = 0;
  for (const char* name : {"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"}) {
    ++number;
    content.classifications.push_back({.name = name, .lacv = number, .hierarchy = number});
  }
  content.tag_sets.push_back({.name = "Caveats",
                              .id = *labels::Oid::from_dotted("2.999.1.1"),
                              .tags = {{.name = "Caveats",
                                        .kind = labels::CategoryKind::kRestrictive,
                                        .categories = {{.name = "CRYPTO", .lacv = 0},
                                                       {.name = "EYES ONLY", .lacv = 1}}}}});
  content.tag_sets.push_back(
      {.name = "Releasable to",
       .id = *labels::Oid::from_dotted("2.999.1.2"),
       .tags = {{.name = "Nations",
                 .kind = labels::CategoryKind::kPermissive,
                 .categories = {{.name = "ALPHA", .lacv = 0}, {.name = "BRAVO", .lacv = 1}}}}});
  auto made = labels::SecurityPolicy::make(std::move(content));
  CHECK(made);
  return *made;
}

inline labels::Label label(std::string classification,
                           std::vector<labels::NamedCategory> categories = {}) {
  auto made =
      labels::label_from_names(security_policy(), {.classification = std::move(classification),
                                                   .privacy_mark = std::nullopt,
                                                   .categories = std::move(categories)});
  CHECK(made);
  return *made;
}

inline labels::Clearance clearance(std::vector<std::string> classifications,
                                   std::vector<labels::NamedCategory> categories = {}) {
  auto made = labels::clearance_from_names(security_policy(),
                                           {.classifications = std::move(classifications),
                                            .from = std::nullopt,
                                            .to = std::nullopt,
                                            .categories = std::move(categories)});
  CHECK(made);
  return *made;
}

inline labels::Clearance up_to_secret() {
  return clearance({"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"});
}
inline labels::Clearance up_to_restricted() { return clearance({"UNCLASSIFIED", "RESTRICTED"}); }

inline Peer peer(std::string name, guard::Side side, const std::string& domain,
                 const labels::Clearance& clearance) {
  Peer made;
  made.name = std::move(name);
  made.side = side;
  made.domains.push_back({.domain = domain});
  made.send = clearance;
  made.receive = clearance;
  return made;
}

inline constexpr guard::PeerIndex kHigh = 0;    // high.example, up to SECRET
inline constexpr guard::PeerIndex kLow = 1;     // low.example, up to RESTRICTED
inline constexpr guard::PeerIndex kOther = 2;   // other.example on the low side: has no rules
inline constexpr guard::PeerIndex kSecond = 3;  // second.example, high: with_second()
inline constexpr LabelIndex kOpen = 0;          // UNCLASSIFIED
inline constexpr LabelIndex kClosed = 1;        // SECRET

inline constexpr auto kHighToLow = guard::Lane::kHighToLow;
inline constexpr auto kLowToHigh = guard::Lane::kLowToHigh;
inline constexpr auto kHighToHigh = guard::Lane::kHighToHigh;
inline constexpr auto kLowToLow = guard::Lane::kLowToLow;

// Three peers and two labels, and no rule at all.
inline PolicyContent empty() {
  PolicyContent content(security_policy());
  content.name = "test";
  content.labels.push_back({.name = "open", .label = label("UNCLASSIFIED")});
  content.labels.push_back({.name = "closed", .label = label("SECRET")});
  content.peers.push_back(peer("high", guard::Side::kHigh, "high.example", up_to_secret()));
  content.peers.push_back(peer("low", guard::Side::kLow, "low.example", up_to_restricted()));
  content.peers.push_back(peer("other", guard::Side::kLow, "other.example", up_to_restricted()));
  return content;
}

inline Rule rule(std::string id, Verdict verdict, StanzaClass about, TypeSet types) {
  Rule made;
  made.id = std::move(id);
  made.reason = "for a test";
  made.verdict = verdict;
  made.about = about;
  made.types = types;
  return made;
}

inline Rule allow_chat(std::string id) {
  Rule made = rule(std::move(id), Verdict::kAllow, StanzaClass::kMessage,
                   TypeSet(StanzaType::kChat, StanzaType::kNormal, StanzaType::kGroupchat));
  made.parts = PartSet(Part::kBody, Part::kSubject, Part::kThread);
  return made;
}

inline Rule allow_signals(std::string id) {
  Rule made = rule(std::move(id), Verdict::kAllow, StanzaClass::kSignal,
                   TypeSet(StanzaType::kChat, StanzaType::kNormal));
  made.implied_label = kOpen;
  made.elements = {{"urn:xmpp:receipts", ""}};
  return made;
}

inline Rule allow_presence(std::string id) {
  Rule made =
      rule(std::move(id), Verdict::kAllow, StanzaClass::kPresence,
           TypeSet(StanzaType::kAvailable, StanzaType::kUnavailable, StanzaType::kSubscribe));
  made.implied_label = kOpen;
  made.parts = PartSet(Part::kShow);
  return made;
}

inline Rule allow_iq(std::string id, std::string ns) {
  Rule made =
      rule(std::move(id), Verdict::kAllow, StanzaClass::kRequest, TypeSet(StanzaType::kGet));
  made.implied_label = kOpen;
  made.elements = {{std::move(ns), ""}};
  return made;
}

inline Rule allow_subject(std::string id) {
  Rule made = rule(std::move(id), Verdict::kAllow, StanzaClass::kSubjectChange,
                   TypeSet(StanzaType::kGroupchat));
  made.implied_label = kOpen;
  made.parts = PartSet(Part::kSubject);
  return made;
}

inline Rule allow_errors(std::string id) {
  return rule(std::move(id), Verdict::kAllow, StanzaClass::kError, TypeSet(StanzaType::kError));
}

// Rules of every class between high and low, in both lanes; "other" is in none of them. The ids
// are those of the functions above behind "down-" and "up-".
inline PolicyContent full() {
  PolicyContent content = empty();
  for (const guard::Lane lane : {kHighToLow, kLowToHigh}) {
    const std::string way = lane == kHighToLow ? "down-" : "up-";
    std::vector<Rule> rules = {
        allow_chat(way + "chat"),         allow_signals(way + "signals"),
        allow_presence(way + "presence"), allow_iq(way + "ping", "urn:xmpp:ping"),
        allow_subject(way + "subject"),   allow_errors(way + "errors")};
    for (Rule& each : rules) {
      (lane == kHighToLow ? each.to_peers : each.from_peers) = {kLow};
    }
    content.direction(lane).rules = std::move(rules);
  }
  return content;
}

// A second peer of the high side.
inline PolicyContent with_second(PolicyContent content) {
  content.peers.push_back(peer("second", guard::Side::kHigh, "second.example", up_to_secret()));
  return content;
}

// full(), and rules between the two low peers, "low" and "other": of every class from "low" to
// "other", chat alone the other way.
inline PolicyContent within() {
  PolicyContent content = full();
  std::vector<Rule> rules = {allow_chat("low-chat"),         allow_signals("low-signals"),
                             allow_presence("low-presence"), allow_iq("low-ping", "urn:xmpp:ping"),
                             allow_subject("low-subject"),   allow_errors("low-errors")};
  for (Rule& each : rules) {
    each.from_peers = {kLow};
    each.to_peers = {kOther};
  }
  rules.push_back(allow_chat("other-chat"));
  rules.back().from_peers = {kOther};
  rules.back().to_peers = {kLow};
  content.direction(kLowToLow).rules = std::move(rules);
  return content;
}

inline Policy make(PolicyContent content) {
  auto made = Policy::make(std::move(content));
  CHECK(made);
  return *made;
}

inline StanzaFacts stanza(guard::Lane lane, StanzaKind kind, StanzaType type) {
  StanzaFacts facts;
  facts.lane = lane;
  const guard::xmpp::Jid ann{.local = "ann", .domain = "high.example", .resource = "desk"};
  const guard::xmpp::Jid bob{.local = "bob", .domain = "low.example", .resource = "tent"};
  const guard::xmpp::Jid max{.local = "max", .domain = "second.example", .resource = "hut"};
  const guard::xmpp::Jid eve{.local = "eve", .domain = "other.example", .resource = "car"};
  const bool high = near_side(lane) == guard::Side::kHigh;
  facts.peer = high ? kHigh : kLow;
  facts.from = high ? ann : bob;
  facts.to = is_across(lane) ? (high ? bob : ann) : (high ? max : eve);
  facts.kind = kind;
  facts.type = type;
  facts.octets = 300;
  return facts;
}

// A chat message with a body of ten octets, and this label if there is one.
inline StanzaFacts chat(guard::Lane lane, std::optional<labels::Label> own = std::nullopt) {
  StanzaFacts facts = stanza(lane, StanzaKind::kMessage, StanzaType::kChat);
  facts.part(Part::kBody) = {.count = 1, .octets = 10};
  facts.label.present = own.has_value();
  facts.label.label = std::move(own);
  return facts;
}

inline StanzaFacts presence(guard::Lane lane, StanzaType type = StanzaType::kAvailable) {
  return stanza(lane, StanzaKind::kPresence, type);
}

inline StanzaFacts ping(guard::Lane lane, StanzaType type = StanzaType::kGet) {
  StanzaFacts facts = stanza(lane, StanzaKind::kIq, type);
  if (type == StanzaType::kGet || type == StanzaType::kSet) {
    facts.elements.push_back({.ns = "urn:xmpp:ping", .name = "ping"});
  }
  return facts;
}

inline StanzaFacts receipt(guard::Lane lane) {
  StanzaFacts facts = stanza(lane, StanzaKind::kMessage, StanzaType::kChat);
  facts.elements.push_back({.ns = "urn:xmpp:receipts", .name = "received"});
  return facts;
}

inline StanzaFacts subject_change(guard::Lane lane) {
  StanzaFacts facts = stanza(lane, StanzaKind::kMessage, StanzaType::kGroupchat);
  facts.part(Part::kSubject) = {.count = 1, .octets = 5};
  facts.to.resource.clear();
  return facts;
}

}  // namespace policy::test
