#include <algorithm>
#include <charconv>

#include "guard/base/check.h"
#include "policy/file_reading.h"
#include "policy/rule_check.h"

namespace policy {
namespace {

StanzaClass about(std::string_view name) {
  for (const StanzaClass c :
       {StanzaClass::kMessage, StanzaClass::kSignal, StanzaClass::kSubjectChange,
        StanzaClass::kPresence, StanzaClass::kRequest, StanzaClass::kError}) {
    if (to_string(c) == name) return c;
  }
  CHECK(false);  // the schema says so
}

// RuleReading reads one <allow> or <refuse>.
class RuleReading {
 public:
  RuleReading(FileReading& reading, const schemas::Element& element, guard::Lane lane)
      : reading_(reading), element_(element), lane_(lane) {}

  Rule run() {
    rule_.id = value(element_, "id");
    rule_.reason = value(element_, "reason");
    rule_.verdict = element_.name == "allow" ? Verdict::kAllow : Verdict::kRefuse;
    rule_.place = place_of(element_);
    rule_.from_peers = peers("from-peers");
    rule_.to_peers = peers("to-peers");
    rule_.from_groups = groups("from-groups", rule_.from_peers);
    rule_.to_groups = groups("to-groups", rule_.to_peers);
    rule_.from = address("from-users", "from-resource");
    rule_.to = address("to-users", "to-resource");
    const std::vector<const schemas::Element*> children = element_.elements();
    CHECK(children.size() == 1);  // the schema says so
    what(*children.front());
    return std::move(rule_);
  }

 private:
  std::vector<guard::PeerIndex> peers(std::string_view attribute) {
    std::vector<guard::PeerIndex> found;
    for (const std::string_view name : words(element_, attribute)) {
      const auto peer = reading_.peers.find(name);
      if (peer == reading_.peers.end()) {
        reading_.fault(element_,
                       "rule \"" + rule_.id + "\" names a peer \"" + std::string(name) + "\" in " +
                           std::string(attribute) + " that is not declared",
                       "one of: " + joined(candidates(attribute)));
        continue;
      }
      found.push_back(peer->second);
    }
    std::ranges::sort(found);
    return found;
  }

  // Adds the members of the named groups to the list of peers.
  std::vector<std::uint32_t> groups(std::string_view attribute,
                                    std::vector<guard::PeerIndex>& peers) {
    std::vector<std::uint32_t> found;
    for (const std::string_view name : words(element_, attribute)) {
      const auto group = reading_.groups.find(name);
      if (group == reading_.groups.end()) {
        std::vector<std::string> known;
        for (const auto& [each, index] : reading_.groups) known.push_back(each);
        reading_.fault(element_,
                       "rule \"" + rule_.id + "\" names a group \"" + std::string(name) + "\" in " +
                           std::string(attribute) + " that is not declared",
                       "one of: " + joined(known));
        continue;
      }
      found.push_back(group->second);
      const auto& members = reading_.content.groups[group->second].peers;
      peers.insert(peers.end(), members.begin(), members.end());
    }
    if (found.empty()) return found;
    std::ranges::sort(peers);
    const auto repeated = std::ranges::unique(peers);
    peers.erase(repeated.begin(), repeated.end());
    return found;
  }

  AddressCondition address(std::string_view users, std::string_view resource) const {
    AddressCondition condition;
    for (const std::string_view user : words(element_, users)) condition.users.emplace_back(user);
    std::ranges::sort(condition.users);
    const std::string demanded = value(element_, resource);
    if (demanded == "none") condition.resource = Resource::kNone;
    if (demanded == "some") condition.resource = Resource::kSome;
    return condition;
  }

  std::vector<std::string> candidates(std::string_view attribute) const {
    const guard::Side side = attribute == "from-peers" ? near_side(lane_) : far_side(lane_);
    std::vector<std::string> names;
    for (const auto& [name, index] : reading_.peers) {
      if (reading_.content.peers[index].side == side) names.push_back(name);
    }
    return names;
  }

  void what(const schemas::Element& child) {
    rule_.about = about(child.name);
    types(child);
    for (const std::string_view word : words(child, "parts")) {
      const std::optional<Part> part = part_from(word);
      CHECK(part);
      rule_.parts.add(*part);
    }
    // A rule about subject changes is about their subject; there is nothing to choose.
    if (rule_.about == StanzaClass::kSubjectChange && rule_.verdict == Verdict::kAllow) {
      rule_.parts.add(Part::kSubject);
    }
    for (const schemas::Element* extension : child.elements()) {
      rule_.elements.push_back({value(*extension, "namespace"), value(*extension, "element")});
    }
    payload(child);
    if (value(child, "others") == "strip") rule_.others = Others::kStrip;
    if (child.attribute("implied-label") != nullptr) {
      rule_.implied_label = reading_.label(child, value(child, "implied-label"));
      // What is missing has been said; the rule itself is not at fault.
      if (!rule_.implied_label) rule_.implied_label = 0;
    }
    rule_.max_octets = number(child, "max-octets");
    rule_.max_body_octets = number(child, "max-body-octets");
  }

  void types(const schemas::Element& child) {
    if (child.attribute("types") == nullptr) {  // those that can only have one
      rule_.types = types_about(rule_.about);
      return;
    }
    for (const std::string_view word : words(child, "types")) {
      const std::optional<StanzaType> type = type_from(word);
      CHECK(type);
      rule_.types.add(*type);
    }
  }

  void payload(const schemas::Element& child) {
    if (rule_.about != StanzaClass::kRequest) return;
    if (child.attribute("namespace") != nullptr) {
      rule_.elements.push_back({value(child, "namespace"), value(child, "element")});
    } else if (child.attribute("element") != nullptr) {
      reading_.fault(child, "an element without its namespace", "namespace");
    }
  }

  std::optional<std::uint32_t> number(const schemas::Element& child, std::string_view attribute) {
    const std::string_view* text = child.attribute(attribute);
    if (text == nullptr) return std::nullopt;
    std::uint32_t result = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), result);
    if (error != std::errc() || end != text->data() + text->size()) {
      reading_.fault(child, std::string(attribute) + " is " + std::string(*text),
                     "digits only, up to 4294967295");
    }
    return result;
  }

  FileReading& reading_;
  const schemas::Element& element_;
  const guard::Lane lane_;
  Rule rule_;
};

}  // namespace

void read_direction(FileReading& reading, const schemas::Element& element) {
  const guard::Lane lane = lane_of(element);
  Direction& direction = reading.content.direction(lane);
  if (reading.directions.contains(lane)) {
    reading.fault(element, "the direction " + std::string(to_string(lane)) + " is here twice",
                  "once at most");
  }
  reading.directions.insert(lane);
  direction.answers_refusals = value(element, "refusals") != "silent";
  for (const schemas::Element* rule : element.elements()) {
    direction.rules.push_back(RuleReading(reading, *rule, lane).run());
  }
}

}  // namespace policy
