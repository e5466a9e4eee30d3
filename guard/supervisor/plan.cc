#include "guard/supervisor/plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "guard/base/escape.h"
#include "guard/base/hex.h"
#include "guard/supervisor/apart_checks.h"
#include "guard/supervisor/credentials.h"
#include "guard/supervisor/edge_plan.h"
#include "guard/supervisor/file_text.h"
#include "guard/supervisor/loop_checks.h"
#include "guard/supervisor/policy_file.h"
#include "guard/supervisor/policy_warnings.h"
#include "guard/wire/codec.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxSecret = 4096;
constexpr std::size_t kMaxSigners = 64U << 10;

using Errors = std::vector<FileError>;

wire::ContentOf to_wire(policy::ContentOf content) {
  switch (content) {
    case policy::ContentOf::kNone:
      break;
    case policy::ContentOf::kRefused:
      return wire::ContentOf::kRefused;
    case policy::ContentOf::kAll:
      return wire::ContentOf::kAll;
  }
  return wire::ContentOf::kNone;
}

wire::Limits to_wire(const policy::Limits& limits) {
  return {.stanza_bytes = limits.stanza_bytes,
          .unauthenticated_bytes = limits.unauthenticated_bytes,
          .depth = limits.depth,
          .attributes = limits.attributes,
          .namespaces = limits.namespaces,
          .elements = limits.elements,
          .streams = limits.streams,
          .connections_per_address = limits.connections_per_address,
          .handshake_seconds = limits.handshake_seconds,
          .idle_seconds = limits.idle_seconds,
          .ping_seconds = limits.ping_seconds,
          .queue_stanzas = limits.queue_stanzas,
          .queue_bytes = limits.queue_bytes,
          .queue_seconds = limits.queue_seconds};
}

// INVARIANT(NO_OTHER_PATH): an edge that has been taken over must not read the other side's
// numbers: no edge is in the network where they are served.
void check_metrics(const Site& site, Errors& errors) {
  if (!site.metrics || !site.metrics->address) return;
  for (const Side side : {Side::kHigh, Side::kLow}) {
    if (site.edge(side).network_namespace) continue;
    errors.push_back({site.file, site.metrics->place.line, site.metrics->place.column,
                      "metrics are served at an address in the network of the edge of side " +
                          std::string(to_string(side)),
                      "expected listen=\"unix:PATH\", or a network namespace for each edge"});
  }
}

// Every peer of the policy has its place in the site file, and nobody else has.
void check_peers(const Site& site, const policy::Policy& policy, Errors& errors) {
  std::set<std::string_view> known;
  for (const policy::Peer& peer : policy.peers()) known.insert(peer.name);
  for (const auto& [name, peer] : site.peers) {
    if (known.contains(name)) continue;
    errors.push_back({site.file, peer.place.line, peer.place.column,
                      "peer \"" + name + "\" is not in the policy",
                      "expected a peer that " + site.policy.string() + " names"});
  }
  for (const policy::Peer& peer : policy.peers()) {
    if (site.peers.contains(peer.name)) continue;
    errors.push_back({site.file, 0, 0, "the policy's peer \"" + peer.name + "\" has no place here",
                      "expected <peer name=\"" + peer.name + "\"> (empty: it only calls us)"});
  }
}

// The key that vouches for the keys of the audit log; empty where the site has none.
std::string log_key_of(const Site& site, Errors& errors) {
  if (!site.log_key) return {};
  auto key = read_file(*site.log_key, kMaxSecret);
  if (!key) {
    errors.push_back(key.error());
    return {};
  }
  if (const auto checked = check_log_key(*site.log_key, *key); !checked) {
    errors.push_back(checked.error());
  }
  return std::move(*key);
}

// The certificates of those who may have old segments of the audit log pruned.
std::string prune_signers_of(const Site& site, Errors& errors) {
  if (!site.prune_signers) return {};
  auto list = read_file(*site.prune_signers, kMaxSigners);
  if (!list) {
    errors.push_back(list.error());
    return {};
  }
  if (const auto checked = check_signers(*site.prune_signers, *list, site.prune_require);
      !checked) {
    errors.push_back(checked.error());
  }
  return std::move(*list);
}

// Who has signed the policy, where the site file wants to know.
std::vector<std::string> signers_of(const Site& site, const policy::Policy& policy,
                                    Errors& errors) {
  if (!site.policy_trust) return {};
  auto signers = policy_signers(site.policy, policy.digest(), *site.policy_trust);
  if (signers) return std::move(*signers);
  errors.push_back(signers.error());
  return {};
}

// The files that are looked at again, and what is wrong with their age now.
std::vector<RevocationSource> revocation_sources(const Site& site, const policy::Policy& policy) {
  std::vector<RevocationSource> sources;
  const auto add = [&sources](Side side, PeerIndex peer,
                              const std::optional<RevocationSite>& revocation) {
    if (revocation)
      sources.push_back({side, peer, revocation->files, revocation->tolerate_seconds});
  };
  for (const Side side : {Side::kHigh, Side::kLow}) {
    add(side, wire::kNoPeer, site.edge(side).revocation);
  }
  for (PeerIndex index = 0; index < policy.peers().size(); ++index) {
    const auto found = site.peers.find(policy.peers()[index].name);
    if (found != site.peers.end()) add(policy.peers()[index].side, index, found->second.revocation);
  }
  return sources;
}

