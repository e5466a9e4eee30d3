#include "policy/views.h"

#include <algorithm>
#include <map>
#include <utility>

namespace policy {
namespace {

using Sort = std::uint32_t;

class ViewSearch {
 public:
  explicit ViewSearch(const Policy& policy) : policy_(policy) {}

  Views run() {
    sort_peers();
    sees_.assign(members_.size(), {});
    for (const guard::Lane lane : guard::kLanes) {
      for (const Rule& rule : policy_.content().direction(lane).rules) {
        // What no allowing rule joins is not visible.
        if (rule.verdict == Verdict::kAllow) join(lane, rule);
      }
    }
    return list();
  }

 private:
  // Peers of one side that the same rules name, on the same end, are of one sort.
  void sort_peers() {
    const auto peers = policy_.peers();
    std::vector<std::vector<std::uint32_t>> named(peers.size());
    for (guard::PeerIndex peer = 0; peer < peers.size(); ++peer) {
      named[peer].push_back(static_cast<std::uint32_t>(peers[peer].side));
    }
    std::uint32_t number = 2;
    for (const guard::Lane lane : guard::kLanes) {
      for (const Rule& rule : policy_.content().direction(lane).rules) {
        for (const guard::PeerIndex peer : rule.from_peers) named[peer].push_back(number);
        for (const guard::PeerIndex peer : rule.to_peers) named[peer].push_back(number + 1);
        number += 2;
      }
    }
    std::map<std::vector<std::uint32_t>, Sort> known;
    for (guard::PeerIndex peer = 0; peer < peers.size(); ++peer) {
      const auto [at, is_new] =
          known.emplace(std::move(named[peer]), static_cast<Sort>(members_.size()));
      if (is_new) members_.emplace_back();
      members_[at->second].push_back(peer);
      sort_.push_back(at->second);
    }
  }

  [[nodiscard]] std::vector<Sort> sorts_of(const std::vector<guard::PeerIndex>& listed,
                                           guard::Side side) const {
    std::vector<Sort> sorts;
    if (listed.empty()) {
      for (Sort sort = 0; sort < members_.size(); ++sort) {
        if (policy_.peers()[members_[sort].front()].side == side) sorts.push_back(sort);
      }
      return sorts;
    }
    for (const guard::PeerIndex peer : listed) sorts.push_back(sort_[peer]);
    std::ranges::sort(sorts);
    const auto twice = std::ranges::unique(sorts);
    sorts.erase(twice.begin(), twice.end());
    return sorts;
  }

  void join(guard::Lane lane, const Rule& rule) {
    const std::vector<Sort> senders = sorts_of(rule.from_peers, near_side(lane));
    const std::vector<Sort> receivers = sorts_of(rule.to_peers, far_side(lane));
    for (const Sort sender : senders) {
      for (const Sort receiver : receivers) {
        const guard::PeerIndex one = members_[sender].front();
        const guard::PeerIndex other = members_[receiver].back();
        if (one == other) continue;  // there is nobody else of its sort
        const auto [at, is_new] = sees_[sender].emplace(receiver, false);
        if (!is_new) continue;
        at->second = policy_.visible(one, other);
        sees_[receiver].emplace(sender, at->second);
      }
    }
  }

  Views list() {
    Views views;
    views.of.resize(sort_.size());
    std::map<std::vector<guard::PeerIndex>, std::uint32_t> known;
    for (Sort sort = 0; sort < members_.size(); ++sort) {
      std::vector<guard::PeerIndex> seen;
      for (const auto& [other, visible] : sees_[sort]) {
        if (visible) seen.insert(seen.end(), members_[other].begin(), members_[other].end());
      }
      std::ranges::sort(seen);
      const auto [at, is_new] = known.emplace(seen, static_cast<std::uint32_t>(views.seen.size()));
      if (is_new) views.seen.push_back(std::move(seen));
      for (const guard::PeerIndex peer : members_[sort]) views.of[peer] = at->second;
    }
    return views;
  }

  const Policy& policy_;
  std::vector<Sort> sort_;                              // by PeerIndex
  std::vector<std::vector<guard::PeerIndex>> members_;  // by Sort, never empty
  std::vector<std::map<Sort, bool>> sees_;              // by Sort: of those that were asked about
};

}  // namespace

Views views_of(const Policy& policy) { return ViewSearch(policy).run(); }

}  // namespace policy
