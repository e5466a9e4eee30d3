#include "policy/analysis/other_changes.h"

#include <algorithm>
#include <map>

#include "guard/base/hex.h"
#include "policy/words.h"

namespace policy {
namespace {

std::string own_policy(const Policy& policy, const Peer& peer) {
  if (!peer.label_policy) return {};
  return policy.content().peer_policies[*peer.label_policy].policy.id().to_dotted();
}

std::string limits_in_words(const PeerLimits& limits) {
  const std::vector<std::string> words = limit_words(limits);
  return words.empty() ? "none of its own" : joined_with(words, "; ");
}

std::string_view yes_or_no(bool value) { return value ? "yes" : "no"; }

std::string_view tls_words(TlsFloor floor) { return floor == TlsFloor::kTls13 ? "1.3" : "1.2"; }

std::string_view authentication_words(Authentication authentication) {
  switch (authentication) {
    case Authentication::kExternal:
      return "external";
    case Authentication::kDialback:
      return "dialback";
    case Authentication::kEither:
      return "either";
  }
  return {};
}

std::string_view stream_words(StreamUse streams) {
  switch (streams) {
    case StreamUse::kOwn:
      return "own";
    case StreamUse::kShared:
      return "shared";
    case StreamUse::kBothWays:
      return "both-ways";
  }
  return {};
}

class OtherChanges {
 public:
  OtherChanges(const Policy& before, const Policy& after) : before_(before), after_(after) {}

  std::vector<std::string> run() {
    peers();
    kept_content(before_.content().kept, after_.content().kept);
    limits();
    answers();
    security_policies();
    invariants();
    return std::move(found_);
  }

 private:
  void say(std::string what) { found_.push_back(std::move(what)); }

  // Says what a setting was and is, where that is not the same.
  void was_and_is(const std::string& what, std::string_view old, std::string_view now) {
    if (old == now) return;
    say(what + ": " + std::string(old) + " before, " + std::string(now) + " after");
  }

  void peers() {
    std::map<std::string_view, const Peer*> old_peers;
    for (const Peer& peer : before_.peers()) old_peers.emplace(peer.name, &peer);
    for (const Peer& peer : after_.peers()) {
      const auto old = old_peers.find(peer.name);
      if (old == old_peers.end()) {
        say("peer " + peer.name + " is new");
        continue;
      }
      connection(peer.name, old->second->connection, peer.connection);
      if (own_policy(before_, *old->second) != own_policy(after_, peer)) {
        say("peer " + peer.name + " labels under another security policy");
      }
      was_and_is("limits of " + peer.name, limits_in_words(old->second->limits),
                 limits_in_words(peer.limits));
      if (old->second->side != peer.side) say("peer " + peer.name + " has changed sides");
      old_peers.erase(old);
    }
    for (const auto& [name, peer] : old_peers) say("peer " + std::string(name) + " is gone");
  }

  // By the names that the policy file has for what is demanded.
  void connection(const std::string& peer, const Connection& old, const Connection& now) {
    const std::string of = "connections of " + peer + ": ";
    was_and_is(of + "authentication", authentication_words(old.authentication),
               authentication_words(now.authentication));
    was_and_is(of + "tls", tls_words(old.tls), tls_words(now.tls));
    const auto flag = [&](const std::string& name, bool Connection::*field) {
      was_and_is(of + name, yes_or_no(old.*field), yes_or_no(now.*field));
    };
    flag("wildcard-certificates", &Connection::wildcard_certificates);
    flag("client-usage-optional", &Connection::client_usage_optional);
    flag("guard", &Connection::guard);
    was_and_is(of + "streams", stream_words(old.streams), stream_words(now.streams));
    const auto pins = [&](const Connection& of_these, const Connection& not_those,
                          const std::string& what) {
      for (const guard::Digest& pin : of_these.pins) {
        if (std::ranges::find(not_those.pins, pin) != not_those.pins.end()) continue;
        say(of + "the pin " + guard::to_hex(pin) + what);
      }
    };
    pins(old, now, " is gone");
    pins(now, old, " is new");
    if (now.pins.empty() && !old.pins.empty()) say(of + "any key will do");
    if (old.certificate_clearance == now.certificate_clearance) return;
    say("the clearance in the certificates of " + peer +
        (now.certificate_clearance ? " narrows now what it may send"
                                   : " narrows no more what it may send"));
  }

  void kept_content(const KeptContent& before, const KeptContent& after) {
    was_and_is("content kept in the audit log", to_string(before.of), to_string(after.of));
    const auto has = [](const KeptContent& kept, const Officer& officer) {
      return std::ranges::any_of(kept.officers, [&](const Officer& other) {
        return other.certificate == officer.certificate;
      });
    };
    for (const Officer& officer : after.officers) {
      if (!has(before, officer))
        say("whoever has the key of " + officer.file + " can open content");
    }
    for (const Officer& officer : before.officers) {
      if (!has(after, officer)) say("content is no longer sealed to " + officer.file);
    }
    was_and_is("content-octets", std::to_string(before.octets_per_minute),
               std::to_string(after.octets_per_minute));
  }

  void limits() {
    for (const LimitBounds& bounds : limit_bounds()) {
      was_and_is("limit " + std::string(bounds.attribute),
                 std::to_string(before_.limits().*bounds.field),
                 std::to_string(after_.limits().*bounds.field));
    }
  }

  void answers() {
    for (const guard::Lane lane : guard::kLanes) {
      if (!before_.uses(lane) && !after_.uses(lane)) continue;
      const bool old = before_.content().direction(lane).answers_refusals;
      if (old == after_.content().direction(lane).answers_refusals) continue;
      say(std::string(guard::to_string(lane)) + ": refusals are " +
          (old ? "silent now" : "answered now"));
    }
  }

  void security_policies() {
    if (before_.security_policy().id() != after_.security_policy().id()) {
      say("the security policy is another one");
    }
    for (const PeerPolicy& now : after_.content().peer_policies) {
      for (const PeerPolicy& old : before_.content().peer_policies) {
        if (old.policy.id() != now.policy.id() || old.digest == now.digest) continue;
        say("the SPIF of " + now.policy.name() + " has changed, and with it what labels become");
      }
    }
  }

  // What the policy no longer promises of itself, an edit may break tomorrow, and load.
  void invariants() {
    std::map<std::string_view, const Invariant*> old_ones;
    for (const Invariant& each : before_.content().invariants) old_ones.emplace(each.id, &each);
    for (const Invariant& each : after_.content().invariants) {
      const std::string name = "invariant \"" + each.id + "\"";
      const std::string now = invariant_words(after_, each);
      const auto old = old_ones.find(each.id);
      if (old == old_ones.end()) {
        say(name + " is new: " + now);
        continue;
      }
      was_and_is(name, invariant_words(before_, *old->second), now);
      old_ones.erase(old);
    }
    for (const Invariant& each : before_.content().invariants) {
      if (!old_ones.contains(each.id)) continue;
      say("invariant \"" + each.id + "\" is gone: " + invariant_words(before_, each));
    }
  }

  const Policy& before_;
  const Policy& after_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> other_changes(const Policy& before, const Policy& after) {
  return OtherChanges(before, after).run();
}

}  // namespace policy
