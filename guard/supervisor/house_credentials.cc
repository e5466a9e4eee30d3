// The part of House that looks whether revocation lists and certificates have changed.
#include <utility>

#include "guard/supervisor/house.h"

namespace guard::supervisor {
namespace {

constexpr Moment kLookEvery = 2000;

}  // namespace

void House::look_at_files(Moment now) {
  if (now < next_look_) return;
  next_look_ = now + kLookEvery;
  look_at_certificates();
  auto seen = revocations_.look(now_utc());
  for (auto& one : seen.notes) note(std::move(one.event), std::move(one.detail));
  for (const auto& change : seen.changes) {
    auto& edge = parts_.plan.edges[static_cast<std::size_t>(change.side)];
    const PeerIndex peer = change.lists.peer;
    // A new edge starts with them.
    if (peer == wire::kNoPeer) edge.trust.lists = change.lists.lists;
    for (wire::NearPeer& near : edge.near_peers) {
      if (near.index == peer) near.trust.front().lists = change.lists.lists;
    }
    auto& control = inhabitant(edge_of(change.side)).control;
    if (control) control->send(change.lists);
  }
  settle();
}

void House::look_at_certificates() {
  auto seen = credentials_.look(now_utc(), parts_.plan.edges);
  for (auto& one : seen.notes) note(std::move(one.event), std::move(one.detail));
  for (auto& change : seen.changes) {
    auto& edge = parts_.plan.edges[static_cast<std::size_t>(change.side)];
    edge.certificates = change.certificates;  // a new edge starts with them
    auto& control = inhabitant(edge_of(change.side)).control;
    if (control) control->send(wire::ShownCertificates{std::move(change.certificates)});
  }
}

}  // namespace guard::supervisor
