#include "guard/supervisor/replan.h"

#include <string>
#include <utility>

#include "guard/supervisor/peer_numbers.h"

namespace guard::supervisor {
namespace {

using Errors = std::vector<FileError>;

constexpr char kExpected[] = "expected what guardd was started with; restart it for this";

bool same(const std::optional<RevocationSite>& a, const std::optional<RevocationSite>& b) {
  if (!a || !b) return !a && !b;
  return a->files == b->files && a->tolerate_seconds == b->tolerate_seconds;
}

bool same(const EdgeSite& a, const EdgeSite& b) {
  return a.network_namespace == b.network_namespace && a.listen == b.listen &&
         a.certificates == b.certificates && a.trust == b.trust &&
         same(a.revocation, b.revocation) && a.dialback_secret == b.dialback_secret;
}

bool same(const std::optional<ControlSite>& a, const std::optional<ControlSite>& b) {
  if (!a || !b) return !a && !b;
  return a->socket == b->socket && a->state == b->state && a->operators == b->operators &&
         a->viewers == b->viewers;
}

bool same(const std::optional<MetricsSite>& a, const std::optional<MetricsSite>& b) {
  if (!a || !b) return !a && !b;
  return a->address == b->address && a->socket == b->socket && a->group == b->group;
}

// What of the site file only a start reads.
Errors site_changes(const Site& running, const Site& next) {
  Errors errors;
  const auto changed = [&](const Place& place, const std::string& what) {
    errors.push_back({next.file, place.line, place.column, what + " has changed", kExpected});
  };
  for (const Side side : {Side::kHigh, Side::kLow}) {
    if (same(running.edge(side), next.edge(side))) continue;
    changed(next.edge(side).place, "the edge of side " + std::string(to_string(side)));
  }
  if (!same(running.control, next.control)) {
    changed(next.control ? next.control->place : Place{}, "<control>");
  }
  if (!same(running.metrics, next.metrics)) {
    changed(next.metrics ? next.metrics->place : Place{}, "<metrics>");
  }
  const bool same_log = running.log == next.log && running.log_key == next.log_key &&
                        running.prune_signers == next.prune_signers &&
                        running.prune_require == next.prune_require;
  if (!same_log) changed({}, "<log>");
  return errors;
}

// The same for what stands in the files that it names.
Errors file_changes(const Plan& in_force, const Site& next, const Plan& plan) {
  Errors errors;
  const auto changed = [&](const std::string& file, const std::string& what) {
    errors.push_back({file, 0, 0, what, kExpected});
  };
  for (const Side side : {Side::kHigh, Side::kLow}) {
    const wire::EdgeConfiguration& before = in_force.edges[static_cast<std::size_t>(side)];
    const wire::EdgeConfiguration& after = plan.edges[static_cast<std::size_t>(side)];
    if (before.trust.authorities != after.trust.authorities) {
      changed(next.edge(side).trust.string(), "has changed");
    }
    if (before.dialback_secret != after.dialback_secret) {
      changed(next.edge(side).dialback_secret.string(), "has changed");
    }
  }
  if (in_force.recorder.log_key != plan.recorder.log_key) {
    changed(next.log_key->string(), "has changed");
  }
  if (in_force.recorder.prune_signers != plan.recorder.prune_signers) {
    changed(next.prune_signers->string(), "has changed");
  }
  // Framers, queues and descriptors are sized once.
  if (in_force.recorder.limits != plan.recorder.limits) {
    changed(next.policy.string(), "the limits in force would change");
  }
  return errors;
}

}  // namespace

std::expected<Plan, Errors> replan(const Site& running, const Plan& in_force, const Site& next,
                                   UtcTime now) {
  if (Errors errors = site_changes(running, next); !errors.empty()) {
    return std::unexpected(std::move(errors));
  }
  auto plan = make_plan(next, now);
  if (!plan) return plan;
  if (Errors errors = file_changes(in_force, next, *plan); !errors.empty()) {
    return std::unexpected(std::move(errors));
  }
  if (const auto numbered = carry_numbers(in_force, *plan); !numbered) {
    return std::unexpected(Errors{{next.policy.string(), 0, 0, numbered.error(), kExpected}});
  }
  for (std::size_t side = 0; side < plan->edges.size(); ++side) {
    plan->edges[side].trust.lists = in_force.edges[side].trust.lists;
  }
  return plan;
}

}  // namespace guard::supervisor
