#include "guard/supervisor/figure_book.h"

#include <utility>

#include "guard/base/hex.h"

namespace guard::supervisor {

wire::Figures FigureBook::figures(const HouseStatus& house, bool ready,
                                  const std::vector<wire::RecordedPeer>& peers,
                                  const wire::Controls& controls,
                                  std::vector<wire::CertificateFigures> certificates) const {
  wire::Figures figures;
  figures.version = house.version;
  figures.policy = to_hex(house.policy);
  figures.started = house.started;
  figures.ready = ready;
  figures.stopped = controls.stopped;
  for (const ProcessStatus& one : house.processes) {
    figures.processes.push_back({one.name, one.ready, one.restarts});
  }
  std::vector<wire::PeerFigures> all;
  for (const wire::RecordedPeer& peer : peers) {
    all.push_back({.name = peer.name, .side = peer.side});
  }
  for (const Side side : {Side::kHigh, Side::kLow}) {
    for (const wire::PeerStreams& one : streams_[static_cast<std::size_t>(side)].peers) {
      // An edge counts its own side's peers and no others.
      if (one.peer >= all.size() || all[one.peer].side != side) continue;
      all[one.peer].inbound = one.inbound;
      all[one.peer].outbound = one.outbound;
    }
  }
  for (const wire::PeerQueue& one : queues_.peers) {
    if (one.peer >= all.size()) continue;
    all[one.peer].queued = one.stanzas;
    all[one.peer].queued_octets = one.octets;
  }
  for (const PeerIndex peer : controls.blocked) {
    if (peer < all.size()) all[peer].blocked = true;
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (!peers[i].retired) figures.peers.push_back(std::move(all[i]));
  }
  figures.certificates = std::move(certificates);
  figures.tally = tally_;
  return figures;
}

}  // namespace guard::supervisor