std::vector<std::string> warnings_of(const std::vector<RevocationSource>& sources, UtcTime now) {
  std::vector<std::string> lines;
  for (const auto& note : RevocationWatch(sources).look(now).notes) {
    lines.push_back("warning: " + note.event + " " + note.detail);
  }
  return lines;
}

std::string summary_of(const Site& site, const policy::Policy& policy, const Plan& plan) {
  std::string signed_by;
  for (const std::string& signer : plan.signers)
    signed_by += "signed by " + for_terminal(signer) + "\n";
  return site.file + ": policy \"" + policy.name() + "\" from " + site.policy.string() + ", " +
         std::to_string(policy.peers().size()) + " peers\n" + "policy digest        " +
         to_hex(policy.digest()) + "\n" + "configuration digest " +
         to_hex(plan.recorder.configuration_digest) + "\n" + signed_by;
}

// Each process is told what it goes by in one frame.
void check_frames(const Site& site, const Plan& plan, Errors& errors) {
  const auto check = [&](const std::string& file, std::string_view whose, const auto& told) {
    const std::size_t size = wire::encode_configuration(told).size();
    if (size <= wire::kMaxConfiguration) return;
    errors.push_back(
        {file, 0, 0,
         "what " + std::string(whose) + " would be told has " + std::to_string(size) + " octets",
         "expected at most " + std::to_string(wire::kMaxConfiguration)});
  };
  // The filters differ in nothing that has a size.
  check(site.policy.string(), "a filter (policy, security policies, clearances, officers)",
        plan.filters.front());
  for (const wire::EdgeConfiguration& edge : plan.edges) {
    check(site.file, "the edge of side " + std::string(to_string(edge.side)), edge);
  }
  check(site.file, "the recorder", plan.recorder);
}

}  // namespace

Digest configuration_digest(const Site& site) {
  Sha256 sha256;
  const std::string head = "xmpp-guard configuration 1\n" GUARD_VERSION "\n";
  return sha256.digest({as_bytes(head), as_bytes(site.text)});
}

std::expected<Plan, std::vector<FileError>> make_plan(const Site& site, UtcTime now) {
  auto loaded = load_policy(site, now);
  if (!loaded) return std::unexpected(loaded.error());
  const policy::Policy& policy = loaded->policy;
  Errors errors;
  check_peers(site, policy, errors);
  check_metrics(site, errors);
  for (FileError& loop : loops(site, policy)) errors.push_back(std::move(loop));
  const auto limits = lower(policy.limits(), site);
  if (!limits) errors.push_back(limits.error());

  Plan plan;
  plan.signers = signers_of(site, policy, errors);
  EdgePlans edges = plan_edges(site, policy, now, errors);
  plan.edges = std::move(edges.edges);
  plan.certificates = std::move(edges.certificates);
  for (auto found : {shared_listeners(site), shared_secrets(site, plan.edges),
                     shared_authorities(site, plan.edges)}) {
    for (FileError& error : found) errors.push_back(std::move(error));
  }
  plan.recorder.log_key = log_key_of(site, errors);
  plan.recorder.prune_signers = prune_signers_of(site, errors);
  plan.recorder.prune_require = site.prune_signers ? site.prune_require : 0;
  if (!errors.empty()) return std::unexpected(std::move(errors));

  for (const Side side : kSides) {
    wire::FilterConfiguration& filter = plan.filters[static_cast<std::size_t>(side)];
    filter.side = side;
    filter.policy = loaded->text;
    filter.spifs = loaded->spifs;
    filter.clearances = loaded->clearances;
    filter.officers = loaded->officers;
    for (PeerIndex index = 0; index < policy.peers().size(); ++index) filter.peers.push_back(index);
    filter.limits = to_wire(*limits);
  }
  for (wire::EdgeConfiguration& edge : plan.edges) edge.limits = to_wire(*limits);
  plan.recorder.log = site.log.string();
  for (const policy::Peer& peer : policy.peers()) {
    plan.recorder.peers.push_back({peer.name, peer.side});
  }
  plan.recorder.policy_digest = policy.digest();
  plan.recorder.configuration_digest = configuration_digest(site);
  plan.recorder.limits = to_wire(*limits);
  plan.recorder.content = to_wire(policy.content().kept.of);
  plan.recorder.content_octets = policy.content().kept.octets_per_minute;
  check_frames(site, plan, errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  plan.revocations = revocation_sources(site, policy);
  plan.dates = dated_peers(policy.peers());
  plan.warnings = warnings_of(plan.revocations, now);
  for (std::string& line : policy_warnings(site.policy.string(), policy)) {
    plan.warnings.push_back(std::move(line));
  }
  plan.summary = summary_of(site, policy, plan);
  for (const std::string& line : plan.warnings) plan.summary += line + "\n";
  return plan;
}

}  // namespace guard::supervisor
