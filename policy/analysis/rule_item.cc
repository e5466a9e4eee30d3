#include "policy/analysis/rule_item.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "policy/rule_check.h"
#include "policy/rule_match.h"

namespace policy {
namespace {

constexpr std::string_view kFreshNamespace = "urn:example:any-other";
constexpr std::string_view kFreshName = "any-other";

// Elements that the guard has a schema for, so that examples can be real stanzas.
struct Known {
  std::string_view ns;
  std::string_view name;
  bool in_messages;
  bool in_presence;
  bool in_requests;
};
constexpr std::array<Known, 13> kKnown = {{
    {"http://jabber.org/protocol/chatstates", "active", true, false, false},
    {"http://jabber.org/protocol/disco#info", "query", false, false, true},
    {"http://jabber.org/protocol/disco#items", "query", false, false, true},
    {"http://jabber.org/protocol/muc", "x", false, true, false},
    {"http://jabber.org/protocol/muc#user", "decline", true, false, false},
    {"http://jabber.org/protocol/muc#user", "invite", true, false, false},
    {"http://jabber.org/protocol/muc#user", "x", true, true, false},
    {"urn:xmpp:delay", "delay", true, false, false},
    {"urn:xmpp:ping", "ping", false, false, true},
    {"urn:xmpp:receipts", "received", true, false, false},
    {"urn:xmpp:receipts", "request", true, false, false},
    {"urn:xmpp:sec-label:catalog:2", "catalog", false, false, true},
    {"urn:xmpp:sid:0", "origin-id", true, false, false},
}};

std::vector<Part> parts_of(StanzaClass about) {
  switch (about) {
    case StanzaClass::kMessage:
      return {Part::kBody, Part::kSubject, Part::kThread};
    case StanzaClass::kSubjectChange:
      return {Part::kSubject, Part::kThread};
    case StanzaClass::kSignal:
      return {Part::kThread};
    case StanzaClass::kPresence:
      return {Part::kShow, Part::kStatus, Part::kPriority};
    case StanzaClass::kRequest:
    case StanzaClass::kAnswer:
    case StanzaClass::kError:
      return {};
  }
  return {};
}

bool is_message(StanzaClass about) {
  return about == StanzaClass::kMessage || about == StanzaClass::kSignal ||
         about == StanzaClass::kSubjectChange;
}

}  // namespace

bool lists(const Rule& rule, const RuleItem& item) {
  if (item.part) return rule.parts.has(*item.part);
  return std::ranges::any_of(rule.elements, [&](const ElementName& e) {
    return e.covers(item.element.ns, item.element.name);
  });
}

bool is_content(const RuleItem& item) {
  if (item.part) return *item.part == Part::kBody || *item.part == Part::kSubject;
  return !carries_no_content(item.element.ns);
}

std::vector<RuleItem> items_of(StanzaClass about, const std::vector<const Rule*>& rules) {
  std::vector<RuleItem> items;
  if (about == StanzaClass::kError) return items;
  for (const Part part : parts_of(about)) items.push_back({.part = part, .element = {}});
  std::map<std::string, std::set<std::string>, std::less<>> names;
  for (const Rule* rule : rules) {
    for (const ElementName& element : rule->elements) {
      auto& known = names[element.ns];
      if (!element.name.empty()) known.insert(element.name);
    }
  }
  for (const Known& known : kKnown) {
    const bool fits = is_message(about)                 ? known.in_messages
                      : about == StanzaClass::kPresence ? known.in_presence
                                                        : known.in_requests;
    if (fits) names[std::string(known.ns)].insert(std::string(known.name));
  }
  names[std::string(kFreshNamespace)];
  for (auto& [ns, known] : names) {
    const bool fits =
        about == StanzaClass::kMessage || !is_message(about) || carries_no_content(ns);
    if (!fits) continue;
    std::string fresh(kFreshName);
    while (known.contains(fresh)) fresh += "-one";
    known.insert(std::move(fresh));
    for (const std::string& name : known) {
      items.push_back({.part = std::nullopt, .element = {.ns = ns, .name = name}});
    }
  }
  return items;
}

}  // namespace policy
