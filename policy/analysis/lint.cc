#include "policy/analysis/lint.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "labels/decision.h"
#include "policy/analysis/crossing.h"
#include "policy/analysis/invariant_notes.h"
#include "policy/analysis/rule_use.h"
#include "policy/analysis/translation_table.h"
#include "policy/views.h"
#include "policy/words.h"

namespace policy {
namespace {

class Lint {
 public:
  explicit Lint(const Policy& policy)
      : policy_(policy), views_(views_of(policy)), crossings_(policy) {}

  std::vector<Finding> run() {
    const RuleUse use = use_of(policy_, crossings_);
    for (const guard::Lane lane : guard::kLanes) {
      for (const Rule& rule : policy_.content().direction(lane).rules) this->rule(rule, lane, use);
    }
    for (guard::PeerIndex i = 0; i < policy_.peers().size(); ++i) peer(i);
    groups_and_labels();
    for (const guard::Side side : {guard::Side::kHigh, guard::Side::kLow}) default_route(side);
    overlaps();
    for (const Invariant& invariant : policy_.content().invariants) this->invariant(invariant);
    std::ranges::sort(findings_, {}, [](const Finding& finding) {
      return std::tie(finding.place.line, finding.place.column, finding.what);
    });
    return std::move(findings_);
  }

 private:
  void find(Place place, std::string kind, std::string what, bool note = false) {
    findings_.push_back(
        {.place = place, .note = note, .kind = std::move(kind), .what = std::move(what)});
  }

  void rule(const Rule& rule, guard::Lane lane, const RuleUse& use) {
    const std::string name = "rule \"" + rule.id + "\"";
    if (!joins_two_peers(policy_, lane, rule)) {
      find(rule.place, "unpaired-rule",
           name + " joins no two peers of the " + std::string(to_string(near_side(lane))) +
               " side: a peer's own domains are no route within it, nor is a default route");
    } else if (!use.decides.contains(&rule)) {
      find(rule.place, "unreachable-rule",
           name + " never decides: whatever it is about, an earlier rule has decided");
    } else if (rule.verdict == Verdict::kAllow && !use.allows.contains(&rule)) {
      find(
          rule.place, "idle-rule",
          name + " lets nothing cross: no label that it could cross with is granted to both peers");
    } else if (rule.verdict == Verdict::kRefuse && !refuses_more(policy_, lane, rule)) {
      find(rule.place, "redundant-rule",
           name + " refuses what would be refused without it; it serves the log only", true);
    }
  }

  void peer(guard::PeerIndex index) {
    const Peer& peer = policy_.peers()[index];
    const std::string name = "peer \"" + peer.name + "\"";
    if (peer.domains.empty()) find(peer.place, "unused-peer", name + " has no domain");
    const bool seen = !views_.seen[views_.of[index]].empty();
    if (!seen && !peer.domains.empty()) {
      find(peer.place, "unused-peer", "no rule lets anything pass from or to " + name);
    }
    if (!peer.send && !peer.receive) {
      find(peer.place, "no-clearance", name + " has no clearance: nothing but errors crosses");
    }
    if (peer.default_label) default_label(peer, name);
    certificates(peer, name);
    if (peer.label_policy) label_actions(index, name);
    dates(peer, name);
    for (std::size_t claim = 0; claim < peer.domains.size(); ++claim) domain(index, claim);
  }

  // What the peer may send or receive through any of its domains.
  bool any_domain(guard::PeerIndex index, bool receive,
                  const std::function<bool(const labels::Clearance&)>& holds) const {
    for (std::size_t claim = 0; claim < policy_.peers()[index].domains.size(); ++claim) {
      const Policy::Standing& standing = policy_.standing_of(index, claim);
      const labels::Clearance* clearance = receive ? standing.receive : standing.send;
      if (clearance != nullptr && holds(*clearance)) return true;
    }
    return false;
  }

  // Label actions that cannot work: by the parts of labels that have no equivalent.
  void label_actions(guard::PeerIndex index, const std::string& name) {
    const Peer& peer = policy_.peers()[index];
    const labels::SecurityPolicy& governing = policy_.security_policy();
    const labels::SecurityPolicy& own = *policy_.own_policy(index);
    if (!comes_in(index, own)) {
      find(peer.place, "no-translation",
           "no label under " + own.name() + " that comes from " + name + " can become one under " +
               governing.name() + " that it may send");
    }
    if (peer.labels != Labels::kTranslate) return;
    const TranslationTable table = translation_table(governing, own);
    std::vector<std::string> lost;
    std::size_t held = 0;
    for (const PartFate& part : table.classifications) {
      const auto holds = [&](const labels::Clearance& c) {
        return c.holds(part.classification->lacv);
      };
      if (!any_domain(index, true, holds)) continue;
      ++held;
      if (part.fate == Fate::kNone) lost.push_back(part.part);
    }
    if (held > 0 && lost.size() == held) {
      find(peer.place, "no-translation",
           "nothing that " + name + " may receive has an equivalent in " + own.name() +
               ": no labelled message reaches it");
    } else if (!lost.empty()) {
      find(peer.place, "partial-translation",
           name + " may receive " + joined_with(lost, ", ") + ", which has no equivalent in " +
               own.name() + ": what is labelled so never reaches it");
    }
    untranslated_values(index, name, table, own);
  }

