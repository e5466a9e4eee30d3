#include "guard/edge/journal.h"

#include <utility>

namespace guard::edge {

void Journal::report(wire::Event event, std::function<void()> stored) {
  const wire::Event& kept = events_.add(std::move(event), std::move(stored));
  if (recorder_there_) to_recorder_(kept);
}

void Journal::stranger(std::string_view address, std::string_view detail, UtcTime now) {
  strangers_.add(address, detail, now);
}

void Journal::tick(UtcTime now, bool all) {
  // Counts wait in the counter while the recorder is away: there they are bounded.
  if (!recorder_there_) return;
  for (StrangerCount::Row& row : strangers_.take(now, all)) {
    wire::Event event;
    event.time = row.minute;
    event.event = wire::EdgeEvent::kStrangers;
    event.address = std::move(row.address);
    event.detail = std::move(row.detail);
    event.count = row.count;
    report(std::move(event));
  }
}

void Journal::welcome() {
  recorder_there_ = true;
  events_.each([this](const wire::Event& event) { to_recorder_(event); });
}

}  // namespace guard::edge
