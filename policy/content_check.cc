#include "policy/content_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "guard/xmpp/domain.h"
#include "policy/invariant_check.h"
#include "policy/rule_check.h"

namespace policy {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string at(const Place& place) {
  return place.line == 0 ? std::string() : " (line " + std::to_string(place.line) + ")";
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && text.size() <= 64 && letter(text.front()) &&
         std::ranges::all_of(text,
                             [&](char c) { return letter(c) || c == '.' || c == '-' || c == '_'; });
}

// ContentCheck gathers faults; one function for each noun.
class ContentCheck {
 public:
  explicit ContentCheck(const PolicyContent& content) : content_(content) {}

  std::vector<Fault> run() {
    limits();
    peer_policies();
    for (const NamedLabel& label : content_.labels) named_label(label);
    for (const Peer& peer : content_.peers) this->peer(peer);
    for (const PeerGroup& group : content_.groups) this->group(group);
    gather_claims();
    for (const Peer& peer : content_.peers) overlaps(peer);
    for (const guard::Lane lane : guard::kLanes) {
      for (const Rule& rule : content_.direction(lane).rules) this->rule(rule, lane);
    }
    for (const Invariant& invariant : content_.invariants) this->invariant(invariant);
    return in_file_order(std::move(faults_), Policy::kMaxFaults);
  }

 private:
  struct Owner {
    const Peer* peer;
    Place place;
  };
  using Owners = std::unordered_map<std::string_view, Owner>;

  void fault(Place place, std::string what, std::string expected = {}) {
    faults_.push_back({place, std::move(what), std::move(expected)});
  }

  void limits() {
    for (const LimitBounds& bounds : limit_bounds()) {
      const std::uint32_t value = content_.limits.*bounds.field;
      if (value >= bounds.floor && value <= bounds.ceiling) continue;
      fault({}, "limit " + std::string(bounds.attribute) + " is " + std::to_string(value),
            std::to_string(bounds.floor) + " to " + std::to_string(bounds.ceiling));
    }
  }

  void unique(std::unordered_map<std::string_view, Place>& seen, std::string_view what,
              std::string_view name, Place place) {
    if (!is_name(name)) {
      fault(place, std::string(what) + " " + quoted(name) + " is not a name",
            "1 to 64 letters, digits, '.', '-' or '_', the first a letter or digit");
    }
    const auto [other, added] = seen.emplace(name, place);
    if (added) return;
    fault(place, std::string(what) + " " + quoted(name) + " is declared twice" + at(other->second),
          "a name that is used once");
  }

  void named_label(const NamedLabel& label) {
    unique(labels_, "label", label.name, label.place);
    if (label.label.policy() == content_.security_policy.id()) return;
    fault(label.place, "label " + quoted(label.name) + " is under another security policy",
          content_.security_policy.name());
  }

  // A label's identifier must tell which policy it is under, so each has one of its own; names are
  // what people tell markings apart by.
  void peer_policies() {
    std::vector<const labels::SecurityPolicy*> known = {&content_.security_policy};
    for (const PeerPolicy& each : content_.peer_policies) {
      unique(peer_policies_, "peer policy", each.name, each.place);
      for (const labels::SecurityPolicy* other : known) {
        if (other->id() != each.policy.id() && other->name() != each.policy.name()) continue;
        fault(each.place,
              "peer policy " + quoted(each.name) + " (" + each.policy.name() + ", " +
                  each.policy.id().to_dotted() + ") has the identifier or the name of " +
                  other->name() + " (" + other->id().to_dotted() + ")",
              "a security policy of its own");
      }
      known.push_back(&each.policy);
    }
  }

  void label_actions(const Peer& peer) {
    if (peer.label_policy && *peer.label_policy >= content_.peer_policies.size()) {
      fault(peer.place, "peer " + quoted(peer.name) + " has a label policy that is not there");
    }
    if (peer.labels != Labels::kTranslate || peer.label_policy) return;
    fault(peer.place,
          "labels for " + quoted(peer.name) + " are to be translated, and it has no label-policy",
          "label-policy, with the name of a peer-policy");
  }

  void group(const PeerGroup& group) {
    unique(groups_, "group", group.name, group.place);
    for (const guard::PeerIndex index : group.peers) {
      if (index >= content_.peers.size()) {
        fault(group.place, "group " + quoted(group.name) + " names a peer that is not there");
      } else if (content_.peers[index].side != group.side) {
        fault(group.place,
              "group " + quoted(group.name) +
                  " has peers of both sides: " + quoted(content_.peers[index].name) +
                  " is on the " + std::string(to_string(content_.peers[index].side)) + " side",
              "peers of one side");
      }
    }
    if (std::ranges::adjacent_find(group.peers, std::ranges::greater_equal()) !=
        group.peers.end()) {
      fault(group.place, "group " + quoted(group.name) + " names a peer twice", "each peer once");
    }
  }

  void clearance(const Peer& peer, const std::optional<labels::Clearance>& clearance) {
    if (!clearance || clearance->policy() == content_.security_policy.id()) return;
    fault(peer.place, "the clearance of " + quoted(peer.name) + " is under another security policy",
          content_.security_policy.name());
  }