  bool comes_in(guard::PeerIndex index, const labels::SecurityPolicy& own) const {
    const labels::SecurityPolicy& governing = policy_.security_policy();
    return std::ranges::any_of(
        translation_table(own, governing).classifications, [&](const PartFate& part) {
          if (part.fate != Fate::kBecomes) return part.fate == Fate::kDepends;
          const labels::Classification* into = governing.classification(part.becomes);
          return any_domain(index, false,
                            [&](const labels::Clearance& c) { return c.holds(into->lacv); });
        });
  }

  void untranslated_values(guard::PeerIndex index, const std::string& name,
                           const TranslationTable& table, const labels::SecurityPolicy& own) {
    std::vector<std::string> lost;
    for (const PartFate& part : table.values) {
      if (part.fate != Fate::kNone) continue;
      const auto holds = [&](const labels::Clearance& clearance) {
        const labels::Category* category = clearance.find(part.tag_set->id, part.tag->kind);
        return category != nullptr && category->holds(part.value->lacv);
      };
      if (any_domain(index, true, holds)) lost.push_back(part.part);
    }
    if (lost.empty()) return;
    find(policy_.peers()[index].place, "untranslated-values",
         name + " may receive " + joined_with(lost, ", ") + ", with no equivalent in " +
             own.name() + ": labels with any of them never reach it",
         true);
  }

  // A clearance that was taken from a certificate is about whoever has that certificate's key.
  void certificates(const Peer& peer, const std::string& name) {
    const std::vector<guard::Digest>& pins = peer.connection.pins;
    for (const guard::Digest& key : peer.clearance_keys) {
      if (pins == std::vector{key}) continue;
      find(
          peer.place, "unpinned-clearance",
          "a clearance of " + name +
              " was taken from a certificate, and its connections need not have the key of that: " +
              (std::ranges::find(pins, key) == pins.end() ? "it is not pinned"
                                                          : "others are pinned as well"));
    }
  }

  void default_label(const Peer& peer, const std::string& name) {
    const labels::Label& label = policy_.content().labels[*peer.default_label].label;
    const labels::Clearance* send = peer.send ? &*peer.send : nullptr;
    if (labels::reaches(policy_.security_policy(), label, send)) return;
    find(peer.place, "idle-default-label",
         "the default label of " + name +
             " is above what it may send: its unlabelled messages are "
             "refused all the same");
  }

  void dates(const Peer& peer, const std::string& name) {
    if (!open_moment(peer, peer)) {
      find(peer.place, "contradicting-dates", name + " is never active without being blocked");
      return;
    }
    if (!peer.active) return;
    for (const Block& block : peer.blocked) {
      const bool before =
          block.period.until && peer.active->from && *block.period.until <= *peer.active->from;
      const bool after =
          block.period.from && peer.active->until && *block.period.from >= *peer.active->until;
      if (!before && !after) continue;
      find(block.place, "contradicting-dates",
           name + " is blocked " + period_words(block.period) + ", when it is not active anyway");
    }
  }

  void domain(guard::PeerIndex index, std::size_t claim) {
    const Peer& peer = policy_.peers()[index];
    const DomainClaim& what = peer.domains[claim];
    const Policy::Standing& standing = policy_.standing_of(index, claim);
    const auto look = [&](const std::optional<labels::Clearance>& own,
                          const std::optional<labels::Clearance>& of_peer,
                          const labels::Clearance* effective, const std::string& way) {
      if (!own) return;
      const std::string whose =
          "what " + (what.domain.empty() ? "the default route" : "domain \"" + what.domain + "\"") +
          " may " + way;
      if (effective == nullptr || effective->classifications().empty()) {
        find(what.place, "empty-clearance",
             whose + " has nothing in common with its peer's: nothing");
        return;
      }
      if (of_peer && *effective == *of_peer) {
        find(what.place, "idle-clearance", whose + " is all that its peer may: it narrows nothing");
      } else if (!(*effective == *own)) {
        find(what.place, "wide-clearance",
             whose + " is more than its peer may; what its peer may not, it may not either", true);
      }
    };
    look(what.send, peer.send, standing.send, "send");
    look(what.receive, peer.receive, standing.receive, "receive");
  }

