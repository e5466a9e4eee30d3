#include "guard/edge/event_book.h"

#include <utility>

namespace guard::edge {

const wire::Event& EventBook::add(wire::Event event, std::function<void()> stored) {
  event.number = ++last_;
  waiting_.push_back({std::move(event), std::move(stored)});
  return waiting_.back().event;
}

void EventBook::stored(std::uint64_t number) {
  while (!waiting_.empty() && waiting_.front().event.number <= number) {
    const auto run = std::move(waiting_.front().stored);
    waiting_.pop_front();
    if (run) run();
  }
}

void EventBook::each(const std::function<void(const wire::Event&)>& tell) const {
  for (const Waiting& waiting : waiting_) tell(waiting.event);
}

}  // namespace guard::edge
