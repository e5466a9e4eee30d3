// FigureBook: what guardd knows about the running guard, as numbers for guard-metrics. Pure.
//
// Who controls its input: edges and the recorder, by their control sockets. Peers are theirs to
// number and not to name, and a number that no peer has counts for nobody.
#pragma once

#include <vector>

#include "guard/supervisor/house_status.h"
#include "guard/wire/control_messages.h"
#include "guard/wire/figures.h"

namespace guard::supervisor {

class FigureBook {
 public:
  void counted(Side side, const wire::StreamCounts& counts) {
    streams_[static_cast<std::size_t>(side)] = counts;
  }
  void counted(const wire::QueueCounts& counts) { queues_ = counts; }
  void counted(const wire::Tally& tally) { tally_ = tally; }
  // An edge or the recorder has died: what it counted is no more. A tally starts again at nothing,
  // which those who read counters understand.
  void edge_gone(Side side) { streams_[static_cast<std::size_t>(side)] = {}; }
  void recorder_gone() {
    queues_ = {};
    tally_ = {};
  }

  // figures puts it all together. `peers` are by number; retired ones are left out.
  [[nodiscard]] wire::Figures figures(const HouseStatus& house, bool ready,
                                      const std::vector<wire::RecordedPeer>& peers,
                                      const wire::Controls& controls,
                                      std::vector<wire::CertificateFigures> certificates) const;

 private:
  wire::StreamCounts streams_[2];  // by Side
  wire::QueueCounts queues_;
  wire::Tally tally_;
};

}  // namespace guard::supervisor
