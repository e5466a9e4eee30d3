#include <algorithm>

#include "guard/base/check.h"
#include "guard/base/hex.h"
#include "policy/file_reading.h"
#include "policy/label_reading.h"
#include "policy/narrowest.h"

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

// The key of a certificate's file, or a digest.
std::optional<guard::Digest> pin_of(FileReading& reading, const schemas::Element& element) {
  const std::string file = value(element, "file");
  const bool has_digest = element.attribute("sha256") != nullptr;
  if (has_digest == (element.attribute("file") != nullptr)) {
    reading.fault(element, has_digest ? "a pin that says its key twice" : "a pin that says no key",
                  "sha256, or file with a certificate");
    return std::nullopt;
  }
  if (has_digest) {
    const auto bytes = guard::from_hex(value(element, "sha256"));
    guard::Digest pin{};
    CHECK(bytes && bytes->size() == pin.size());  // the schema says so
    std::ranges::copy(*bytes, pin.begin());
    return pin;
  }
  const auto pin = reading.clearances.pin(file);
  if (pin) return *pin;
  reading.fault(element, "pinned certificate \"" + file + "\": " + pin.error(),
                "one certificate, PEM or DER, by a path relative to this file");
  return std::nullopt;
}

void read_pin(FileReading& reading, const schemas::Element& element, Connection& connection) {
  const auto pin = pin_of(reading, element);
  if (!pin) return;
  if (std::ranges::find(connection.pins, *pin) != connection.pins.end()) {
    reading.fault(element, "this pin is here twice", "each pin once");
  }
  connection.pins.push_back(*pin);
}

// Between guards fewer streams are the rule, else what every server can.
StreamUse streams_of(FileReading& reading, const schemas::Element& element,
                     const Connection& connection) {
  const std::string streams = value(element, "streams");
  if (streams.empty()) return connection.guard ? StreamUse::kBothWays : StreamUse::kOwn;
  if (streams == "own") return StreamUse::kOwn;
  if (streams == "shared") return StreamUse::kShared;
  CHECK(streams == "both-ways");  // the schema says so
  // Dialback proves the caller's name to the one who is called, and nothing the other way.
  if (connection.authentication == Authentication::kDialback) {
    reading.fault(element, "streams that go both ways, for a peer that proves its name by dialback",
                  "authentication=\"external\" or \"either\", or else streams=\"shared\"");
  }
  return StreamUse::kBothWays;
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
  connection.streams = streams_of(reading, element, connection);
  for (const schemas::Element* pin : element.elements()) read_pin(reading, *pin, connection);
}

// Two attributes that make a rate: how many each second, and at once.
std::optional<Rate> rate_of(FileReading& reading, const schemas::Element& element,
                            std::string_view per_second, std::string_view burst,
                            std::uint32_t least, std::uint32_t most) {
  const bool has_burst = element.attribute(burst) != nullptr;
  if (element.attribute(per_second) == nullptr) {
    if (has_burst) {
      reading.fault(element, std::string(burst) + " without a rate", std::string(per_second));
    }
    return std::nullopt;
  }
  const auto rate = bounded(reading, element, per_second, least, most);
  if (!rate) return std::nullopt;
  const auto at_once =
      has_burst ? bounded(reading, element, burst, std::max(least, least_burst(*rate)), most)
                : rate;
  if (!at_once) return std::nullopt;
  return Rate{.per_second = *rate, .burst = *at_once};
}

// REQUIRES: the limits of the policy have been read, if it has any: they come first.
void read_peer_limits(FileReading& reading, const schemas::Element& element, PeerLimits& limits) {
  const LimitBounds& size = limit_bounds().front();
  CHECK(size.attribute == "stanza-bytes");
  limits.stanza_bytes =
      bounded(reading, element, size.attribute, size.floor, reading.content.limits.stanza_bytes);
  limits.stanzas = rate_of(reading, element, "stanzas-per-second", "burst", kLeastStanzasPerSecond,
                           kMostStanzasPerSecond);
  limits.octets = rate_of(reading, element, "octets-per-second", "octets-burst",
                          kLeastOctetsPerSecond, kMostOctetsPerSecond);
  if (element.attributes.empty()) {
    reading.fault(element, "limits that limit nothing",
                  "stanza-bytes, stanzas-per-second or octets-per-second");
  }
}

