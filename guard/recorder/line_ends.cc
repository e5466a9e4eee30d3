#include "guard/recorder/line_ends.h"

#include <utility>

#include "guard/base/check.h"

namespace guard::recorder {

void LineEnds::Slot::advance() {
  end = std::move(next);
  epoch = next_epoch;
  next.reset();
}

void LineEnds::adopt(wire::Channel channel, std::uint64_t epoch, Descriptor socket,
                     std::int64_t now) {
  CHECK(channel == wire::Channel::kTickets || channel == wire::Channel::kReleases ||
        channel == wire::Channel::kJudgements);
  Slot& slot = channel == wire::Channel::kTickets    ? tickets_
               : channel == wire::Channel::kReleases ? releases_
                                                     : judgements_;
  slot.next.emplace(std::move(socket), channel, wire::Role::kRecorder);
  slot.next_epoch = epoch;
  slot.since = now;
}

void LineEnds::cut() {
  judgements_.end.reset();
  judgements_.next.reset();
}

LineEnds::Switch LineEnds::due(std::int64_t now) const {
  if (tickets_.next) {
    const std::uint64_t epoch = tickets_.next_epoch;
    const bool all_here = releases_.next && releases_.next_epoch == epoch && judgements_.next &&
                          judgements_.next_epoch == epoch;
    return all_here && tickets_.drained(now) && judgements_.drained(now) ? Switch::kEdge
                                                                         : Switch::kNone;
  }
  if (judgements_.next && judgements_.next_epoch == tickets_.epoch && judgements_.drained(now)) {
    return Switch::kFilter;
  }
  return Switch::kNone;
}

void LineEnds::make(Switch which) {
  if (which == Switch::kNone) return;
  judgements_.advance();
  if (which == Switch::kFilter) return;
  tickets_.advance();
  releases_.advance();
}

bool LineEnds::complete() const {
  const auto there = [](const Slot& slot) { return slot.end || slot.next; };
  return there(tickets_) && there(releases_) && there(judgements_);
}

}  // namespace guard::recorder
