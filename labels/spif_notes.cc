#include "labels/spif_notes.h"

#include <algorithm>

namespace labels {

void SpifNotes::add(const schemas::Element& element, const std::string& what) {
  const auto known = std::ranges::find(notes_, what, &Note::what);
  if (known != notes_.end()) {
    ++known->count;
    return;
  }
  notes_.push_back({.what = what, .line = element.line, .column = element.column, .count = 1});
}

std::vector<std::string> SpifNotes::lines() const {
  std::vector<std::string> lines;
  for (const Note& note : notes_) {
    std::string line =
        std::to_string(note.line) + ":" + std::to_string(note.column) + ": " + note.what;
    if (note.count > 1) line += ", " + std::to_string(note.count) + " times";
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace labels
