// The part of Edge that holds peers back that send faster than they may.
#include <chrono>

#include "guard/edge/edge.h"

namespace guard::edge {

namespace {
// policy::least_burst goes by it.
constexpr std::chrono::milliseconds kPaceTick{20};
}  // namespace

void Edge::hold_back(PeerIndex peer) {
  for (const auto& [number, inbound] : inbound_) {
    if (inbound->peer() == peer) inbound->update_flow();
  }
  for (const auto& [key, outbound] : outbound_) {
    if (key.second.peer == peer) outbound->update_flow();
  }
  if (!pacer_) pacer_ = std::make_unique<net::Ticker>(loop_, kPaceTick, [this] { go_on(); });
}

void Edge::go_on() {
  const std::vector<PeerIndex> released = pace_.release(now_steady());
  if (!released.empty()) update_flows();
  // Not from within its own task.
  if (!pace_.anybody_waits()) loop_.defer([this] { end_pacing(); });
}

void Edge::end_pacing() {
  if (!pace_.anybody_waits()) pacer_.reset();
}

}  // namespace guard::edge
