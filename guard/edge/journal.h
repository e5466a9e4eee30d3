// Journal: what the edge reports that is not about a stanza: events of streams, one row each, and
// strangers, by source and minute. Pure: the way to the recorder is a function.
#pragma once

#include <functional>
#include <string_view>

#include "guard/edge/event_book.h"
#include "guard/edge/stranger_count.h"
#include "guard/wire/codec.h"

namespace guard::edge {

class Journal {
 public:
  using Tell = std::function<void(const wire::AnyMessage&)>;

  explicit Journal(Tell to_recorder) : to_recorder_(std::move(to_recorder)) {}

  // report numbers and sends an event; `stored` runs once it is durable.
  void report(wire::Event event, std::function<void()> stored = {});

  // stranger counts one thing that someone did who has not authenticated.
  void stranger(std::string_view address, std::string_view detail, UtcTime now);

  // tick sends the counts of the minutes that are over; with `all` those of this one, too.
  void tick(UtcTime now, bool all = false);

  // full: so much waits for the recorder that no new connection should be taken.
  [[nodiscard]] bool full() const { return events_.full(); }

  // From the recorder: durable up to this number; gone; there (what waits is told again).
  void stored(std::uint64_t number) { events_.stored(number); }
  void recorder_lost() { recorder_there_ = false; }
  void welcome();

 private:
  Tell to_recorder_;
  EventBook events_;
  StrangerCount strangers_;
  bool recorder_there_ = false;
};

}  // namespace guard::edge
