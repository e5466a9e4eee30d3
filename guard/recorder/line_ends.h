// LineEnds: the recorder's ends of the three channels of one side's line (edge, filter, recorder):
// its edge's tickets and releases, and its filter's judgements. It keeps the order in which ends
// replace each other:
//
//   filter replaced: the old judgements to their end of file, then the new
//   edge replaced:   the old tickets and the old judgements to their ends of file, then all three
//
// so that everything that a dead process has said is heard before its successor.
#pragma once

#include <cstdint>
#include <optional>

#include "guard/wire/channel_end.h"

namespace guard::recorder {

class LineEnds {
 public:
  // How long, in milliseconds, an old end may stay open once its successor is here.
  static constexpr std::int64_t kDrain = 5000;

  // adopt takes a new end. REQUIRES: channel is kTickets, kReleases or kJudgements.
  void adopt(wire::Channel channel, std::uint64_t epoch, Descriptor socket, std::int64_t now);

  // cut drops the filter's end, in use and adopted, unread: what it says from now on counts for
  // nothing. The end of another filter is to be adopted.
  void cut();

  // due says which switch can be made now: the edge's three ends, the filter's one, or none.
  enum class Switch : std::uint8_t { kNone, kEdge, kFilter };
  [[nodiscard]] Switch due(std::int64_t now) const;

  // make carries it out. REQUIRES: due has just said so.
  void make(Switch which);

  // complete says whether each of the three has an end, in use or adopted.
  [[nodiscard]] bool complete() const;

  // The ends in use. Empty before the first switch, and when the other process has gone.
  [[nodiscard]] std::optional<wire::ChannelEnd>& tickets() { return tickets_.end; }
  [[nodiscard]] std::optional<wire::ChannelEnd>& judgements() { return judgements_.end; }
  [[nodiscard]] std::optional<wire::ChannelEnd>& releases() { return releases_.end; }
  // next_epoch is that of the edge whose ends make(kEdge) has put into use.
  [[nodiscard]] std::uint64_t epoch() const { return tickets_.epoch; }

 private:
  struct Slot {
    std::optional<wire::ChannelEnd> end;
    std::uint64_t epoch = 0;
    std::optional<wire::ChannelEnd> next;
    std::uint64_t next_epoch = 0;
    std::int64_t since = 0;  // when next came

    [[nodiscard]] bool drained(std::int64_t now) const {
      return !end || (next && now - since > kDrain);
    }
    void advance();
  };

  Slot tickets_;
  Slot releases_;
  Slot judgements_;
};

}  // namespace guard::recorder
