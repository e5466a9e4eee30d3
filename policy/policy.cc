#include "policy/policy.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "guard/base/check.h"
#include "labels/marking.h"
#include "policy/analysis/prove.h"
#include "policy/content_check.h"
#include "policy/narrowest.h"
#include "policy/rule_match.h"

namespace policy {
namespace {

constexpr std::size_t kClasses = 7;

std::size_t index_of(guard::Lane lane) { return static_cast<std::size_t>(lane); }
std::size_t index_of(StanzaClass about) { return static_cast<std::size_t>(about); }

}  // namespace

struct Policy::Compiled {
  explicit Compiled(PolicyContent c) : content(std::move(c)) {
    gather_narrowing();
    for (guard::PeerIndex peer = 0; peer < content.peers.size(); ++peer) {
      first_standing.push_back(static_cast<std::uint32_t>(standings.size()));
      for (const DomainClaim& claim : content.peers[peer].domains) add(peer, claim);
    }
    for (const guard::Lane lane : guard::kLanes) {
      for (const Rule& rule : content.direction(lane).rules) {
        rules[index_of(lane)][index_of(rule.about)].push_back(&rule);
      }
    }
    for (const NamedLabel& label : content.labels) {
      markings.push_back(labels::marking(content.security_policy, label.label));
    }
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  // Claims with subdomains that have a clearance of their own.
  void gather_narrowing() {
    for (guard::PeerIndex peer = 0; peer < content.peers.size(); ++peer) {
      for (const DomainClaim& claim : content.peers[peer].domains) {
        if (claim.match != guard::DomainMatch::kSubdomains || !(claim.send || claim.receive)) {
          continue;
        }
        narrowing.emplace(claim.domain, std::pair{peer, &claim});
      }
    }
  }

  void add(guard::PeerIndex peer, const DomainClaim& claim) {
    const auto side = static_cast<std::size_t>(content.peers[peer].side);
    CHECK(sides[side].add(claim.domain, claim.match, peer));
    const auto index = static_cast<std::uint32_t>(standings.size());
    const labels::Clearance* send = narrowed(peer, claim, &Peer::send, &DomainClaim::send);
    const labels::Clearance* receive = narrowed(peer, claim, &Peer::receive, &DomainClaim::receive);
    standings.push_back({.peer = peer,
                         .send = send,
                         .receive = receive,
                         .compiled_send = compiled(send),
                         .compiled_receive = compiled(receive)});
    if (claim.match == guard::DomainMatch::kDefault) {
      default_routes[side] = index;
    } else {
      CHECK(claims.add(claim.domain, claim.match, index));
    }
  }

  // Most domains of a peer share its clearance, so that each is compiled once.
  const labels::CompiledClearance* compiled(const labels::Clearance* clearance) {
    if (clearance == nullptr) return nullptr;
    const auto known = compiled_clearances.find(clearance);
    if (known != compiled_clearances.end()) return &known->second;
    const labels::CompiledClearance made(content.security_policy, *clearance);
    return &compiled_clearances.emplace(clearance, made).first->second;
  }

  using MaybeClearance = std::optional<labels::Clearance>;

  // What the peer may, what this claim says, and what every wider claim of the same peer says.
  const labels::Clearance* narrowed(guard::PeerIndex peer, const DomainClaim& claim,
                                    MaybeClearance Peer::*of_peer,
                                    MaybeClearance DomainClaim::*of_claim) {
    const MaybeClearance& widest = content.peers[peer].*of_peer;
    if (!widest) return nullptr;
    MaybeClearance result;
    const auto narrow = [&](const MaybeClearance& by) {
      if (by) result = narrowest(result ? result : widest, by);
    };
    narrow(claim.*of_claim);
    std::string_view name = claim.domain;
    while (!narrowing.empty() && !name.empty()) {
      const auto [first, last] = narrowing.equal_range(name);
      for (auto wider = first; wider != last; ++wider) {
        const auto& [owner, other] = wider->second;
        if (owner == peer && other != &claim) narrow(other->*of_claim);
      }
      const std::size_t dot = name.find('.');
      name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
    }
    if (!result) return &*widest;
    return &clearances.emplace_back(std::move(*result));
  }

  const PolicyContent content;
  std::array<guard::DomainTable, 2> sides;
  std::unordered_multimap<std::string_view, std::pair<guard::PeerIndex, const DomainClaim*>>
      narrowing;
  std::deque<labels::Clearance> clearances;  // those that no peer has as they are
  std::unordered_map<const labels::Clearance*, labels::CompiledClearance> compiled_clearances;
  std::vector<Standing> standings;            // by peer and claim
  std::vector<std::uint32_t> first_standing;  // by PeerIndex
  guard::DomainTable claims;  // of both sides, without the default routes, to standings
  std::array<std::optional<std::uint32_t>, 2> default_routes;
  std::array<std::array<std::vector<const Rule*>, kClasses>, guard::kLanes.size()> rules;
  std::vector<std::string> markings;  // by LabelIndex
};

Policy::Policy(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

std::expected<Policy, std::vector<Fault>> Policy::make(PolicyContent content) {
  std::vector<Fault> faults = check_content(content);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  Policy policy(std::make_shared<const Compiled>(std::move(content)));
  for (const Invariant& invariant : policy.content().invariants) {
    const std::optional<CounterExample> example = refutation(policy, invariant);
    if (!example) continue;
    faults.push_back(
        {invariant.place,
         "invariant \"" + invariant.id + "\" does not hold: " + in_words(policy, *example),
         "a policy under which it holds"});
  }
  if (!faults.empty()) return std::unexpected(in_file_order(std::move(faults), kMaxFaults));
  return policy;
}

const PolicyContent& Policy::content() const { return compiled_->content; }

const labels::SecurityPolicy* Policy::spif(const labels::Oid& id) const {
  if (security_policy().id() == id) return &security_policy();
  for (const PeerPolicy& each : content().peer_policies) {
    if (each.policy.id() == id) return &each.policy;
  }
  return nullptr;
}

const labels::SecurityPolicy* Policy::own_policy(guard::PeerIndex peer) const {
  CHECK(peer < peers().size());
  const std::optional<PeerPolicyIndex>& index = peers()[peer].label_policy;
  return index ? &content().peer_policies[*index].policy : nullptr;
}

const guard::DomainTable& Policy::domains(guard::Side side) const {
  return compiled_->sides[static_cast<std::size_t>(side)];
}

std::optional<guard::PeerIndex> Policy::peer_of(guard::Side side, std::string_view domain) const {
  const Standing* found = standing(side, domain);
  return found == nullptr ? std::nullopt : std::optional(found->peer);
}

const Policy::Standing* Policy::standing(guard::Side side, std::string_view domain) const {
  if (domain.empty()) return nullptr;
  std::optional<std::uint32_t> claimed = compiled_->claims.find(domain);
  if (!claimed) claimed = compiled_->default_routes[static_cast<std::size_t>(side)];
  if (!claimed) return nullptr;
  const Standing& found = compiled_->standings[*claimed];
  return peers()[found.peer].side == side ? &found : nullptr;
}

const Policy::Standing* Policy::named(guard::Side side, std::string_view domain) const {
  const std::optional<std::uint32_t> claimed = compiled_->claims.find(domain);
  if (!claimed) return nullptr;
  const Standing& found = compiled_->standings[*claimed];
  return peers()[found.peer].side == side ? &found : nullptr;
}

bool Policy::uses(guard::Lane lane) const {
  return guard::is_across(lane) || !content().direction(lane).rules.empty();
}

const Policy::Standing* Policy::routed(guard::Lane lane, guard::PeerIndex sender,
                                       std::string_view domain) const {
  CHECK(sender < peers().size());
  if (guard::is_across(lane)) return standing(far_side(lane), domain);
  if (!uses(lane)) return nullptr;
  const Standing* found = named(far_side(lane), domain);
  return found != nullptr && found->peer != sender ? found : nullptr;
}

guard::Lane Policy::lane_to(guard::PeerIndex sender, std::string_view domain) const {
  CHECK(sender < peers().size());
  const guard::Side side = peers()[sender].side;
  const guard::Lane within = guard::lane_between(side, side);
  return routed(within, sender, domain) != nullptr ? within : guard::lane_from(side);
}

const Policy::Standing& Policy::standing_of(guard::PeerIndex peer, std::size_t claim) const {
  CHECK(peer < peers().size() && claim < peers()[peer].domains.size());
  return compiled_->standings[compiled_->first_standing[peer] + claim];
}

std::span<const Rule* const> Policy::rules_about(guard::Lane lane, StanzaClass about) const {
  return compiled_->rules[index_of(lane)][index_of(about)];
}

const std::string& Policy::label_marking(LabelIndex label) const {
  CHECK(label < compiled_->markings.size());
  return compiled_->markings[label];
}

namespace {

// Whether any of these rules lets something pass from one peer to the other. What an earlier rule
// refuses without a condition no later one can allow.
bool lets_pass(std::span<const Rule* const> rules, guard::PeerIndex from, guard::PeerIndex to) {
  TypeSet refused;
  for (const Rule* rule : rules) {
    if (!joins(*rule, from, to)) continue;
    if (rule->verdict == Verdict::kAllow && !refused.contains(rule->types)) return true;
    if (rule->verdict == Verdict::kRefuse && is_unconditional(*rule)) refused.add(rule->types);
  }
  return false;
}

}  // namespace

bool Policy::visible(guard::PeerIndex peer, guard::PeerIndex other) const {
  if (peer >= peers().size() || other >= peers().size() || peer == other) return false;
  const auto any = [&](guard::Lane lane, guard::PeerIndex from, guard::PeerIndex to) {
    return std::ranges::any_of(compiled_->rules[index_of(lane)],
                               [&](const auto& rules) { return lets_pass(rules, from, to); });
  };
  const guard::Lane out = guard::lane_between(peers()[peer].side, peers()[other].side);
  return any(out, peer, other) || any(reverse_of(out), other, peer);
}

guard::Digest policy_digest(std::string_view policy_text,
                            std::span<const std::string_view> file_texts) {
  std::string all = "xmpp-guard policy 1\n";
  const auto add = [&](std::string_view text) {
    all += std::to_string(text.size());
    all += '\n';
    all += text;
  };
  add(policy_text);
  for (const std::string_view text : file_texts) add(text);
  return guard::Sha256().digest(guard::as_bytes(all));
}

}  // namespace policy
