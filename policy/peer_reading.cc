#include <algorithm>

#include "guard/base/check.h"
#include "guard/base/hex.h"
#include "policy/file_reading.h"
#include "policy/label_reading.h"

namespace policy {
namespace {

constexpr guard::UtcTime kFirstDate{.microseconds = 86'400'000'000};  // 1970-01-02

// A moment as a date or a date with a time; the complaint is said at the element.
std::optional<guard::UtcTime> moment(FileReading& reading, const schemas::Element& element,
                                     std::string_view attribute) {
  const std::string_view* text = element.attribute(attribute);
  if (text == nullptr) return std::nullopt;
  const std::optional<guard::UtcTime> time = guard::from_iso8601(*text);
  if (time && *time >= kFirstDate) return time;
  reading.fault(element, std::string(attribute) + " is " + std::string(*text),
                "a date or time after 1970-01-01, such as 2026-01-31 or 2026-01-31T12:00:00Z");
  return std::nullopt;
}

Period period_of(FileReading& reading, const schemas::Element& element) {
  Period period{.from = moment(reading, element, "from"),
                .until = moment(reading, element, "until")};
  if (period.from && period.until && *period.from >= *period.until) {
    reading.fault(element, "a period that ends before it begins", "from earlier than until");
  }
  return period;
}

void read_pin(FileReading& reading, const schemas::Element& element, Connection& connection) {
  const auto bytes = guard::from_hex(value(element, "sha256"));
  guard::Digest pin{};
  CHECK(bytes && bytes->size() == pin.size());  // the schema says so
  std::ranges::copy(*bytes, pin.begin());
  if (std::ranges::find(connection.pins, pin) != connection.pins.end()) {
    reading.fault(element, "this pin is here twice", "each pin once");
  }
  connection.pins.push_back(pin);
}

void read_connection(FileReading& reading, const schemas::Element& element,
                     Connection& connection) {
  const std::string authentication = value(element, "authentication");
  if (authentication == "dialback") connection.authentication = Authentication::kDialback;
  if (authentication == "either") connection.authentication = Authentication::kEither;
  if (value(element, "tls") == "1.3") connection.tls = TlsFloor::kTls13;
  connection.wildcard_certificates = value(element, "wildcard-certificates") == "yes";
  connection.client_usage_optional = value(element, "client-usage-optional") == "yes";
  connection.guard = value(element, "guard") == "yes";
  // Whoever controls a name server could else be taken for a guard.
  if (connection.guard && connection.authentication != Authentication::kExternal) {
    reading.fault(element, "a guard that may prove its name by dialback",
                  "authentication=\"external\" for a guard");
  }
  for (const schemas::Element* pin : element.elements()) read_pin(reading, *pin, connection);
}

// REQUIRES: the limits of the policy have been read, if it has any: they come first.
void read_peer_limits(FileReading& reading, const schemas::Element& element, PeerLimits& limits) {
  const LimitBounds& size = limit_bounds().front();
  CHECK(size.attribute == "stanza-bytes");
  limits.stanza_bytes =
      bounded(reading, element, size.attribute, size.floor, reading.content.limits.stanza_bytes);
  constexpr std::uint32_t kMost = StanzaRate::kMostPerSecond;
  const bool has_rate = element.attribute("stanzas-per-second") != nullptr;
  const bool has_burst = element.attribute("burst") != nullptr;
  if (!has_rate) {
    if (has_burst) reading.fault(element, "a burst without a rate", "stanzas-per-second");
    if (!has_burst && element.attribute(size.attribute) == nullptr) {
      reading.fault(element, "limits that limit nothing", "stanza-bytes or stanzas-per-second");
    }
    return;
  }
  const auto rate = bounded(reading, element, "stanzas-per-second", 1, kMost);
  if (!rate) return;
  const auto burst =
      has_burst ? bounded(reading, element, "burst", least_burst(*rate), kMost) : rate;
  if (burst) limits.rate = StanzaRate{.per_second = *rate, .burst = *burst};
}

// Which of the two directions already has a clearance element.
struct Given {
  bool send = false;
  bool receive = false;
};

// Holder is a peer, or a domain behind one.
template <class Holder>
void read_clearance_of(FileReading& reading, const schemas::Element& element, Holder& holder,
                       const std::string& whose, Given& given) {
  const std::string use = value(element, "for");
  const bool send = use != "receive";
  const bool receive = use != "send";
  if ((send && given.send) || (receive && given.receive)) {
    reading.fault(element, whose + " has this clearance twice",
                  "one clearance for both, or one with for=\"send\" and one with for=\"receive\"");
  }
  given.send = given.send || send;
  given.receive = given.receive || receive;
  const std::optional<labels::Clearance> clearance = read_clearance(reading, element);
  if (!clearance) return;
  if (send) holder.send = clearance;
  if (receive) holder.receive = clearance;
}

// The clearance in the certificate that a peer shows narrows what it sends. What it would show of
// itself as a receiver is not known before the first stanza for it has been judged.
void read_certificate_clearance_of(FileReading& reading, const schemas::Element& element,
                                   Connection& connection) {
  if (value(element, "certificate") != "yes") return;
  if (value(element, "for") != "send") {
    reading.fault(element, "the clearance in a certificate narrows what a peer sends, nothing else",
                  "for=\"send\" beside certificate=\"yes\"");
  }
  if (connection.authentication == Authentication::kDialback) {
    reading.fault(element,
                  "the certificate of a peer that proves its name by dialback does not count",
                  "authentication=\"external\" or \"either\"");
  }
  connection.certificate_clearance = true;
}

DomainClaim claim_of(FileReading& reading, const schemas::Element& element) {
  DomainClaim claim{.domain = value(element, "name"), .place = place_of(element)};
  if (value(element, "match") == "subdomains") claim.match = guard::DomainMatch::kSubdomains;
  if (element.name == "default-route") claim.match = guard::DomainMatch::kDefault;
  const std::string whose =
      claim.domain.empty() ? "the default route" : "domain \"" + claim.domain + "\"";
  Given given;
  for (const schemas::Element* child : element.elements()) {
    read_clearance_of(reading, *child, claim, whose, given);
    if (child->attribute("certificate") != nullptr) {
      reading.fault(*child, whose + " has no certificate of its own",
                    "certificate=\"yes\" at the peer's clearance");
    }
  }
  return claim;
}

void read_default_label(FileReading& reading, const schemas::Element& element, Peer& peer) {
  peer.default_label = reading.label(element, value(element, "label"));
  const labels::SecurityPolicy& policy = reading.content.security_policy;
  if (policy.covers_unlabelled()) return;
  const labels::DefaultPolicy& other = *policy.content().default_policy;
  reading.fault(element,
                "peer \"" + peer.name +
                    "\" has a default label, and the security policy puts what " +
                    "has no label under \"" + other.name + "\" (" + other.id.to_dotted() + ")",
                "no default-label");
}

void read_label_actions(FileReading& reading, const schemas::Element& element, Peer& peer) {
  const std::string labels = value(element, "labels");
  if (labels == "translate") peer.labels = Labels::kTranslate;
  if (labels == "strip") peer.labels = Labels::kStrip;
  if (element.attribute("label-policy") == nullptr) return;
  const std::string name = value(element, "label-policy");
  const auto known = reading.peer_policies.find(name);
  if (known != reading.peer_policies.end()) {
    peer.label_policy = known->second;
    return;
  }
  std::vector<std::string> names;
  for (const auto& [each, index] : reading.peer_policies) names.push_back(each);
  reading.fault(
      element,
      "peer \"" + peer.name + "\" labels under a peer policy \"" + name + "\" that is not declared",
      "one of: " + joined(names));
  peer.labels = Labels::kKeep;  // what else would be said follows from this
}

}  // namespace

void read_peer(FileReading& reading, const schemas::Element& element) {
  Peer peer;
  peer.name = value(element, "name");
  peer.side = value(element, "side") == "high" ? guard::Side::kHigh : guard::Side::kLow;
  read_label_actions(reading, element, peer);
  peer.place = place_of(element);
  Given given;
  for (const schemas::Element* child : element.elements()) {
    if (child->name == "description") {
      peer.description = child->text();
    } else if (child->name == "owner") {
      peer.owner = child->text();
    } else if (child->name == "domain") {
      peer.domains.push_back(claim_of(reading, *child));
    } else if (child->name == "default-route") {
      peer.domains.push_back(claim_of(reading, *child));
    } else if (child->name == "active") {
      peer.active = period_of(reading, *child);
    } else if (child->name == "blocked") {
      peer.blocked.push_back({.period = period_of(reading, *child),
                              .reason = value(*child, "reason"),
                              .place = place_of(*child)});
    } else if (child->name == "connection") {
      read_connection(reading, *child, peer.connection);
    } else if (child->name == "limits") {
      read_peer_limits(reading, *child, peer.limits);
    } else if (child->name == "clearance") {
      read_clearance_of(reading, *child, peer, "peer \"" + peer.name + "\"", given);
      read_certificate_clearance_of(reading, *child, peer.connection);
    } else {
      CHECK(child->name == "default-label");
      read_default_label(reading, *child, peer);
    }
  }
  reading.peers.emplace(peer.name, static_cast<guard::PeerIndex>(reading.content.peers.size()));
  reading.content.peers.push_back(std::move(peer));
}

void read_group(FileReading& reading, const schemas::Element& element) {
  PeerGroup group;
  group.name = value(element, "name");
  group.place = place_of(element);
  for (const std::string_view name : words(element, "peers")) {
    const auto peer = reading.peers.find(name);
    if (peer != reading.peers.end()) {
      group.peers.push_back(peer->second);
      continue;
    }
    std::vector<std::string> known;
    for (const auto& [each, index] : reading.peers) known.push_back(each);
    reading.fault(element,
                  "group \"" + group.name + "\" names a peer \"" + std::string(name) +
                      "\" that is not declared",
                  "one of: " + joined(known));
  }
  std::ranges::sort(group.peers);
  if (!group.peers.empty()) group.side = reading.content.peers[group.peers.front()].side;
  reading.groups.emplace(group.name, static_cast<std::uint32_t>(reading.content.groups.size()));
  reading.content.groups.push_back(std::move(group));
}

}  // namespace policy