  void peer(const Peer& peer) {
    unique(peers_, "peer", peer.name, peer.place);
    clearance(peer, peer.send);
    clearance(peer, peer.receive);
    label_actions(peer);
    if (peer.default_label && *peer.default_label >= content_.labels.size()) {
      fault(peer.place, "peer " + quoted(peer.name) + " has a default label that is not there");
    }
    for (const Block& block : peer.blocked) {
      if (block.reason.find_first_not_of(" \t\r\n") != std::string::npos) continue;
      fault(block.place, "peer " + quoted(peer.name) + " is blocked without a reason text",
            "why, in words");
    }
    for (const DomainClaim& claim : peer.domains) {
      if (claim.match != guard::DomainMatch::kDefault) domain(claim);
      clearance(peer, claim.send);
      clearance(peer, claim.receive);
    }
  }

  void domain(const DomainClaim& claim) {
    const auto normal = guard::xmpp::normal_domain(claim.domain);
    if (!normal) {
      fault(claim.place,
            "domain " + quoted(claim.domain) +
                " is not a domain: " + std::string(guard::xmpp::to_string(normal.error())),
            "a host name in its normal form");
    } else if (*normal != claim.domain) {
      fault(claim.place, "domain " + quoted(claim.domain) + " is not in normal form",
            quoted(*normal));
    }
  }

  void gather_claims() {
    for (const Peer& peer : content_.peers) {
      for (const DomainClaim& claim : peer.domains) gather(peer, claim);
    }
  }

  void gather(const Peer& peer, const DomainClaim& claim) {
    if (claim.match == guard::DomainMatch::kDefault) {
      Owner& route = default_routes_[static_cast<std::size_t>(peer.side)];
      if (route.peer == nullptr) {
        route = {&peer, claim.place};
      } else {
        fault(claim.place,
              "a second default route on the " + std::string(to_string(peer.side)) +
                  " side, after that of " + quoted(route.peer->name) + at(route.place),
              "one at most");
      }
      return;
    }
    Owners& owners = claim.match == guard::DomainMatch::kExact ? exact_ : subdomains_;
    const auto [other, added] = owners.emplace(claim.domain, Owner{&peer, claim.place});
    if (added) return;
    fault(claim.place,
          "domain " + quoted(claim.domain) + " is claimed already by " +
              quoted(other->second.peer->name) + at(other->second.place),
          "one peer for each domain");
  }

  // INVARIANT(SIDE_BOUND): what one side claims, the other may not claim in any way; each edge
  // knows the claims of its own side only when it checks where a stanza comes from.
  void overlaps(const Peer& peer) {
    for (const DomainClaim& claim : peer.domains) {
      if (claim.match == guard::DomainMatch::kDefault) continue;
      if (claim.match == guard::DomainMatch::kExact) {
        const auto same = subdomains_.find(claim.domain);
        if (same != subdomains_.end() && same->second.peer == &peer) {
          fault(claim.place,
                "domain " + quoted(claim.domain) + " is claimed with its subdomains too" +
                    at(same->second.place),
                "one of the two");
        }
      }
      overlap_with_other_side(peer, claim);
    }
  }

  void overlap_with_other_side(const Peer& peer, const DomainClaim& claim) {
    const auto clash = [&](const Owners& owners, std::string_view name) {
      const auto found = owners.find(name);
      if (found == owners.end() || found->second.peer->side == peer.side) return false;
      // Of two claims of the same kind and name the second has been named as claimed twice.
      if (name == claim.domain &&
          (claim.match == guard::DomainMatch::kExact) == (&owners == &exact_)) {
        return false;
      }
      fault(claim.place,
            "domain " + quoted(claim.domain) + " of " + quoted(peer.name) + " (" +
                std::string(to_string(peer.side)) + ") belongs to " + quoted(name) + " of " +
                quoted(found->second.peer->name) + " (" +
                std::string(to_string(found->second.peer->side)) + ")" + at(found->second.place),
            "domains that only one side claims");
      return true;
    };
    std::string_view name = claim.domain;
    while (true) {
      if (clash(subdomains_, name)) return;
      const std::size_t dot = name.find('.');
      if (dot == std::string_view::npos) return;
      name.remove_prefix(dot + 1);
    }
  }

  void rule(const Rule& rule, guard::Lane lane) {
    unique(rules_, "rule", rule.id, rule.place);
    for (RuleFault& found : check_rule(rule, lane, content_)) {
      fault(rule.place, "rule " + quoted(rule.id) + " " + found.what, std::move(found.expected));
    }
  }

  void invariant(const Invariant& invariant) {
    unique(invariants_, "invariant", invariant.id, invariant.place);
    for (std::string& what : check_invariant(invariant, content_)) {
      fault(invariant.place, "invariant " + quoted(invariant.id) + " " + std::move(what));
    }
  }

  const PolicyContent& content_;
  std::vector<Fault> faults_;
  std::unordered_map<std::string_view, Place> peer_policies_, labels_, peers_, groups_, rules_,
      invariants_;
  Owners exact_, subdomains_;
  std::array<Owner, 2> default_routes_{};
};

}  // namespace

std::vector<Fault> check_content(const PolicyContent& content) {
  return ContentCheck(content).run();
}

}  // namespace policy
