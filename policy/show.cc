// show: the whole policy in plain words.
#include <algorithm>

#include "guard/base/hex.h"
#include "policy/analysis/translation_table.h"
#include "policy/words.h"

namespace policy {
namespace {

class Show {
 public:
  explicit Show(const Policy& policy) : policy_(policy) {}

  std::string run() {
    line("Policy \"" + policy_.name() + "\"");
    line("  digest " + guard::to_hex(policy_.digest()));
    line("  under the security policy " + policy_.security_policy().name() + " (" +
         policy_.content().spif + ")");
    line("  labels that leave are written anew: marking regenerated, equivalent labels dropped");
    for (const PeerPolicy& each : policy_.content().peer_policies) {
      line("  peer policy \"" + each.name + "\" is " + each.policy.name() + " (" + each.file + ")");
    }
    content();
    limits();
    for (const NamedLabel& label : policy_.content().labels) {
      const auto index = static_cast<LabelIndex>(&label - policy_.content().labels.data());
      line("  label \"" + label.name + "\" stands for " + policy_.label_marking(index));
    }
    for (const guard::Side side : {guard::Side::kHigh, guard::Side::kLow}) peers(side);
    translations();
    groups();
    for (const guard::Lane lane : guard::kLanes) rules(lane);
    invariants();
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  void content() {
    const KeptContent& kept = policy_.content().kept;
    if (kept.of == ContentOf::kNone) {
      line("  content: the audit log keeps none");
      return;
    }
    line("  content: the audit log keeps that of " +
         std::string(kept.of == ContentOf::kAll ? "every stanza" : "refused stanzas") + ", up to " +
         std::to_string(kept.octets_per_minute) + " octets of each peer in a minute, sealed to");
    for (const Officer& officer : kept.officers) line("    " + officer.file);
  }

  void limits() {
    const Limits defaults;
    for (const LimitBounds& bounds : limit_bounds()) {
      const std::uint32_t value = policy_.limits().*bounds.field;
      if (value == defaults.*bounds.field) continue;
      line("  limit " + std::string(bounds.attribute) + " is " + std::to_string(value));
    }
  }

  void peers(guard::Side side) {
    line("");
    line("Peers of the " + std::string(to_string(side)) + " side");
    bool any = false;
    for (guard::PeerIndex i = 0; i < policy_.peers().size(); ++i) {
      if (policy_.peers()[i].side != side) continue;
      any = true;
      peer(i);
    }
    if (!any) line("  none");
  }

  void peer(guard::PeerIndex index) {
    const Peer& peer = policy_.peers()[index];
    line("  " + peer.name + (peer.description.empty() ? "" : ": " + peer.description));
    if (!peer.owner.empty()) line("    owner: " + peer.owner);
    for (std::size_t i = 0; i < peer.domains.size(); ++i) domain(index, i);
    line("    " + connection(peer.connection));
    for (const std::string& words : limit_words(peer.limits)) line("    sends " + words);
    const labels::SecurityPolicy& governing = policy_.security_policy();
    line("    may send: " + clearance_words(governing, peer.send ? &*peer.send : nullptr));
    if (peer.connection.certificate_clearance) {
      line("      and no more than the clearance in the certificate of its stream");
    }
    line("    may receive: " + clearance_words(governing, peer.receive ? &*peer.receive : nullptr));
    if (peer.receive_pinned) {
      line("      which the clearances in the certificates of its pinned keys hold, too");
    }
    label_actions(index);
    if (peer.active) line("    active " + period_words(*peer.active));
    for (const Block& block : peer.blocked) {
      line("    blocked " + period_words(block.period) + ": " + block.reason);
    }
  }

  void label_actions(guard::PeerIndex index) {
    const Peer& peer = policy_.peers()[index];
    const labels::SecurityPolicy* own = policy_.own_policy(index);
    line("    messages without a label: " +
         (peer.default_label
              ? "judged as the default label " + policy_.label_marking(*peer.default_label) +
                    ", and leave with it"
              : "refused, a label is required"));
    if (own != nullptr) {
      line("    labels that come from there: under " + policy_.security_policy().name() +
           " as they are, under " + own->name() + " translated first");
    }
    std::string words = "kept as judged";
    if (peer.labels == Labels::kStrip) words = "stripped";
    if (peer.labels == Labels::kTranslate) words = "translated into " + own->name();
    line("    labels that go there: " + words);
  }

  // What becomes of labels, once for each two policies.
  void translations() {
    for (PeerPolicyIndex i = 0; i < policy_.content().peer_policies.size(); ++i) {
      const labels::SecurityPolicy& other = policy_.content().peer_policies[i].policy;
      const auto wanted = [&](bool into) {
        return std::ranges::any_of(policy_.peers(), [&](const Peer& peer) {
          return peer.label_policy == i && (!into || peer.labels == Labels::kTranslate);
        });
      };
      if (wanted(false)) translation(other, policy_.security_policy());
      if (wanted(true)) translation(policy_.security_policy(), other);
    }
  }

  void translation(const labels::SecurityPolicy& from, const labels::SecurityPolicy& to) {
    line("");
    line("Labels translated from " + from.name() + " into " + to.name());
    text_ += table_words(translation_table(from, to), "  ");
  }

  void domain(guard::PeerIndex peer, std::size_t claim) {
    const DomainClaim& what = policy_.peers()[peer].domains[claim];
    std::string text = "    ";
    switch (what.match) {
      case guard::DomainMatch::kExact:
        text += "domain " + what.domain;
        break;
      case guard::DomainMatch::kSubdomains:
        text += "domain " + what.domain + " and all below it";
        break;
      case guard::DomainMatch::kDefault:
        text += "every domain that nobody claims by name";
        break;
    }
    line(text);
    const Policy::Standing& standing = policy_.standing_of(peer, claim);
    const labels::SecurityPolicy& governing = policy_.security_policy();
    if (what.send)
      line("      may send no more than: " + clearance_words(governing, standing.send));
    if (what.receive) {
      line("      may receive no more than: " + clearance_words(governing, standing.receive));
    }
  }

  static std::string connection(const Connection& connection) {
    std::string text = "connects with TLS ";
    text += connection.tls == TlsFloor::kTls13 ? "1.3" : "1.2 or later";
    switch (connection.authentication) {
      case Authentication::kExternal:
        text += ", proves its name by certificate";
        break;
      case Authentication::kDialback:
        text += ", proves its name by dialback only";
        break;
      case Authentication::kEither:
        text += ", proves its name by certificate or else dialback";
        break;
    }
    if (!connection.pins.empty()) {
      text += ", with one of " + std::to_string(connection.pins.size()) + " pinned keys";
    }
    if (connection.wildcard_certificates) text += ", wildcard certificates accepted";
    if (connection.client_usage_optional) text += ", server-only certificates accepted";
    if (connection.streams == StreamUse::kShared) text += ", pairs of domains share streams";
    if (connection.streams == StreamUse::kBothWays) {
      text += ", pairs of domains share streams that go both ways";
    }
    if (connection.guard) text += ", is a guard: hops are counted";
    return text;
  }

  void groups() {
    if (!policy_.content().groups.empty()) line("");
    for (const PeerGroup& group : policy_.content().groups) {
      std::vector<std::string> names;
      for (const guard::PeerIndex peer : group.peers) names.push_back(policy_.peers()[peer].name);
      line("Group " + group.name + " (" + std::string(to_string(group.side)) +
           "): " + joined_with(names, ", "));
    }
  }

  static std::string title(guard::Lane lane) {
    const std::string near(to_string(near_side(lane)));
    return is_across(lane) ? "From the " + near + " side to the " +
                                 std::string(to_string(far_side(lane))) + " side"
                           : "Within the " + near + " side, from one peer to another";
  }

  void rules(guard::Lane lane) {
    const Direction& direction = policy_.content().direction(lane);
    line("");
    if (!policy_.uses(lane)) {
      line(title(lane) + ": nothing");
      return;
    }
    line(title(lane));
    line(direction.answers_refusals ? "  senders of refused messages get an error"
                                    : "  senders of refused messages get no answer");
    for (const Rule& rule : direction.rules) this->rule(rule, lane);
    line("  whatever no rule has decided is refused");
  }

  void rule(const Rule& rule, guard::Lane lane) {
    const bool allow = rule.verdict == Verdict::kAllow;
    line("  " + rule.id + ": " + (allow ? "allow " : "refuse ") + subject_words(rule));
    line("      from " + peer_words(policy_, rule, true, near_side(lane)) + " to " +
         peer_words(policy_, rule, false, far_side(lane)));
    if (const std::string conditions = condition_words(rule); !conditions.empty()) {
      line("      " + conditions);
    }
    if (allow) line("      keeps: " + kept_words(rule));
    if (rule.implied_label) {
      line("      judged as " + policy_.label_marking(*rule.implied_label));
    } else if (allow) {
      line(rule.about == StanzaClass::kError ? "      no label: errors are exempt"
                                             : "      judged by its own label");
    }
    line("      because: " + rule.reason);
  }

  void invariants() {
    if (policy_.content().invariants.empty()) return;
    line("");
    line("Proven of this policy");
    for (const Invariant& invariant : policy_.content().invariants) {
      line("  " + invariant.id + ": " + invariant_words(policy_, invariant));
      line("      because: " + invariant.reason);
    }
  }

  const Policy& policy_;
  std::string text_;
};

std::string lane_words(guard::Lane lane) {
  if (!is_across(lane)) return "within the " + std::string(to_string(near_side(lane))) + " side";
  return "from the " + std::string(to_string(near_side(lane))) + " side to the " +
         std::string(to_string(far_side(lane))) + " side";
}

std::string peers_of(const Policy& policy, const std::vector<guard::PeerIndex>& peers) {
  std::vector<std::string> names;
  for (const guard::PeerIndex peer : peers) names.push_back(policy.peers()[peer].name);
  return joined_with(names, ", ");
}

}  // namespace

std::string invariant_words(const Policy& policy, const Invariant& invariant) {
  if (const auto* what = std::get_if<NothingAbove>(&invariant.what)) {
    return "nothing above " + what->classification + " reaches " + peers_of(policy, what->to_peers);
  }
  if (const auto* what = std::get_if<NothingReaches>(&invariant.what)) {
    return "nothing from " + peers_of(policy, what->from_peers) + " reaches " + what->domain +
           (what->subdomains ? " or a domain below it" : "");
  }
  if (const auto* what = std::get_if<OnlyLabelled>(&invariant.what)) {
    std::vector<std::string> names;
    for (const StanzaClass about : what->classes) names.emplace_back(to_string(about));
    return lane_words(what->lane) + " no " + joined_with(names, ", ") +
           " crosses without a label of its own";
  }
  const auto& what = std::get<OnlyIq>(invariant.what);
  std::vector<std::string> names;
  for (const ElementName& payload : what.payloads) {
    names.push_back(payload.name.empty() ? payload.ns : payload.ns + " (" + payload.name + ")");
  }
  return lane_words(what.lane) + " no iq crosses" +
         (names.empty() ? std::string() : " but " + joined_with(names, ", "));
}

std::string show(const Policy& policy) { return Show(policy).run(); }

}  // namespace policy