// Which of the two directions already has a clearance element.
struct Given {
  bool send = false;
  bool receive = false;
};

// Holder is a peer, or a domain behind one. Gives the key where the clearance is a certificate's.
template <class Holder>
std::optional<guard::Digest> read_clearance_of(FileReading& reading,
                                               const schemas::Element& element, Holder& holder,
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
  const std::optional<FileClearance> read = read_clearance(reading, element);
  if (!read) return std::nullopt;
  if (send) holder.send = read->clearance;
  if (receive) holder.receive = read->clearance;
  return read->key;
}

// What goes to a peer is judged before there is a connection that it could leave by. So the policy
// has to have every certificate whose key such a connection may show.
void narrow_by_pinned(FileReading& reading, const schemas::Element& element,
                      const schemas::Element& connection, Peer& peer) {
  if (connection.elements().empty()) {
    reading.fault(element,
                  "what the certificate of peer \"" + peer.name +
                      "\" lets it receive cannot be known: none is pinned",
                  "<pin file=\"...\"/> in its connection for each certificate that it may show");
  }
  for (const schemas::Element* pin : connection.elements()) {
    const std::string file = value(*pin, "file");
    if (file.empty()) {
      reading.fault(*pin,
                    "a pinned key without its certificate, whose clearance is to say what peer \"" +
                        peer.name + "\" may receive",
                    "file, with the certificate of that key");
      continue;
    }
    if (!reading.clearances.pin(file)) continue;  // said already
    const auto clearance = reading.clearances.pinned_clearance(file);
    if (!clearance) {
      reading.fault(
          *pin, "pinned certificate \"" + file + "\": " + clearance.error(),
          governing_clearance(reading) + ", for what peer \"" + peer.name + "\" may receive");
      continue;
    }
    peer.receive = narrowest(peer.receive, *clearance);
  }
  peer.receive_pinned = true;
}

// The clearance in a peer's certificate narrows its own: of what it sends that in the certificate
// that has let the stream in, of what it receives those in all that are pinned.
void read_certificate_clearance_of(FileReading& reading, const schemas::Element& element,
                                   const schemas::Element& connection, Peer& peer) {
  if (value(element, "certificate") != "yes") return;
  if (peer.connection.authentication == Authentication::kDialback) {
    reading.fault(element,
                  "the certificate of a peer that proves its name by dialback does not count",
                  "authentication=\"external\" or \"either\"");
  }
  const std::string use = value(element, "for");
  if (use != "receive") peer.connection.certificate_clearance = true;
  if (use != "send") narrow_by_pinned(reading, element, connection, peer);
}

void read_peer_clearance(FileReading& reading, const schemas::Element& element,
                         const schemas::Element& connection, Peer& peer, Given& given) {
  const auto key = read_clearance_of(reading, element, peer, "peer \"" + peer.name + "\"", given);
  if (key && std::ranges::find(peer.clearance_keys, *key) == peer.clearance_keys.end()) {
    peer.clearance_keys.push_back(*key);
  }
  read_certificate_clearance_of(reading, element, connection, peer);
}

DomainClaim claim_of(FileReading& reading, const schemas::Element& element) {
  DomainClaim claim{.domain = value(element, "name"), .place = place_of(element)};
  if (value(element, "match") == "subdomains") claim.match = guard::DomainMatch::kSubdomains;
  if (element.name == "default-route") claim.match = guard::DomainMatch::kDefault;
  const std::string whose =
      claim.domain.empty() ? "the default route" : "domain \"" + claim.domain + "\"";
  Given given;
  for (const schemas::Element* child : element.elements()) {
    static_cast<void>(read_clearance_of(reading, *child, claim, whose, given));
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
  const schemas::Element* connection = nullptr;
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
      connection = child;
      read_connection(reading, *child, peer.connection);
    } else if (child->name == "limits") {
      read_peer_limits(reading, *child, peer.limits);
    } else if (child->name == "clearance") {
      CHECK(connection != nullptr);  // the schema says so
      read_peer_clearance(reading, *child, *connection, peer, given);
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
