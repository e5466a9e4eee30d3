#include <algorithm>

#include "guard/base/check.h"
#include "guard/base/hex.h"
#include "policy/file_reading.h"
#include "policy/label_reading.h"

namespace policy {
namespace {

DomainClaim claim_of(const schemas::Element& element) {
  DomainClaim claim{.domain = value(element, "name"), .place = place_of(element)};
  if (value(element, "match") == "subdomains") claim.match = guard::DomainMatch::kSubdomains;
  return claim;
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
  for (const schemas::Element* pin : element.elements()) read_pin(reading, *pin, connection);
}

// Which of the two directions already has a clearance element.
struct Given {
  bool send = false;
  bool receive = false;
};

void read_clearance_of(FileReading& reading, const schemas::Element& element, Peer& peer,
                       Given& given) {
  const std::string use = value(element, "for");
  const bool send = use != "receive";
  const bool receive = use != "send";
  if ((send && given.send) || (receive && given.receive)) {
    reading.fault(element, "peer \"" + peer.name + "\" has this clearance twice",
                  "one clearance for both, or one with for=\"send\" and one with for=\"receive\"");
  }
  given.send = given.send || send;
  given.receive = given.receive || receive;
  const std::optional<labels::Clearance> clearance = read_clearance(reading, element);
  if (!clearance) return;
  if (send) peer.send = clearance;
  if (receive) peer.receive = clearance;
}

}  // namespace

void read_peer(FileReading& reading, const schemas::Element& element) {
  Peer peer;
  peer.name = value(element, "name");
  peer.side = value(element, "side") == "high" ? guard::Side::kHigh : guard::Side::kLow;
  peer.place = place_of(element);
  Given given;
  for (const schemas::Element* child : element.elements()) {
    if (child->name == "description") {
      peer.description = child->text();
    } else if (child->name == "owner") {
      peer.owner = child->text();
    } else if (child->name == "domain") {
      peer.domains.push_back(claim_of(*child));
    } else if (child->name == "default-route") {
      peer.domains.push_back(
          {.domain = "", .match = guard::DomainMatch::kDefault, .place = place_of(*child)});
    } else if (child->name == "connection") {
      read_connection(reading, *child, peer.connection);
    } else if (child->name == "clearance") {
      read_clearance_of(reading, *child, peer, given);
    } else {
      CHECK(child->name == "default-label");
      peer.default_label = reading.label(*child, value(*child, "label"));
    }
  }
  reading.peers.emplace(peer.name, static_cast<guard::PeerIndex>(reading.content.peers.size()));
  reading.content.peers.push_back(std::move(peer));
}

}  // namespace policy