  void groups_and_labels() {
    std::set<std::uint32_t> groups;
    std::set<LabelIndex> used;
    for (const Direction& direction : policy_.content().directions) {
      for (const Rule& rule : direction.rules) {
        groups.insert(rule.from_groups.begin(), rule.from_groups.end());
        groups.insert(rule.to_groups.begin(), rule.to_groups.end());
        if (rule.implied_label) used.insert(*rule.implied_label);
      }
    }
    for (const Peer& peer : policy_.peers()) {
      if (peer.default_label) used.insert(*peer.default_label);
    }
    for (std::uint32_t i = 0; i < policy_.content().groups.size(); ++i) {
      const PeerGroup& group = policy_.content().groups[i];
      if (groups.contains(i)) continue;
      find(group.place, "unused-group", "no rule names the group \"" + group.name + "\"", true);
    }
    for (PeerPolicyIndex i = 0; i < policy_.content().peer_policies.size(); ++i) {
      const PeerPolicy& each = policy_.content().peer_policies[i];
      if (std::ranges::find(policy_.peers(), std::optional(i), &Peer::label_policy) !=
          policy_.peers().end()) {
        continue;
      }
      find(each.place, "unused-peer-policy",
           "no peer labels under the peer policy \"" + each.name + "\"");
    }
    for (LabelIndex i = 0; i < policy_.content().labels.size(); ++i) {
      const NamedLabel& label = policy_.content().labels[i];
      if (used.contains(i)) continue;
      find(label.place, "unused-label", "nothing refers to the label \"" + label.name + "\"");
    }
  }

  void invariant(const Invariant& invariant) {
    for (InvariantNote& note : invariant_notes(policy_, invariant)) {
      find(invariant.place, std::move(note.kind),
           "invariant \"" + invariant.id + "\": " + note.what, true);
    }
  }

  // What nobody claims should not be trusted with more than anybody who is named.
  void default_route(guard::Side side) {
    for (guard::PeerIndex i = 0; i < policy_.peers().size(); ++i) {
      const Peer& peer = policy_.peers()[i];
      if (peer.side != side) continue;
      for (std::size_t claim = 0; claim < peer.domains.size(); ++claim) {
        if (peer.domains[claim].match == guard::DomainMatch::kDefault) wider(i, claim);
      }
    }
  }

  void wider(guard::PeerIndex index, std::size_t claim) {
    const labels::Clearance* route = policy_.standing_of(index, claim).receive;
    if (route == nullptr) return;
    for (const labels::Classification& each : policy_.security_policy().classifications()) {
      if (!route->holds(each.lacv)) continue;
      bool any = false;
      bool named = false;
      for (guard::PeerIndex i = 0; i < policy_.peers().size(); ++i) {
        if (policy_.peers()[i].side != policy_.peers()[index].side) continue;
        for (std::size_t c = 0; c < policy_.peers()[i].domains.size(); ++c) {
          if (policy_.peers()[i].domains[c].match == guard::DomainMatch::kDefault) continue;
          any = true;
          const labels::Clearance* receive = policy_.standing_of(i, c).receive;
          named = named || (receive != nullptr && receive->holds(each.lacv));
        }
      }
      if (!any || named) continue;
      find(policy_.peers()[index].domains[claim].place, "wide-default-route",
           "domains that nobody claims may receive " + each.name +
               ", which no domain that is named may");
      return;
    }
  }

  // Domains of one peer below those of another of its side.
  void overlaps() {
    std::unordered_map<std::string_view, guard::PeerIndex> wide;
    for (guard::PeerIndex i = 0; i < policy_.peers().size(); ++i) {
      for (const DomainClaim& claim : policy_.peers()[i].domains) {
        if (claim.match == guard::DomainMatch::kSubdomains) wide.emplace(claim.domain, i);
      }
    }
    for (guard::PeerIndex i = 0; i < policy_.peers().size(); ++i) {
      for (const DomainClaim& claim : policy_.peers()[i].domains) overlap(i, claim, wide);
    }
  }

  void overlap(guard::PeerIndex index, const DomainClaim& claim,
               const std::unordered_map<std::string_view, guard::PeerIndex>& wide) {
    std::string_view name = claim.domain;
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
      name.remove_prefix(dot + 1);
      const auto other = wide.find(name);
      if (other == wide.end() || other->second == index) continue;
      find(claim.place, "overlapping-domains",
           "domain \"" + claim.domain + "\" of \"" + policy_.peers()[index].name +
               "\" lies within \"" + std::string(name) + "\" of \"" +
               policy_.peers()[other->second].name + "\": the longer claim wins",
           true);
      return;
    }
  }

  const Policy& policy_;
  const Views views_;
  const Crossings crossings_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const Policy& policy) { return Lint(policy).run(); }

}  // namespace policy
