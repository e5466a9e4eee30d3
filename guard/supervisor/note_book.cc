#include "guard/supervisor/note_book.h"

#include <utility>

namespace guard::supervisor {

void NoteBook::add(UtcTime time, std::string event, std::string detail) {
  if (notes_.size() >= kMost) {
    ++lost_;
    return;
  }
  notes_.push_back({++last_number_, time, std::move(event), std::move(detail), false});
}

std::vector<wire::Note> NoteBook::send() {
  const std::vector<wire::Note> waiting(notes_.begin() + static_cast<std::ptrdiff_t>(sent_),
                                        notes_.end());
  sent_ = notes_.size();
  return waiting;
}

void NoteBook::stored(std::uint64_t number, UtcTime now) {
  // What was not sent cannot be stored, whatever is said.
  while (sent_ > 0 && notes_.front().number <= number) {
    notes_.pop_front();
    --sent_;
  }
  if (lost_ == 0 || notes_.size() >= kMost) return;
  add(now, "notes-lost", std::to_string(std::exchange(lost_, 0)));
}

void NoteBook::recorder_gone() {
  for (; sent_ > 0; --sent_) notes_[sent_ - 1].again = true;
}

}  // namespace guard::supervisor
