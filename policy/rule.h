// Rule: one line of the policy's lists: what it is about, and whether that may cross.
//
// Rules are tried in the file's order; the first that matches decides; what none matches is
// refused. A rule that allows matches what holds nothing but what it lists; a rule that refuses
// matches what holds any of what it lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/xmpp/jid.h"
#include "policy/part.h"
#include "policy/peer.h"
#include "policy/place.h"
#include "policy/stanza_facts.h"
#include "policy/stanza_type.h"

namespace policy {

// ElementName names a child element; an empty name stands for every element of the namespace.
struct ElementName {
  std::string ns;
  std::string name;

  [[nodiscard]] bool covers(std::string_view element_ns, std::string_view element_name) const {
    return ns == element_ns && (name.empty() || name == element_name);
  }
  bool operator==(const ElementName&) const = default;
};

enum class Verdict : std::uint8_t { kRefuse = 0, kAllow };

// Others is what becomes of parts and elements that an allowing rule does not list.
enum class Others : std::uint8_t {
  kRefuse = 0,  // the rule does not match
  kStrip,       // they are left out of what is written
};

// Resource is what a rule demands of the resource of an address.
enum class Resource : std::uint8_t {
  kAny = 0,
  kNone,  // a bare address
  kSome,  // a full address
};
[[nodiscard]] std::string_view to_string(Resource resource);

// AddressCondition is what a rule demands of the sender's or the receiver's address.
struct AddressCondition {
  std::vector<std::string> users;  // local parts in normal form, ascending; empty: any or none
  Resource resource = Resource::kAny;

  [[nodiscard]] bool is_empty() const { return users.empty() && resource == Resource::kAny; }
  [[nodiscard]] bool holds(const guard::xmpp::Jid& address) const;
  bool operator==(const AddressCondition&) const = default;
};

struct Rule {
  std::string id;      // unique in the policy
  std::string reason;  // for people; never empty
  Verdict verdict = Verdict::kRefuse;
  // Never kAnswer: answers go by the rules for requests of the other direction.
  StanzaClass about = StanzaClass::kMessage;
  TypeSet types;
  std::vector<guard::PeerIndex> from_peers;  // ascending; empty: every peer of the near side
  std::vector<guard::PeerIndex> to_peers;    // ascending; empty: every peer of the far side
  // The groups that were named: their members are in the lists above. For reports only.
  std::vector<std::uint32_t> from_groups;
  std::vector<std::uint32_t> to_groups;
  AddressCondition from;
  AddressCondition to;
  // The label that what carries none is judged as: demanded of rules that allow signals, subject
  // changes, presence and requests, and of no others.
  std::optional<LabelIndex> implied_label;
  PartSet parts;
  std::vector<ElementName> elements;  // extensions; of a request its payload, at least one
  Others others = Others::kRefuse;
  std::optional<std::uint32_t> max_octets;       // of the whole stanza as received
  std::optional<std::uint32_t> max_body_octets;  // of the bodies' text, in all
  Place place = {};
};

}  // namespace policy
