#include "guard/edge/receiving_half.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "guard/xmpp/to_domain.h"

namespace guard::edge {

namespace {
// What a peer may have begun on all its streams.
constexpr std::uint64_t kUnfinishedCeiling = 32U << 20;
}  // namespace

void ReceivingHalf::context(const std::set<xmpp::DomainPair>& pairs,
                            const std::set<std::string>& certified,
                            const net::PeerCertificate& certificate) {
  std::vector<wire::DomainPair> told;
  for (const xmpp::DomainPair& pair : pairs) told.push_back({pair.remote, pair.local});
  const wire::NearPeer* near = desk_.routes.near(peer_);
  // What dialback has let in shows nothing that counts.
  const bool proved = std::ranges::all_of(
      pairs, [&](const xmpp::DomainPair& pair) { return certified.contains(pair.remote); });
  std::string attributes;
  if (near != nullptr && near->certificate_clearance && proved) {
    attributes = certificate.directory_attributes(wire::kMaxAttributes);
  }
  desk_.intake.context(stream_, peer_, std::move(told), std::move(attributes));
}

void ReceivingHalf::take(std::string_view bytes) {
  // INVARIANT(NO_OTHER_PATH): the lane is fixed before a filter sees the stanza.
  const Lane lane = desk_.routes.within() ? desk_.routes.lane_of(peer_, xmpp::to_domain(bytes))
                                          : lane_from(desk_.side);
  desk_.intake.take(stream_, lane, bytes, now_utc());
  if (desk_.pace.take(peer_, bytes.size(), now_steady())) desk_.hold_back(peer_);
}

bool ReceivingHalf::begun(std::size_t octets) {
  std::uint64_t& all = desk_.unfinished[peer_];
  all += octets;
  all -= std::exchange(begun_, octets);
  return all <= kUnfinishedCeiling || octets == 0;
}

bool ReceivingHalf::must_wait() const {
  return desk_.intake.congested(peer_) || desk_.pace.waits(peer_);
}

void ReceivingHalf::each() {
  if (!std::exchange(each_, true)) desk_.intake.each(stream_);
}

void ReceivingHalf::both_ways() {
  if (std::exchange(both_ways_, true)) return;
  if (desk_.both_ways[peer_]++ == 0) desk_.intake.always_read(peer_, true);
}

xmpp::StanzasHandled ReceivingHalf::take_handled() {
  if (each_) return {.runs = desk_.intake.take_handled_runs(stream_)};
  return {.count = desk_.intake.take_handled(stream_)};
}

void ReceivingHalf::close() {
  if (std::exchange(closed_, true)) return;
  if (both_ways_ && --desk_.both_ways[peer_] == 0) desk_.intake.always_read(peer_, false);
  (void)begun(0);
  desk_.intake.close(stream_);
}

xmpp::FrameLimits frame_limits(const wire::Limits& limits) {
  return {.bytes = limits.stanza_bytes,
          .depth = limits.depth,
          .attributes = limits.attributes,
          .namespaces = limits.namespaces,
          .elements = limits.elements};
}

}  // namespace guard::edge
